"""Answers come first: while people wait for theirs, what follows from those already given waits a little.

Whoever listens says when a delivery begins and when its answer was sent; who works waits for a quiet moment.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition

PATIENCE = 1.0
"""Seconds for which work waits, at most, while one delivery follows another."""


class Turns:
    """`wake` rings for the workers once no answer is awaited; `release` begins what follows one answer.

    `came` is told in the thread that answers that something came in.
    """

    def __init__(
        self, wake: Callable[[], None], release: Callable[[], None], came: Callable[[], None] = lambda: None
    ) -> None:
        self._wake, self._release, self._came = wake, release, came
        self._open = 0
        self._quiet = Condition()

    def begin(self) -> None:
        """Something came in."""
        self._came()
        with self._quiet:
            self._open += 1

    def end(self) -> None:
        """Its answer is out; called by the thread that gave it."""
        with self._quiet:
            self._open -= 1
            if self._open == 0:
                self._quiet.notify_all()
        self._wake()
        self._release()

    def wait(self) -> None:
        """Return once no answer is awaited, or after PATIENCE: many who ask must not stop all work."""
        with self._quiet:
            self._quiet.wait_for(lambda: self._open == 0, timeout=PATIENCE)
