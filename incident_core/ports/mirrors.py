"""Mirrors: what is known about the outside, and which worker may change it; facts, never made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from incident_core.model.incident import Incident
from incident_core.ports.mirror import Call
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Reminder


@dataclass(frozen=True, slots=True)
class Effect:
    """One outside thing, or one thing that was said: what is there, and what was tried last.

    `done`: it is there, with `fingerprint` as its content (None: not known). `intent` is a call that was
    begun and whose end is not recorded. `attempts` failed in a row; it is not tried before `next_at`.
    `stopped`: not tried again with this content until somebody asks for it, and what needs it waits.
    `skipped`: nobody wants it any more.
    """

    slot: str
    generation: int = 1
    done: bool = False
    fingerprint: str | None = None
    external_id: str | None = None
    intent: Call | None = None
    intended_at: datetime | None = None
    attempts: int = 0
    next_at: datetime | None = None
    error: str | None = None
    stopped: bool = False
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to change one incident's part of one mirror, until `until`; a newer token takes it away.

    `incident_id` may also be that of everything in a workspace (`incident_core.ports.timers.everything`).
    """

    workspace: str
    incident_id: UUID
    mirror: str
    token: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Come:
    """How far a mirror has come: the newest event, and the newest reminder, of which all was said."""

    version: int
    reminder: int = 0


NOWHERE = Come(0)


@dataclass(frozen=True, slots=True)
class Gap:
    """What a claim is about: the incident, what is new since `shown`, what is known of the outside.

    `incident` None: a claim about all of a workspace together, which has reminders only. `wanted` is how far
    it should come; `revision` counts what others changed about it. `effects` are by slot: all that should be
    there, what was said about what is new, notes, and what open notes are about; not what was said before,
    which nothing can need. `holds` are by method, until when; those that are over may be among them.
    """

    incident: Incident | None
    entries: tuple[Entry, ...]
    reminders: tuple[Reminder, ...]
    shown: Come
    wanted: Come
    effects: Mapping[str, Effect]
    holds: Mapping[str, datetime]
    revision: int


class Mirrors(Protocol):
    """Every method may raise Unavailable; those with a claim raise LeaseLost where it is another's now.

    A commit that appends events makes each mirror of the deployment want the incident's new version, in the
    same transaction, due at once; one that never saw the incident begins with the events of that commit. So
    does a timer that fires, with its reminder.
    """

    def claim(self, mirrors: Sequence[str], now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """Take up to `limit` that are due, and nobody's at `now`; durable at once.

        The highest severity comes first, then what has been due for the longest time.
        """
        ...

    def gap(self, claim: Claim) -> Gap:
        """What there is to do, as of one moment."""
        ...

    def renew(self, claim: Claim, until: datetime) -> None:
        """Keep it until then."""
        ...

    def save(self, claim: Claim, effects: Sequence[Effect], holds: Mapping[str, datetime]) -> None:
        """Write intents before their calls, and results after them; longer holds win."""
        ...

    def note(self, claim: Claim, notes: Sequence[Effect]) -> None:
        """Keep what a worker did that had lost its lease, for whoever has it now; never raises LeaseLost."""
        ...

    def settle(
        self, claim: Claim, revision: int, shown: Come, next_at: datetime | None, error: str | None
    ) -> None:
        """Give the claim back: everything up to `shown` is there; `next_at` None: nothing is due.

        Where others changed something since the gap had this revision, it stays as far and due as they said.
        """
        ...

    def adopt(self, mirrors: Sequence[str], now: datetime) -> int:
        """Make due what is open and was never seen by one of these mirrors; how many that are.

        It begins with what is there now: nothing is said about events and reminders from before.
        """
        ...
