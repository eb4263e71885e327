"""A Queue inside one process."""

from __future__ import annotations

from heapq import heappop, heappush
from threading import Condition, Lock
from time import monotonic


class Bell:
    """One thread that waits is woken by each ring, and rings for the next where there is more than it can do.

    A ring that comes while nobody waits is heard by whoever waits next.
    """

    def __init__(self) -> None:
        lock = Lock()
        self._condition, self._free = Condition(lock), Condition(lock)
        self._rung = False
        self._waiting = 0
        self._later: list[float] = []

    def wake(self) -> None:
        """Ring."""
        self.wake_here()

    def wake_here(self) -> bool:
        """Ring inside this process; whether somebody was waiting for it."""
        with self._condition:
            self._rung = True
            self._condition.notify()
            return self._waiting > 0

    def wake_in(self, seconds: float) -> None:
        """Ring so many seconds from now, inside this process."""
        with self._condition:
            first = self._later[0] if self._later else None
            heappush(self._later, monotonic() + seconds)
            if first is None or self._later[0] < first:  # whoever waits has to look at the clock again
                self._condition.notify()

    def wait(self, seconds: float) -> bool:
        """Wait until it is rung, or was since it was last heard."""
        until = monotonic() + seconds
        with self._condition:
            self._waiting += 1
            self._free.notify_all()
            try:
                while not self._due() and monotonic() < until:
                    ends = min([until, *self._later[:1]])
                    self._condition.wait(max(0.0, ends - monotonic()))
            finally:
                self._waiting -= 1
            heard, self._rung = self._rung, False
            return heard

    def free(self, seconds: float) -> bool:
        """Whether somebody waits for a ring, now or before so many seconds are over."""
        with self._free:
            return self._free.wait_for(lambda: self._waiting > 0, seconds)

    def listen(self) -> None:
        """Begin to hear what other processes ring; inside one process there is nothing to begin."""

    def stop_listening(self) -> None:
        """Leave what others ring to those who go on."""

    def close(self) -> None:
        """Have rung what is to be rung, as far as it takes no time to speak of."""

    def _due(self) -> bool:
        """Whether it was rung; what was to be rung by now is rung."""
        while self._later and self._later[0] <= monotonic():
            heappop(self._later)
            self._rung = True
        return self._rung
