"""Timers that were armed under another policy, or by a program that knew none, are brought up to date.

It goes through what is open, and through what has follow-ups, some hundred at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, exists, insert, or_, select, update

from adapters.storage.chosen import fitting
from adapters.storage.rows import Values
from adapters.storage.store import Store
from adapters.storage.streams import folded, reading, recorded
from adapters.storage.tables import events, incidents, timers, timers_mark
from adapters.storage.timers_arming import Derive, end, put, row
from incident_core.events import FollowUpAdded
from incident_core.lifecycle.timers import Timer
from incident_core.model.incident import Incident
from incident_core.model.stage import Stage

PAGE = 200
"""Incidents in one transaction, at most."""

_MARK = select(timers_mark.c.mark)


def rearm(store: Store, derive: Derive, mark: str) -> int:
    """How many incidents had timers that counted otherwise; 0 where it was done with this mark."""
    with store.reading() as connection:
        if connection.scalar(_MARK) == mark:
            return 0
    count, last = 0, -1
    while True:
        with store.reading() as connection:  # to find the next ones may take long, and needs no lock
            page = _next(connection, last)
        with store.appending(None) as connection:
            count += sum(_rearmed(connection, derive, *each) for each in _incidents(connection, page))
            if not page:
                _note(connection, mark)
                return count
        last = page[-1].first_seq


def _next(connection: Connection, last: int) -> Sequence[Any]:
    followed = exists().where(events.c.incident_id == incidents.c.id, events.c.type == FollowUpAdded.type)
    rows = connection.execute(
        select(incidents.c.id, incidents.c.first_seq, incidents.c.version)
        .where(incidents.c.first_seq > last, or_(incidents.c.stage != Stage.CLOSED.value, followed))
        .order_by(incidents.c.first_seq)
        .limit(PAGE)
    ).all()
    return rows[: fitting(each.version for each in rows)]


def _incidents(
    connection: Connection, page: Sequence[Any]
) -> Iterator[tuple[str, UUID, Incident, dict[str, Row[Any]]]]:
    """Each with its workspace, and the timers that are there."""
    if not page:
        return
    ids = [each.id for each in page]
    there: dict[UUID, dict[str, Row[Any]]] = {id_: {} for id_ in ids}
    for each in connection.execute(select(timers).where(timers.c.incident_id.in_(ids))):
        there[each.incident_id][each.name] = each
    rows = connection.execute(
        reading(events.c.workspace)
        .where(events.c.incident_id.in_(ids))
        .order_by(events.c.incident_id, events.c.version)
    )
    for incident_id, group in groupby(recorded(rows), key=lambda each: each.row.incident_id):
        stream = list(group)
        yield stream[0].row.workspace, incident_id, folded(stream), there[incident_id]


def _rearmed(
    connection: Connection,
    derive: Derive,
    workspace: str,
    incident_id: UUID,
    incident: Incident,
    there: dict[str, Row[Any]],
) -> bool:
    now = {timer.name: timer for timer in derive(incident)}
    gone = [(incident_id, name) for name in there.keys() - now.keys()]
    new = [_renewed(row(workspace, incident_id, each), each, there.get(name)) for name, each in now.items()]
    changed = [values for values in new if not _same(values, there.get(values["name"]))]
    end(connection, gone)
    put(connection, changed)
    return bool(gone or changed)


def _renewed(values: Values, timer: Timer, kept: Row[Any] | None) -> Values:
    """Where it counts as before, it goes on from its last firing."""
    alike = kept is not None and all(
        getattr(kept, name) == values[name] for name in ("since", "snoozed_until", "stopped", "listed")
    )
    if kept is None or not alike or kept.fired_at is None:
        return values
    again = (
        None if timer.again is None or timer.listed else kept.fired_at + timedelta(seconds=values["again"])
    )
    return values | {"due_at": again, "fired_at": kept.fired_at, "last": kept.last}


def _same(values: Values, kept: Row[Any] | None) -> bool:
    return kept is not None and all(getattr(kept, name) == value for name, value in values.items())


def _note(connection: Connection, mark: str) -> None:
    if connection.execute(update(timers_mark).values(mark=mark)).rowcount == 0:
        connection.execute(insert(timers_mark).values(id=1, mark=mark))
