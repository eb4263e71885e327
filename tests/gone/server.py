"""A PostgreSQL server that goes away: stopped, frozen, read-only, locked, full, or of another revision."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from adapters.storage.postgres import APPEND_LOCK
from tests.servers.databases import connect
from tests.servers.postgres import Postgres

BOUND = 3.0
"""Seconds after which everybody has been told."""
SLACK = 4.0
"""Seconds that a busy machine may add."""


class Mortal(Postgres):
    """`address` is a database that everybody shares, made of `template`."""

    address = template = ""

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Nobody listens at its port."""
        self.kill()
        try:
            yield
        finally:
            self.restart()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections, and answers nothing."""
        self._all(signal.SIGSTOP)
        try:
            yield
        finally:
            self.wake()

    def wake(self) -> None:
        """It goes on."""
        self._all(signal.SIGCONT)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Somebody appends, and does not come to an end."""
        with closing(connect(self.address)) as connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})")
            yield

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nobody may write."""
        self._allow("SET default_transaction_read_only = on")
        try:
            yield
        finally:
            self._allow("RESET default_transaction_read_only")

    def _allow(self, what: str) -> None:
        """To all connections: those that are there are ended."""
        name = urlsplit(self.address).path.lstrip("/")
        self.do(f"ALTER DATABASE {name} {what}", self.maintenance_url)
        self.do(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
            self.maintenance_url,
        )

    @contextmanager
    def changed(self, statement: str, back: str) -> Iterator[None]:
        """Something is otherwise for a while."""
        self.do(statement)
        try:
            yield
        finally:
            self.do(back)

    @contextmanager
    def slow_commits(self) -> Iterator[None]:
        """A trigger that every COMMIT of a command runs takes longer than anybody waits."""
        with self.changed(
            "CREATE FUNCTION slow_() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(6);"
            " RETURN NULL; END $$; CREATE CONSTRAINT TRIGGER slow_ AFTER INSERT ON events"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow_()",
            "DROP TRIGGER slow_ ON events; DROP FUNCTION slow_()",
        ):
            yield

    def do(self, statement: str, url: str | None = None) -> None:
        """Change something."""
        with closing(connect(url or self.address)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)

    def _all(self, number: signal.Signals) -> None:
        for pid in (self.pid, *_children(self.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)


@contextmanager
def in_time() -> Iterator[None]:
    """What is done here is over in time."""
    began = monotonic()
    yield
    took = monotonic() - began
    assert took < BOUND + SLACK, took


def _children(pid: int) -> list[int]:
    """Its processes."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
