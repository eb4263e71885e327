"""The Log in memory."""

from __future__ import annotations

from incident_core.lifecycle.fold import fold
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.ports.log import Answer, Batch, Loaded
from incident_core.testing.memory_mirrors import MemoryMirrors
from incident_core.testing.memory_state import Memory, Sees
from incident_core.testing.memory_timers import MemoryTimers


class MemoryLog:
    """A Log that lasts as long as its Memory, and tells `mirrors` and `timers` of every commit.

    `sees` says who may see an incident.
    """

    def __init__(
        self,
        memory: Memory,
        mirrors: MemoryMirrors | None = None,
        timers: MemoryTimers | None = None,
        sees: Sees = Incident.seen_by,
    ) -> None:
        self._memory = memory
        self._mirrors = mirrors
        self._timers = timers
        self._sees = sees

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
            return Loaded(incident_id, incident, newest) if self._sees(incident, viewer) else None

    def commit(self, batch: Batch) -> Answer:
        """Write the batch whole; raises Conflict."""
        with self._memory.lock:
            answer = self._memory.commit(batch)
            if batch.events and not answer.repeated:
                self._tell(batch, answer, self._memory.views[answer.incident_id])
            return answer

    def _tell(self, batch: Batch, answer: Answer, after: Incident) -> None:
        if self._timers is not None:
            self._timers.changed(batch.envelope.workspace, answer.incident_id, batch.before, after)
        if self._mirrors is not None:
            self._mirrors.committed(batch, answer, after)
