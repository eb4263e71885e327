"""A commit makes each mirror want the incident's new version, in the same transaction; so does a reminder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, exists, func, literal, select

from adapters.storage.rows import Values
from adapters.storage.tables import incidents, mirrors, reminders
from incident_core.model.incident import Incident
from incident_core.model.stage import Stage
from incident_core.ports.log import Batch


@cache
def upserting(dialect: str, table: Table) -> Any:
    """An insert that can say what becomes of a row that is there; each database has its own."""
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as on_sqlite

        return on_sqlite(table)
    from sqlalchemy.dialects.postgresql import insert as on_postgres

    return on_postgres(table)


_NEWEST_OF = select(func.coalesce(func.max(reminders.c.number), 0))
_NEWEST = _NEWEST_OF.where(reminders.c.incident_id == bindparam("incident_id"))
_ADOPTED = (
    "incident_id", "mirror", "workspace", "severity", "wanted", "shown", "to_remind", "reminded", "next_at",
)  # fmt: skip


@cache
def _wanting(dialect: str) -> Any:
    given: Values = {name: bindparam(name) for name in (*_ADOPTED[:6], "next_at")}
    newest = _NEWEST.scalar_subquery()
    insert = upserting(dialect, mirrors).values(**given, to_remind=newest, reminded=newest)
    new = insert.excluded
    renewed = {
        "severity": new.severity,
        "wanted": new.wanted,
        "next_at": new.next_at,
        "revision": mirrors.c.revision + 1,
    }
    return insert.on_conflict_do_update(index_elements=["incident_id", "mirror"], set_=renewed)


@cache
def _reminding(dialect: str) -> Any:
    insert = upserting(dialect, mirrors)
    new = insert.excluded
    renewed = {"to_remind": new.to_remind, "next_at": new.next_at, "revision": mirrors.c.revision + 1}
    return insert.on_conflict_do_update(index_elements=["incident_id", "mirror"], set_=renewed)


def mark(connection: Connection, names: tuple[str, ...], batch: Batch, before: int, after: Incident) -> None:
    """Due at once by the clock of whoever commits; a mirror that is new to it begins after `before`."""
    envelope = batch.envelope
    row = {
        "incident_id": envelope.incident_id,
        "workspace": envelope.workspace,
        "severity": after.severity.value,
        "wanted": after.version,
        "shown": before,
        "next_at": envelope.recorded_at,
    }
    connection.execute(_wanting(connection.dialect.name), [{**row, "mirror": name} for name in names])


def remind(connection: Connection, names: tuple[str, ...], reminded: Sequence[Values], now: datetime) -> None:
    """Due at once; a mirror that never saw the incident begins with this reminder."""
    rows = [
        {
            "incident_id": each["incident_id"],
            "mirror": name,
            "workspace": each["workspace"],
            "severity": each["severity"],
            "wanted": each["version"],
            "shown": each["version"],
            "to_remind": each["number"],
            "reminded": each["number"] - 1,
            "next_at": now,
        }
        for each in reminded
        for name in names
    ]
    if rows:
        connection.execute(_reminding(connection.dialect.name), rows)


def adopt(connection: Connection, name: str, now: datetime) -> int:
    """What is open and was never seen by this mirror is due, as it is now; how many that are."""
    seen = exists().where(mirrors.c.incident_id == incidents.c.id, mirrors.c.mirror == name)
    newest = _NEWEST_OF.where(reminders.c.incident_id == incidents.c.id).scalar_subquery()
    rows = select(
        incidents.c.id,
        literal(name),
        incidents.c.workspace,
        incidents.c.severity,
        incidents.c.version,
        incidents.c.version,
        newest,
        newest,
        literal(now, mirrors.c.next_at.type),
    ).where(incidents.c.stage != Stage.CLOSED.value, ~seen)
    new = upserting(connection.dialect.name, mirrors).from_select(_ADOPTED, rows)
    return connection.execute(new.on_conflict_do_nothing()).rowcount
