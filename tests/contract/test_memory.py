"""The ports in memory keep every contract."""

from __future__ import annotations

from dataclasses import replace

from adapters.system import SystemClock, SystemIds
from incident_core.ports.clock import Clock
from incident_core.ports.ids import Ids
from incident_core.testing.contracts import (
    MIRRORS,
    AdminsContract,
    BacklogContract,
    ClockContract,
    DutiesContract,
    FindingsContract,
    GroupsContract,
    IdsContract,
    IntakeContract,
    LedgerContract,
    LogContract,
    MirrorsContract,
    PruningContract,
    ReaderContract,
    StatisticsContract,
    Store,
    StoreContract,
    TimersContract,
    ViewsContract,
    WhereaboutsContract,
)
from incident_core.testing.memory import CountingIds, FrozenClock, Memory, MemoryStore


class _OnMemory(StoreContract):
    def make(self) -> MemoryStore:
        return MemoryStore.over(Memory())

    def reopen(self, store: Store) -> MemoryStore:
        assert isinstance(store, MemoryStore)
        return store.reopen()


class TestMemoryLog(_OnMemory, LogContract):
    pass


class TestMemoryReader(_OnMemory, ReaderContract):
    pass


class TestMemoryLedger(_OnMemory, LedgerContract):
    pass


class TestMemoryIntake(_OnMemory, IntakeContract):
    pass


class TestMemoryStatistics(_OnMemory, StatisticsContract):
    pass


class TestMemoryDuties(_OnMemory, DutiesContract):
    pass


class TestMemoryGroups(_OnMemory, GroupsContract):
    pass


class TestMemoryAdmins(_OnMemory, AdminsContract):
    def make(self) -> MemoryStore:
        return MemoryStore.over(Memory(), policy=self.policy)


class TestMemoryMirrors(_OnMemory, MirrorsContract):
    def make(self) -> MemoryStore:
        return MemoryStore.over(Memory(), MIRRORS)


class TestMemoryBacklog(_OnMemory, BacklogContract):
    def make(self) -> MemoryStore:
        return MemoryStore.over(Memory(), MIRRORS)


class TestMemoryWhereabouts(_OnMemory, WhereaboutsContract):
    def make(self) -> MemoryStore:
        return MemoryStore.over(Memory(), MIRRORS)


class TestMemoryFindings(_OnMemory, FindingsContract):
    def make(self) -> MemoryStore:
        return MemoryStore.over(Memory(), MIRRORS)


class TestMemoryTimers(_OnMemory, TimersContract):
    def make(self) -> MemoryStore:
        return MemoryStore.over(Memory(), MIRRORS, self.policy)


class TestMemoryPruning(_OnMemory, PruningContract):
    def make(self) -> MemoryStore:
        return MemoryStore.over(Memory(), MIRRORS, self.policy)


class TestMemoryViews(_OnMemory, ViewsContract):
    def tamper(self, store: Store, workspace: str, key: str) -> None:
        assert isinstance(store, MemoryStore)
        incident_id = store.memory.numbers[workspace][int(key.removeprefix("INC-"))]
        store.memory.views[incident_id] = replace(store.memory.views[incident_id], title="tampered")


class TestFrozenClock(ClockContract):
    def make(self) -> Clock:
        return FrozenClock()


class TestSystemClock(ClockContract):
    def make(self) -> Clock:
        return SystemClock()


class TestCountingIds(IdsContract):
    capabilities = frozenset()

    def make(self) -> Ids:
        return CountingIds()


class TestSystemIds(IdsContract):
    def make(self) -> Ids:
        return SystemIds()
