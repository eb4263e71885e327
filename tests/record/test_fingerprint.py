"""Two commands with one key are one when they ask the same; what the clock filled in was not asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_type_hints

import pytest

from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.milestone import Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.model.status import Status
from incident_core.model.times import Due
from incident_core.usecases.fingerprint import fingerprint

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANN, BOB = Actor("cli", "ann"), Actor("cli", "bob")
COMMON: dict[str, Any] = {"actor": ANN, "at": AT, "key": "k"}

COMMANDS: tuple[c.Command, ...] = (
    c.Open(**COMMON, title="x"),
    c.Declare(**COMMON),
    c.SetStatus(**COMMON, status=Status.IDENTIFIED),
    c.SetSeverity(**COMMON, severity=Severity.SEV2),
    c.Assign(**COMMON, role="scribe", holder=ANN),
    c.Claim(**COMMON, role="scribe"),
    c.Release(**COMMON, role="scribe"),
    c.HandOver(**COMMON, to=ANN),
    c.AddEvidence(**COMMON, url="https://example.com/a"),
    c.SendUpdate(**COMMON, text="x"),
    c.CorrectUpdate(**COMMON, update="u1", text="x"),
    c.AddTask(**COMMON, text="x"),
    c.AssignTask(**COMMON, item="t1", owner=ANN),
    c.FinishTask(**COMMON, item="t1"),
    c.AddFollowUp(**COMMON, text="x"),
    c.AssignFollowUp(**COMMON, item="f1", owner=ANN),
    c.FinishFollowUp(**COMMON, item="f1"),
    c.FinishReview(**COMMON),
    c.SnoozeTimer(**COMMON, timer="comms", until=AT + timedelta(hours=1)),
    c.StopTimer(**COMMON, timer="comms"),
    c.Resolve(**COMMON),
    c.Close(**COMMON, outcome=Outcome.DUPLICATE, duplicate_of="INC-2"),
    c.Reopen(**COMMON),
    c.CorrectTitle(**COMMON, title="x"),
    c.CorrectMilestone(**COMMON, milestone=Milestone.DETECTED, when=AT),
    c.Retract(**COMMON, entry="e1"),
    c.Redact(**COMMON, entry="e1"),
    c.Grant(**COMMON, who=ANN),
    c.Revoke(**COMMON, who=ANN),
    c.MakePrivate(**COMMON),
    c.Look(**COMMON, how="list"),
)

OTHER: dict[str, Any] = {
    "override": "because",
    "actor": BOB,
    "title": "y",
    "severity": Severity.SEV1,
    "private": True,
    "drill": True,
    "declare": True,
    "commander": ANN,
    "status": Status.MONITORING,
    "reason": "because",
    "role": "technical_lead",
    "holder": BOB,
    "to": BOB,
    "url": "https://example.com/b",
    "note": "x",
    "text": "y",
    "impact": "x",
    "evidence": "https://example.com/c",
    "update": "u2",
    "how": "search",
    "components": ("a", "b"),
    "next_due": AT + timedelta(hours=1),
    "timer": "stale",
    "until": AT + timedelta(hours=2),
    "owner": BOB,
    "due": Due(date(2026, 12, 1)),
    "item": "t2",
    "duplicate_of": "INC-3",
    "milestone": Milestone.OPENED,
    "when": AT - timedelta(microseconds=1),
    "entry": "e2",
    "who": BOB,
}


def differing() -> Iterator[Any]:
    for command in COMMANDS:
        for each in fields(command):
            if each.name not in ("key", "at", "outcome", "texts"):
                yield pytest.param(command, each.name, id=f"{type(command).__name__}.{each.name}")


def of(command: c.Command, key: str | None = "INC-1", at_given: bool = False) -> str:
    return fingerprint(command, key, at_given=at_given)


def test_every_command_is_tried() -> None:
    concrete = {
        kind
        for kind in vars(c).values()
        if isinstance(kind, type) and issubclass(kind, c.Command) and "move" in vars(kind)
    }
    assert {type(command) for command in COMMANDS} == concrete
    assert {name for command in COMMANDS for name in get_type_hints(type(command))} <= {
        *OTHER,
        "move",
        "key",
        "at",
        "outcome",
        "texts",
    }


@pytest.mark.parametrize(("command", "field"), [*differing()])
def test_a_command_that_differs_in_any_field_asks_something_else(command: c.Command, field: str) -> None:
    assert of(replace(command, **{field: OTHER[field]})) != of(command)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_when_it_was_asked_and_under_which_key_do_not_matter(command: c.Command) -> None:
    later = replace(command, at=AT + timedelta(minutes=5), key="another")
    assert of(later) == of(command)
    assert len(of(command)) == 64
    assert int(of(command), 16) >= 0


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_a_time_that_was_given_does_matter(command: c.Command) -> None:
    later = replace(command, at=AT + timedelta(microseconds=1))
    zoned = replace(command, at=AT.astimezone(datetime.strptime("+0530", "%z").tzinfo))
    assert of(command, at_given=True) != of(command)
    assert of(later, at_given=True) != of(command, at_given=True)
    assert of(zoned, at_given=True) == of(command, at_given=True)


def test_another_incident_is_another_request() -> None:
    declare = COMMANDS[1]
    assert len({of(declare, key) for key in ("INC-1", "INC-2", "inc-1", None)}) == 4


def test_another_outcome_is_another_request() -> None:
    closes = [c.Close(**COMMON, outcome=outcome) for outcome in (None, Outcome.FIXED, Outcome.NO_ACTION)]
    assert len({of(close) for close in closes}) == 3


def test_other_verbs_with_the_same_words_are_other_requests() -> None:
    assert len({of(command) for command in COMMANDS}) == len(COMMANDS)


def test_what_a_redaction_finds_was_not_asked() -> None:
    first = c.Redact(**COMMON, entry="u1", texts=((2, "text"),), reason="a name")
    assert of(replace(first, texts=())) == of(first)
    assert of(replace(first, entry=" U1 ")) == of(first)


def test_nothing_runs_together() -> None:
    updates = [
        c.SendUpdate(**COMMON, text="x", components=parts)
        for parts in ((), ("a,b",), ("a", "b"), ("['a', 'b']",), ("None",))
    ]
    updates.append(c.SendUpdate(**COMMON, text="x", impact="None"))
    assert len({of(update) for update in updates}) == 6


def test_the_login_behind_an_actor_does_not_matter() -> None:
    resolve = COMMANDS[17]
    assert of(replace(resolve, actor=Actor("cli", "ann", login="root"))) == of(resolve)
