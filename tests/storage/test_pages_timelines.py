"""Events of many incidents: few among many are looked up, many are read over; both tell the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters.storage import Database, matching, timelines
from adapters.storage.sight import Sight
from adapters.storage.tables import incidents
from incident_core import commands as c
from incident_core import events as e
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.window import Window
from incident_core.ports.reader import Query
from incident_core.record.document import Document
from incident_core.testing.contracts.desk import ANN, CLEO, Desk
from incident_core.testing.values import EPOCH
from tests.storage.asking import counted
from tests.storage.test_queries import planned

MANY = 60
DECLARED = Query(stages=frozenset({Stage.INCIDENT}))


@pytest.fixture
def desk(database: Database) -> Desk:
    """Many investigations; the first and the last are declared, and go on in turns."""
    desk = Desk(database, workspace="w")
    for number in range(MANY):
        desk.open(f"number {number}")
        desk.clock.move(timedelta(minutes=1))
    for key in ("INC-1", f"INC-{MANY}"):
        desk.do(c.Declare, key)
    for number in range(3):
        for key in ("INC-1", "INC-30", f"INC-{MANY}"):
            desk.do(c.AddTask, key, by=CLEO, text=f"task {number}")
    return desk


def told(desk: Desk, query: Query | None = None) -> Iterator[Document]:
    return desk.store.reader.timelines(desk.workspace, query or Query(), ANN)


def of(keys: set[str], found: Iterator[Document]) -> list[Document]:
    return [each for each in found if each["key"] in keys]


def test_few_among_many_are_told_as_they_are_among_all(desk: Desk) -> None:
    two = {"INC-1", f"INC-{MANY}"}
    expected = of(two, told(desk))
    assert [each["seq"] for each in expected] == sorted(each["seq"] for each in expected)  # type: ignore[type-var]
    assert len(expected) == 12
    with counted() as seen:
        assert list(told(desk, DECLARED)) == expected
    assert [each for each in seen if "events.seq IN" in each], "they were looked up"
    assert not [each for each in seen if "BETWEEN" in each]


def test_few_among_many_are_told_as_of_one_moment(desk: Desk) -> None:
    before = list(told(desk, DECLARED))
    streamed = told(desk, DECLARED)
    desk.do(c.AddTask, "INC-1", text="later")
    desk.do(c.Resolve, f"INC-{MANY}")
    assert list(streamed) == before


def test_more_than_a_page_is_read_over_without_a_gap(desk: Desk) -> None:
    for _ in range(4):
        desk.store.log.commit(desk.batch(desk.load("INC-2"), *_tasks(desk, 300)))
    every = list(told(desk))
    assert len(every) > timelines.PAGE
    assert [each["seq"] for each in every] == [*range(1, len(every) + 1)]
    newer = {f"INC-{number}" for number in range(2, MANY + 1)}
    assert list(told(desk, Query(limit=MANY - 1))) == of(newer, iter(every))


def _tasks(desk: Desk, count: int) -> Iterator[e.TaskAdded]:
    now = desk.clock.now()
    return (e.TaskAdded(actor=ANN, at=now, item=f"t{place}", text="x") for place in range(count))


@pytest.mark.parametrize(
    "severities", [frozenset[Severity](), frozenset({Severity.SEV1})], ids=["any", "sev1"]
)
@pytest.mark.parametrize("stages", [frozenset[Stage](), frozenset({Stage.CLOSED})], ids=["any", "closed"])
@pytest.mark.parametrize("until", [None, timedelta(hours=1)], ids=["open", "shut"])
def test_a_window_is_a_walk_along_the_times_of_opening(
    sqlite_url: str, stages: frozenset[Stage], severities: frozenset[Severity], until: timedelta | None
) -> None:
    """Whatever was opened outside of it is not looked at."""
    query = Query(stages, severities, opened=Window(EPOCH, None if until is None else EPOCH + until))
    for statement in (matching.newest((incidents.c.number,), "w", query, Sight(ANN), None),
                      matching.count("w", query, Sight(ANN))):  # fmt: skip
        lines = [line for line in planned(sqlite_url, statement).splitlines() if "incidents USING" in line]
        walks = [line for line in lines if "(id=?)" not in line]
        assert len(walks) == 1
        assert "ix_incidents_opened (workspace=? AND opened_at>?" in walks[0]


def test_a_stream_of_events_that_is_left_alone_blocks_nobody(desk: Desk) -> None:
    streamed = told(desk)
    next(streamed)
    assert desk.open() == f"INC-{MANY + 1}"
    assert desk.store.views.rebuild(write=True).differing == ()
