"""Makes and drops the databases of a test run, on any PostgreSQL server."""

from __future__ import annotations

import abc
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

SCHEME = "postgresql+psycopg2://"  # the bare form means another driver in SQLAlchemy 2.1
DISCONNECT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}"
ANSWER = 10  # seconds a server has to answer a connection


def connect(url: str, timeout: int = ANSWER) -> Any:
    """A psycopg2 connection to one of our URLs. Raises psycopg2.Error."""
    return psycopg2.connect("postgresql://" + url.partition("://")[2], connect_timeout=timeout)


class Server(abc.ABC):
    """A PostgreSQL server and the databases that this run made on it. `with` starts and stops it."""

    def __init__(self) -> None:
        self._prefix = f"incident_test_{secrets.token_hex(4)}_"
        self._made: set[str] = set()

    @abc.abstractmethod
    def start(self) -> None:
        """Be ready for connections. Raises CannotStart."""

    @abc.abstractmethod
    def stop(self) -> None:
        """Leave nothing behind. May be called twice."""

    @abc.abstractmethod
    def url(self, database: str) -> str:
        """The database's URL, postgresql+psycopg2://…"""

    @property
    @abc.abstractmethod
    def maintenance_url(self) -> str:
        """The URL of a database that is always there, to make others from."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def create_database(self, template: str | None = None) -> str:
        """Make a database, empty or a copy of `template` (see make_template); return its URL."""
        name = self._prefix + secrets.token_hex(4)
        # No STRATEGY: wal_log, quick for small databases, is the default from 15 on, and unknown before.
        statement = "CREATE DATABASE {} TEMPLATE {}" if template else "CREATE DATABASE {}"
        self._run(statement, name, *filter(None, [template]))
        self._made.add(name)
        return self.url(name)

    def drop_database(self, database: str) -> None:
        """Drop a database of this run, given its name or URL, with whoever is connected to it.

        Raises ValueError for a database that this run did not make.
        """
        name = urlsplit(database).path.lstrip("/") if "://" in database else database
        if name not in self._made:
            raise ValueError(f"{name} is not a database that this run made; it is left alone.")
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self._made.discard(name)

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """A database for as long as the block lasts; gives its URL."""
        url = self.create_database(template)
        try:
            yield url
        finally:
            self.drop_database(url)

    def make_template(self, prepare: Callable[[str], None]) -> str:
        """Make a database, let `prepare(url)` fill it, once, and return its name for create_database."""
        url = self.create_database()
        prepare(url)
        name = urlsplit(url).path.lstrip("/")
        # Only a database that nobody is connected to is copied, and `prepare` may have left a pool open.
        self._run("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", name)
        self._run(DISCONNECT, sql.Literal(name))
        return name

    def drop_all(self) -> None:
        """Drop every database that this run made and has not dropped yet."""
        for name in sorted(self._made):
            self.drop_database(name)

    def _run(self, statement: str, *parts: str | sql.Composable) -> None:
        names = [sql.Identifier(part) if isinstance(part, str) else part for part in parts]
        with closing(connect(self.maintenance_url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL(statement).format(*names))
