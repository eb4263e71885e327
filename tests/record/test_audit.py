"""Whatever is done to a stored log behind our back is found, and the first bad place is named."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from incident_core import events as e
from incident_core.errors import NotFound
from incident_core.model.actor import Actor
from incident_core.model.severity import Severity
from incident_core.record.audit import Audit
from incident_core.record.chain import Head, Sealed, hash_of
from incident_core.testing.contracts import ANN, Desk
from incident_core.testing.memory import Memory, MemoryLedger, MemoryStore
from incident_core.usecases.verify import verify, verify_incident
from tests.record.logs import assert_found_at, audited, copy, honest, redaction, rewritten

INCIDENTS = (("one", "INC-1"), ("one", "INC-2"), ("two", "INC-1"))
LENGTH = len(honest().events)
places = st.integers(0, LENGTH - 1)

ENVELOPE = ("workspace", "incident_id", "actor", "source", "command_key", "correlation_id", "recorded_at")
OWN = tuple(each.name for each in fields(Sealed) if each.name != "envelope")
ANOTHER: dict[type, st.SearchStrategy[Any]] = {
    int: st.integers(-(2**70), 2**70),
    str: st.text() | st.sampled_from(("zz", "\ud83d", "0" * 64)),
    bytes: st.binary() | st.sampled_from((b"{}", b"null", b"\xff")),
    UUID: st.uuids(),
    type(None): st.uuids(),
    datetime: st.datetimes().map(lambda each: each.replace(tzinfo=UTC)),
    Actor: st.builds(
        Actor, st.just("cli"), st.sampled_from("abc"), st.none() | st.just("T1"), st.none() | st.just("root")
    ),
}


def same(one: object, other: object) -> bool:
    """Equal, and also in what actors do not compare."""
    return one == other and repr(one) == repr(other)


def test_the_log_that_is_damaged_below_is_sound() -> None:
    found = audited(honest(), against=honest().head)
    assert (found.finding, found.checked, found.head) == (None, LENGTH, honest().head)
    assert LENGTH > 20
    assert {sealed.envelope.workspace for sealed in honest().events} == {"one", "two"}
    assert any(sealed.override_id for sealed in honest().events)


@pytest.mark.parametrize("field", [*OWN, *ENVELOPE])
@given(place=places, data=st.data())
def test_changing_a_field_of_an_event_is_found_there(field: str, place: int, data: st.DataObject) -> None:
    memory = copy(honest())
    sealed = memory.events[place]
    holder: Any = sealed.envelope if field in ENVELOPE else sealed
    value = data.draw(ANOTHER[type(getattr(holder, field))])
    assume(not same(value, getattr(holder, field)))
    changed = replace(holder, **{field: value})
    memory.events[place] = replace(sealed, envelope=changed) if field in ENVELOPE else changed
    finding = audited(memory).finding
    assert finding is not None
    assert f"event {place + 1} " in finding.sentence
    assert finding.seq == memory.events[place].seq
    assert finding.incident_id == memory.events[place].envelope.incident_id


@given(place=places)
def test_changing_an_event_together_with_its_hash_is_found_at_the_next_one(place: int) -> None:
    memory = copy(honest())
    changed = replace(memory.events[place], occurred_at=datetime(2026, 1, 1, tzinfo=UTC))
    memory.events[place] = replace(changed, hash=hash_of(changed))
    finding = audited(memory).finding
    assert finding is not None
    assert finding.seq == place + 2


@given(one=places, two=places)
def test_reordering_is_found_at_the_first_that_moved(one: int, two: int) -> None:
    assume(one < two)
    memory = copy(honest())
    memory.events[one], memory.events[two] = memory.events[two], memory.events[one]
    assert_found_at(memory, one)


@given(one=places, two=places)
def test_so_is_reordering_with_the_sequence_numbers_mended(one: int, two: int) -> None:
    assume(one < two)
    memory = copy(honest())
    first, second = memory.events[one], memory.events[two]
    memory.events[one], memory.events[two] = replace(second, seq=first.seq), replace(first, seq=second.seq)
    assert_found_at(memory, one)


@given(place=places, what=places)
def test_inserting_a_copy_is_found_there(place: int, what: int) -> None:
    assume(place != what)
    memory = copy(honest())
    memory.events.insert(place, replace(memory.events[what], seq=place + 1))
    assert_found_at(memory, place)


@given(place=places)
def test_inserting_a_forged_event_is_found_there_or_right_behind_it(place: int) -> None:
    memory = copy(honest())
    before, model = memory.events[place], memory.events[place]
    forged = replace(
        model, seq=place + 2, event_id=UUID(int=9), version=model.version + 1, previous=before.hash
    )
    forged = replace(forged, hash=hash_of(forged))
    memory.texts[forged.event_id] = dict(memory.texts[model.event_id])
    memory.events.insert(place + 1, forged)
    finding = audited(memory).finding
    assert finding is not None
    assert finding.seq in (place + 2, place + 3)


@given(place=st.integers(0, LENGTH - 2))
def test_deleting_an_event_is_found_where_it_is_missing(place: int) -> None:
    memory = copy(honest())
    del memory.events[place]
    finding = audited(memory).finding
    assert finding is not None
    assert finding.sentence == f"event {place + 1} is missing: the next one is {place + 2}"


@given(length=st.integers(0, LENGTH - 1))
def test_cutting_the_tail_is_found_at_the_cut(length: int) -> None:
    memory = copy(honest())
    cut, memory.events = memory.events[length:], memory.events[:length]
    finding = audited(memory).finding
    assert finding is not None
    assert finding.seq == length + 1
    for sealed in cut:
        del memory.texts[sealed.event_id]
    assert audited(memory).finding == finding


@given(length=st.integers(0, LENGTH - 1))
def test_cutting_the_tail_with_the_head_and_the_texts_is_found_against_a_head_that_was_noted(
    length: int,
) -> None:
    short = rewritten(honest(), honest().events[:length])
    finding = audited(short, against=honest().head).finding
    assert finding is not None
    assert finding.sentence == f"the log ends at event {length}, a head was noted at {LENGTH}"
    assert finding.seq == length + 1


@pytest.mark.parametrize(("workspace", "key"), INCIDENTS)
def test_removing_a_whole_incident_is_found(workspace: str, key: str) -> None:
    memory = copy(honest())
    incident_id = memory.find(workspace, key)
    gone = [sealed for sealed in memory.events if sealed.envelope.incident_id == incident_id]
    memory.events = [sealed for sealed in memory.events if sealed not in gone]
    for sealed in gone:
        del memory.texts[sealed.event_id]
    finding = audited(memory).finding
    assert finding is not None
    assert finding.sentence.startswith(f"event {gone[0].seq} is missing")
    closed_up = rewritten(honest(), memory.events)
    assert audited(closed_up).finding is None, "nobody could tell from the log alone"
    assert audited(closed_up, against=honest().head).finding is not None


@given(place=places)
def test_a_consistent_rewrite_of_everything_is_found_against_a_head_that_was_noted(place: int) -> None:
    events = list(honest().events)
    envelope = replace(events[place].envelope, source="forged")
    events[place] = replace(events[place], envelope=envelope)
    forged = rewritten(honest(), events)
    assert audited(forged).finding is None
    finding = audited(forged, against=honest().head).finding
    assert finding is not None
    assert finding.seq == LENGTH
    assert "rewritten" in finding.sentence


def test_a_log_that_went_on_after_its_head_was_noted_is_sound() -> None:
    for sealed in honest().events:
        noted = Head(sealed.seq, sealed.seq, sealed.hash, sealed.envelope.recorded_at)
        assert audited(honest(), against=noted).finding is None
    assert audited(honest(), against=Head()).finding is None


@pytest.mark.parametrize(
    "head",
    [
        Head(),
        replace(honest().head, seq=LENGTH + 1),
        replace(honest().head, count=LENGTH - 1),
        replace(honest().head, hash="0" * 64),
        replace(honest().head, recorded_at=datetime(9999, 1, 1, tzinfo=UTC)),
        replace(honest().head, recorded_at=None),
    ],
    ids=["none", "seq", "count", "hash", "time", "no time"],
)
def test_changing_the_head_is_found(head: Head) -> None:
    memory = copy(honest())
    memory.head = head
    finding = audited(memory).finding
    assert finding is not None
    assert "head" in finding.sentence


def test_the_audit_reads_no_further_than_the_first_bad_place() -> None:
    memory = copy(honest())
    for place in (7, 3, 12):
        sealed = memory.events[place]
        memory.events[place] = replace(sealed, occurred_at=sealed.occurred_at + timedelta(microseconds=1))
    found = audited(memory)
    assert found.finding is not None
    assert (found.finding.seq, found.checked, found.head.seq) == (4, 3, 3)


@given(place=places, data=st.data())
def test_one_incident_is_checked_by_itself(place: int, data: st.DataObject) -> None:
    memory = copy(honest())
    sealed = memory.events[place]
    damaged = sealed.envelope.incident_id
    previous = data.draw(ANOTHER[str])
    assume(previous != sealed.previous)
    memory.events[place] = replace(sealed, previous=previous)
    for workspace, key in INCIDENTS:
        ledger = MemoryLedger(memory)
        finding = verify_incident(ledger, workspace, key).finding
        if ledger.find(workspace, key) == damaged:
            assert finding is not None
            assert finding.sentence == f"event {sealed.seq} was changed: its hash is another"
        else:
            assert finding is None


@given(place=places)
def test_an_incident_that_lacks_an_event_in_the_middle_is_found_by_itself(place: int) -> None:
    memory = copy(honest())
    sealed = memory.events.pop(place)
    later = [
        each for each in memory.events[place:] if each.envelope.incident_id == sealed.envelope.incident_id
    ]
    redacted, says = redaction(honest())
    with MemoryLedger(memory).read(sealed.envelope.incident_id) as pages:
        finding = Audit(whole=False).read(pages.events()).result().finding
    unexplained = redacted.seq if sealed == says else None
    assert (None if finding is None else finding.seq) == (later[0].seq if later else unexplained)


def test_an_incident_that_is_not_there_cannot_be_verified() -> None:
    with pytest.raises(NotFound, match="INC-99"):
        verify_incident(MemoryLedger(honest()), "one", "INC-99")


def test_progress_is_told_every_thousand_events() -> None:
    desk = Desk(MemoryStore.over(Memory()))
    at = desk.clock.now()
    opened = e.Opened(actor=ANN, at=at, title="x", severity=Severity.SEV4, private=False, drill=False)
    desk.store.log.commit(desk.batch(None, opened, *[e.ReviewDone(actor=ANN, at=at)] * 2499))
    told: list[int] = []
    assert verify(desk.store.ledger, progress=told.append).checked == 2500
    assert told == [1000, 2000]


@given(place=st.integers(1, LENGTH - 1))
def test_an_event_that_was_recorded_before_the_one_before_it_is_found_though_its_hash_is_right(
    place: int,
) -> None:
    events = list(honest().events)
    before = events[place - 1].envelope.recorded_at
    envelope = replace(events[place].envelope, recorded_at=before - timedelta(microseconds=1))
    events[place] = replace(events[place], envelope=envelope)
    assert_found_at(rewritten(honest(), events), place, "was recorded before the event before it")


@pytest.mark.parametrize("body", [b"nonsense", b"[]", b"null", b'"text"', b"1", b""])
@given(place=places)
def test_a_body_that_is_none_is_found_though_its_hash_is_right(body: bytes, place: int) -> None:
    events = list(honest().events)
    events[place] = replace(events[place], body=body)
    assert_found_at(rewritten(honest(), events), place, "has a body that cannot be read")
