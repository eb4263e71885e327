"""Timers: what is due to be said at a time; each fires once, whoever looks and however many do.

They are rows that every commit brings up to date with `incident_core.lifecycle.timers`. To fire is one
transaction: it writes a Reminder and makes every mirror of the incident due, and calls nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

from incident_core.model.actor import Actor
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.ports.findings import Finding

LISTED = 50
"""Incidents that one list names, at most: the oldest."""

_EVERYTHING = UUID("d1b8e5c2-7a54-4a39-9f41-6f3c7c0f5a10")


def everything(workspace: str) -> UUID:
    """What stands in the place of an incident's id for what is said about all of a workspace together."""
    return uuid5(_EVERYTHING, workspace)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list; times in UTC, the title None once redacted."""

    key: str
    title: str | None
    severity: Severity
    stage: Stage
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Reminder:
    """One firing: the `number`-th about its incident, of this timer, which counted from `since` (UTC).

    `over`: there is a newer one, or what it is about is no longer so; it need not be said any more. `listed`
    are the incidents of a list, and `more` how many it does not name. Where there is a `found`, no timer
    fired: something was noticed outside.
    """

    number: int
    timer: str
    since: datetime
    due_at: datetime
    fired_at: datetime
    over: bool = False
    listed: tuple[Listed, ...] = ()
    more: int = 0
    found: Finding | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """What has just fired: the incident's key (None: a list of all), and the reminder."""

    key: str | None
    reminder: Reminder


@dataclass(frozen=True, slots=True)
class Armed:
    """A timer as people see it: `due_at` None means that it has fired and does not repeat.

    `key` None: the list of all stale incidents. `fired_at` is when it last fired, since it counts like this.
    """

    key: str | None
    name: str
    since: datetime
    due_at: datetime | None
    snoozed_until: datetime | None
    stopped: bool
    fired_at: datetime | None


class Timers(Protocol):
    """Every method may raise Unavailable."""

    def fire(self, now: datetime, limit: int) -> Sequence[Fired]:
        """Fire up to `limit` timers that are due; () where none is, or where somebody else is firing."""
        ...

    def armed(self, workspace: str, viewer: Actor, key: str | None, limit: int) -> Sequence[Armed]:
        """Those of this incident, or of all that the viewer can see.

        The next to fire comes first, those that will not fire come last.
        """
        ...

    def late(self, workspace: str, now: datetime) -> int:
        """How many were due at `now`, or before, and have not fired."""
        ...

    def rearm(self, mark: str) -> int:
        """Bring the timers of all incidents up to date, unless that was done with this `mark`; how many.

        The mark is made of the policy: what was armed under another is armed again.
        """
        ...
