"""Incidents whole, streamed in short transactions, all as of one sequence of the log.

What was changed since is folded only up to that sequence; what was opened since is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from adapters.storage import matching
from adapters.storage.store import Store
from adapters.storage.streams import Recorded, folded, reading, recorded
from adapters.storage.tables import events, log_head
from adapters.storage.tables import incidents as view
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.ports.reader import Query

PAGE = 300
"""Incidents in one transaction, at most."""

EVENTS = 20_000
"""Events in one transaction, unless one incident alone has more."""

_COLUMNS = (view.c.number, view.c.id, view.c.version)


def incidents(store: Store, workspace: str, query: Query, viewer: Actor) -> Iterator[Incident]:
    """The incidents that match at the moment of the call, newest number first."""
    with store.reading() as connection:
        upto: int = connection.scalar(select(log_head.c.seq)) or 0
    found = _stream(store, workspace, query, viewer, upto)
    return islice(found, query.limit)


def _stream(store: Store, workspace: str, query: Query, viewer: Actor, upto: int) -> Iterator[Incident]:
    below: int | None = None
    while True:
        with store.reading() as connection:
            page = _page(connection, workspace, query, viewer, upto, below)
            found = _incidents(connection, [row.id for row in page], upto)
        if not page:
            return
        below = page[-1].number
        for row in page:
            incident = found.get(row.id)
            if incident is not None and incident.seen_by(viewer) and _matches(incident, query):
                yield incident


def _page(
    connection: Connection, workspace: str, query: Query, viewer: Actor, upto: int, below: int | None
) -> Sequence[Row[Any]]:
    """The next incidents that match now, or may have matched before they were changed."""
    older = () if below is None else (view.c.number < below,)
    now = connection.execute(matching.newest(_COLUMNS, workspace, query, viewer, PAGE, *older)).all()
    changed = view.c.id.in_(select(events.c.incident_id).where(events.c.seq > upto))
    then = connection.execute(
        select(*_COLUMNS)
        .where(view.c.workspace == workspace, changed, *older)
        .order_by(view.c.number.desc())
        .limit(PAGE)
    ).all()
    both = sorted({row.number: row for row in (*now, *then)}.items(), reverse=True)
    return within([row for _, row in both][:PAGE])


def within(rows: Sequence[Any]) -> Sequence[Any]:
    """As many of the first rows as one transaction may read the events of; `version` says how many it has."""
    total = 0
    for place, row in enumerate(rows):
        total += row.version
        if total > EVENTS and place:
            return rows[:place]
    return rows


def _incidents(connection: Connection, ids: list[UUID], upto: int) -> dict[UUID, Incident]:
    if not ids:
        return {}
    rows = connection.execute(
        reading()
        .where(events.c.incident_id.in_(ids), events.c.seq <= upto)
        .order_by(events.c.incident_id, events.c.version)
    ).all()
    streams = groupby(recorded(rows), key=_incident_id)
    return {incident_id: folded(list(stream)) for incident_id, stream in streams}


def _incident_id(each: Recorded) -> UUID:
    incident_id: UUID = each.row.incident_id
    return incident_id


def _matches(incident: Incident, query: Query) -> bool:
    wanted_stage = not query.stages or incident.stage in query.stages
    return wanted_stage and (not query.severities or incident.severity in query.severities)
