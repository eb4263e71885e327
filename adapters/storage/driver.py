"""Which SQLite library this process uses: chosen once, here and nowhere else."""

from __future__ import annotations

from functools import cache
from types import ModuleType

Version = tuple[int, ...]

INSTALL = "pip install 'pysqlite3>=0.6.1'"
"""What gives a system with an older library a newer one, where there is a wheel for it."""


@cache
def module() -> ModuleType:
    """The driver: the pysqlite3 wheel where it is installed, else the standard library's."""
    try:
        from pysqlite3 import dbapi2  # type: ignore[import-untyped]
    except ImportError:
        import sqlite3.dbapi2 as dbapi2
    found: ModuleType = dbapi2
    return found


def version() -> Version:
    """The version of the SQLite library behind the driver."""
    found: Version = module().sqlite_version_info
    return found


def name() -> str:
    """For people: pysqlite3 (SQLite 3.53.4)."""
    return f"{module().__name__.partition('.')[0]} (SQLite {module().sqlite_version})"


def loses_commits(library: Version) -> bool:
    """Whether several processes on one write-ahead log can lose commits (sqlite.org/wal.html#walresetbug)."""
    mended_earlier = (3, 44, 6) <= library < (3, 45) or (3, 50, 7) <= library < (3, 51)
    return (3, 7, 0) <= library < (3, 51, 3) and not mended_earlier
