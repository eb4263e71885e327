"""How SQLite is used: what was confirmed survives, readers write nothing, writers come one by one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from adapters.storage import driver
from adapters.storage.database import store_at
from adapters.storage.store import Store
from incident_core.errors import Unavailable
from incident_core.testing.contracts.desk import Desk
from tests.databases import opened, sqlite_address

EXPECTED = {
    "synchronous": 2,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "secure_delete": 1,
    "journal_mode": "wal",
}


def pragmas(store: Store, writing: bool) -> dict[str, object]:
    context = store.appending(None) if writing else store.reading()
    with context as connection:
        return {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in (*EXPECTED, "query_only")
        }


def test_every_connection_is_durable_and_careful(sqlite_url: str) -> None:
    with closing(store_at(sqlite_url, 30)) as store:
        assert pragmas(store, writing=True) == {**EXPECTED, "query_only": 0}
        assert pragmas(store, writing=False) == {**EXPECTED, "query_only": 1}


def test_a_reader_cannot_write(sqlite_url: str) -> None:
    with closing(store_at(sqlite_url, 30)) as store:
        with pytest.raises(Unavailable, match="read-only"):
            write_as_reader(store)
        assert Desk(opened(sqlite_url)).open() == "INC-1"


def write_as_reader(store: Store) -> None:
    with store.reading() as connection:
        connection.exec_driver_sql("DELETE FROM schema_info")


def test_a_reader_sees_one_moment(sqlite_url: str) -> None:
    with closing(opened(sqlite_url)) as database, closing(store_at(sqlite_url, 30)) as store:
        desk = Desk(database)
        with store.reading() as connection:
            before = connection.exec_driver_sql("SELECT count(*) FROM events").scalar()
            desk.open()
            assert connection.exec_driver_sql("SELECT count(*) FROM events").scalar() == before == 0


def test_a_writer_that_fails_halfway_leaves_nothing(sqlite_url: str) -> None:
    with closing(store_at(sqlite_url, 30)) as store:
        with pytest.raises(ZeroDivisionError):
            write_and_fail(store)
        with store.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM counters").scalar() == 0
        with store.appending(None) as connection:
            connection.exec_driver_sql("INSERT INTO counters VALUES ('w', 'incident', 7)")


def write_and_fail(store: Store) -> None:
    with store.appending(None) as connection:
        connection.exec_driver_sql("INSERT INTO counters VALUES ('w', 'incident', 7)")
        raise ZeroDivisionError


def test_the_journal_mode_stays_as_it_was_made(sqlite_path: Path) -> None:
    """A file that an affected library made is not turned into one that it may not read."""
    with closing(driver.module().connect(sqlite_path)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")
    with closing(opened(sqlite_address(sqlite_path))) as database:
        Desk(database).open()
        assert database.describe().journal_mode == "TRUNCATE"
        assert database.describe().warnings == ()
    with closing(driver.module().connect(sqlite_path)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_options_in_the_address_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="takes no options"):
        opened(f"{sqlite_address(tmp_path)}?mode=memory")


def test_an_error_that_nobody_foresaw_is_not_hidden(sqlite_url: str) -> None:
    with closing(store_at(sqlite_url, 30)) as store, pytest.raises(OperationalError, match="syntax error"):
        misspell(store)


def misspell(store: Store) -> None:
    with store.reading() as connection:
        connection.exec_driver_sql("SELCT 1")
