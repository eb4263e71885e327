"""The contract of the Pruning bites: each fault of a broken one is caught by a test that is about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from incident_core.model.stage import Stage
from incident_core.ports.log import Answer
from incident_core.ports.mirrors import Effect
from incident_core.ports.pruning import Pruned
from incident_core.ports.timers import Reminder
from incident_core.testing.contracts import MIRRORS, PruningContract, Store, faults
from incident_core.testing.memory import Memory, MemoryPruning, MemoryStore
from incident_core.testing.memory_mirrors import Row


class ForgetsWhatOpened(MemoryPruning):
    """Takes every answer that is old."""

    def _opened(self, answer: Answer) -> bool:
        return False


class TakesWhatIsYoung(MemoryPruning):
    """Is a day too early."""

    def _all(self, before: datetime, now: datetime) -> Iterator[tuple[Pruned, object]]:  # type: ignore[override]
        return MemoryPruning._all(self, before + timedelta(days=1), now)


class TakesFromWhatIsOpen(MemoryPruning):
    """Does not ask whether it is closed."""

    def _long_closed(self, incident_id: UUID, before: datetime) -> bool:
        return incident_id in self._memory.streams


class BelievesWhatIsSaid(MemoryPruning):
    """Goes by when it is said to have been closed."""

    def _long_closed(self, incident_id: UUID, before: datetime) -> bool:
        view = self._memory.views.get(incident_id)
        return view is not None and view.closed_at is not None and view.closed_at < before


class TakesWhatIsThere(MemoryPruning):
    """Takes the channel of a closed incident for something that was said."""

    def _is_spent(self, effect: Effect) -> bool:
        return effect.done


class TakesFromWhatIsBehind(MemoryPruning):
    """Does not wait for the mirrors."""

    def _settled(self, row: Row) -> bool:
        return all(each.error is None for each in row.effects.values())


class TakesFromWhatFailed(MemoryPruning):
    """Does not ask whether something failed."""

    def _settled(self, row: Row) -> bool:
        return row.next_at is None


class TakesWhatWasBegun(MemoryPruning):
    """Takes all that was about events."""

    def _is_spent(self, effect: Effect) -> bool:
        return effect.slot.startswith("say:")


class TakesTheNewestReminder(MemoryPruning):
    """Begins to count anew."""

    def _past(self, incident_id: UUID) -> list[Reminder]:
        return self._timers.all_fired(incident_id)


class TakesWhatWasNotReminded(MemoryPruning):
    """Does not ask whether it was said."""

    def _all_said(self, rows: list[Row], number: int, slots: list[tuple[Row, str]]) -> bool:
        return True


class LiftsHolds(MemoryPruning):
    """Does not wait."""

    def _holds(self, now: datetime) -> Iterator[tuple[Pruned, object]]:  # type: ignore[override]
        return MemoryPruning._holds(self, now + timedelta(days=1))


class CountsNothing(MemoryPruning):
    """Says that there is nothing."""

    def count(self, before: datetime, now: datetime) -> Pruned:
        return Pruned()


class ForgetsClosedIncidents(MemoryPruning):
    """Takes the record itself."""

    def prune(self, before: datetime, now: datetime) -> Iterator[Pruned]:
        for numbers in self._memory.numbers.values():
            for number, incident_id in list(numbers.items()):
                if self._memory.views[incident_id].stage is Stage.CLOSED:
                    del numbers[number]
        return MemoryPruning.prune(self, before, now)


CAUGHT_BY: dict[type[MemoryPruning], str] = {
    ForgetsWhatOpened: "test_the_answer_to_what_opened_an_incident_stays_for_ever",
    TakesWhatIsYoung: "test_answers_that_are_just_old_enough_not_to_be_old_stay",
    TakesFromWhatIsOpen: ("test_what_was_said_stays_while_the_incident_is_open_or_not_closed_for_long"),
    BelievesWhatIsSaid: (
        "test_it_is_when_it_was_recorded_that_counts_and_not_when_it_is_said_to_have_happened"
    ),
    TakesWhatIsThere: "test_what_was_said_about_a_closed_incident_goes_and_what_is_there_stays",
    TakesFromWhatIsBehind: "test_nothing_goes_of_what_is_behind",
    TakesFromWhatFailed: "test_nothing_goes_of_what_failed",
    TakesWhatWasBegun: "test_what_was_begun_stays",
    TakesTheNewestReminder: (
        "test_old_reminders_go_with_what_was_said_of_them_and_the_next_one_is_numbered_after"
    ),
    TakesWhatWasNotReminded: "test_reminders_that_a_mirror_has_not_said_or_that_failed_stay",
    LiftsHolds: "test_holds_that_are_over_go_and_the_others_stay",
    CountsNothing: "test_old_answers_go_and_the_same_key_is_a_new_command_from_then_on",
    ForgetsClosedIncidents: "test_the_record_and_the_lists_stay_as_they_are",
}


def _found(broken: type[MemoryPruning]) -> set[str]:
    class Broken(PruningContract):
        def make(self) -> MemoryStore:
            store = MemoryStore.over(Memory(), MIRRORS, self.policy)
            return replace(store, pruning=broken(store.memory, store.mirrors, store.timers))

        def reopen(self, store: Store) -> MemoryStore:
            assert isinstance(store, MemoryStore)
            return store.reopen()

    return set(faults(Broken))


@pytest.mark.parametrize(("fault", "test"), CAUGHT_BY.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_a_fault_is_caught_by(fault: type[MemoryPruning], test: str) -> None:
    assert test in _found(fault)


def test_nothing_is_found_in_an_honest_one() -> None:
    assert _found(MemoryPruning) == set()
