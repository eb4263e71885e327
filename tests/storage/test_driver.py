"""Which SQLite library is used, and what an affected one may do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.storage import driver

# What Python itself takes for "not installed".
WITHOUT_THE_WHEEL = "import sys; sys.modules['pysqlite3'] = None\n"
FIRST_USE = """
from adapters.storage import driver, open_database
from adapters.system import SystemIds
from incident_core.errors import Unavailable
from incident_core.model.actor import Actor
database = open_database(sys.argv[1], ids=SystemIds())
try:
    assert database.log.load("w", "INC-1", Actor("cli", "ann")) is None
    print(driver.version() < (3, 51, 3), database.describe().journal_mode, *database.describe().warnings)
except Unavailable as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("library", "affected"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 0), True),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
    ],
)
def test_the_versions_that_lose_commits_are_known(library: driver.Version, affected: bool) -> None:
    assert driver.loses_commits(library) is affected


def test_a_new_file_keeps_the_journal_that_its_library_keeps_safely(tmp_path: Path) -> None:
    """With the standard library's SQLite, whichever this machine has; the wheel's is in every other test."""
    said = first_use(tmp_path / "new.db")
    if driver.loses_commits(standard_library()):
        assert said.startswith("True TRUNCATE sqlite3 (SQLite ")
        assert said.endswith("is unsafe with a write-ahead log; install a newer one: " + driver.INSTALL)
    else:
        assert said.split()[1:] == ["WAL"]


def test_an_affected_library_refuses_a_write_ahead_log_and_says_what_to_install(sqlite_path: Path) -> None:
    before = sqlite_path.read_bytes()
    said = first_use(sqlite_path)
    if driver.loses_commits(standard_library()):
        assert said.startswith(
            f"The database {sqlite_path} keeps a write-ahead log, of which sqlite3 (SQLite "
        )
        assert said.endswith("can lose commits; install a newer one: " + driver.INSTALL)
    else:
        assert said.split()[1:] == ["WAL"]
    assert sqlite_path.read_bytes() == before


def first_use(path: Path) -> str:
    """What a process says that uses this file without the wheel."""
    command = [sys.executable, "-c", WITHOUT_THE_WHEEL + FIRST_USE, f"sqlite:///{path}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def standard_library() -> driver.Version:
    """The version of SQLite that Python itself was built with."""
    import sqlite3

    return sqlite3.sqlite_version_info
