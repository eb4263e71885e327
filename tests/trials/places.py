"""One database of a trial, seen past the program: plain SQL, and all that it holds as plain values."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg2

from adapters.storage import driver
from adapters.storage.tables import metadata
from tests.servers.databases import connect
from tests.servers.watchdog import wait_until

_IN_ORDER = tuple(table.name for table in metadata.sorted_tables)
Content = dict[str, list[tuple[Any, ...]]]
"""The rows of every table, as plain values, in an order of their own; a table that is not there is absent."""

_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
}
_SHAPE = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name",
    "postgresql": (
        "SELECT table_name, column_name, data_type, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
    ),
}


@dataclass(frozen=True)
class Place:
    """A database of its own."""

    url: str

    @property
    def kind(self) -> str:
        """sqlite or postgresql."""
        return "sqlite" if self.url.startswith("sqlite") else "postgresql"

    @property
    def file(self) -> Path:
        """The SQLite file."""
        return Path(self.url.removeprefix("sqlite:///"))

    @contextmanager
    def session(self) -> Iterator[Any]:
        """A driver's cursor that commits each statement; foreign keys and checks do not hold on SQLite."""
        if self.kind == "postgresql":
            with self._line.cursor() as cursor:
                yield cursor
            return
        with closing(driver.module().connect(str(self.file), timeout=20, isolation_level=None)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = 1")
            yield connection.cursor()

    @property
    def no_such_value(self) -> tuple[type[Exception], ...]:
        """What the driver raises for a value that the database cannot hold in a column, or at all."""
        return (OverflowError, psycopg2.DataError, psycopg2.ProgrammingError, ValueError)

    def run(self, statement: str, *values: object) -> int:
        """Run a statement with ? for its values; how many rows it touched."""
        with self.session() as cursor:
            cursor.execute(self.marked(statement), values)
            touched: int = cursor.rowcount
        return touched

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a question."""
        with self.session() as cursor:
            cursor.execute(self.marked(statement), values)
            return [tuple(map(_plain, row)) for row in cursor.fetchall()]

    def one(self, statement: str, *values: object) -> Any:
        """The only value of a question's only row."""
        [(value,)] = self.ask(statement, *values)
        return value

    def content(self) -> Content:
        """Everything that the tables hold, as of one moment; {} where there is no file."""
        if self.kind == "sqlite" and not self.file.exists():
            return {}
        with self.session() as cursor:
            cursor.execute("BEGIN" if self.kind == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute(_TABLES[self.kind])
            there = sorted(name for (name,) in cursor.fetchall())
            found = {name: _rows(cursor, name) for name in there}
            cursor.execute("COMMIT")
        return found

    def shape(self) -> list[tuple[Any, ...]]:
        """The tables as the database describes them; [] where there is no file."""
        if self.kind == "sqlite" and not self.file.exists():
            return []
        return self.ask(_SHAPE[self.kind])

    def keep(self) -> None:
        """Keep what it holds now, for `restore`."""
        if self.kind == "sqlite":
            shutil.copy(self.file, self._kept)
            return
        with self.session() as cursor:
            cursor.execute("CREATE SCHEMA kept")
            for name in _IN_ORDER:
                cursor.execute(f"CREATE TABLE kept.{name} AS TABLE {name}")

    def restore(self) -> None:
        """Make it hold what was kept, after everybody else is gone."""
        self.settled()
        if self.kind == "sqlite":
            self._remove_files()
            shutil.copy(self._kept, self.file)
            return
        emptied = [f"DELETE FROM {name}" for name in reversed(_IN_ORDER)]
        filled = [f"INSERT INTO {name} SELECT * FROM kept.{name}" for name in _IN_ORDER]
        with self.session() as cursor:
            cursor.execute("; ".join(emptied + filled))

    def clear(self) -> None:
        """Make it hold nothing at all, not even tables."""
        self.settled()
        if self.kind == "sqlite":
            self._remove_files()
        else:
            self.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def settled(self) -> None:
        """Wait until the server has noticed that everybody else is gone."""
        if self.kind == "postgresql":
            assert wait_until(lambda: self.one(_OTHERS) == 0, 20), "somebody is still connected"

    @property
    def busy(self) -> bool:
        """Whether some process has opened it."""
        if self.kind == "postgresql":
            return bool(self.one(_OTHERS))
        return any(self._beside(suffix).exists() for suffix in ("-wal", "-journal"))

    def _remove_files(self) -> None:
        for suffix in ("", "-wal", "-shm", "-journal", ".lock"):
            self._beside(suffix).unlink(missing_ok=True)

    def _beside(self, suffix: str) -> Path:
        return self.file.with_name(self.file.name + suffix)

    @property
    def _kept(self) -> Path:
        return self.file.with_name("kept.db")

    @cached_property
    def _line(self) -> Any:
        """A connection to the server, which ends with the database."""
        connection = connect(self.url)
        connection.autocommit = True
        return connection

    def marked(self, statement: str) -> str:
        """The statement with the driver's own marks for values."""
        return statement.replace("?", "%s") if self.kind == "postgresql" else statement


def _rows(cursor: Any, table: str) -> list[tuple[Any, ...]]:
    cursor.execute(f"SELECT * FROM {table}")
    return sorted((tuple(map(_plain, row)) for row in cursor.fetchall()), key=repr)


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
