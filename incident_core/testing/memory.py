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
from incident_core.lifecycle.timers import timers as derived
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.ports.backlog import Backlog
from incident_core.ports.findings import Findings
from incident_core.ports.groups import Groups
from incident_core.ports.intake import Intake
from incident_core.ports.ledger import Ledger
from incident_core.ports.log import Log
from incident_core.ports.pruning import Pruning
from incident_core.ports.reader import Entry, Reader
from incident_core.ports.statistics import Statistics
from incident_core.ports.views import Views
from incident_core.ports.whereabouts import Whereabouts
from incident_core.testing.memory_backlog import MemoryBacklog
from incident_core.testing.memory_clock import FrozenClock
from incident_core.testing.memory_findings import MemoryFindings
from incident_core.testing.memory_groups import MemoryGroups
from incident_core.testing.memory_ids import CountingIds
from incident_core.testing.memory_intake import MemoryIntake
from incident_core.testing.memory_ledger import MemoryLedger
from incident_core.testing.memory_log import MemoryLog
from incident_core.testing.memory_mirrors import MemoryMirrors
from incident_core.testing.memory_pruning import MemoryPruning
from incident_core.testing.memory_reader import MemoryReader
from incident_core.testing.memory_state import Memory
from incident_core.testing.memory_statistics import MemoryStatistics
from incident_core.testing.memory_timers import MemoryTimers
from incident_core.testing.memory_views import MemoryViews
from incident_core.testing.memory_whereabouts import MemoryWhereabouts

__all__ = [
    "CountingIds",
    "FrozenClock",
    "Memory",
    "MemoryFindings",
    "MemoryGroups",
    "MemoryIntake",
    "MemoryLedger",
    "MemoryLog",
    "MemoryMirrors",
    "MemoryPruning",
    "MemoryReader",
    "MemoryBacklog",
    "MemoryStatistics",
    "MemoryStore",
    "MemoryTimers",
    "MemoryViews",
    "MemoryWhereabouts",
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
    timers: MemoryTimers
    backlog: Backlog
    whereabouts: Whereabouts
    groups: Groups
    pruning: Pruning
    findings: Findings
    policy: Policy

    @classmethod
    def over(
        cls,
        memory: Memory,
        mirrors: Sequence[str] = (),
        policy: Policy | None = None,
        timed: type[MemoryTimers] = MemoryTimers,
    ) -> Self:
        """The ports over this Memory, with these mirrors; two stores over one Memory see the same record."""
        everyone = partial(_everyone, memory)
        policy = policy or Policy()
        derive = partial(derived, policy)
        timers = timed(derive, memory.views.__getitem__, everyone, memory.lock)
        source = partial(_look, memory, MemoryReader(memory))
        told = MemoryMirrors(source, mirrors, memory.lock, timers.newer, everyone)
        timers.hear, timers.sees = told.fired, policy.sees
        return cls.known(memory, told, timers, MemoryGroups(), policy)

    @classmethod
    def known(
        cls,
        memory: Memory,
        mirrors: MemoryMirrors,
        timers: MemoryTimers,
        groups: Groups,
        policy: Policy,
        findings: Findings | None = None,
    ) -> Self:
        """The same, with what is known of the outside already."""
        return cls(
            memory,
            MemoryLog(memory, mirrors, timers, policy.sees),
            MemoryReader(memory, policy.sees),
            MemoryLedger(memory),
            MemoryViews(memory),
            MemoryStatistics(memory, policy.sees),
            MemoryIntake(memory, timers),
            mirrors,
            timers,
            MemoryBacklog(memory, mirrors, policy.sees),
            MemoryWhereabouts(memory, mirrors),
            groups,
            MemoryPruning(memory, mirrors, timers),
            findings or MemoryFindings(memory, mirrors, timers, policy.sees),
            policy,
        )

    def reopen(self) -> Self:
        """What a new process would see of it, if a process could see another's memory."""
        return self.known(self.memory, self.mirrors, self.timers, self.groups, self.policy, self.findings)


def _everyone(memory: Memory) -> list[tuple[str, UUID, Incident]]:
    """Every incident with its workspace, the oldest first."""
    with memory.lock:
        return [(memory.streams[id_][0].envelope.workspace, id_, each) for id_, each in memory.views.items()]


def _look(
    memory: Memory, reader: MemoryReader, incident_id: UUID
) -> tuple[Incident | None, tuple[Entry, ...]]:
    """The incident as it is now, and all its entries."""
    with memory.lock:
        if incident_id not in memory.streams:
            return None, ()
        return fold(memory.history(incident_id)), reader.entries(incident_id)
