"""Timers follow the incident: a commit arms those that count otherwise now, and ends those that are over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete

from adapters.storage.mirrors_wanting import upserting
from adapters.storage.rows import Values
from adapters.storage.tables import timers
from incident_core.lifecycle.timers import Timer, change
from incident_core.model.incident import Incident

Derive = Callable[[Incident], tuple[Timer, ...]]
"""The timers that an incident has, under the policy of this deployment."""

COLUMNS = ("since", "due_at", "again", "snoozed_until", "stopped", "listed", "fired_at", "last")

_END = delete(timers).where(
    timers.c.incident_id == bindparam("of_incident"),
    timers.c.name.in_(bindparam("names", expanding=True)),
)


def arm(
    connection: Connection,
    derive: Derive,
    workspace: str,
    incident_id: UUID,
    before: Incident | None,
    after: Incident,
) -> None:
    """Write what the commit changed about timers; most commits change nothing."""
    found = change(() if before is None else derive(before), derive(after))
    if found.ended:
        connection.execute(_END, {"of_incident": incident_id, "names": list(found.ended)})
    put(connection, [row(workspace, incident_id, timer) for timer in found.armed])


def row(workspace: str, incident_id: UUID, timer: Timer) -> Values:
    """The row of a timer that has not fired since it counts like this."""
    return {
        "incident_id": incident_id,
        "name": timer.name,
        "workspace": workspace,
        "since": timer.since,
        "due_at": timer.due_at,
        "again": seconds(timer.again),
        "snoozed_until": timer.snoozed_until,
        "stopped": timer.stopped,
        "listed": timer.listed,
        "fired_at": None,
        "last": None,
    }


def seconds(again: timedelta | None) -> int | None:
    """As it is stored."""
    return None if again is None else int(again.total_seconds())


def put(connection: Connection, rows: Sequence[Values]) -> None:
    """Write them in place of those that are there."""
    if rows:
        connection.execute(_putting(connection.dialect.name), list(rows))


def end(connection: Connection, gone: Iterable[tuple[UUID, str]]) -> None:
    """Remove these, by incident and name."""
    found = [{"of_incident": incident_id, "names": [name]} for incident_id, name in gone]
    for each in found:
        connection.execute(_END, each)


@cache
def _putting(dialect: str) -> Any:
    insert = upserting(dialect, timers)
    renewed = {name: insert.excluded[name] for name in COLUMNS}
    return insert.on_conflict_do_update(index_elements=["incident_id", "name"], set_=renewed)
