"""Whether those who answer still come round: now and then one of them is asked to say so, and no more."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

EVERY = 3.0
"""Seconds between two questions, at least."""


class Probe:
    """A task for whoever is free to answer; `turned` is told once it was done. One at a time is under way.

    So where all of them hang, nothing is told any more.
    """

    def __init__(self, turned: Callable[[], object], every: float = EVERY) -> None:
        self._turned, self._every = turned, every
        self._at: float | None = None
        self._under_way = False

    def due(self) -> bool:
        """Whether it is to be given to them now; called by one thread."""
        now = monotonic()
        if self._under_way or (self._at is not None and now - self._at < self._every):
            return False
        self._at, self._under_way = now, True
        return True

    def service(self) -> None:
        """Done, by one of them."""
        self._turned()
        self._under_way = False

    def cancel(self) -> None:
        """Nobody will: it ends."""
