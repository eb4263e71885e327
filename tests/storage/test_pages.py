"""Whole incidents are streamed as of one moment, whatever is written meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from threading import Event, Thread

import pytest

from adapters.storage import Database, pages
from incident_core import commands as c
from incident_core.model.incident import Incident
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.ports.reader import Query
from incident_core.testing.contracts.desk import ANN, BOB, CLEO, Desk
from tests.databases import BOTH, migrate, opened, sqlite_address
from tests.servers.databases import Server

MANY = pages.PAGE + 40


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, workspace="w")


def fill(url: str) -> None:
    """More than one page; every third is private, every fifth declared."""
    migrate(url)
    with closing(opened(url)) as database:
        desk = Desk(database, workspace="w")
        for number in range(1, MANY + 1):
            key = desk.open(f"number {number}", private=number % 3 == 0)
            if number % 5 == 0:
                desk.do(c.Declare, key)


@pytest.fixture(scope="session")
def full_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("full") / "incidents.db"
    fill(sqlite_address(path))
    return path


@pytest.fixture(scope="session")
def full_template(postgres_server: Server) -> str:
    return postgres_server.make_template(fill)


@pytest.fixture(params=BOTH)
def full_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_address(Path(shutil.copy(request.getfixturevalue("full_file"), tmp_path / "full.db")))
        return
    server: Server = request.getfixturevalue("postgres_server")
    with server.database(request.getfixturevalue("full_template")) as url:
        yield url


@pytest.fixture
def full(full_url: str) -> Iterator[Desk]:
    with closing(opened(full_url)) as database:
        yield Desk(database, workspace="w")


def streamed(desk: Desk, query: Query | None = None, viewer: object = ANN) -> Iterator[Incident]:
    return desk.store.reader.incidents(desk.workspace, query or Query(), viewer)  # type: ignore[arg-type]


def test_what_is_written_after_the_call_is_not_in_the_stream(full: Desk) -> None:
    expected = list(streamed(full))
    assert [each.number for each in expected] == [*range(MANY, 0, -1)]
    stream = streamed(full)
    begun = list(islice(stream, 3))
    for number in (1, 2, MANY - 10, 50):
        full.do(c.CorrectTitle, f"INC-{number}", title="changed meanwhile")
    full.do(c.Close, "INC-4")
    full.open("opened meanwhile")
    assert begun + list(stream) == expected
    assert len(list(streamed(full))) == MANY + 1


def test_what_matched_at_the_moment_of_the_call_is_in_the_stream_although_it_does_not_match_any_more(
    full: Desk,
) -> None:
    query = Query(stages=frozenset({Stage.INCIDENT}))
    expected = list(streamed(full, query))
    assert [each.number for each in expected] == [*range(MANY - MANY % 5, 0, -5)]
    stream = streamed(full, query)
    full.do(c.Resolve, "INC-5")
    full.do(c.Declare, "INC-7")
    full.do(c.SetSeverity, f"INC-{expected[0].number}", severity=Severity.SEV1)
    assert list(stream) == expected
    severe = streamed(full, Query(severities=frozenset({Severity.SEV1})))
    full.do(c.SetSeverity, "INC-9", severity=Severity.SEV1)
    assert [each.number for each in severe] == [expected[0].number]


def test_a_private_incident_is_seen_by_those_who_could_see_it_at_the_moment_of_the_call(full: Desk) -> None:
    assert [each.number for each in streamed(full, viewer=CLEO)] == [
        number for number in range(MANY, 0, -1) if number % 3
    ]
    before = streamed(full, viewer=BOB)
    full.do(c.Grant, "INC-3", who=BOB)
    assert 3 not in {each.number for each in before}
    granted = streamed(full, viewer=BOB)
    full.do(c.Revoke, "INC-3", who=BOB)
    assert 3 in {each.number for each in granted}
    assert 3 not in {each.number for each in streamed(full, viewer=BOB)}


def test_a_limit_ends_the_stream(full: Desk) -> None:
    for limit in (0, 1, pages.PAGE, pages.PAGE + 1):
        assert len(list(streamed(full, Query(limit=limit)))) == limit
    assert [each.number for each in streamed(full, Query(limit=2))] == [MANY, MANY - 1]


def test_a_stream_that_is_left_alone_blocks_nobody(full: Desk) -> None:
    stream = streamed(full)
    next(stream)
    assert full.open() == f"INC-{MANY + 1}"
    assert full.store.views.rebuild(write=True).differing == ()


def test_incidents_with_very_many_events_are_read_a_few_at_a_time(desk: Desk) -> None:
    for _ in range(3):
        desk.open()
    for _ in range(3):
        for key in ("INC-1", "INC-2"):
            desk.do(c.AddTask, key, text="x")
    sizes = [
        [row.number for row in pages.within(rows)]
        for rows in (numbered(3, 4), numbered(4, pages.EVENTS + 1, 2), numbered(pages.EVENTS, 1))
    ]
    assert sizes == [[0, 1], [0], [0]]
    assert [each.version for each in streamed(desk)] == [1, 4, 4]


class Row:
    """What a page looks at."""

    def __init__(self, number: int, version: int) -> None:
        self.number, self.version = number, version


def numbered(*versions: int) -> list[Row]:
    return [Row(number, version) for number, version in enumerate(versions)]


def test_the_stream_is_one_moment_while_others_write_without_pause(full_url: str, full: Desk) -> None:
    """Each write raises one counter in two incidents: a moment never shows them apart by more than one."""
    done = Event()

    def write() -> None:
        with closing(opened(full_url)) as database:
            desk = full.after(database)
            while not done.is_set():
                for key in (f"INC-{MANY}", "INC-1"):
                    desk.do(c.AddTask, key, text="x")

    writer = Thread(target=write)
    writer.start()
    written = 0
    try:
        while written < 20:
            found = {each.number: len(each.tasks) for each in streamed(full)}
            written = found[1]
            assert found[MANY] - written in (0, 1)
    finally:
        done.set()
        writer.join()
