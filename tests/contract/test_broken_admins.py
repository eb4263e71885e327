"""What is asked of stores about admins, and about what was made private, catches each broken store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from incident_core.events import Event
from incident_core.lifecycle.timers import change
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.ports.intake import History
from incident_core.ports.log import Answer
from incident_core.ports.reader import Duties, Query, Summary
from incident_core.record.chain import Seal
from incident_core.testing.contracts import (
    MIRRORS,
    AdminsContract,
    IntakeContract,
    ReaderContract,
    StatisticsContract,
    Store,
    StoreContract,
    TimersContract,
    ViewsContract,
    faults,
)
from incident_core.testing.memory import (
    Memory,
    MemoryIntake,
    MemoryLog,
    MemoryReader,
    MemoryStatistics,
    MemoryStore,
    MemoryTimers,
)
from incident_core.testing.memory_timers import Row

Make = Callable[[], MemoryStore]
POLICY = AdminsContract.policy


def admins() -> MemoryStore:
    return MemoryStore.over(Memory(), policy=POLICY)


class ListsPublic(MemoryReader):
    """Leaves private incidents out of an admin's lists."""

    def list(self, workspace: str, query: Query, viewer: Actor) -> tuple[Summary, ...]:
        lines = super().list(workspace, replace(query, limit=None), viewer)
        own = {line.key for line in MemoryReader(self._memory).list(workspace, Query(), viewer)}
        return tuple(line for line in lines if line.key in own)[: query.limit]


class ListsTwice(MemoryReader):
    """Gives an admin what they were granted as well as what is private."""

    def list(self, workspace: str, query: Query, viewer: Actor) -> tuple[Summary, ...]:
        lines = super().list(workspace, replace(query, limit=None), viewer)
        twice = [line for line in lines for _ in range(2 if line.private and viewer in POLICY.admins else 1)]
        return tuple(twice[: query.limit])


class CountsTwice(MemoryReader):
    """Counts private incidents of an admin twice."""

    def count(self, workspace: str, query: Query, viewer: Actor) -> int:
        more = super().count(workspace, replace(query, private=True), viewer)
        return super().count(workspace, query, viewer) + (more if viewer in POLICY.admins else 0)


class IgnoresKind(MemoryReader):
    """Does not hear that only what is private is asked for."""

    def list(self, workspace: str, query: Query, viewer: Actor) -> tuple[Summary, ...]:
        return super().list(workspace, replace(query, private=False), viewer)


class GivesAdminsDuties(MemoryReader):
    """Takes the sight of an admin for access."""

    def duties(self, workspace: str, actor: Actor) -> Duties:
        granted = MemoryReader(_Granting(self._memory))
        return (
            granted.duties(workspace, actor) if actor in POLICY.admins else super().duties(workspace, actor)
        )


class _Granting(Memory):
    """Another record in which everybody was let to see everything."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.numbers = memory.numbers
        self.views = {id_: replace(view, private=False) for id_, view in memory.views.items()}


class KeepsItPublic(Memory):
    """Shows what was made private as it was before."""

    def _append(self, incident_id: UUID, sealed: Seal, events: tuple[Event, ...]) -> None:
        super()._append(incident_id, sealed, events)
        if "made_private" in [each.type for each in self.streams[incident_id]]:
            self.views[incident_id] = replace(self.views[incident_id], private=False)


class TellsOfBefore(MemoryReader):
    """Shows a version that was everybody's to everybody."""

    def show(self, workspace: str, key: str, viewer: Actor, version: int | None = None) -> Incident | None:
        found = super().show(workspace, key, viewer, version)
        incident_id = self._memory.find(workspace, key)
        if found is not None or incident_id is None or version is None:
            return found
        access = sorted(self._memory.views[incident_id].access, key=str)
        before = super().show(workspace, key, access[0], version)
        return before if before is not None and before.seen_by(viewer) else None


class CountsItStill(MemoryStatistics):
    """Counts what was made private for everybody."""

    def _may_see(self, view: Incident, viewer: Actor) -> bool:
        made = [s for s in self._memory.streams.values() if "made_private" in [each.type for each in s]]
        return bool(made) or super()._may_see(view, viewer)


class ListsItStill(MemoryTimers):
    """Leaves a timer in the list of all where it counts from the same time."""

    def changed(self, workspace: str, incident_id: UUID, before: Incident | None, after: Incident) -> None:
        was = () if before is None else self.derive(before)
        found = change(was, self.derive(after))
        listed = {timer.name for timer in was if timer.listed}
        for name in found.ended:
            self.rows.pop((incident_id, name), None)
        for timer in found.armed:
            timer = replace(timer, listed=timer.listed or timer.name in listed)  # noqa: PLW2901
            self.rows[incident_id, timer.name] = Row(workspace, timer, timer.due_at)


