"""Mirrors: what is known about the outside, and which worker may change it; facts, never made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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

QUIET = timedelta(minutes=1)
"""How long after a hold is over calls of its method still go one by one."""


TIRED = 6
"""What failed so often in a row waits so long that it is told when the outside answers again."""

ROUSED = 4
"""Failures with which it begins again then: where it fails once more, it soon waits as long as before."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What a claim is about: the incident, what is new since `shown`, what is known of the outside.

    `incident` None: a claim about all of a workspace together, which has reminders only. `wanted` is how far
    it should come; `revision` counts what others changed about it. `effects` are by slot: all that should be
    there, what was said about what is new, notes, and what open notes are about; of what was said before
    only that about events that are `mended`: a text of theirs, or a title, is redacted by what is new, or
    what was said of them was changed too late. `holds` are by method, until when; those that are over
    may be among them.
    """

    incident: Incident | None
    entries: tuple[Entry, ...]
    reminders: tuple[Reminder, ...]
    shown: Come
    wanted: Come
    effects: Mapping[str, Effect]
    holds: Mapping[str, datetime]
    revision: int
    mended: tuple[Entry, ...] = ()


class Holds(Protocol):
    """Until when the outside wants to hear no more of a method, for calls that settle nothing.

    Each may raise Unavailable.
    """

    def held(self, workspace: str, mirror: str, method: str) -> datetime | None:
        """Until when; None: it never was."""
        ...

    def hold(self, workspace: str, mirror: str, method: str, until: datetime) -> None:
        """Until then, unless it is held for longer."""
        ...


class Mirrors(Holds, Protocol):
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

    def turns(self, claim: Claim, paces: Mapping[str, timedelta], now: datetime) -> Mapping[str, datetime]:
        """Take a turn in each of these methods; in none of them where some are held: those, until when.

        A method whose hold was over for less than QUIET is held anew by whoever takes a turn: by its pace
        longer than it was before, so that all workers together keep to the pace. Every other one is free.
        """
        ...

    def rouse(self, claim: Claim, now: datetime) -> int:
        """Make due whatever waits in this mirror and workspace because it is TIRED; how many incidents.

        It counts as having failed ROUSED times. What is stopped, or skipped, or under way, is left alone.
        """
        ...

    def waiting(self, mirrors: Sequence[str], now: datetime) -> bool:
        """Whether something is due in one of these, and nobody's."""
        ...

    def note(self, claim: Claim, notes: Sequence[Effect]) -> None:
        """Keep it for whoever has the claim now, or next, which is due when this one is over.

        It is what a worker did that had lost its lease, or what somebody noticed who never had it; never
        raises LeaseLost.
        """
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
