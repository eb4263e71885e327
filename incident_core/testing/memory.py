"""Every port in memory: quick, real in all that the ports promise, and gone with the process.

>>> store = MemoryStore.over(Memory())
>>> clock = FrozenClock()
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from incident_core.ports.intake import Intake
from incident_core.ports.ledger import Ledger
from incident_core.ports.log import Log
from incident_core.ports.reader import Reader
from incident_core.ports.statistics import Statistics
from incident_core.ports.views import Views
from incident_core.testing.memory_clock import FrozenClock
from incident_core.testing.memory_ids import CountingIds
from incident_core.testing.memory_intake import MemoryIntake
from incident_core.testing.memory_ledger import MemoryLedger
from incident_core.testing.memory_log import MemoryLog
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
    "MemoryReader",
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

    @classmethod
    def over(cls, memory: Memory) -> Self:
        """The ports over this Memory; two stores over one Memory see the same."""
        return cls(
            memory,
            MemoryLog(memory),
            MemoryReader(memory),
            MemoryLedger(memory),
            MemoryViews(memory),
            MemoryStatistics(memory),
            MemoryIntake(memory),
        )

    def reopen(self) -> Self:
        """What a new process would see of it, if a process could see another's memory."""
        return self.over(self.memory)
