"""The databases on which workers are killed, where workers come from, and how many crashes are tried."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from random import Random

import pytest

from tests.crashes.enumerating import Choose, Tally, everything, sampled
from tests.crashes.figures import FIGURE, pytest_terminal_summary
from tests.crashes.nursery import Nursery, nursery
from tests.crashes.playing import Plan

__all__ = ["pytest_terminal_summary"]

HOW_MANY = "INCIDENT_CRASHES"
"""Set to `all` by `make crash`: every point and every pair; else a sample."""
SEED = "INCIDENT_CRASH_SEED"
"""Another seed of the sample than SEEDED; a failed test says it."""
SEEDED = "1"
ONE_IN, SECOND_ONE_IN, INNER_ONE_IN = 13, 40, 25

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

Chosen = Callable[[int], Choose[Plan]]
Report = Callable[[str, Tally], None]


@pytest.fixture(scope="session")
def workers() -> Iterator[Nursery]:
    """Where they come from."""
    with nursery() as found:
        yield found


@pytest.fixture
def seed() -> str | None:
    """The seed of the sample; None where there is none, and everything is tried."""
    found = None if os.environ.get(HOW_MANY) == "all" else os.environ.get(SEED, SEEDED)
    print(f"{HOW_MANY}=all" if found is None else f"{SEED}={found}")  # noqa: T201 - shown where the test fails
    return found


@pytest.fixture
def chosen(seed: str | None, request: pytest.FixtureRequest) -> Chosen:
    """One in so many, or all."""
    chance = Random(f"{seed} {request.node.name}")
    return lambda one_in: everything if seed is None else sampled(chance, one_in)


@pytest.fixture
def report(seed: str | None, record_property: Callable[[str, object], None]) -> Report:
    """Report what was tried on a kind of database: it is printed at the end of a run."""
    how = "everything" if seed is None else f"a sample with seed {seed}, make crash tries everything"

    def tell(kind: str, tally: Tally) -> None:
        runs = {**tally.runs, "wrong": len(tally.wrong)}
        record_property(FIGURE, {"of": f"{NAMES[kind]} ({how})", "runs": runs})

    return tell
