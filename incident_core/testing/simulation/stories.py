"""Histories as the simulation meets them: one incident, version by version, decided by the real rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from incident_core import commands as c
from incident_core.events import Event
from incident_core.guards.refusal import Refused
from incident_core.lifecycle.decide import decide
from incident_core.lifecycle.fold import advance
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.intervals import Intervals
from incident_core.model.policy import Policy
from incident_core.model.role import STANDARD_ROLES
from incident_core.model.severity import Severity
from incident_core.model.status import Status
from incident_core.model.times import Due
from incident_core.ports.reader import Entry

HURRIED = Policy(
    required_roles=STANDARD_ROLES[:2],
    intervals=Intervals(
        comms_first=timedelta(seconds=20),
        comms_again=timedelta(seconds=15),
        comms_severities=frozenset(Severity),
        stale_after=timedelta(seconds=30),
        stale_again=timedelta(seconds=40),
        role_empty=timedelta(seconds=10),
    ),
)
"""With timers that fire while everything else happens."""

ANN = Actor("cli", "ann")
BEGINNING = datetime(2026, 11, 22, 8, 45, tzinfo=UTC)
_NAMES = count(1)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One commit: the incident after it, and all entries up to it."""

    incident: Incident
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One incident and its commits in order."""

    id: UUID
    chapters: tuple[Chapter, ...]


def command(kind: type[c.Command], **values: object) -> c.Command:
    """A command by ann, at the beginning."""
    return kind(actor=ANN, at=BEGINNING, key=f"k{next(_NAMES)}", **values)  # type: ignore[arg-type]


def story(number: int, commands: Sequence[c.Command]) -> Story:
    """What these commands lead to, a second apart; those that are refused or change nothing are left out."""
    incident: Incident | None = None
    entries: list[Entry] = []
    chapters: list[Chapter] = []
    for place, each in enumerate(commands):
        decision = decide(Policy(), incident, replace(each, at=BEGINNING + timedelta(seconds=place)))
        if isinstance(decision, Refused) or not decision:
            continue
        incident = advance(incident, decision)
        entries += [_entry(len(entries) + at, event) for at, event in enumerate(decision, start=1)]
        chapters.append(Chapter(incident, tuple(entries)))
    return Story(UUID(int=number), tuple(chapters))


def opened(**values: object) -> c.Command:
    """The first command of every story."""
    return command(c.Open, title="API is slow", **values)


VERBS: tuple[tuple[type[c.Command], dict[str, object]], ...] = (
    (c.Declare, {}),
    (c.SetSeverity, {"severity": Severity.SEV1}),
    (c.SetSeverity, {"severity": Severity.SEV3, "reason": "less"}),
    (c.SetStatus, {"status": Status.MONITORING}),
    (c.SendUpdate, {"text": "Still slow."}),
    (c.CorrectTitle, {"title": "API is gone"}),
    (c.AddFollowUp, {"text": "index it", "due": Due(BEGINNING.date())}),
    (c.FinishFollowUp, {"item": "f1"}),
    (c.SnoozeTimer, {"timer": "comms", "until": BEGINNING + timedelta(seconds=50)}),
    (c.StopTimer, {"timer": "stale"}),
    (c.Resolve, {}),
    (c.Close, {}),
    (c.Reopen, {"reason": "not over"}),
)


def _entry(version: int, event: Event) -> Entry:
    return Entry(
        version, version, UUID(int=version), event, "cli", BEGINNING + timedelta(seconds=version), None
    )
