"""Workers that are killed or frozen at every point leave everything outside once, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crashes.conftest import INNER_ONE_IN, ONE_IN, SECOND_ONE_IN, Chosen, Report
from tests.crashes.enumerating import FIRING, FROZEN, INNER, KILLED, Tally, enumerated, inside
from tests.crashes.nursery import Nursery
from tests.crashes.stage import staged
from tests.crashes.stories import FIRES, STORIES, told


@pytest.mark.parametrize("name", STORIES)
def test_no_kill_and_no_freeze_loses_or_doubles_anything(
    name: str, database_url: str, workers: Nursery, tmp_path: Path, chosen: Chosen, report: Report
) -> None:
    """At any point, at any second one while another worker takes over, and amid any transaction."""
    tally = Tally()
    with staged(database_url, told(name), workers, tmp_path) as stage:
        enumerated(stage, tally, chosen(ONE_IN), chosen(SECOND_ONE_IN))
        inside(stage, tally, chosen(INNER_ONE_IN))
    report(stage.place.kind, tally)
    assert tally.wrong == []
    assert {KILLED, FROZEN, INNER} <= set(tally.runs)
    assert (FIRING in tally.runs) == (name in FIRES)


@pytest.mark.parametrize("name", STORIES)
def test_the_timers_of_each_story_fire_in_it(
    name: str, sqlite_url: str, workers: Nursery, tmp_path: Path
) -> None:
    with staged(sqlite_url, told(name), workers, tmp_path) as stage:
        stage.place.restore()
        before = stage.fired()
        assert stage.play({}).faults == ()
        assert (before, stage.fired()) == FIRES.get(name, ((), ()))
