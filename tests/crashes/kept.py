"""What the workers keep in the database, as the simulation looks at it: every mirror."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from incident_core.model.incident import Incident
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Reminder
from incident_core.testing.memory_mirrors import MemoryMirrors, Row
from incident_core.testing.simulation.schedule import WORKSPACE
from incident_core.testing.simulation.stories import ANN, Story
from tests.crashes.mirror import MIRRORS
from tests.storage.simulated import StoredMirrors, StoredTimers


@dataclass(frozen=True, slots=True)
class Kept(StoredMirrors):
    """Those of every mirror, and the incident as the record has it; read again once they are forgotten."""

    known: dict[tuple[UUID, str], Row] = field(default_factory=dict)

    @property
    def rows(self) -> Mapping[tuple[UUID, str], Row]:
        """Everything that is stored."""
        if not self.known:
            for name in MIRRORS:
                self.known.update(StoredMirrors(self.store, self.database, name, self.told).rows)
        return self.known

    def due(self, mirrors: Sequence[str], now: datetime) -> Sequence[tuple[UUID, str]]:
        """What somebody could take, in any mirror."""
        memory = MemoryMirrors(_nothing)
        memory.rows.update(self.rows)
        return memory.due(MIRRORS, now)

    def forget(self) -> None:
        """Somebody has written."""
        self.known.clear()

    def recorded(self, story: Story) -> Story:
        """With the number that the record gave the incident."""
        key = f"{story.id} {story.chapters[0].incident.version}"
        opening = self.database.log.answered(WORKSPACE, key)
        assert opening is not None
        loaded = self.database.log.load(WORKSPACE, opening.key, ANN)
        assert loaded is not None
        last = replace(story.chapters[-1], incident=loaded.incident)
        return replace(story, chapters=(*story.chapters[:-1], last))

    def close(self) -> None:
        """Give every connection back."""
        self.forget()
        self.store.close()
        self.database.close()


@dataclass(frozen=True, slots=True)
class KeptTimers(StoredTimers):
    """What has fired, read once: it is asked for when all is quiet."""

    known: dict[UUID, Sequence[Reminder]] = field(default_factory=dict)

    def newer(self, incident_id: UUID, number: int) -> Sequence[Reminder]:
        """What has fired since."""
        if incident_id not in self.known:
            self.known[incident_id] = StoredTimers.newer(self, incident_id, 0)
        return [each for each in self.known[incident_id] if each.number > number]


def _nothing(incident_id: UUID) -> tuple[Incident | None, Sequence[Entry]]:
    raise AssertionError("only what is due is asked")
