"""The databases of all tests: one PostgreSQL server for each process that runs tests."""

import gc
import os
import signal

import pytest
from hypothesis import HealthCheck, settings

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
from tests.figures import pytest_terminal_summary
from tests.in_memory import keep_in_memory

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


# How long an example takes says something about the machine, and not about the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    """A background run ignores SIGINT and SIGQUIT, and its children would too: back to the defaults."""
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)
    keep_in_memory(config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """How many `-n auto` is: half as many again as there are cores, for a third of the time is waiting."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + (cores + 1) // 2


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay until the end: the garbage collector need not look at them again."""
    gc.collect()
    gc.freeze()
