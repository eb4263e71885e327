"""The contract of the Timers bites: each fault of a broken one is caught by the test that is about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from incident_core.lifecycle.timers import Timer
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.timer import STALE
from incident_core.ports.timers import Fired, Reminder
from incident_core.testing.contracts import MIRRORS, Store, TimersContract, faults
from incident_core.testing.memory import Memory, MemoryStore, MemoryTimers
from incident_core.testing.memory_timers import Derive


class FiresAgain(MemoryTimers):
    """Does not write down that it fired."""

    def fire(self, now: datetime, limit: int) -> Sequence[Fired]:
        before = {name: row.due_at for name, row in self.rows.items()}
        fired = MemoryTimers.fire(self, now, limit)
        for name, due_at in before.items():
            self.rows[name].due_at = due_at
        return fired


class FiresEarly(MemoryTimers):
    """Takes what is due soon for due."""

    def fire(self, now: datetime, limit: int) -> Sequence[Fired]:
        return MemoryTimers.fire(self, now + timedelta(seconds=1), limit)


class FiresEverything(MemoryTimers):
    """Knows no limit."""

    def fire(self, now: datetime, limit: int) -> Sequence[Fired]:
        return MemoryTimers.fire(self, now, 1_000)


class TellsNobody(MemoryTimers):
    """Fires, and no mirror hears of it."""

    def fire(self, now: datetime, limit: int) -> Sequence[Fired]:
        self.hear = lambda *_: None
        return MemoryTimers.fire(self, now, limit)


class EndsNothing(MemoryTimers):
    """Goes on with timers of what is over."""

    def changed(self, workspace: str, incident_id: UUID, before: Incident | None, after: Incident) -> None:
        kept = dict(self.rows)
        MemoryTimers.changed(self, workspace, incident_id, before, after)
        self.rows = {**kept, **self.rows}


class BeginsAnew(MemoryTimers):
    """Arms everything again with every commit."""

    def changed(self, workspace: str, incident_id: UUID, before: Incident | None, after: Incident) -> None:
        MemoryTimers.changed(self, workspace, incident_id, before, after)
        MemoryTimers.changed(self, workspace, incident_id, None, after)


class _Otherwise(MemoryTimers):
    """Has other timers than it should."""

    def __init__(self, derive: Derive, *others: Any) -> None:
        MemoryTimers.__init__(self, lambda incident: self.wrong(derive(incident)), *others)

    def wrong(self, timers: tuple[Timer, ...]) -> tuple[Timer, ...]:
        raise NotImplementedError


class ListsPrivate(_Otherwise):
    """Puts private incidents into the list of all."""

    def wrong(self, timers: tuple[Timer, ...]) -> tuple[Timer, ...]:
        return tuple(replace(each, listed=each.name == STALE) for each in timers)


class ListsNothing(_Otherwise):
    """Says of each stale incident by itself what belongs into a list."""

    def wrong(self, timers: tuple[Timer, ...]) -> tuple[Timer, ...]:
        return tuple(replace(each, listed=False) for each in timers)


class RepeatsNothing(_Otherwise):
    """Fires only once in all."""

    def wrong(self, timers: tuple[Timer, ...]) -> tuple[Timer, ...]:
        return tuple(each if each.listed else replace(each, again=None) for each in timers)


class NeverStops(_Otherwise):
    """Fires although somebody has stopped it."""

    def wrong(self, timers: tuple[Timer, ...]) -> tuple[Timer, ...]:
        return tuple(replace(each, stopped=False) for each in timers)


class ForgetsNothing(MemoryTimers):
    """Takes every reminder for one that is still to be said."""

    def newer(self, incident_id: UUID, number: int) -> tuple[Reminder, ...]:
        return tuple(replace(each, over=False) for each in MemoryTimers.newer(self, incident_id, number))


class ShowsPrivate(MemoryTimers):
    """Shows the timers of incidents that the viewer may not see."""

    def _seen(self, workspace: str, incident_id: UUID, viewer: Actor) -> bool:
        return True


class IsNeverLate(MemoryTimers):
    """Says that all is well."""

    def late(self, workspace: str, now: datetime) -> int:
        return 0


CAUGHT_BY: dict[type[MemoryTimers], str] = {
    FiresAgain: "test_without_an_update_it_fires_after_half_an_hour_and_then_every_25_minutes",
    FiresEarly: "test_without_an_update_it_fires_after_half_an_hour_and_then_every_25_minutes",
    FiresEverything: "test_no_more_fire_at_a_time_than_were_asked_for",
    TellsNobody: "test_every_mirror_hears_of_it_after_what_happened_before",
    EndsNothing: "test_less_severe_or_resolved_it_is_over_and_reopened_it_begins_anew",
    BeginsAnew: "test_what_changes_nothing_about_it_leaves_it_alone",
    ListsPrivate: "test_a_private_incident_is_never_listed_and_reminded_of_by_itself",
    ListsNothing: "test_all_that_is_stale_is_said_in_one_list_every_two_days",
    RepeatsNothing: "test_without_an_update_it_fires_after_half_an_hour_and_then_every_25_minutes",
    NeverStops: "test_a_snoozed_one_waits_and_a_stopped_one_is_silent",
    ForgetsNothing: "test_what_was_not_said_until_it_was_over_is_marked_as_such",
    ShowsPrivate: "test_only_who_may_see_an_incident_sees_its_timers",
    IsNeverLate: "test_what_is_due_and_has_not_fired_is_late",
}


def _found(broken: type[MemoryTimers]) -> set[str]:
    class Broken(TimersContract):
        def make(self) -> MemoryStore:
            return MemoryStore.over(Memory(), MIRRORS, self.policy, broken)

        def reopen(self, store: Store) -> MemoryStore:
            assert isinstance(store, MemoryStore)
            return store.reopen()

    return set(faults(Broken, properties=False))


@pytest.mark.parametrize(("fault", "test"), CAUGHT_BY.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_a_fault_is_caught_by(fault: type[MemoryTimers], test: str) -> None:
    assert test in _found(fault)


def test_nothing_is_found_in_an_honest_one() -> None:
    assert _found(MemoryTimers) == set()
