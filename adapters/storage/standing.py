"""What a database says of its own schema, and what a person is told where it does not fit the program."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from sqlalchemy import Connection, text

from adapters.storage.revisions import HEAD, Fit, Standing
from adapters.storage.waiting import Deadline, turn
from incident_core.errors import Unavailable

_ASK = text("SELECT version_num, oldest_reader, oldest_writer FROM alembic_version, schema_info")
_ASK_VERSION = text("SELECT version_num FROM alembic_version")
_PRESENT = {
    "sqlite": text(
        "SELECT coalesce(sum(name = 'alembic_version'), 0), coalesce(sum(name = 'schema_info'), 0)"
        " FROM sqlite_master WHERE type = 'table'"
    ),
    "postgresql": text("SELECT count(to_regclass('alembic_version')), count(to_regclass('schema_info'))"),
}
_UPGRADE_PROGRAM = "run: pip install --upgrade incident-core"


def standing(connection: Connection) -> Standing:
    """Which revision the tables are at, and whom they still serve; asked without an error in any case."""
    has_version, has_info = connection.execute(_PRESENT[connection.dialect.name]).one()
    if not has_version:
        return Standing()
    row = connection.execute(_ASK if has_info else _ASK_VERSION).first()
    if row is None:
        return Standing()
    return Standing(*row) if has_info else Standing(f"{row.version_num} of another program")


def judge(name: str, found: Standing, *, writing: bool) -> None:
    """Raise Unavailable, saying what to type, unless the database can be used for this."""
    sentence = verdict(found, writing=writing)
    if sentence is not None:
        raise Unavailable(f"The database {name} {sentence}")


def verdict(found: Standing, *, writing: bool) -> str | None:
    """What is wrong with it, as the rest of a sentence; None where it can be used for this."""
    at = f"is at revision {found.revision}"
    if found.fit is Fit.READABLE:
        return f"{at}, which this program can read but not write; {_UPGRADE_PROGRAM}" if writing else None
    return {
        Fit.CURRENT: None,
        Fit.EMPTY: "has no tables yet; run: incident db upgrade",
        Fit.BEHIND: f"{at}, and this program needs {HEAD}; run: incident db upgrade",
        Fit.FOREIGN: "belongs to another program: its tables are not ours.",
        Fit.TOO_NEW: f"{at}, which is too new for this program; {_UPGRADE_PROGRAM}",
    }[found.fit]


class Gate:
    """Looks at a database before its first use, once; what does not fit is looked at again next time."""

    def __init__(self, name: str, busy: str, look: Callable[[Deadline], Standing]) -> None:
        self._name = name
        self._busy = busy
        self._look = look
        self._lock = Lock()
        self._found: Standing | None = None

    def enter(self, deadline: Deadline, *, writing: bool) -> None:
        """Raises Unavailable where the database cannot be used for this."""
        found = self._found
        if found is None:
            with turn(self._lock, deadline, self._busy):
                found = self._found
                if found is None:
                    found = self._look(deadline)
                judge(self._name, found, writing=False)
                self._found = found
        judge(self._name, found, writing=writing)
