"""Nobody waits longer than he may: for a lock, for his turn, for a connection, or for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic
from urllib.parse import urlsplit

import pytest

from adapters.storage import Database
from adapters.storage.database import store_at
from adapters.storage.postgres import APPEND_LOCK
from adapters.storage.sqlite import READERS
from incident_core.errors import Unavailable
from incident_core.testing.contracts.desk import Desk
from tests.databases import opened
from tests.servers.databases import connect
from tests.storage.asking import sqlite_lock

WAIT = 0.5
SLACK = 2.0  # what a busy machine may add; the whole wait once more would be too much on top of it


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Somebody else who appends, and does not come to an end."""
    if url.startswith("sqlite"):
        with sqlite_lock(Path(urlsplit(url).path)):
            yield
        return
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})")
        yield


def test_a_writer_gives_up_when_the_lock_is_not_to_be_had(database_url: str) -> None:
    with closing(opened(database_url, WAIT)) as database, locked(database_url):
        desk = Desk(database)
        refused_in_time(desk.open, busy(database))
        assert desk.listed() == [], "a reader does not wait at all"
    assert desk.open() == "INC-1"


def test_a_writer_that_gave_up_left_nothing(database_url: str) -> None:
    with closing(opened(database_url, WAIT)) as database:
        desk = Desk(database)
        with locked(database_url), pytest.raises(Unavailable):
            desk.open(name="the key")
        assert database.log.answered(desk.workspace, "the key") is None
        assert desk.open(name="the key") == "INC-1"


def test_a_writer_gives_up_while_another_of_its_own_process_writes(database_url: str) -> None:
    with closing(store_at(database_url, WAIT)) as store, ExitStack() as held:
        held.enter_context(store.appending("the first"))
        seen: list[BaseException] = []

        def attempt() -> None:
            with noted(seen), store.appending("the second"):
                pass

        second = Thread(target=attempt, daemon=True)
        start = monotonic()
        second.start()
        second.join(WAIT + SLACK)
        assert not second.is_alive(), "it waits for ever"
        assert monotonic() - start >= WAIT * 0.9
        assert [type(error) for error in seen] == [Unavailable]


@contextmanager
def noted(seen: list[BaseException]) -> Iterator[None]:
    try:
        yield
    except Unavailable as error:
        seen.append(error)


def test_threads_that_wait_for_their_turn_and_for_the_lock_give_up_together(database_url: str) -> None:
    """The second does not begin to wait for the lock when the first has given up."""
    with closing(opened(database_url, WAIT)) as database, locked(database_url):
        desk = Desk(database)
        desk.listed()
        ended: list[float] = []
        start = monotonic()

        def attempt() -> None:
            with pytest.raises(Unavailable):
                desk.open()
            ended.append(monotonic() - start)

        threads = [Thread(target=attempt) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ended) == 8
        assert min(ended) >= WAIT * 0.9
        assert max(ended) < WAIT + SLACK, "eight waits in a row are 4 s"


def test_a_reader_gives_up_when_every_connection_is_in_use(database_url: str) -> None:
    with closing(store_at(database_url, WAIT)) as store, ExitStack() as held:
        for _ in range(2 * READERS):
            held.enter_context(store.reading())
        refused_in_time(lambda: held.enter_context(store.reading()), "is busy: somebody else kept it locked")


def test_a_migration_gives_up_as_well(database_url: str) -> None:
    with closing(opened(database_url, WAIT)) as database, locked(database_url):
        if database.describe().kind == "PostgreSQL":
            refused_in_time(database.schema.upgrade, busy(database))
        refused_in_time(lambda: database.views.rebuild(write=True), busy(database))


def test_the_first_use_of_a_file_gives_up_while_somebody_else_makes_it(tmp_path: Path) -> None:
    path = tmp_path / "incidents.db"
    with (
        closing(store_at(f"sqlite:///{path}", 30)) as maker,
        maker.migrating(),
        closing(opened(f"sqlite:///{path}", WAIT)) as database,
    ):
        refused_in_time(Desk(database).open, busy(database))


def test_a_server_that_does_not_answer_is_given_up(tmp_path: Path) -> None:
    """A listener that never accepts: the driver's own least wait is 2 s."""
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        port = listener.getsockname()[1]
        with closing(opened(f"postgresql://ann:secret@127.0.0.1:{port}/incidents", WAIT)) as database:
            start = monotonic()
            with pytest.raises(Unavailable) as error:
                Desk(database).listed()
            assert monotonic() - start < 2 + SLACK
        assert (
            str(error.value) == f"The server of postgresql://ann@127.0.0.1:{port}/incidents does not answer."
        )


def busy(database: Database) -> str:
    return f"The database {database.name} is busy: somebody else kept it locked for {WAIT:g} s; try again."


def refused_in_time(use: Callable[[], object], sentence: str) -> None:
    start = monotonic()
    with pytest.raises(Unavailable) as error:
        use()
    waited = monotonic() - start
    assert sentence in str(error.value)
    assert WAIT * 0.9 <= waited < WAIT + SLACK
