"""Whole incidents are streamed as of one moment, whatever is written meanwhile."""

from __future__ import annotations

import shutil
from array import array
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from threading import Event, Thread

import pytest

from adapters.storage import Database, chosen
from incident_core import commands as c
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.ports.reader import Query
from incident_core.record.document import Document
from incident_core.testing.contracts.desk import ANN, BOB, CLEO, Desk
from tests.databases import BOTH, migrate, opened, sqlite_address
from tests.servers.databases import Server

MANY = chosen.MOST + 40


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


def streamed(desk: Desk, query: Query | None = None, viewer: object = ANN) -> Iterator[Document]:
    return desk.store.reader.documents(desk.workspace, query or Query(), viewer)  # type: ignore[arg-type]


def number(each: Document) -> int:
    return int(str(each["key"]).removeprefix("INC-"))


def test_what_is_written_after_the_call_is_not_in_the_stream(full: Desk) -> None:
    expected = list(streamed(full))
    assert [number(each) for each in expected] == [*range(MANY, 0, -1)]
    stream = streamed(full)
    begun = list(islice(stream, 3))
    for changed in (1, 2, MANY - 10, 50):
        full.do(c.CorrectTitle, f"INC-{changed}", title="changed meanwhile")
    full.do(c.Close, "INC-4")
    full.open("opened meanwhile")
    assert begun + list(stream) == expected
    assert len(list(streamed(full))) == MANY + 1


def test_what_matched_at_the_moment_of_the_call_is_in_the_stream_although_it_does_not_match_any_more(
    full: Desk,
) -> None:
    query = Query(stages=frozenset({Stage.INCIDENT}))
    expected = list(streamed(full, query))
    assert [number(each) for each in expected] == [*range(MANY - MANY % 5, 0, -5)]
    stream = streamed(full, query)
    full.do(c.Resolve, "INC-5")
    full.do(c.Declare, "INC-7")
    full.do(c.SetSeverity, str(expected[0]["key"]), severity=Severity.SEV1)
    assert list(stream) == expected
    severe = streamed(full, Query(severities=frozenset({Severity.SEV1})))
    full.do(c.SetSeverity, "INC-9", severity=Severity.SEV1)
    assert [number(each) for each in severe] == [number(expected[0])]


def test_a_private_incident_is_seen_by_those_who_could_see_it_at_the_moment_of_the_call(full: Desk) -> None:
    assert [number(each) for each in streamed(full, viewer=CLEO)] == [
        number for number in range(MANY, 0, -1) if number % 3
    ]
    before = streamed(full, viewer=BOB)
    full.do(c.Grant, "INC-3", who=BOB)
    assert 3 not in {number(each) for each in before}
    granted = streamed(full, viewer=BOB)
    full.do(c.Revoke, "INC-3", who=BOB)
    assert 3 in {number(each) for each in granted}
    assert 3 not in {number(each) for each in streamed(full, viewer=BOB)}


def test_a_limit_ends_the_stream(full: Desk) -> None:
    for limit in (0, 1, chosen.MOST, chosen.MOST + 1):
        assert len(list(streamed(full, Query(limit=limit)))) == limit
    assert [number(each) for each in streamed(full, Query(limit=2))] == [MANY, MANY - 1]


def test_a_stream_that_is_left_alone_blocks_nobody(full: Desk) -> None:
    stream = streamed(full)
    next(stream)
    assert full.open() == f"INC-{MANY + 1}"
    assert full.store.views.rebuild(write=True).differing == ()


def test_incidents_with_very_many_events_are_read_a_few_at_a_time(desk: Desk) -> None:
    sizes = [
        pieces(3, 4),
        pieces(4, chosen.EVENTS + 1, 2),
        pieces(chosen.EVENTS, 1),
        pieces(*[1] * (chosen.MOST + 1)),
    ]
    assert sizes == [[2], [1, 1, 1], [1, 1], [chosen.MOST, 1]]
    for _ in range(3):
        desk.open()
    for _ in range(3):
        for key in ("INC-1", "INC-2"):
            desk.do(c.AddTask, key, text="x")
    assert [each["version"] for each in streamed(desk)] == [1, 4, 4]


def pieces(*versions: int) -> list[int]:
    """How many incidents are read at a time, of incidents with so many events."""
    found = chosen.Chosen(0, array("q", range(len(versions))), array("i", versions))
    return [len(piece) for piece in found.pieces()]


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
            found = {number(each): len(each["tasks"]) for each in streamed(full)}  # type: ignore[arg-type]
            written = found[1]
            assert found[MANY] - written in (0, 1)
    finally:
        done.set()
        writer.join()
