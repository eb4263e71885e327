"""The Views in memory."""

from __future__ import annotations

from collections.abc import Callable

from incident_core.lifecycle.fold import fold
from incident_core.ports.views import Rebuilt
from incident_core.testing.memory_state import Memory


class MemoryViews:
    """The Views over a Memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def rebuild(self, *, write: bool, progress: Callable[[int, int], None] | None = None) -> Rebuilt:
        """Fold every incident and compare with its view; with `write`, store what was folded."""
        with self._memory.lock:
            total = len(self._memory.streams)
            differing = []
            for done, incident_id in enumerate(self._memory.streams, start=1):
                folded = fold(self._memory.history(incident_id))
                if folded != self._memory.views.get(incident_id):
                    differing.append(folded.key)
                if write:
                    self._memory.views[incident_id] = folded
                if progress is not None:
                    progress(done, total)
            return Rebuilt(total, tuple(differing))
