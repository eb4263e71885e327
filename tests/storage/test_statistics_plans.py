"""A report of a quarter reads that quarter, and one of all time walks along indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import get_ident
from typing import Any

import pytest
from sqlalchemy import Engine, event

from adapters.storage import Database
from adapters.storage.tables import LENGTHS
from incident_core import commands as c
from incident_core.errors import Unavailable
from incident_core.model.milestone import Milestone
from incident_core.model.policy import Policy
from incident_core.model.window import ALWAYS, Window
from incident_core.ports.statistics import Grouping, Report
from incident_core.testing.contracts.desk import BOB, Desk
from tests.databases import opened
from tests.storage.asking import ask, counted

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUARTER = Window(NOW - timedelta(days=90), NOW)
EVERY = (None, *Grouping)
ADMINS = Policy(admins=frozenset({BOB}))
CORRECTED = (Milestone.IMPACT_STARTED, Milestone.DETECTED, Milestone.ACKNOWLEDGED, Milestone.MITIGATED)


def reported(database: Database, window: Window, by: Grouping | None = None) -> Report:
    return database.statistics.report("w", window, BOB, NOW, by)


def replaced(report: Report) -> Report:
    """The report as of all time."""
    return replace(report, window=ALWAYS)


@pytest.mark.parametrize("by", EVERY)
def test_a_report_of_a_quarter_finds_its_incidents_by_their_time(
    sqlite_url: str, by: Grouping | None
) -> None:
    lines = planned(sqlite_url, QUARTER, by)
    about_incidents = [line for line in lines if " incidents" in line]
    within = [line for line in about_incidents if "_at>?" in line and "_at<?" in line]
    active = [line for line in about_incidents if "ix_incidents_active (workspace=? AND stage=?)" in line]
    assert len(within) == (6 if by is Grouping.SEVERITY else 5) + 1
    ends = [
        line for line in about_incidents if line.endswith("COVERING INDEX ix_incidents_opened (workspace=?)")
    ]
    assert (len(active), len(ends)) == (2, 2)
    assert len(about_incidents) == len(within) + len(active) + len(ends)


@pytest.mark.parametrize("by", EVERY)
def test_counts_are_read_from_an_index_alone(sqlite_url: str, by: Grouping | None) -> None:
    for window in (QUARTER, ALWAYS):
        lines = planned(sqlite_url, window, by)
        covered = [line for line in lines if "COVERING INDEX ix_incidents_figures" in line]
        assert len(covered) == (4 if by is Grouping.SEVERITY else 3)
        for name in ("declared", "drills"):
            assert len([line for line in lines if f"COVERING INDEX ix_incidents_{name}" in line]) == 1


def test_lengths_of_all_time_are_walked_along_their_indexes_and_never_sorted(sqlite_url: str) -> None:
    lines = planned(sqlite_url, ALWAYS, None)
    for name in LENGTHS:
        walks = [line for line in lines if f"COVERING INDEX ix_incidents_{name} (workspace=?" in line]
        assert len(walks) == 1 + 2, name
    assert not [line for line in lines if "ORDER BY" in line]
    assert not [line for line in lines if line.startswith("SCAN incidents")]


@pytest.mark.parametrize("by", EVERY)
def test_a_report_for_an_admin_is_read_from_the_same_indexes(sqlite_url: str, by: Grouping | None) -> None:
    """Their lengths beside what is public are those of private incidents, and of no others."""
    for window in (QUARTER, ALWAYS):
        lines = planned(sqlite_url, window, by, ADMINS)
        assert not [line for line in lines if line.startswith("SCAN incidents") or "access" in line]
        covered = [line for line in lines if "COVERING INDEX ix_incidents_figures" in line]
        assert len(covered) == (4 if by is Grouping.SEVERITY else 3)
    private = [line for line in planned(sqlite_url, ALWAYS, None, ADMINS) if "ix_incidents_private" in line]
    assert [line.endswith("(workspace=?)") for line in private] == [True]


def test_a_window_around_everything_is_walked_like_all_time(sqlite_url: str) -> None:
    around = Window(NOW - timedelta(days=201), NOW)
    lines = planned(sqlite_url, around, None)
    assert len([line for line in lines if "INDEX ix_incidents_time_to_resolve" in line]) == 1 + 2
    with closing(opened(sqlite_url)) as database:
        for by in EVERY:
            assert replaced(reported(database, around, by)) == replaced(reported(database, ALWAYS, by))


def test_a_report_takes_the_same_number_of_statements_however_much_there_is(database: Database) -> None:
    def statements(use: Callable[[], object]) -> int:
        with counted() as seen:
            use()
        return len([each for each in seen if not each.startswith("BEGIN")])

    def asked() -> list[int]:
        return [
            statements(lambda window=window, by=by: reported(database, window, by))  # type: ignore[misc]
            for window in (QUARTER, ALWAYS)
            for by in EVERY
        ]

    tell(database)
    few = asked()
    for _ in range(8):
        tell(database)
    assert asked() == few == [6, 7, 6, 6, 8, 10, 9, 9]


def test_a_figure_that_is_no_number_is_told_in_a_sentence(sqlite_url: str) -> None:
    with closing(opened(sqlite_url)) as database:
        tell(database)
        ask(sqlite_url, "UPDATE incidents SET time_to_declare = 'soon', spent_responding = x'ff'")
        for window in (QUARTER, ALWAYS):
            with pytest.raises(Unavailable, match=r"^The database is damaged: .* run: incident db rebuild$"):
                reported(database, window)


def tell(database: Database) -> None:
    """Two incidents that have every length, of which one is private; and an old one."""
    desk = Desk(database, workspace="w")
    desk.clock.move_to(NOW - timedelta(days=200))
    desk.open()
    desk.clock.move_to(NOW - timedelta(days=2))
    for private in (False, True):
        key = desk.open(private=private, declare=True, by=BOB)
        for milestone in CORRECTED:
            desk.do(c.CorrectMilestone, key, by=BOB, milestone=milestone, when=desk.clock.now())
        desk.do(c.Resolve, key, by=BOB)
        desk.do(c.Close, key, by=BOB)


def planned(url: str, window: Window, by: Grouping | None, policy: Policy | None = None) -> list[str]:
    """How SQLite goes about every statement of a report."""
    with closing(opened(url, policy=policy)) as database:
        tell(database)
        with explained() as lines:
            reported(database, window, by)
    return lines


@contextmanager
def explained() -> Iterator[list[str]]:
    """The plan of every SELECT that this thread executes meanwhile."""
    me = get_ident()
    lines: list[str] = []

    def note(_: Any, cursor: Any, statement: str, parameters: Any, *__: Any) -> None:
        if get_ident() == me and statement.startswith("SELECT"):  # other tests may not have ended yet
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            lines.extend(row[3] for row in rows)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield lines
    finally:
        event.remove(Engine, "before_cursor_execute", note)
