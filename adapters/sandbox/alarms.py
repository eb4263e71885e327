"""Alarms: what is to be done at a time of the sandbox's clock; moving it sets them off at once."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable

from adapters.sandbox.clock import Clock

LONGEST_SLEEP = 60.0
"""Real seconds between two looks at a clock that nobody moves."""

Ring = Callable[[], None]


class Alarms:
    """Rings in the thread that moved the clock, or in one of its own while the clock runs."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: list[tuple[float, int, Ring]] = []
        self._count = itertools.count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._deaf: Callable[[], None] | None = None
        self._ended = False

    def start(self) -> None:
        """Ring from now on."""
        self._ended = False
        self._deaf = self._clock.listen(self._moved)
        self._thread = threading.Thread(target=self._run, name="sandbox-alarms", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ring no more; what was set is forgotten."""
        with self._changed:
            self._ended = True
            self._due.clear()
            self._changed.notify_all()
        if self._deaf is not None:
            self._deaf()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def after(self, seconds: float, ring: Ring) -> Callable[[], None]:
        """Ring in so many seconds of the sandbox's clock; the answer takes the alarm back."""
        entry = (self._clock.now() + seconds, next(self._count), ring)
        with self._changed:
            heapq.heappush(self._due, entry)
            if self._due[0] is entry:
                self._changed.notify_all()
        return lambda: self._forget(entry)

    def _forget(self, entry: tuple[float, int, Ring]) -> None:
        with self._changed:
            if entry in self._due:
                self._due.remove(entry)
                heapq.heapify(self._due)

    def _moved(self) -> None:
        self._ring_due()
        with self._changed:
            self._changed.notify_all()

    def _ring_due(self) -> None:
        while True:
            with self._changed:
                if not self._due or self._due[0][0] > self._clock.now():
                    return
                ring = heapq.heappop(self._due)[2]
            ring()

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._ended:
                    return
                left = self._due[0][0] - self._clock.now() if self._due else LONGEST_SLEEP
                if left > 0:
                    self._changed.wait(min(max(left, 0.001), LONGEST_SLEEP))
                    continue
            self._ring_due()
