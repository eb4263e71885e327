"""Timers that are looked at now and then: the threads of one process need not all ask whenever they wake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock
from time import monotonic

from incident_core.model.actor import Actor
from incident_core.ports.timers import Armed, Fired, Timers

EVERY = 0.5
"""Seconds between two looks: a reminder may be as much later."""


class Sparing:
    """The Timers of a process, of which `fire` looks no more often than every so many seconds of `now`."""

    def __init__(self, timers: Timers, every: float = EVERY, now: Callable[[], float] = monotonic) -> None:
        self._timers, self._every, self._now = timers, every, now
        self._next: float | None = None
        self._lock = Lock()

    def fire(self, now: datetime, limit: int) -> Sequence[Fired]:
        """As Timers; () where somebody has just looked. Where something fired, it is looked again at once."""
        with self._lock:
            if self._next is not None and self._now() < self._next:
                return ()
            self._next = self._now() + self._every
        fired = self._timers.fire(now, limit)
        if fired:
            with self._lock:
                self._next = None
        return fired

    def armed(self, workspace: str, viewer: Actor, key: str | None, limit: int) -> Sequence[Armed]:
        """As Timers."""
        return self._timers.armed(workspace, viewer, key, limit)

    def late(self, workspace: str, now: datetime) -> int:
        """As Timers."""
        return self._timers.late(workspace, now)

    def rearm(self, mark: str) -> int:
        """As Timers."""
        return self._timers.rearm(mark)
