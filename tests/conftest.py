"""The databases of all tests: one PostgreSQL server for each process that runs tests."""

import signal

from tests.databases import (
    database,
    database_url,
    empty_postgres_url,
    postgres_server,
    postgres_template,
    postgresql_url,
    sqlite_path,
    sqlite_template,
    sqlite_url,
)

__all__ = [
    "database",
    "database_url",
    "empty_postgres_url",
    "postgres_server",
    "postgres_template",
    "postgresql_url",
    "sqlite_path",
    "sqlite_template",
    "sqlite_url",
]


def pytest_configure() -> None:
    """A run in the background may ignore Ctrl-C, and its children would too: give them the default back."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
