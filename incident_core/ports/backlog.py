"""Backlog: how far the mirrors have come, for admins; and what they can do about one that is stuck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from incident_core.model.actor import Actor

ALL = "all"
"""What stands in the place of a key for what is said about all incidents together."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """Something outside that failed: tried again at `next_at` (UTC), or, `stopped`, not by itself."""

    slot: str
    attempts: int
    next_at: datetime | None
    error: str
    stopped: bool


@dataclass(frozen=True, slots=True)
class Lag:
    """One incident in one mirror, which shows version `shown` of `wanted`; `unsaid` reminders are to be said.

    `key` may be ALL. It is due at `next_at` (UTC); None: only a person, or news, can make it due.
    """

    key: str
    mirror: str
    shown: int
    wanted: int
    unsaid: int
    next_at: datetime | None
    error: str | None
    stuck: tuple[Stuck, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """One mirror that is behind with so many incidents, the oldest of them since `since` (UTC).

    None: with no incident. `stopped` things in it are not tried again by themselves.
    """

    mirror: str
    incidents: int
    since: datetime | None
    stopped: int


class Backlog(Protocol):
    """Every method may raise Unavailable. Of an incident they show the key, and nothing that was said."""

    def lags(
        self, workspace: str, key: str | None, limit: int, viewer: Actor | None = None
    ) -> tuple[Lag, ...]:
        """What is behind or stuck, the highest severity first; with `key`, also what is not.

        Only of incidents that the viewer can see; None: of all.
        """
        ...

    def count(self, workspace: str) -> tuple[int, int]:
        """How many incidents are behind in some mirror, and how many things are stopped."""
        ...

    def behind(self, workspace: str) -> tuple[Behind, ...]:
        """The mirrors that are behind, or in which something is stopped, by name.

        An incident has been behind since the first event, or else the first reminder, that it does not show
        was recorded; where all is shown, since what is to be done again is due.
        """
        ...

    def retry(self, workspace: str, key: str | None, mirror: str | None, now: datetime) -> int:
        """Try everything again that failed, now; how many things that are."""
        ...

    def skip(self, workspace: str, key: str, mirror: str, slot: str, now: datetime) -> bool:
        """Nobody wants this any more; whether there was such a thing that had failed."""
        ...
