"""The contract of the Groups bites: each fault of a broken one is caught by a test that is about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from incident_core.model.actor import Actor
from incident_core.ports.views import Rebuilt
from incident_core.testing.contracts import GroupsContract, Store, faults
from incident_core.testing.memory import Memory, MemoryGroups, MemoryStore, MemoryViews


class OnlyAdds(MemoryGroups):
    """Forgets nobody who was ever in it."""

    def keep(self, workspace: str, group: str, members: Collection[Actor], at: datetime) -> None:
        before = self.members(workspace, [group]).get(group, frozenset())
        super().keep(workspace, group, before | frozenset(members), at)


class MixesWorkspaces(MemoryGroups):
    """Takes the group of one workspace for that of another."""

    def members(self, workspace: str, groups: Collection[str]) -> Mapping[str, frozenset[Actor]]:
        return super().members("", groups)

    def keep(self, workspace: str, group: str, members: Collection[Actor], at: datetime) -> None:
        super().keep("", group, members, at)


class KnowsEveryGroup(MemoryGroups):
    """Takes a group that nobody asked about for one without members."""

    def members(self, workspace: str, groups: Collection[str]) -> Mapping[str, frozenset[Actor]]:
        return {**dict.fromkeys(groups, frozenset[Actor]()), **super().members(workspace, groups)}


class ForgetsTheEmpty(MemoryGroups):
    """Takes a group without members for one that nobody asked about."""

    def members(self, workspace: str, groups: Collection[str]) -> Mapping[str, frozenset[Actor]]:
        return {name: each for name, each in super().members(workspace, groups).items() if each}


class TellsEverything(MemoryGroups):
    """Tells of groups that were not asked for."""

    def members(self, workspace: str, groups: Collection[str]) -> Mapping[str, frozenset[Actor]]:
        return super().members(workspace, [name for where, name in self._kept if where == workspace])


class FoldsNames(MemoryGroups):
    """Takes s0604 for S0604."""

    def members(self, workspace: str, groups: Collection[str]) -> Mapping[str, frozenset[Actor]]:
        return super().members(workspace, [name.upper().strip() for name in groups])


class BelievesOldNews(MemoryGroups):
    """Takes the last that it hears for the newest."""

    def keep(self, workspace: str, group: str, members: Collection[Actor], at: datetime) -> None:
        self._kept.pop((workspace, group), None)
        super().keep(workspace, group, members, at)


class BelievesOnce(MemoryGroups):
    """Keeps the first of two that were asked at the same time."""

    def keep(self, workspace: str, group: str, members: Collection[Actor], at: datetime) -> None:
        if self._kept.get((workspace, group), (None, None))[0] != at:
            super().keep(workspace, group, members, at)


class CutsNames(MemoryGroups):
    """Has no room for many."""

    def keep(self, workspace: str, group: str, members: Collection[Actor], at: datetime) -> None:
        super().keep(workspace, group, sorted(members, key=str)[:1_000], at)


class StumblesOverNames(MemoryGroups):
    """Cannot be asked about anything."""

    def members(self, workspace: str, groups: Collection[str]) -> Mapping[str, frozenset[Actor]]:
        for name in groups:
            name.encode()
        return super().members(workspace, groups)


CAUGHT_BY: dict[type[MemoryGroups], str] = {
    OnlyAdds: "test_newer_members_take_the_place_of_all_that_were_there",
    MixesWorkspaces: "test_workspaces_have_groups_of_their_own",
    KnowsEveryGroup: "test_who_is_in_a_group_is_known_once_somebody_has_asked",
    ForgetsTheEmpty: "test_a_group_without_members_is_known_and_an_unknown_one_is_left_out",
    TellsEverything: "test_only_groups_that_were_asked_for_are_told",
    FoldsNames: "test_nothing_is_known_of_any_other_name",
    BelievesOldNews: "test_what_was_asked_earlier_does_not_replace_what_was_asked_later",
    BelievesOnce: "test_newer_members_take_the_place_of_all_that_were_there",
    CutsNames: "test_a_large_group_with_any_names_comes_back_whole",
    StumblesOverNames: "test_nothing_is_known_of_any_other_name",
}


def _found(make: Callable[[], MemoryStore], reopen: Callable[[MemoryStore], MemoryStore]) -> set[str]:
    class Broken(GroupsContract):
        def make(self) -> MemoryStore:
            return make()

        def reopen(self, store: Store) -> MemoryStore:
            assert isinstance(store, MemoryStore)
            return reopen(store)

    return set(faults(Broken))


def _with(groups: type[MemoryGroups]) -> Callable[[], MemoryStore]:
    return lambda: replace(MemoryStore.over(Memory()), groups=groups())


@pytest.mark.parametrize(("fault", "test"), CAUGHT_BY.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_a_fault_is_caught_by(fault: type[MemoryGroups], test: str) -> None:
    assert test in _found(_with(fault), MemoryStore.reopen)


def test_a_rebuild_that_forgets_them_is_caught() -> None:
    class Clearing(MemoryViews):
        """Takes facts for views."""

        groups: MemoryGroups

        def rebuild(self, **how: Any) -> Rebuilt:
            self.groups._kept.clear()
            return super().rebuild(**how)

    def make() -> MemoryStore:
        store, groups = MemoryStore.over(Memory()), MemoryGroups()
        views = Clearing(store.memory)
        views.groups = groups
        return replace(store, views=views, groups=groups)

    assert _found(make, MemoryStore.reopen) == {"test_a_rebuild_of_views_does_not_touch_it"}


def test_a_process_that_forgets_them_is_caught() -> None:
    found = _found(_with(MemoryGroups), lambda store: replace(store.reopen(), groups=MemoryGroups()))
    assert found == {"test_a_new_process_knows_it_too"}


def test_two_who_mix_what_they_keep_are_caught() -> None:
    class Mixing(MemoryGroups):
        """Keeps the members of two who come at the same time."""

        def keep(self, workspace: str, group: str, members: Collection[Actor], at: datetime) -> None:
            before = self._kept.get((workspace, group), (datetime.min.replace(tzinfo=UTC), frozenset()))
            both = before[1] | frozenset(members) if before[0] == at else frozenset(members)
            super().keep(workspace, group, both, at)

    test = "test_of_two_who_keep_it_at_the_same_time_one_is_believed_whole"
    assert test in _found(_with(Mixing), MemoryStore.reopen)


def test_nothing_is_found_in_an_honest_one() -> None:
    assert _found(_with(MemoryGroups), MemoryStore.reopen) == set()
