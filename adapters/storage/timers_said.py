"""What timers said: the reminders that are new to a mirror, and the list of what is stale."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, bindparam, func, select, true

from adapters.storage.answers import key_of
from adapters.storage.tables import findings, incidents, reminders, timers
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.timer import STALE
from incident_core.ports.findings import Finding, What
from incident_core.ports.timers import LISTED, Listed, Reminder, everything

NEWER = (
    select(
        reminders,
        timers.c.last,
        findings.c.mirror,
        findings.c.what,
        findings.c.detail,
        findings.c.noticed_at,
        findings.c.over_at,
        incidents.c.number.label("of_number"),
    )
    .outerjoin(
        timers,
        and_(timers.c.incident_id == reminders.c.incident_id, timers.c.name == reminders.c.timer),
    )
    .outerjoin(findings, findings.c.name == reminders.c.timer)
    .outerjoin(incidents, incidents.c.id == findings.c.incident_id)
    .where(reminders.c.incident_id == bindparam("incident_id"), reminders.c.number > bindparam("reminded"))
    .order_by(reminders.c.number)
)
_STALE = and_(
    timers.c.workspace == bindparam("workspace"),
    timers.c.listed == true(),
    timers.c.fired_at.is_not(None),
    timers.c.stopped.is_(False),
)
LINES = (
    select(
        incidents.c.number,
        incidents.c.title,
        incidents.c.severity,
        incidents.c.stage,
        incidents.c.opened_at,
        func.count().over().label("of_all"),
    )
    .join(timers, timers.c.incident_id == incidents.c.id)
    .where(_STALE, timers.c.name == STALE)
    .order_by(timers.c.since, timers.c.incident_id)
    .limit(bindparam("most"))
)


def newer(connection: Connection, workspace: str, incident_id: UUID, reminded: int) -> tuple[Reminder, ...]:
    """The reminders after this one; a list has what is stale now."""
    found = tuple(
        map(_reminder, connection.execute(NEWER, {"incident_id": incident_id, "reminded": reminded}))
    )
    if not found or incident_id != everything(workspace):
        return found
    if all(each.found is not None for each in found):
        return found
    listed, more = stale(connection, workspace)
    return tuple(
        each if each.found is not None else replace(each, listed=listed, more=more) for each in found
    )


def stale(connection: Connection, workspace: str, most: int = LISTED) -> tuple[tuple[Listed, ...], int]:
    """What stands in the list, the oldest first, and how many more do."""
    rows = connection.execute(LINES, {"workspace": workspace, "most": most}).all()
    lines = tuple(
        Listed(f"INC-{row.number}", row.title, Severity(row.severity), Stage(row.stage), row.opened_at)
        for row in rows
    )
    return lines, (rows[0].of_all if rows else 0) - len(lines)


def _reminder(row: Row[Any]) -> Reminder:
    times = (row.since, row.due_at, row.fired_at)
    if row.what is None:
        return Reminder(row.number, row.timer, *times, over=row.last != row.number)
    over = row.over_at is not None
    detail = (row.mirror, What(row.what), row.detail, row.noticed_at, over)
    return Reminder(row.number, row.timer, *times, over=over, found=Finding(key_of(row.of_number), *detail))
