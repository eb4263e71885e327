"""Whether the loops of a process still turn: each says so at every turn, and it is known how long ago."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, current_thread
from time import monotonic

LIMIT = 60.0
"""Seconds after which a loop that has not turned hangs: a step of it waits for Slack or the database, ten at
most, and it looks by itself every ten at least."""


class Pulse:
    """The loops of this process, by the names of their threads; a loop is watched from its first turn on."""

    def __init__(self, limit: float = LIMIT, now: Callable[[], float] = monotonic) -> None:
        self._limit, self._now = limit, now
        self._turned: dict[str, float] = {}
        self._lock = Lock()

    def beat(self) -> None:
        """The loop of this thread turns."""
        with self._lock:
            self._turned[current_thread().name] = self._now()

    def stopped(self) -> tuple[str, ...]:
        """A sentence for each loop that does not turn any more."""
        with self._lock:
            turned = sorted(self._turned.items())
        still = [(name, self._now() - at) for name, at in turned]
        return tuple(f"{name} has not turned for {ago:.0f} s." for name, ago in still if ago > self._limit)
