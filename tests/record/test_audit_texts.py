"""Whatever is done to a stored text behind our back is found at its event."""

from __future__ import annotations

from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from incident_core.record.codec import SaltedText
from tests.record.logs import (
    assert_found_at,
    audited,
    copy,
    honest,
    redacted_text,
    redaction,
    with_texts,
)

places = st.integers(0, len(honest().events) - 1)


@given(data=st.data(), text=st.text(), salt=st.binary(min_size=16, max_size=16))
def test_changing_a_text_or_its_salt_is_found_at_its_event(
    data: st.DataObject, text: str, salt: bytes
) -> None:
    memory = copy(honest())
    sealed, texts = data.draw(st.sampled_from(with_texts(memory)))
    name = data.draw(st.sampled_from(sorted(texts)))
    changed = data.draw(
        st.sampled_from((SaltedText(texts[name].salt, text), SaltedText(salt, texts[name].text)))
    )
    assume(changed != texts[name])
    memory.texts[sealed.event_id][name] = changed
    assert_found_at(memory, sealed.seq - 1)


@given(data=st.data())
def test_deleting_a_text_without_saying_so_is_found_at_its_event(data: st.DataObject) -> None:
    memory = copy(honest())
    sealed, texts = data.draw(st.sampled_from(with_texts(memory)))
    del memory.texts[sealed.event_id][data.draw(st.sampled_from(sorted(texts)))]
    assert_found_at(memory, sealed.seq - 1)


@given(place=places, name=st.text(min_size=1))
def test_adding_a_text_is_found_at_its_event(place: int, name: str) -> None:
    memory = copy(honest())
    texts = memory.texts[memory.events[place].event_id]
    assume(name not in texts)
    texts[name] = SaltedText(b"1" * 16, "added")
    assert_found_at(memory, place, "that it does not tell of")


@given(data=st.data())
def test_swapping_two_texts_is_found_at_the_first_of_them(data: st.DataObject) -> None:
    memory = copy(honest())
    all_texts = [(sealed, name) for sealed, texts in with_texts(memory) for name in texts]
    (one, first), (two, second) = data.draw(
        st.lists(
            st.sampled_from(all_texts), min_size=2, max_size=2, unique_by=lambda each: (each[0].seq, each[1])
        )
    )
    here, there = memory.texts[one.event_id], memory.texts[two.event_id]
    here[first], there[second] = there[second], here[first]
    assert_found_at(memory, min(one.seq, two.seq) - 1)


def test_a_text_of_no_event_is_found() -> None:
    memory = copy(honest())
    memory.texts[UUID(int=9)] = {"title": SaltedText(b"1" * 16, "stray")}
    finding = audited(memory).finding
    assert finding is not None
    assert (finding.seq, finding.incident_id) == (None, None)
    assert str(UUID(int=9)) in finding.sentence


def test_a_redacted_text_that_was_put_back_is_found_at_its_redaction() -> None:
    memory = copy(honest())
    opened, redacted = redaction(memory)
    twin = copy(memory)
    title = redacted_text()
    memory.texts[opened.event_id]["title"] = title
    assert_found_at(memory, redacted.seq - 1)
    memory.texts[opened.event_id]["title"] = SaltedText(title.salt, "something else")
    assert_found_at(memory, opened.seq - 1)
    assert audited(twin).finding is None


def test_a_redaction_excuses_no_other_text() -> None:
    memory = copy(honest())
    _, redacted = redaction(memory)
    del memory.texts[redacted.event_id]["reason"]
    assert_found_at(memory, redacted.seq - 1)
