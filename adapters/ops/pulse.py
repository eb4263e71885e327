"""Whether the loops of a process still turn: each says so at every turn, and it is known how long ago."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock, current_thread
from time import monotonic

LIMIT = 60.0
"""Seconds after which a loop that has not turned hangs: a step of it waits for Slack or the database, ten at
most, and it looks by itself every ten at least."""


class Pulse:
    """The loops of this process, by name; a loop is watched from its first turn on."""

    def __init__(self, limit: float = LIMIT, now: Callable[[], float] = monotonic) -> None:
        self._limit, self._now = limit, now
        self._turned: dict[str, float] = {}
        self._lock = Lock()

    def beat(self, name: str | None = None) -> None:
        """This loop turns; without a name, the one of this thread, by the thread's."""
        with self._lock:
            self._turned[name or current_thread().name] = self._now()

    def loops(self) -> Mapping[str, float]:
        """Seconds since each has turned, by its name."""
        with self._lock:
            return {name: self._now() - at for name, at in sorted(self._turned.items())}

    def stopped(self) -> tuple[str, ...]:
        """A sentence for each loop that does not turn any more."""
        still = self.loops().items()
        return tuple(f"{name} has not turned for {ago:.0f} s." for name, ago in still if ago > self._limit)
