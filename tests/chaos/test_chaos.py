"""Whatever is killed, frozen, cut and flushed while people work: nothing is lost, and nothing happens twice.

Two seeds of `make chaos`, each a few seconds of mischief; docs/chaos.md says how to read a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.plan import FROZEN_SHORT, SHORT, Size, long, plan
from tests.chaos.run import run
from tests.chaos.world import template
from tests.figures import FIGURE
from tests.servers.postgres import Postgres

pytestmark = pytest.mark.xdist_group("chaos")
"""One after the other, with one server."""


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A server of our own, which is killed now and then."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="module")
def copied(postgres: Postgres) -> str:
    return template(postgres)


@pytest.mark.parametrize(("size", "seed"), [(SHORT, 12), (FROZEN_SHORT, 3)], ids=["killed", "frozen"])
def test_whatever_breaks_the_record_is_right_and_slack_shows_it(
    size: Size,
    seed: int,
    postgres: Postgres,
    copied: str,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    report = run(seed, size, tmp_path, postgres, copied)
    assert not report.faults, report.text()
    record_property(FIGURE, f"chaos, seed {seed}: {report.figures}")


def test_the_same_seed_is_the_same_plan_and_another_is_not() -> None:
    assert plan(7, long(60)) == plan(7, long(60))
    assert [each.words for each in plan(7, long(60))] != [each.words for each in plan(8, long(60))]


def test_a_long_plan_does_everything_there_is() -> None:
    """Each kind of mischief, and each way in which people act."""
    done = {deed.what for deed in plan(1, long(300))}
    mischief = {
        "kill",
        "start",
        "stop",
        "continue",
        "end",
        "postgres",
        "redis-kill",
        "flush",
        "sockets",
        "cut",
    }
    assert done >= {*mischief, "fault", "type", "cli", "form", "press", "choose", "close", "again"}
