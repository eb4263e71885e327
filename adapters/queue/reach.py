"""Whether Redis can be used: it is said once when that ends, and once when it is so again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock

_LOG = logging.getLogger("incident.queue")

MEANWHILE = "Workers find by themselves what is due, a little later."


class Reach:
    """What the parts of one process that use Redis have found; `told` hears one sentence for each change."""

    def __init__(self, told: Callable[[str], object] = _LOG.warning) -> None:
        self._told = told
        self._lost: set[str] = set()
        self._lock = Lock()

    def lost(self, part: str, why: str) -> None:
        """This part could not use it."""
        with self._lock:
            first = not self._lost
            self._lost.add(part)
            if first:
                self._told(f"{why} {MEANWHILE}")

    def back(self, part: str) -> None:
        """This part used it."""
        with self._lock:
            if part not in self._lost:
                return
            self._lost.discard(part)
            if not self._lost:
                self._told("Redis is used again.")
