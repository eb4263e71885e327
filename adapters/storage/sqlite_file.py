"""A SQLite file as it lies on the disk: whether it is there, is one, and how it keeps its journal."""

from __future__ import annotations

import os
from enum import Enum, auto
from pathlib import Path

from adapters.storage import driver
from incident_core.errors import Unavailable

_MAGIC = b"SQLite format 3\x00"
_WAL_BYTE = 18
_WAL = 2


class State(Enum):
    """What is found at the path."""

    MISSING = auto()
    EMPTY = auto()
    WAL = auto()
    ROLLBACK = auto()


def look(path: Path) -> State:
    """What is there; raises Unavailable where it cannot be read or is something else."""
    try:
        with path.open("rb") as file:
            header = file.read(len(_MAGIC) + 4)
    except FileNotFoundError:
        return State.MISSING
    except OSError as error:
        raise Unavailable(f"The database {path} cannot be opened: {_reason(error)}.") from error
    if not header:
        return State.EMPTY
    if not header.startswith(_MAGIC) or len(header) <= _WAL_BYTE:
        raise Unavailable(f"The file {path} is not a SQLite database.")
    return State.WAL if header[_WAL_BYTE] == _WAL else State.ROLLBACK


def refuse_unsafe(path: Path, state: State) -> None:
    """Raise Unavailable for a write-ahead log that the library at hand could lose commits of."""
    if state is State.WAL and driver.loses_commits(driver.version()):
        raise Unavailable(
            f"The database {path} keeps a write-ahead log, of which {driver.name()} can lose commits;"
            f" install a newer one: {driver.INSTALL}"
        )


def new_journal_mode() -> str:
    """How a new file keeps its journal, for as long as it lives."""
    return "TRUNCATE" if driver.loses_commits(driver.version()) else "WAL"


def make_folder(path: Path) -> None:
    """Make the folder for a new file, for its owner only; raises Unavailable."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"The folder {path.parent} cannot be made: {_reason(error)}.") from error


def writable(path: Path) -> bool:
    """Whether the file can be written, or made, by this user."""
    if path.exists():
        return _may_write(path) and _may_write(path.parent)
    return _may_write(next(each for each in path.parents if each.exists()))


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
