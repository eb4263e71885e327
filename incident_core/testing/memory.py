"""Every port in memory: quick, real in all that the ports promise, and gone with the process.

>>> store = MemoryStore.over(Memory())
>>> clock = FrozenClock()
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Self
from uuid import UUID

from incident_core.lifecycle.fold import fold
from incident_core.model.incident import Incident
from incident_core.ports.backlog import Backlog
from incident_core.ports.intake import Intake
from incident_core.ports.ledger import Ledger
from incident_core.ports.log import Log
from incident_core.ports.reader import Entry, Reader
from incident_core.ports.statistics import Statistics
from incident_core.ports.views import Views
from incident_core.testing.memory_backlog import MemoryBacklog
from incident_core.testing.memory_clock import FrozenClock
from incident_core.testing.memory_ids import CountingIds
from incident_core.testing.memory_intake import MemoryIntake
from incident_core.testing.memory_ledger import MemoryLedger
from incident_core.testing.memory_log import MemoryLog
from incident_core.testing.memory_mirrors import MemoryMirrors
from incident_core.testing.memory_reader import MemoryReader
from incident_core.testing.memory_state import Memory
from incident_core.testing.memory_statistics import MemoryStatistics
from incident_core.testing.memory_views import MemoryViews

__all__ = [
    "CountingIds",
    "FrozenClock",
    "Memory",
    "MemoryIntake",
    "MemoryLedger",
    "MemoryLog",
    "MemoryMirrors",
    "MemoryReader",
    "MemoryBacklog",
    "MemoryStatistics",
    "MemoryStore",
    "MemoryViews",
]


@dataclass(frozen=True, slots=True)
class MemoryStore:
    """The ports over one Memory."""

    memory: Memory
    log: Log
    reader: Reader
    ledger: Ledger
    views: Views
    statistics: Statistics
    intake: Intake
    mirrors: MemoryMirrors
    backlog: Backlog

    @classmethod
    def over(cls, memory: Memory, mirrors: Sequence[str] = ()) -> Self:
        """The ports over this Memory, with these mirrors; two stores over one Memory see the same record."""
        source = partial(_look, memory, MemoryReader(memory))
        return cls.with_mirrors(memory, MemoryMirrors(source, mirrors, memory.lock))

    @classmethod
    def with_mirrors(cls, memory: Memory, mirrors: MemoryMirrors) -> Self:
        """The same, with what is known of the outside already."""
        return cls(
            memory,
            MemoryLog(memory, mirrors),
            MemoryReader(memory),
            MemoryLedger(memory),
            MemoryViews(memory),
            MemoryStatistics(memory),
            MemoryIntake(memory),
            mirrors,
            MemoryBacklog(memory, mirrors),
        )

    def reopen(self) -> Self:
        """What a new process would see of it, if a process could see another's memory."""
        return self.with_mirrors(self.memory, self.mirrors)


def _look(memory: Memory, reader: MemoryReader, incident_id: UUID) -> tuple[Incident, tuple[Entry, ...]]:
    """The incident as it is now, and all its entries."""
    with memory.lock:
        return fold(memory.history(incident_id)), reader.entries(incident_id)
