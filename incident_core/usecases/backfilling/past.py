"""One incident from before: what is known of it, and the commands that would have led to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.milestone import ORDER, Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.role import COMMANDER
from incident_core.model.severity import Severity
from incident_core.model.status import Status
from incident_core.model.times import to_iso
from incident_core.record.canonical import canonical

PREFIX = "import:"
"""How the key of every command begins that was made for an incident from before."""

BEFORE = "It was brought in from before."
"""The reason for passing over a process rule, where one stood against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """`origin` names it where it comes from, `duplicate_of` is such a name; times are UTC.

    `roles` are those who held them in the end. `unacknowledged`: it is known that it was never acknowledged.
    """

    origin: str
    title: str
    opened_at: datetime
    opened_by: Actor
    severity: Severity = Severity.SEV4
    private: bool = False
    drill: bool = False
    impact_started_at: datetime | None = None
    detected_at: datetime | None = None
    declared_at: datetime | None = None
    declared_by: Actor | None = None
    acknowledged_at: datetime | None = None
    unacknowledged: bool = False
    mitigated_at: datetime | None = None
    status: Status | None = None
    resolved_at: datetime | None = None
    resolved_by: Actor | None = None
    review_done_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: Actor | None = None
    outcome: Outcome | None = None
    duplicate_of: str | None = None
    roles: tuple[tuple[str, Actor], ...] = ()

    @property
    def key(self) -> str:
        """The key of the command that opens it; those that follow add a number."""
        return self.key_of(self.origin)

    @staticmethod
    def key_of(origin: str) -> str:
        """The same of any origin."""
        return f"{PREFIX}{origin}"

    def disorder(self) -> Iterator[tuple[str, str]]:
        """The pairs of times that are the wrong way round: the first should not be after the second."""
        for early, late in ORDER:
            first, second = getattr(self, early.value), getattr(self, late.value)
            if first is not None and second is not None and first > second:
                yield early.value, late.value

    def times(self) -> Iterator[tuple[str, datetime]]:
        """Every time that it has, with its name."""
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, datetime):
                yield each.name, value

    def digest(self) -> str:
        """64 hexadecimal digits; the same for the same content."""
        content = {each.name: _plain(getattr(self, each.name)) for each in fields(self)}
        return sha256(canonical(content)).hexdigest()

    def commands(self, original: str | None) -> Iterator[c.Command]:
        """What would have led to it; `original` is the key of the incident that it is a duplicate of."""
        return _Telling(self, original).commands()


class _Telling:
    """The commands in order, each at its time, by those who are known to have given it."""

    def __init__(self, past: Past, original: str | None) -> None:
        self._past = past
        self._original = original
        self._lead = dict(past.roles).get(COMMANDER, past.opened_by)
        self._given = 0

    def commands(self) -> Iterator[c.Command]:
        past = self._past
        # The one way to be declared and yet not acknowledged: whoever opened it declared it at once.
        at_once = past.declared_at is not None and past.unacknowledged and self._lead == past.opened_by
        yield self._open(at_once)
        yield from self._correct(past.opened_at, Milestone.IMPACT_STARTED, Milestone.DETECTED)
        if past.declared_at is not None:
            yield from self._declare(past.declared_at, at_once)
        yield from self._roles(past.declared_at or past.opened_at)
        if past.declared_at is not None:
            yield from self._respond(past.declared_at)
        yield from self._end()

    def _open(self, at_once: bool) -> c.Command:
        past = self._past
        return self._give(
            c.Open,
            past.opened_by,
            past.opened_at,
            title=past.title,
            severity=past.severity,
            private=past.private,
            drill=past.drill,
            declare=at_once,
        )

    def _declare(self, at: datetime, at_once: bool) -> Iterator[c.Command]:
        past = self._past
        if at_once:
            yield from self._correct(past.opened_at, Milestone.DECLARED)
        else:
            yield self._give(c.Declare, past.declared_by or self._lead, at, commander=self._lead)
        yield from self._correct(at, Milestone.ACKNOWLEDGED)

    def _roles(self, at: datetime) -> Iterator[c.Command]:
        for role, holder in self._past.roles:
            yield self._give(c.Assign, self._lead, at, role=role, holder=holder)

    def _respond(self, declared_at: datetime) -> Iterator[c.Command]:
        past = self._past
        if past.mitigated_at is not None:
            yield self._give(c.SetStatus, self._lead, past.mitigated_at, status=Status.MONITORING)
        if past.status is not None and past.resolved_at is None:
            yield self._give(c.SetStatus, self._lead, past.mitigated_at or declared_at, status=past.status)

    def _end(self) -> Iterator[c.Command]:
        past = self._past
        if past.resolved_at is not None:
            yield self._give(c.Resolve, past.resolved_by or self._lead, past.resolved_at, override=BEFORE)
        if past.review_done_at is not None:
            yield self._give(c.FinishReview, self._lead, past.review_done_at)
        if past.closed_at is not None:
            yield self._give(
                c.Close,
                past.closed_by or self._lead,
                past.closed_at,
                outcome=past.outcome,
                duplicate_of=self._original,
                override=BEFORE,
            )

    def _correct(self, at: datetime, *milestones: Milestone) -> Iterator[c.Command]:
        for each in milestones:
            when = getattr(self._past, each.value)
            if when is not None:
                yield self._give(c.CorrectMilestone, self._lead, at, milestone=each, when=when)

    def _give(self, kind: type[c.Command], by: Actor, at: datetime, **rest: Any) -> c.Command:
        key = f"{self._past.key}:{self._given}" if self._given else self._past.key
        self._given += 1
        return kind(actor=by, at=at, key=key, **rest)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return to_iso(value)
    if isinstance(value, tuple):
        return [f"{role}={who}" for role, who in value]
    return str(value) if isinstance(value, StrEnum | Actor) else value
