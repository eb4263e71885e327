"""The view of an incident: one row of plain columns, its document, the words by which it is found.

For a private one also the rows of who may see it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from adapters.storage.figures import figure_values
from adapters.storage.rows import Values
from adapters.storage.tables import access, documents, incidents
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone, milestone
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.ports.reader import Summary
from incident_core.record.document import document

SUMMARY = tuple(
    incidents.c[name]
    for name in (
        "number", "title", "stage", "status", "severity", "commander", "private", "drill", "opened_at",
    )
)  # fmt: skip

_INSERT = insert(incidents)
_INSERT_DOCUMENT = insert(documents)
FIRST_SEQ = select(incidents.c.first_seq).where(incidents.c.id == bindparam("row_id")).scalar_subquery()
_UPDATE_DOCUMENT = update(documents).where(documents.c.first_seq == FIRST_SEQ)
_UPDATE = update(incidents).where(incidents.c.id == bindparam("row_id"))
_FORGET_ACCESS = delete(access).where(access.c.incident_id == bindparam("row_id"))
_INSERT_ACCESS = insert(access)


def summary(row: Row[Any]) -> Summary:
    """One line of a list from the columns SUMMARY."""
    return Summary(
        key=f"INC-{row.number}",
        title=row.title,
        stage=Stage(row.stage),
        status=None if row.status is None else Status(row.status),
        severity=Severity(row.severity),
        commander=None if row.commander is None else Actor.parse(row.commander),
        private=row.private,
        drill=row.drill,
        opened_at=row.opened_at,
    )


def incident_values(workspace: str, incident_id: UUID, incident: Incident, updated_at: datetime) -> Values:
    """The row of the view, without its sequences."""
    return {
        "id": incident_id,
        "workspace": workspace,
        "number": incident.number,
        "title": incident.title,
        "stage": incident.stage.value,
        "status": None if incident.status is None else incident.status.value,
        "severity": incident.severity.value,
        "drill": incident.drill,
        "private": incident.private,
        "opened_by": str(incident.opened_by),
        "commander": None if incident.commander is None else str(incident.commander),
        "outcome": None if incident.outcome is None else incident.outcome.value,
        "duplicate_of": incident.duplicate_of,
        **{each.value: milestone(incident, each) for each in Milestone},
        "review_done_at": incident.review_done_at,
        "updated_at": updated_at,
        "version": incident.version,
        **figure_values(incident),
    }


def document_text(incident: Incident) -> str:
    """The whole incident as JSON."""
    return json.dumps(document(incident), ensure_ascii=False, separators=(",", ":"))


def access_values(incident_id: UUID, incident: Incident) -> list[Values]:
    """Who may see it, where not everybody may."""
    if not incident.private:
        return []
    return [{"incident_id": incident_id, "actor": str(actor)} for actor in sorted(incident.access, key=str)]


def insert_view(connection: Connection, values: Values, after: Incident) -> None:
    """Write the view of a new incident, whose row this is."""
    connection.execute(_INSERT, values)
    connection.execute(_INSERT_DOCUMENT, document_values(values["first_seq"], after))
    _renew_access(connection, values["id"], after)


def update_view(connection: Connection, values: Values, before: Incident, after: Incident) -> None:
    """Write the view of `after`, where it shows `before` now; the whole row, so that damage is mended."""
    row_id = values["id"]
    connection.execute(_UPDATE, {**values, "row_id": row_id})
    connection.execute(_UPDATE_DOCUMENT, {"document": document_text(after), "row_id": row_id})
    if (before.private, before.access) != (after.private, after.access):
        _renew_access(connection, row_id, after)


def _renew_access(connection: Connection, incident_id: UUID, after: Incident) -> None:
    if not after.private:
        return
    connection.execute(_FORGET_ACCESS, {"row_id": incident_id})
    if rows := access_values(incident_id, after):
        connection.execute(_INSERT_ACCESS, rows)


def document_values(first_seq: int, incident: Incident) -> Values:
    """The row of its document."""
    return {"first_seq": first_seq, "document": document_text(incident)}
