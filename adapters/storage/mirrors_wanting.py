"""A commit makes each mirror want the incident's new version, in the same transaction."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Table

from adapters.storage.tables import mirrors
from incident_core.model.incident import Incident
from incident_core.ports.log import Batch


@cache
def upserting(dialect: str, table: Table) -> Any:
    """An insert that can say what becomes of a row that is there; each database has its own."""
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as on_sqlite

        return on_sqlite(table)
    from sqlalchemy.dialects.postgresql import insert as on_postgres

    return on_postgres(table)


@cache
def _wanting(dialect: str) -> Any:
    insert = upserting(dialect, mirrors)
    new = insert.excluded
    renewed = {
        "severity": new.severity,
        "wanted": new.wanted,
        "next_at": new.next_at,
        "revision": mirrors.c.revision + 1,
    }
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