class TakesItForPublic(MemoryIntake):
    """Shows what was made private in a history as it was opened."""

    def take(self, histories: Sequence[History]) -> tuple[Answer, ...]:
        answers = super().take(histories)
        for answer, history in zip(answers, histories, strict=True):
            before = history.batches[-1].before
            if before is not None and not before.private:
                view = self._memory.views[answer.incident_id]
                self._memory.views[answer.incident_id] = replace(view, private=False)
        return answers


def _reading(reader: type[MemoryReader], make: Make = admins) -> Make:
    def made() -> MemoryStore:
        store = make()
        return replace(store, reader=reader(store.memory, store.policy.sees))

    return made


def _everybody() -> MemoryStore:
    store = admins()
    return replace(store, reader=MemoryReader(store.memory, lambda *_: True))


def _blind(part: str) -> Make:
    """A store one part of which knows of no admins."""

    def made() -> MemoryStore:
        store = admins()
        store.timers.sees = store.policy.sees if part != "timers" else Incident.seen_by
        parts: dict[str, Any] = {
            "log": MemoryLog(store.memory, store.mirrors, store.timers),
            "reader": MemoryReader(store.memory),
            "statistics": MemoryStatistics(store.memory),
        }
        return replace(store, **{name: each for name, each in parts.items() if name == part})

    return made


def _plain(**parts: Callable[[Memory], Any]) -> Make:
    def made() -> MemoryStore:
        store = MemoryStore.over(Memory())
        return replace(store, **{name: each(store.memory) for name, each in parts.items()})

    return made


SEES = "test_an_admin_sees_a_private_incident_by_every_way_and_others_by_none"
ALL_OF_IT = "test_whatever_is_asked_for_an_admin_sees_all_of_it_and_nothing_twice"
MADE_PRIVATE = "test_made_private_it_is_there_for_those_who_have_to_do_with_it_and_for_nobody_else"
ONLY = "test_only_what_not_everybody_may_see_can_be_asked_for"
CASES: dict[str, tuple[type[StoreContract], Make, str]] = {
    "a log without admins": (AdminsContract, _blind("log"), SEES),
    "a log that keeps admins from acting": (
        AdminsContract, _blind("log"), "test_an_admin_can_give_commands_about_it",
    ),
    "a reader without admins": (AdminsContract, _blind("reader"), SEES),
    "statistics without admins": (
        AdminsContract, _blind("statistics"), "test_private_incidents_count_for_an_admin",
    ),
    "timers without admins": (
        AdminsContract, _blind("timers"), "test_an_admin_sees_the_timers_of_private_incidents",
    ),
    "everybody an admin": (AdminsContract, _everybody, SEES),
    "lists without what is private": (AdminsContract, _reading(ListsPublic), ALL_OF_IT),
    "lists with it twice": (AdminsContract, _reading(ListsTwice), ALL_OF_IT),
    "counts with it twice": (AdminsContract, _reading(CountsTwice), ALL_OF_IT),
    "duties of admins": (
        AdminsContract, _reading(GivesAdminsDuties), "test_to_be_an_admin_gives_nothing_to_do",
    ),
    "no difference in a list": (ReaderContract, _reading(IgnoresKind), ONLY),
    "a view that stays public": (ReaderContract, lambda: MemoryStore.over(KeepsItPublic()), MADE_PRIVATE),
    "a rebuild that finds it": (
        ViewsContract, lambda: MemoryStore.over(KeepsItPublic()),
        "test_a_view_that_was_kept_while_it_was_made_private_equals_the_one_that_is_folded",
    ),
    "an earlier version": (ReaderContract, _reading(TellsOfBefore), MADE_PRIVATE),
    "statistics of what was": (
        StatisticsContract, _plain(statistics=CountsItStill),
        "test_made_private_it_counts_for_those_who_may_see_it",
    ),
    "a history that stays public": (
        IntakeContract, _plain(intake=TakesItForPublic),
        "test_one_that_was_made_private_is_there_for_those_who_may_see_it",
    ),
    "a list that keeps it": (
        TimersContract, lambda: MemoryStore.over(Memory(), MIRRORS, TimersContract.policy, ListsItStill),
        "test_made_private_it_leaves_the_list_and_is_reminded_of_by_itself",
    ),
}  # fmt: skip


def _found(contract: type[StoreContract], make: Make) -> set[str]:
    def reopen(_: StoreContract, store: Store) -> MemoryStore:
        assert isinstance(store, MemoryStore)
        return store.reopen()

    broken = type("Broken", (contract,), {"make": lambda _: make(), "reopen": reopen})
    return set(faults(broken, properties=False))


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_caught(case: str) -> None:
    contract, make, test = CASES[case]
    assert test in _found(contract, make)


def test_nothing_is_found_in_an_honest_one() -> None:
    assert _found(AdminsContract, admins) == set()
