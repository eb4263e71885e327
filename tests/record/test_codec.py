"""Between events and their stored form nothing is lost, but the texts that were removed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_core.errors import UnknownEvent
from incident_core.events import EVENT_TYPES, Event, Opened, SeveritySet
from incident_core.model.severity import Severity
from incident_core.record.canonical import canonical
from incident_core.record.codec import SaltedText, decode, digest, encode, text_fields
from incident_core.record.upcast import STEPS, upcast
from incident_core.testing.strategies import events
from tests.record.samples import AT, BY, SAMPLES


def stored(event: Event) -> tuple[bytes, dict[str, SaltedText]]:
    salts = count(1)
    body, texts = encode(event, lambda: next(salts).to_bytes(16, "big"))
    return canonical(body), texts


def read(event: Event, body: bytes, texts: Mapping[str, SaltedText]) -> Event:
    plain = {name: salted.text for name, salted in texts.items()}
    return decode(event.type, event.schema, json.loads(body), plain, event.actor, event.at)


@given(event=events())
def test_what_is_read_is_what_was_written(event: Event) -> None:
    body, texts = stored(event)
    again = read(event, body, texts)
    assert again == event
    assert type(again) is type(event)
    assert again.actor.login == event.actor.login
    assert stored(again) == (body, texts)


@given(event=events(), data=st.data())
def test_a_text_that_was_removed_is_none_and_everything_else_stays(event: Event, data: st.DataObject) -> None:
    body, texts = stored(event)
    kept = data.draw(st.sets(st.sampled_from(sorted(texts)))) if texts else set()
    again = read(event, body, {name: texts[name] for name in kept})
    for name in ({*event.__dataclass_fields__} - {"type", "schema"}) - (texts.keys() - kept):
        assert getattr(again, name) == getattr(event, name), name
    for name in texts.keys() - kept:
        assert getattr(again, name) is None


@given(event=events())
def test_a_body_tells_of_its_texts_by_digest_only(event: Event) -> None:
    body, texts = stored(event)
    assert text_fields(json.loads(body)) == {name: digest(salted) for name, salted in texts.items()}
    assert len({salted.salt for salted in texts.values()}) == len(texts)


def test_the_same_text_has_another_digest_each_time() -> None:
    one, two = SaltedText(b"1" * 16, "same"), SaltedText(b"2" * 16, "same")
    assert digest(one) != digest(two)


def test_fields_that_look_like_texts_are_not_confused_with_them() -> None:
    """Salt and text are joined, so the border between them must be fixed: salts have 16 bytes."""
    assert {len(salted.salt) for event in SAMPLES for salted in stored(event)[1].values()} == {16}


@pytest.mark.parametrize(
    ("kind", "schema"), [("unheard_of", 1), ("opened", Opened.schema + 1), ("", 1), ("OPENED", 1)]
)
def test_an_event_of_a_newer_program_is_refused_with_one_sentence(kind: str, schema: int) -> None:
    with pytest.raises(UnknownEvent, match="upgrade it") as caught:
        decode(kind, schema, {}, {}, BY, AT)
    assert (caught.value.kind, caught.value.schema) == (kind, schema)


def test_there_is_a_step_up_from_every_older_schema_and_no_other() -> None:
    needed = {(kind, n) for kind, event in EVENT_TYPES.items() for n in range(1, event.schema)}
    assert STEPS.keys() == needed


def test_an_old_body_is_lifted_step_by_step() -> None:
    steps = {
        ("asked", 1): lambda body: {"who": body["name"]},
        ("asked", 2): lambda body: {**body, "how": "aloud"},
        ("other", 1): lambda body: {"wrong": body},
    }
    assert upcast("asked", 1, 3, {"name": "ann"}, steps) == {"who": "ann", "how": "aloud"}
    assert upcast("asked", 2, 3, {"who": "bob"}, steps) == {"who": "bob", "how": "aloud"}
    assert upcast("asked", 3, 3, {"who": "cleo"}, steps) == {"who": "cleo"}
    with pytest.raises(KeyError):
        upcast("asked", 1, 4, {"name": "ann"}, steps)


def test_a_field_that_an_old_body_does_not_have_is_none() -> None:
    body = {"severity": "sev1", "previous": "sev3"}
    event = decode("severity_set", 1, body, {}, BY, AT)
    assert event == SeveritySet(actor=BY, at=AT, severity=Severity.SEV1, previous=Severity.SEV3, reason=None)
