"""What the outside is given of one incident: plain JSON, every key always there, null where not set."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from hypothesis import given, settings

from incident_core import commands as c
from incident_core import events as e
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.model.times import Due, to_iso
from incident_core.record.document import Document, document
from incident_core.testing.contracts import ANN, BOB, Desk
from incident_core.testing.memory import Memory, MemoryStore
from incident_core.testing.strategies import History, histories
from tests.record.samples import DUE

PROMISED = {
    "key",
    "title",
    "stage",
    "status",
    "severity",
    "drill",
    "private",
    "roles",
    "evidence",
    "tasks",
    "follow_ups",
    "outcome",
    "version",
    *(each.value for each in Milestone),
}
"""What the issue lists; more is there, but these may never go."""

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def desk() -> Desk:
    return Desk(MemoryStore.over(Memory()))


def shown(at: Desk, key: str = "INC-1") -> Document:
    return document(at.load(key).incident)


def test_a_new_incident_has_every_key_and_null_where_nothing_is_set() -> None:
    at = desk()
    at.open("x", severity=Severity.SEV4)
    found = shown(at)
    assert found.keys() >= PROMISED
    assert {name for name, value in found.items() if value is None} == {
        "status",
        "outcome",
        "duplicate_of",
        "impact_started_at",
        "detected_at",
        "declared_at",
        "acknowledged_at",
        "mitigated_at",
        "resolved_at",
        "closed_at",
        "review_done_at",
    }
    assert (found["key"], found["stage"], found["version"]) == ("INC-1", "investigation", 1)
    assert (found["roles"], found["evidence"], found["tasks"], found["follow_ups"]) == ({}, [], [], [])
    assert found["opened_at"] == to_iso(at.clock.now())


def test_a_whole_incident_is_told_in_plain_words() -> None:
    at = desk()
    at.open('"x" 🔥', severity=Severity.SEV2, drill=True, private=True)
    at.clock.move(timedelta(minutes=5))
    at.do(c.Declare, "INC-1", commander=BOB)
    at.do(c.AddEvidence, "INC-1", url="https://example.com/a", note="here")
    at.do(c.SendUpdate, "INC-1", text="we know", components=("web", "api"), by=BOB)
    at.do(c.AddTask, "INC-1", text="look", owner=BOB, due=DUE)
    at.do(c.FinishTask, "INC-1", item="t1")
    at.do(c.AddFollowUp, "INC-1", text="index")
    at.do(c.Retract, "INC-1", entry="f1", reason="twice")
    at.clock.move(timedelta(minutes=5))
    at.do(c.Resolve, "INC-1")
    at.do(c.Close, "INC-1", outcome=Outcome.FALSE_ALARM)
    found = shown(at)
    noon = at.clock.now() - timedelta(minutes=10)
    five, ten = to_iso(noon + timedelta(minutes=5)), to_iso(noon + timedelta(minutes=10))
    assert found["title"] == '"x" 🔥'
    assert (found["drill"], found["private"], found["severity"]) == (True, True, "sev2")
    assert (found["stage"], found["outcome"], found["roles"]) == (
        "closed",
        "false_alarm",
        {"incident_commander": "cli:bob"},
    )
    assert found["evidence"] == [
        {
            "id": "e1",
            "url": "https://example.com/a",
            "note": "here",
            "added_by": "cli:ann",
            "added_at": five,
            "retracted": False,
        }
    ]
    assert found["updates"] == [
        {
            "id": "u1",
            "text": "we know",
            "impact": None,
            "components": ["web", "api"],
            "next_due": None,
            "sent_by": "cli:bob",
            "sent_at": five,
            "retracted": False,
        }
    ]
    assert found["tasks"] == [
        {
            "id": "t1",
            "text": "look",
            "owner": "cli:bob",
            "due": {"on": "2026-12-01", "zone": "Europe/Berlin"},
            "added_at": five,
            "done_at": five,
            "done_by": "cli:ann",
            "retracted": False,
        }
    ]
    assert [(each["id"], each["retracted"]) for each in found["follow_ups"]] == [("f1", True)]  # type: ignore[attr-defined]
    assert (found["declared_at"], found["acknowledged_at"], found["resolved_at"]) == (five, five, ten)
    assert found["durations"] == {
        "time_to_detect": None,
        "time_to_declare": 300.0,
        "time_to_acknowledge": 0.0,
        "time_to_mitigate": None,
        "time_to_resolve": 300.0,
        "impact_duration": None,
    }


def test_what_was_redacted_is_null() -> None:
    at = desk()
    at.open("secret")
    gone = e.TextRedacted(actor=ANN, at=at.clock.now(), version=1, field="title", reason="a token")
    at.store.log.commit(at.batch(at.load("INC-1"), gone))
    assert shown(at)["title"] is None


@settings(max_examples=50)
@given(history=histories())
def test_it_is_json_whatever_happened_and_every_time_is_iso_8601_in_utc_with_z(history: History) -> None:
    found = document(history.incident)
    assert json.loads(json.dumps(found)) == found
    assert found.keys() >= PROMISED
    assert found["version"] == len(history.events)
    for name in (*(each.value for each in Milestone), "review_done_at"):
        value = found[name]
        assert value == _time(history.incident, name)
        assert value is None or TIME.fullmatch(str(value))


def _time(incident: Incident, name: str) -> str | None:
    when = getattr(incident, name)
    return None if when is None else when.isoformat(timespec="microseconds").replace("+00:00", "Z")


def test_a_due_day_keeps_its_zone() -> None:
    at = desk()
    at.open("x")
    at.do(c.AddTask, "INC-1", text="look", due=Due(DUE.on))
    assert shown(at)["tasks"][0]["due"] == {"on": "2026-12-01", "zone": "UTC"}  # type: ignore[index]
