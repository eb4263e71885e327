"""Made-up history: decided by the rules, plausible, and the same for the same seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from incident_core.errors import Invalid, Unavailable
from incident_core.model.milestone import durations
from incident_core.model.outcome import Outcome
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.ports.intake import History
from incident_core.ports.log import Answer
from incident_core.testing.memory import FrozenClock, Memory, MemoryIntake, MemoryStore
from incident_core.usecases.generate import Made, Recipe, fill, generate
from incident_core.usecases.generating.arrivals import arrivals
from incident_core.usecases.verify import verify

UNTIL = datetime(2026, 11, 20, 12, tzinfo=UTC)
POLICY = Policy()
KEYS = tuple(f"INC-{number}" for number in range(1, 20))


def made(count: int = 2000, seed: int = 1, policy: Policy = POLICY, per_day: float = 100) -> list[History]:
    return list(generate(count, seed, policy, UNTIL, per_day, originals=KEYS))


@pytest.fixture(scope="module")
def many() -> list[History]:
    return made()


def recipe(count: int, seed: int = 1) -> Recipe:
    return Recipe(count, seed, POLICY, UNTIL)


def test_the_same_seed_makes_up_the_same_and_another_seed_something_else() -> None:
    assert made(30) == made(30)
    one, other = made(30, seed=1), made(30, seed=2)
    assert not {each.opening.incident_id for each in one} & {each.opening.incident_id for each in other}
    assert [each.incident.title for each in one] != [each.incident.title for each in other]


def test_workspaces_of_one_database_share_no_incident() -> None:
    here, there = (next(generate(1, 1, POLICY, UNTIL, workspace=name)) for name in ("here", "there"))
    assert here.opening.incident_id != there.opening.incident_id


def test_every_command_has_a_key_of_its_own(many: list[History]) -> None:
    keys = [batch.envelope.command_key for each in many for batch in each.batches]
    assert len(set(keys)) == len(keys)
    assert all(key.startswith("generate:1:") for key in keys)


def test_everything_happened_before_the_end_and_in_order(many: list[History]) -> None:
    opened = [each.incident.opened_at for each in many]
    assert opened == sorted(opened)
    for each in many:
        times = [event.at for batch in each.batches for event in batch.events]
        assert times == sorted(times)
        assert times[-1] <= UNTIL


def test_as_many_are_opened_a_day_as_were_asked_for() -> None:
    for per_day in (5, 100, 2000):
        opened = list(arrivals(14 * per_day, "1", UNTIL, per_day))
        days = (UNTIL - opened[0]) / timedelta(days=1)
        assert days == pytest.approx(14, rel=0.1), per_day
        assert UNTIL - opened[-1] < timedelta(days=20 / per_day)


def test_more_are_opened_by_day_and_fewer_at_weekends() -> None:
    opened = list(arrivals(20_000, "1", UNTIL, 100))
    hours = Counter(at.hour for at in opened)
    assert hours[10] > 4 * hours[2]
    days = Counter(at.weekday() for at in opened)
    assert days[1] > 1.5 * days[6]


def test_they_are_plausible(many: list[History]) -> None:
    incidents = [each.incident for each in many]
    assert 6.5 < sum(each.events for each in many) / len(many) < 9.5
    declared = [each for each in incidents if each.declared_at is not None]
    assert 0.35 < len(declared) / len(incidents) < 0.45
    assert {each.severity for each in declared} == set(Severity)
    assert {each.outcome for each in incidents} == {*Outcome, None}
    assert 0.005 < _share(incidents, [each for each in incidents if each.drill]) < 0.04
    assert 0.005 < _share(incidents, [each for each in incidents if each.private]) < 0.04
    assert 0.02 < _share(declared, [each for each in declared if len(each.stages) > 4]) < 0.1
    for name in durations(incidents[0]):
        assert _share(declared, [each for each in declared if durations(each)[name] is not None]) > 0.2, name
    assert _share(incidents, [each for each in incidents if each.tasks]) > 0.1
    assert _share(incidents, [each for each in incidents if each.updates]) > 0.1


def _share(everything: Sequence[object], some: Sequence[object]) -> float:
    return len(some) / len(everything)


def test_a_few_people_lead_most_of_them(many: list[History]) -> None:
    led = Counter(str(each.incident.commander) for each in many if each.incident.commander is not None)
    assert 30 <= len(led) <= 40
    busiest = sum(count for _, count in led.most_common(4))
    assert 0.35 < busiest / led.total() < 0.65


def test_only_the_newest_are_open_at_the_end(many: list[History]) -> None:
    open_ = [number for number, each in enumerate(many) if each.incident.stage is not Stage.CLOSED]
    assert 5 < len(open_) < 400
    assert min(open_) > 700
    assert sum(open_) / len(open_) > 1700


def test_any_policy_lets_them_be_made_up() -> None:
    strict = Policy(
        roles=("incident_commander", "scribe", "technical_lead"),
        required_roles=("incident_commander", "scribe"),
        review_to_close=True,
        reason_to_lower=frozenset(Severity),
    )
    closed = [each.incident for each in made(300, policy=strict) if each.incident.stage is Stage.CLOSED]
    assert any("scribe" in each.roles for each in closed)
    assert all(each.review_done_at is not None for each in closed if each.declared_at is not None)


def test_the_memory_is_filled_and_its_chain_holds() -> None:
    store = MemoryStore.over(Memory())
    found = fill(store.intake, FrozenClock(), recipe(300))
    assert (found.new, found.there) == (300, 0)
    assert found.events == len(store.memory.events)
    assert verify(store.ledger).finding is None
    assert store.views.rebuild(write=False).differing == ()
    numbers = {view.number: view for view in store.memory.views.values()}
    duplicates = [view for view in numbers.values() if view.duplicate_of is not None]
    assert duplicates
    for view in duplicates:
        original = numbers[int(str(view.duplicate_of).removeprefix("INC-"))]
        assert original.opened_at <= view.opened_at
        assert original.outcome is not Outcome.DUPLICATE


def test_again_nothing_is_made_up_twice_and_more_of_the_same_goes_on() -> None:
    store = MemoryStore.over(Memory())
    fill(store.intake, FrozenClock(), recipe(60))
    before = list(store.memory.events)
    assert fill(store.intake, FrozenClock(), recipe(60)) == Made(0, 60, 0)
    assert store.memory.events == before
    more = fill(store.intake, FrozenClock(), recipe(100))
    assert (more.new, more.there) == (40, 60)
    assert len(store.memory.views) == 100


def test_what_was_interrupted_goes_on_where_it_stopped() -> None:
    store = MemoryStore.over(Memory())

    class Breaking(MemoryIntake):
        """The line goes dead at the third call."""

        calls = 0

        def take(self, histories: Sequence[History]) -> tuple[Answer, ...]:
            self.calls += 1
            if self.calls == 3:
                raise Unavailable("The line went dead.")
            return super().take(histories)

    told: list[Made] = []
    with pytest.raises(Unavailable):
        fill(Breaking(store.memory), FrozenClock(), recipe(200), told.append)
    assert told[-1].new == len(store.memory.views) == 75
    found = fill(store.intake, FrozenClock(), recipe(200))
    assert (found.new, found.there) == (125, 75)


def test_what_it_says_is_recorded_when_it_is_written_and_happened_before() -> None:
    store, clock = MemoryStore.over(Memory()), FrozenClock()
    clock.move(timedelta(days=10_000))
    fill(store.intake, clock, recipe(5))
    assert {each.envelope.recorded_at for each in store.memory.events} == {clock.now()}
    assert {each.envelope.source for each in store.memory.events} == {"generate"}
    assert max(each.occurred_at for each in store.memory.events) <= UNTIL


def test_an_end_before_the_year_2_is_a_fault_and_not_a_crash() -> None:
    with pytest.raises(Invalid, match="before the year 2"):
        list(generate(1000, 1, POLICY, UNTIL, 0.0001))
