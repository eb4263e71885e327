"""What was stored by any earlier version is read for ever, and written the same while its schema lasts."""

from __future__ import annotations

import hashlib
import json

import pytest

from incident_core.events import EVENT_TYPES
from incident_core.model.times import from_iso
from incident_core.record.canonical import canonical
from incident_core.record.codec import decode, digest, encode, text_fields
from tests.record.goldens import FOLDER, Golden, all_goldens, meaning, missing, sealed, sums
from tests.record.samples import SAMPLES

GOLDENS = all_goldens()
each_golden = pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden.name)


def test_every_version_of_every_event_type_has_a_golden_file_and_no_other_has() -> None:
    expected = {f"{kind}.v{n}" for kind, event in EVENT_TYPES.items() for n in range(1, event.schema + 1)}
    assert {golden.name for golden in GOLDENS} == expected
    assert {path.stem for path in FOLDER.glob("*.json")} == expected
    assert list(missing()) == []


def test_no_golden_file_was_changed_since_it_was_written() -> None:
    now = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.json")}
    assert now == sums()


def test_there_is_one_sample_of_every_event_type_and_all_its_fields_are_set() -> None:
    assert [event.type for event in SAMPLES] == [*EVENT_TYPES]
    assert not [event for event in SAMPLES if None in meaning(event).values()]


@each_golden
def test_a_stored_event_means_what_it_meant(golden: Golden) -> None:
    texts = {name: salted.text for name, salted in golden.texts.items()}
    at = from_iso(golden.at)
    event = decode(golden.type, golden.schema, json.loads(golden.body), texts, golden.actor, at)
    assert {name: value for name, value in meaning(event).items() if name in golden.fields} == golden.fields
    assert (event.at, event.actor, event.actor.login) == (at, golden.actor, "root")
    if event.schema == golden.schema:
        assert meaning(event).keys() == golden.fields.keys()
        body, texts_again = encode(event, iter([each.salt for each in golden.texts.values()]).__next__)
        assert canonical(body).decode() == golden.body
        assert texts_again == golden.texts


@each_golden
def test_a_stored_body_holds_the_digest_of_each_text_and_no_text(golden: Golden) -> None:
    told = text_fields(json.loads(golden.body))
    assert told == {name: digest(salted) for name, salted in golden.texts.items()}
    for salted in golden.texts.values():
        assert salted.text not in golden.body


@each_golden
def test_a_stored_event_has_the_hash_that_it_had(golden: Golden) -> None:
    assert sealed(golden, golden.body.encode()).hash == golden.hash
