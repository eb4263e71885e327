"""The engine over a real database: whatever fails, dies or freezes, all is there in the end, once."""

from __future__ import annotations

from contextlib import closing

import pytest

from adapters.storage.database import store_at
from incident_core.testing.simulation.invariants import faults
from incident_core.testing.simulation.stories import HURRIED
from tests.databases import opened
from tests.storage.simulated import StoredTimers, ended, in_memory, reminders, stored

SEEDS = 20
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_schedule_ends_as_it_should_and_as_it_does_in_memory(database_url: str, part: int) -> None:
    with closing(store_at(database_url, 30)) as store:
        for seed in range(part, SEEDS, PARTS):
            name = f"diorama-{seed}"
            with closing(opened(database_url, mirrors=(name,), policy=HURRIED)) as database:
                schedule, expected = stored(database, store, name, seed), in_memory(seed)
                assert faults(schedule) == [], seed
                assert schedule.choices.made == expected.choices.made, seed
                assert ended(schedule) == ended(expected), seed
                assert [reminders(schedule, each) for each in (0, 1, 2)] == [
                    reminders(expected, each) for each in (0, 1, 2)
                ], seed
                StoredTimers(store, database, name).end()
