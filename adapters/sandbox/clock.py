"""The sandbox's time: seconds UTC that run like the machine's, and that a test may move forward or stop."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator


class Clock:
    """`now()` in seconds UTC. Listeners are told of every move, so that whoever waits looks again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = 0.0
        self._stopped_at: float | None = None
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> float:
        """Seconds UTC, never going back while it is only moved forward."""
        with self._lock:
            return self._now()

    def _now(self) -> float:
        return time.time() + self._offset if self._stopped_at is None else self._stopped_at

    def move(self, seconds: float) -> None:
        """Go `seconds` forward. Raises ValueError for less than none: Slack's time never goes back."""
        if seconds < 0:
            raise ValueError(f"The clock goes forward only, not by {seconds} seconds.")
        with self._lock:
            if self._stopped_at is None:
                self._offset += seconds
            else:
                self._stopped_at += seconds
        self._tell()

    def stop(self) -> None:
        """Stand still: only `move` changes the time now."""
        with self._lock:
            self._stopped_at = self._now()

    def run(self) -> None:
        """Run again, from where it stood."""
        with self._lock:
            if self._stopped_at is not None:
                self._offset, self._stopped_at = self._stopped_at - time.time(), None
        self._tell()

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Stand still inside the block."""
        self.stop()
        try:
            yield
        finally:
            self.run()

    def listen(self, told: Callable[[], None]) -> Callable[[], None]:
        """Call `told` after each move, in the thread that moved it; the answer ends that."""
        self._listeners.append(told)
        return lambda: self._listeners.remove(told)

    def _tell(self) -> None:
        for told in tuple(self._listeners):
            told()
