"""The contract of the Whereabouts bites: each fault of a broken one is caught by a test that is about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pytest

from incident_core.ports.mirrors import Effect
from incident_core.testing.contracts import MIRRORS, Store, WhereaboutsContract, faults
from incident_core.testing.memory import Memory, MemoryMirrors, MemoryStore, MemoryWhereabouts

Found = Iterator[tuple[int, str]]


class MixesWorkspaces(MemoryWhereabouts):
    """Looks everywhere."""

    def _places(self, workspace: str, mirror: str, slot: str) -> Found:
        for each in self._memory.numbers:
            yield from MemoryWhereabouts._places(self, each, mirror, slot)


class MixesMirrors(MemoryWhereabouts):
    """Takes a name in one mirror for the same name in another."""

    def _places(self, workspace: str, mirror: str, slot: str) -> Found:
        for each in MIRRORS:
            yield from MemoryWhereabouts._places(self, workspace, each, slot)


class MixesSlots(MemoryWhereabouts):
    """Takes every name for that of a room."""

    def _places(self, workspace: str, mirror: str, slot: str) -> Found:
        for each in ("room", "board"):
            yield from MemoryWhereabouts._places(self, workspace, mirror, each)


class SeesWhatIsNotThere(MemoryWhereabouts):
    """Takes what has a name for something that is there."""

    def _is_place(self, effect: Effect) -> bool:
        return MemoryWhereabouts._is_place(self, replace(effect, done=True))


class SeesOnlyWhatIsAtRest(MemoryWhereabouts):
    """Loses what is being changed."""

    def _is_place(self, effect: Effect) -> bool:
        return MemoryWhereabouts._is_place(self, effect) and effect.intent is None


class GivesUpWhatFailed(MemoryWhereabouts):
    """Loses what could not be changed."""

    def _is_place(self, effect: Effect) -> bool:
        return MemoryWhereabouts._is_place(self, effect) and not effect.stopped


class LivesInLines(MemoryWhereabouts):
    """Takes a line that was said for a place."""

    def _is_place(self, effect: Effect) -> bool:
        return effect.done


class Remembers(MemoryWhereabouts):
    """Asks only once."""

    def __init__(self, memory: Memory, mirrors: MemoryMirrors) -> None:
        MemoryWhereabouts.__init__(self, memory, mirrors)
        self._found: dict[tuple[str, ...], str | None] = {}

    def incident(self, workspace: str, mirror: str, slot: str, external_id: str) -> str | None:
        asked = (workspace, mirror, slot, external_id)
        return self._found.setdefault(asked, MemoryWhereabouts.incident(self, *asked))


class FoldsNames(MemoryWhereabouts):
    """Takes c1 for C1."""

    def incident(self, workspace: str, mirror: str, slot: str, external_id: str) -> str | None:
        return MemoryWhereabouts.incident(self, workspace, mirror, slot, external_id.upper())


class FindsTheOldest(MemoryWhereabouts):
    """Gives the first of several that it comes across."""

    def incident(self, workspace: str, mirror: str, slot: str, external_id: str) -> str | None:
        found = self._places(workspace, mirror, slot)
        return next((f"INC-{number}" for number, place in found if place == external_id), None)


class HidesPrivate(MemoryWhereabouts):
    """Asks who may see it, which others do."""

    def _places(self, workspace: str, mirror: str, slot: str) -> Found:
        for number, place in MemoryWhereabouts._places(self, workspace, mirror, slot):
            if not self._memory.views[self._memory.numbers[workspace][number]].private:
                yield number, place


class GivesEverything(MemoryWhereabouts):
    """Tells where all live, whoever was asked about."""

    def outside(self, workspace: str, mirror: str, slot: str, keys: Sequence[str]) -> Mapping[str, str]:
        return {f"INC-{number}": place for number, place in self._places(workspace, mirror, slot)}


class FailsForStrangers(MemoryWhereabouts):
    """Expects that everybody lives somewhere."""

    def outside(self, workspace: str, mirror: str, slot: str, keys: Sequence[str]) -> Mapping[str, str]:
        found = MemoryWhereabouts.outside(self, workspace, mirror, slot, keys)
        return {key: found[key] for key in keys}


CAUGHT_BY: dict[type[MemoryWhereabouts], str] = {
    MixesWorkspaces: "test_workspaces_have_places_of_their_own",
    MixesMirrors: "test_the_place_is_that_of_the_mirror_and_the_slot",
    MixesSlots: "test_the_place_is_that_of_the_mirror_and_the_slot",
    SeesWhatIsNotThere: "test_what_is_not_there_yet_has_no_place",
    SeesOnlyWhatIsAtRest: "test_what_is_being_changed_or_cannot_be_is_there_still",
    GivesUpWhatFailed: "test_what_is_being_changed_or_cannot_be_is_there_still",
    LivesInLines: "test_what_was_said_is_no_place",
    Remembers: "test_who_moved_lives_in_the_new_place_and_not_in_the_old_one",
    FoldsNames: "test_nothing_of_ours_is_in_any_other_place",
    FindsTheOldest: "test_of_several_in_one_place_it_is_the_newest",
    HidesPrivate: "test_private_and_closed_incidents_live_somewhere_too",
    GivesEverything: "test_an_incident_is_found_by_its_place_and_the_place_by_the_incident",
    FailsForStrangers: "test_who_has_no_place_and_what_is_no_key_is_left_out",
}


def _found(broken: type[MemoryWhereabouts]) -> set[str]:
    class Broken(WhereaboutsContract):
        def make(self) -> MemoryStore:
            store = MemoryStore.over(Memory(), MIRRORS)
            return replace(store, whereabouts=broken(store.memory, store.mirrors))

        def reopen(self, store: Store) -> MemoryStore:
            assert isinstance(store, MemoryStore)
            return store.reopen()

    return set(faults(Broken))


@pytest.mark.parametrize(("fault", "test"), CAUGHT_BY.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_a_fault_is_caught_by(fault: type[MemoryWhereabouts], test: str) -> None:
    assert test in _found(fault)


def test_nothing_is_found_in_an_honest_one() -> None:
    assert _found(MemoryWhereabouts) == set()
