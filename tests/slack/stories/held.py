"""A database in which nobody can append for a moment, for two to decide without having seen each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import Any

from adapters.storage.postgres import APPEND_LOCK
from tests.servers.databases import connect
from tests.servers.watchdog import wait_until

BRIEFLY = 1.0
"""Seconds that both may take to come so far; a command of a bot waits for two."""

_WAITING = (
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
)


class Gate:
    """`shut()` is a block in which nobody can append; it ends once two wait for that, each in its own bot.

    `met`: how often two have waited. With SQLite there is nothing to see, and nothing is shut.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.met = 0
        self.times = 0

    def shut(self) -> AbstractContextManager[None]:
        """The block."""
        return nullcontext() if self._connection is None else self._shut(self._connection)

    @contextmanager
    def _shut(self, connection: Any) -> Iterator[None]:
        self.times += 1
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})")
            try:
                yield
                self.met += wait_until(_two_wait(cursor), BRIEFLY, every=0.002)
            finally:
                connection.rollback()


def _two_wait(cursor: Any) -> Callable[[], bool]:
    def two() -> bool:
        cursor.execute(_WAITING)
        return bool(cursor.fetchone()[0] >= 2)

    return two


@contextmanager
def gate(url: str) -> Iterator[Gate]:
    """The gate of this database."""
    if url.startswith("sqlite"):
        yield Gate(None)
        return
    with closing(connect(url)) as connection:
        yield Gate(connection)
