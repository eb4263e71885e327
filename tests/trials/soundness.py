"""Whether all that a database holds agrees: log, texts, answers, views, head and counters."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from incident_core.record.words import words
from incident_core.usecases.verify import verify
from tests.trials.history import opened
from tests.trials.places import Place


def assert_sound(place: Place) -> int:
    """Assert it, asking the program (verify, rebuild) and the tables; how many events there are."""
    with opened(place.url) as database:
        audited = verify(database.ledger)
        assert audited.finding is None, audited.finding
        assert database.views.rebuild(write=False).differing == ()
    if place.kind == "sqlite":
        assert place.ask("PRAGMA integrity_check") == [("ok",)]
        assert place.ask("PRAGMA foreign_key_check") == []
    _assert_gapless(place, audited.checked)
    _assert_numbered(place)
    _assert_answered(place)
    _assert_found(place)
    return audited.checked


def _assert_gapless(place: Place, count: int) -> None:
    """No gap in the sequence or in any incident's versions."""
    assert place.ask("SELECT seq, count FROM log_head") == [(count, count)]
    assert [seq for (seq,) in place.ask("SELECT seq FROM events ORDER BY seq")] == list(range(1, count + 1))
    versions: defaultdict[Any, list[int]] = defaultdict(list)
    for incident_id, version in place.ask("SELECT incident_id, version FROM events ORDER BY seq"):
        versions[incident_id].append(version)
    for incident_id, found in versions.items():
        assert found == list(range(1, len(found) + 1)), incident_id
    views = dict(place.ask("SELECT id, version FROM incidents"))
    assert views == {incident_id: len(found) for incident_id, found in versions.items()}


def _assert_numbered(place: Place) -> None:
    """No number twice, none left out, and the counter stands at the last."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for workspace, number in place.ask("SELECT workspace, number FROM incidents ORDER BY number"):
        numbers[workspace].append(number)
    for workspace, found in numbers.items():
        assert found == list(range(1, len(found) + 1)), workspace
    counters = dict(place.ask("SELECT workspace, value FROM counters"))
    assert counters == {workspace: len(found) for workspace, found in numbers.items()}


def _assert_answered(place: Place) -> None:
    """Each event belongs to exactly one answer, and each answer has exactly the events that it says."""
    made: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    events = "SELECT workspace, command_key, incident_id, version FROM events ORDER BY seq"
    for *whose, version in place.ask(events):
        made[tuple(whose)].append(version)
    answers = "SELECT workspace, key, incident_id, result, first_version, last_version FROM commands"
    for workspace, key, incident_id, result, first, last in place.ask(answers):
        versions = made.pop((workspace, key, incident_id), [])
        if result == "accepted":
            assert versions == list(range(first, last + 1)), key
        else:
            assert versions == [], key
    assert made == {}, "events of which no command was answered"


def _assert_found(place: Place) -> None:
    """The words of each text can be searched for, and nothing else; on SQLite in its index too."""
    texts: defaultdict[Any, list[tuple[int, str, str]]] = defaultdict(list)
    firsts = dict(place.ask("SELECT incident_id, seq FROM events WHERE version = 1"))
    for incident_id, *text in place.ask(
        "SELECT e.incident_id, e.version, t.field, t.text FROM texts t"
        " JOIN events e ON e.event_id = t.event_id"
    ):
        texts[firsts[incident_id]].append(tuple(text))
    expected = {
        first_seq: [word for _, _, text in sorted(texts[first_seq]) for word in words(text)]
        for first_seq in firsts.values()
    }
    found = {first_seq: text.split() for first_seq, text in place.ask("SELECT first_seq, words FROM search")}
    assert found == expected
    if place.kind == "sqlite":
        place.run("INSERT INTO search_words (search_words, rank) VALUES ('integrity-check', 1)")
