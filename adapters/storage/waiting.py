"""Waits are bounded together: whoever waits several times in a row counts down from one number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from incident_core.errors import Unavailable


class Deadline:
    """So many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left; 0 where there are none."""
        return max(0.0, self._end - monotonic())

    def left_ms(self) -> int:
        """The same in milliseconds, at least 1: to databases 0 means for ever."""
        return max(1, int(self.left() * 1000))


@contextmanager
def turn(lock: Lock, deadline: Deadline, busy: str) -> Iterator[None]:
    """One thread at a time; raises Unavailable with the sentence `busy` when the time is up."""
    if not lock.acquire(timeout=deadline.left()):
        raise Unavailable(busy)
    try:
        yield
    finally:
        lock.release()
