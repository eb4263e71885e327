"""Many schedules by their seeds; the first that fails is shrunk, and told so that it can be played again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from incident_core.testing.simulation.choices import Choices, shrunk
from incident_core.testing.simulation.invariants import faults
from incident_core.testing.simulation.schedule import Endless, Schedule
from incident_core.testing.simulation.stories import VERBS, Story, command, opened, story

STEPS = 80
"""Choices of one schedule, before nothing fails any more."""

STORIES = 100
"""Pairs of stories; a seed has the one that it leaves when it is divided by this."""

Breaking = Callable[[Schedule], None]


@dataclass(frozen=True, slots=True)
class Failure:
    """A schedule that ended wrongly: its seed, fewer choices that fail too, and what is wrong with those."""

    seed: int
    choices: tuple[int, ...]
    faults: tuple[str, ...]

    def __str__(self) -> str:
        wrong = "\n".join(f"  {fault}" for fault in self.faults)
        return (
            f"seed {self.seed} fails; shrunk to {len(self.choices)} choices, {list(self.choices)}:\n{wrong}"
        )


def explore(seeds: Iterable[int], breaking: Breaking | None = None) -> Failure | None:
    """The first of these seeds that fails; None where all end as they should."""
    for seed in seeds:
        choices = Choices(seed)
        if played(choices, stories(seed), breaking):
            return _shrunk(seed, choices.made, breaking)
    return None


def played(choices: Choices, told: Sequence[Story], breaking: Breaking | None = None) -> tuple[str, ...]:
    """What is wrong at the end of a schedule with these choices."""
    schedule = Schedule(choices, told)
    if breaking is not None:
        breaking(schedule)
    try:
        schedule.play(STEPS)
    except Endless as endless:
        return (str(endless),)
    return tuple(faults(schedule))


@lru_cache
def stories(seed: int) -> tuple[Story, ...]:
    """Two incidents: opened, and then up to five verbs each."""
    random = Random(seed % STORIES)
    return tuple(_story(random, number) for number in (1, 2))


def _story(random: Random, number: int) -> Story:
    verbs = random.choices(VERBS, k=random.randrange(1, 6))
    return story(number, [opened(), *(command(kind, **values) for kind, values in verbs)])


def _shrunk(seed: int, made: Sequence[int], breaking: Breaking | None) -> Failure:
    def fails(noted: Sequence[int]) -> bool:
        return bool(played(Choices(noted=noted), stories(seed), breaking))

    fewer = shrunk(made, fails)
    return Failure(seed, tuple(fewer), played(Choices(noted=fewer), stories(seed), breaking))
