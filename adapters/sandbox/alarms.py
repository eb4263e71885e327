"""Alarms: what is to be done at a time of the sandbox's clock; moving it sets them off at once."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.sandbox.clock import Clock

LONGEST_SLEEP = 60.0
"""Real seconds between two looks at a clock that nobody moves."""

Ring = Callable[[], None]


@dataclass(order=True)
class Alarm:
    """Due at a time, seconds UTC; without a ring it was taken back, and is dropped when it is due."""

    at: float
    number: int
    ring: Ring | None = field(compare=False)


class Alarms:
    """Rings in the thread that moved the clock, or in one of its own while the clock runs."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: list[Alarm] = []
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
        alarm = Alarm(self._clock.now() + seconds, next(self._count), ring)
        with self._changed:
            heapq.heappush(self._due, alarm)
            if self._due[0] is alarm:
                self._changed.notify_all()

        def take_back() -> None:
            alarm.ring = None

        return take_back

    def _moved(self) -> None:
        self._ring_due()
        with self._changed:
            self._changed.notify_all()

    def _ring_due(self) -> None:
        while True:
            with self._changed:
                if not self._due or self._due[0].at > self._clock.now():
                    return
                ring = heapq.heappop(self._due).ring
            if ring is not None:
                ring()

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._ended:
                    return
                left = self._due[0].at - self._clock.now() if self._due else LONGEST_SLEEP
                if left > 0:
                    self._changed.wait(min(max(left, 0.001), LONGEST_SLEEP))
                    continue
            self._ring_due()
