"""Rings outside from a thread of its own: whoever gives a command never waits for Redis."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Condition, Thread

from adapters.queue.reach import Reach
from incident_core.errors import IncidentError

GAP = 0.05
"""Seconds between two rings: what is wanted meanwhile is one ring."""

AGAIN = 1.0
"""Seconds before a ring that failed is tried again."""

PATIENCE = 0.4
"""Seconds for which the end of a process waits for its last ring."""

_LOG = logging.getLogger("incident.queue")


class Ringer:
    """`ring` rings once, and raises Unavailable; however often it is wanted, one is under way at a time.

    What failed is tried again until it succeeds: so it is known when Redis is back. `told` hears of each
    whether it rang.
    """

    def __init__(
        self, ring: Callable[[], None], reach: Reach, told: Callable[[bool], object] = lambda _: None
    ) -> None:
        self._ring, self._reach, self._told = ring, reach, told
        self._condition = Condition()
        self._thread: Thread | None = None
        self._wanted = self._busy = self._closing = False

    def wake(self) -> None:
        """Ring soon; returns at once."""
        with self._condition:
            self._wanted = True
            if self._thread is None:
                self._thread = Thread(target=self._run, name="ringer", daemon=True)
                self._thread.start()
            self._condition.notify_all()

    def close(self, seconds: float = PATIENCE) -> None:
        """Wait so long for the last ring; what is wanted after that is rung all the same."""
        with self._condition:
            self._closing = True
            self._condition.notify_all()
            self._condition.wait_for(lambda: not (self._wanted or self._busy), seconds)

    def _run(self) -> None:
        while self._next():
            rang = self._once()
            self._told(rang)
            with self._condition:
                self._busy = False
                self._wanted |= not (rang or self._closing)
                self._condition.notify_all()
                self._condition.wait_for(lambda: self._closing, GAP if rang else AGAIN)

    def _next(self) -> bool:
        """Wait until a ring is wanted; False where none will be."""
        with self._condition:
            self._condition.wait_for(lambda: self._wanted or self._closing)
            if not self._wanted:
                self._thread = None
                return False
            self._wanted, self._busy = False, True
            return True

    def _once(self) -> bool:
        """Whether it rang."""
        try:
            self._ring()
        except IncidentError as error:
            self._reach.lost("ringer", str(error))
            return False
        except Exception:  # noqa: BLE001 - the edge of a thread: a ring is never worth a command
            _LOG.debug("unexpected", exc_info=True)
            self._reach.lost("ringer", "Redis cannot be used.")
            return False
        self._reach.back("ringer")
        return True
