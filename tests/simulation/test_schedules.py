"""Whatever fails, dies, freezes or comes late: in the end what should be there is, once, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from time import perf_counter

import pytest

from incident_core.testing.simulation.broken import BROKEN
from incident_core.testing.simulation.choices import Choices, shrunk
from incident_core.testing.simulation.runs import explore, played, stories
from tests.figures import FIGURE

SCHEDULES = int(os.environ.get("INCIDENT_SCHEDULES", "2000"))
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_schedule_ends_as_it_should(part: int, record_property: Callable[[str, object], None]) -> None:
    seeds = range(part, SCHEDULES, PARTS)
    began = perf_counter()
    failure = explore(seeds)
    rate = len(seeds) / (perf_counter() - began) * 60
    record_property(FIGURE, f"{len(seeds):,} schedules, {rate:,.0f} a minute")
    assert failure is None, str(failure)


@pytest.mark.parametrize("name", BROKEN)
def test_an_engine_that_is_broken_on_purpose_is_found(name: str) -> None:
    failure = explore(range(3000), BROKEN[name])
    assert failure is not None
    assert failure.faults


def test_a_failing_schedule_is_told_with_its_seed_and_shrunk_and_can_be_played_again() -> None:
    breaking = BROKEN["blind_retry"]
    failure = explore(range(3000), breaking)
    assert failure is not None
    assert str(failure).startswith(f"seed {failure.seed} fails; shrunk to {len(failure.choices)} choices, [")
    whole = Choices(failure.seed)
    assert played(whole, stories(failure.seed), breaking)
    assert len(failure.choices) < len(whole.made) / 2
    again = played(Choices(noted=failure.choices), stories(failure.seed), breaking)
    assert again == failure.faults


def test_the_same_seed_makes_the_same_choices() -> None:
    first, second = Choices(7), Choices(7)
    assert played(first, stories(7)) == played(second, stories(7)) == ()
    assert first.made == second.made


def test_shrinking_keeps_what_matters() -> None:
    assert shrunk([3, 9, 0, 7, 1, 4], lambda noted: 7 in noted) == [7]
    assert shrunk([5, 6], lambda noted: len(noted) > 0 and noted[0] == 5) == [5]
