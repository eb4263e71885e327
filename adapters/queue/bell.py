"""A Queue inside one process."""

from __future__ import annotations

from heapq import heappop, heappush
from threading import Condition
from time import monotonic


class Bell:
    """One thread that waits is woken by each ring, and rings for the next where there is more than it can do.

    A ring that comes while nobody waits is heard by whoever waits next.
    """

    def __init__(self) -> None:
        self._condition = Condition()
        self._rung = False
        self._later: list[float] = []

    def wake(self) -> None:
        """Ring."""
        with self._condition:
            self._rung = True
            self._condition.notify()

    def wake_in(self, seconds: float) -> None:
        """Ring so many seconds from now."""
        with self._condition:
            first = self._later[0] if self._later else None
            heappush(self._later, monotonic() + seconds)
            if first is None or self._later[0] < first:  # whoever waits has to look at the clock again
                self._condition.notify()

    def wait(self, seconds: float) -> bool:
        """Wait until it is rung, or was since it was last heard."""
        until = monotonic() + seconds
        with self._condition:
            while not self._due() and monotonic() < until:
                ends = min([until, *self._later[:1]])
                self._condition.wait(max(0.0, ends - monotonic()))
            heard, self._rung = self._rung, False
            return heard

    def _due(self) -> bool:
        """Whether it was rung; what was to be rung by now is rung."""
        while self._later and self._later[0] <= monotonic():
            heappop(self._later)
            self._rung = True
        return self._rung
