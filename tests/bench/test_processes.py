"""The benchmark of many processes runs to its end in a small size, and each of its tables has its rows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.processes_day import MOST, Day, Memory
from bench.processes_day import Line as DayLine
from bench.processes_killed import EVENTS, TAKES
from bench.processes_killed import Line as KilledLine
from bench.processes_outage import VARIANTS
from bench.processes_outage import Line as OutageLine

ROOT = Path(__file__).parents[2]
ROWS = {"commands": 2, "mirrors": 1, "outage": 1, "day": 5}
PAGE = "".join(
    f"<!-- bench: processes-{name} -->\n<!-- end of bench: processes-{name} -->\n" for name in ROWS
)


def test_it_runs_and_writes_its_tables_into_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    words = [sys.executable, "-m", "bench", "processes", "--small", "--write", str(page)]
    ran = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    for name, rows in ROWS.items():
        table = page.read_text().partition(f"bench: processes-{name} ")[2].partition("<!--")[0]
        found = [line for line in table.splitlines() if line.startswith("|")][2:]
        assert len(found) == rows, table


@pytest.mark.parametrize(("late", "missed"), [(-0.1, False), (0.1, True)])
def test_a_worker_whose_successor_is_late_misses_the_goal(late: float, missed: bool) -> None:
    """Fifteen seconds of lease, ten of grace, the calls that are left, and one second."""
    promised = 15 + 10 + TAKES * EVENTS + 1
    assert bool(KilledLine(1, False, (16.0, promised + late)).missed) is missed


def test_what_is_settled_too_late_after_an_outage_misses_the_goal() -> None:
    variant = VARIANTS[0]
    assert not OutageLine(variant, 0, 1.0, variant.goal, 1, 0).missed
    assert "settled after" in OutageLine(variant, 0, 1.0, variant.goal + 1, 1, 0).missed


def test_memory_that_grows_by_more_than_the_goal_misses_it() -> None:
    memory = Memory(90.0, 70.0)
    assert not DayLine("24 hours", Day(), memory, MOST).missed
    assert "grows by" in DayLine("24 hours", Day(), memory, MOST + 0.01).missed
