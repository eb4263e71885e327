"""The Log in memory."""

from __future__ import annotations

from incident_core.lifecycle.fold import fold
from incident_core.model.actor import Actor
from incident_core.ports.log import Answer, Batch, Loaded
from incident_core.testing.memory_state import Memory


class MemoryLog:
    """A Log that lasts as long as its Memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def answered(self, workspace: str, command_key: str) -> Answer | None:
        """The first answer to this key, or None."""
        return self._memory.answered(workspace, command_key)

    def load(self, workspace: str, key: str, viewer: Actor) -> Loaded | None:
        """The incident, folded from its events; None where the viewer can see none."""
        with self._memory.lock:
            incident_id = self._memory.find(workspace, key)
            if incident_id is None:
                return None
            incident = fold(self._memory.history(incident_id))
            newest = self._memory.streams[incident_id][-1].envelope.recorded_at
            return Loaded(incident_id, incident, newest) if incident.seen_by(viewer) else None

    def commit(self, batch: Batch) -> Answer:
        """Write the batch whole; raises Conflict."""
        return self._memory.commit(batch)
