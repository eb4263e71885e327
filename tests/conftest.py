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
from tests.sandbox.comparison import pytest_terminal_summary

__all__ = [
    "database",
    "database_url",
    "empty_postgres_url",
    "postgres_server",
    "postgres_template",
    "postgresql_url",
    "pytest_terminal_summary",
    "sqlite_path",
    "sqlite_template",
    "sqlite_url",
]


def pytest_configure() -> None:
    """A background run ignores SIGINT and SIGQUIT, and its children would too: back to the defaults."""
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)
