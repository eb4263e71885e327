"""The view of an incident: one row of plain columns, and for a private one the rows of who may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, exists, insert, not_, or_, update

from adapters.storage.rows import Values
from adapters.storage.tables import access, incidents
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone, milestone
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.ports.reader import Summary

SUMMARY = tuple(
    incidents.c[name]
    for name in (
        "number", "title", "stage", "status", "severity", "commander", "private", "drill", "opened_at",
    )
)  # fmt: skip

_INSERT = insert(incidents)
_UPDATE = update(incidents).where(incidents.c.id == bindparam("row_id"))
_FORGET_ACCESS = delete(access).where(access.c.incident_id == bindparam("row_id"))
_INSERT_ACCESS = insert(access)


def visible(viewer: Actor) -> ColumnElement[bool]:
    """Whether this viewer may see a row of `incidents`."""
    granted = exists().where(access.c.incident_id == incidents.c.id, access.c.actor == str(viewer))
    return or_(not_(incidents.c.private), granted)


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
    """The row of the view."""
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
    }


def access_values(incident_id: UUID, incident: Incident) -> list[Values]:
    """Who may see it, where not everybody may."""
    if not incident.private:
        return []
    return [{"incident_id": incident_id, "actor": str(actor)} for actor in sorted(incident.access, key=str)]


def store(
    connection: Connection,
    workspace: str,
    incident_id: UUID,
    before: Incident | None,
    after: Incident,
    at: datetime,
) -> None:
    """Write the view of `after`; `before` is what it shows now, None for a new incident."""
    values = incident_values(workspace, incident_id, after, at)
    if before is None:
        connection.execute(_INSERT, values)
    else:
        connection.execute(_UPDATE, {**values, "row_id": incident_id})
    if after.private and (before is None or before.access != after.access):
        connection.execute(_FORGET_ACCESS, {"row_id": incident_id})
        if rows := access_values(incident_id, after):
            connection.execute(_INSERT_ACCESS, rows)
