"""A worker takes every step for real: calls side by side, in time, and given back when it is told to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from incident_core import commands as c
from incident_core.lifecycle.timers import timers as timers_of
from incident_core.model.policy import Policy
from incident_core.ports.mirror import Call
from incident_core.ports.mirrors import ROUSED, TIRED, Effect
from incident_core.testing.memory_clock import FrozenClock
from incident_core.testing.memory_mirrors import MemoryMirrors, Row
from incident_core.testing.memory_timers import MemoryTimers
from incident_core.testing.simulation.outside import Diorama, Fate, Outside
from incident_core.testing.simulation.stories import BEGINNING, Chapter, Story, command, opened, story
from incident_core.usecases.settling.settle import CALL, GRACE, LEASE
from incident_core.usecases.work import Work

SLOTS = ["place", "board", "label", "list"]


@dataclass
class Place:
    """One story in an outside that does as it is told."""

    told: Story = field(default_factory=lambda: story(1, [opened(), command(c.Declare)]))
    fates: dict[str, list[Fate]] = field(default_factory=dict)
    chapter: int = -1

    def __post_init__(self) -> None:
        self.clock = FrozenClock()
        self.clock.move_to(BEGINNING)
        self.outside = Outside(self._fate, self.clock.now)
        self.mirror = Diorama(self.outside)
        self.store = MemoryMirrors(lambda _: (self.now.incident, self.now.entries))

    @property
    def now(self) -> Chapter:
        return self.told.chapters[self.chapter]

    def tell(self) -> None:
        """The next chapter is committed."""
        self.chapter += 1
        incident = self.told.chapters[self.chapter].incident
        self.store.changed(
            "w", self.told.id, incident.severity, incident.version, "diorama", self.clock.now()
        )

    def work(self, **how: object) -> int:
        timers = MemoryTimers(partial(timers_of, Policy()), lambda _: self.now.incident)
        return Work(self.store, {"diorama": self.mirror}, self.clock, timers, **how)()  # type: ignore[arg-type]

    def there(self) -> list[str]:
        """The slots of everything that is there."""
        return sorted(thing.slot for thing in self.outside.things.values())

    def _fate(self, call: Call) -> Fate:
        fates = self.fates.get(call.slot, [])
        return fates.pop(0) if fates else Fate.FINE


@pytest.fixture
def place() -> Place:
    return Place()


def test_everything_is_brought_about_and_then_nothing_is_left_to_do(place: Place) -> None:
    place.tell()
    assert place.work() == 1
    assert set(SLOTS) < set(place.there())
    assert len(place.there()) == len(set(place.there()))
    calls = place.outside.calls
    assert place.work() == 0
    assert place.outside.calls == calls


def test_what_failed_is_tried_again_when_it_is_due(place: Place) -> None:
    place.fates["board"] = [Fate.REFUSED_BEFORE, Fate.HELD]
    place.tell()
    place.work()
    assert "board" not in place.there()
    assert place.work() == 0
    place.clock.move(timedelta(seconds=2))
    place.work()
    assert "board" not in place.there()
    place.clock.move(timedelta(seconds=8))
    place.work()
    assert "board" in place.there()


def test_a_call_whose_end_is_unknown_is_looked_into_and_not_repeated(place: Place) -> None:
    place.fates["place"] = [Fate.LOST_AFTER]
    place.tell()
    place.work()
    assert place.there().count("place") == 1
    assert "board" not in place.there()
    place.clock.move(GRACE)
    place.work()
    assert place.there().count("place") == 1
    assert "board" in place.there()


def test_no_call_is_begun_that_could_outlast_the_lease(place: Place) -> None:
    place.tell()
    (claim,) = place.store.claim(("diorama",), place.clock.now(), place.clock.now() + LEASE, 1)

    def slow(perform: Callable[[Call], object], calls: Sequence[Call]) -> Sequence[object]:
        found = [perform(call) for call in calls]
        place.clock.move(LEASE - CALL)
        return found

    from incident_core.usecases.settling.drive import Driver

    Driver(place.store, place.mirror, place.clock, slow).drive(claim)  # type: ignore[arg-type]
    assert set(SLOTS) < set(place.there())


def test_calls_that_can_be_repeated_are_made_side_by_side(place: Place) -> None:
    batches: list[list[str]] = []

    def noted(perform: Callable[[Call], object], calls: Sequence[Call]) -> list[object]:
        batches.append([call.slot for call in calls])
        assert sum(not call.repeatable for call in calls) <= 1
        return [perform(call) for call in calls]

    place.tell()
    place.work(side_by_side=noted)
    assert batches[0] == ["place", "say:bell:1"]
    assert batches[1] == ["board", "label"]


def test_a_worker_that_is_told_to_stop_ends_what_it_began_and_gives_its_claim_back(place: Place) -> None:
    place.tell()
    calls = 0

    def counted(perform: Callable[[Call], object], batch: Sequence[Call]) -> list[object]:
        nonlocal calls
        calls += 1
        return [perform(call) for call in batch]

    assert place.work(side_by_side=counted, stopping=lambda: calls > 0) == 1
    assert calls == 1
    row = place.store.rows[UUID(int=1), "diorama"]
    assert row.until is None
    assert all(effect.intent is None for effect in row.effects.values())
    assert place.work() == 1
    assert set(SLOTS) < set(place.there())


def test_ten_quick_changes_become_one(place: Place) -> None:
    place.tell()
    place.work()
    before = place.outside.calls
    place.tell()
    place.work()
    boards = [thing for thing in place.outside.things.values() if thing.slot == "board"]
    assert [thing.content["stage"] for thing in boards] == ["incident"]
    said = sum(slot.startswith("say:") for slot in place.there()) - 2
    assert place.outside.calls - before == 3 + said


@pytest.mark.parametrize("failures", [ROUSED - 1, ROUSED])
def test_when_the_outside_answers_that_failed_often_whoever_waits_for_long_is_tried_at_once(
    place: Place, failures: int
) -> None:
    """Not where it failed a few times only: then the others wait as long as they would."""
    place.fates["place"] = [Fate.REFUSED_BEFORE] * failures
    place.tell()
    while place.fates["place"]:
        place.work()
        place.clock.move(timedelta(seconds=20))
    other, later = _asleep(place), list[datetime]()
    place.work(later=later.append)
    assert {slot for slot in SLOTS if other.effects.get(slot, Effect(slot)).done} == (
        set(SLOTS) if failures == ROUSED else set()
    )
    assert (place.clock.now() in later) is (failures == ROUSED)


def _asleep(place: Place) -> Row:
    """Another incident, which is tried again in ten minutes."""
    incident, when = place.now.incident, place.clock.now() + timedelta(minutes=10)
    place.store.changed("w", UUID(int=2), incident.severity, incident.version, "diorama", when)
    row = place.store.rows[UUID(int=2), "diorama"]
    row.effects["place"] = Effect("place", attempts=TIRED, next_at=when, error="It cannot be reached.")
    return row
