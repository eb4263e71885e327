"""One page of a rebuild: the rows of views as they should be, as they are, and how they are put right."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, or_, select
from sqlalchemy import exists as sql_exists

from adapters.storage import raw, streams
from adapters.storage.pages import within
from adapters.storage.rows import Values, search_values
from adapters.storage.streams import Recorded, newest, reading, recorded
from adapters.storage.tables import access, events, incidents, search
from adapters.storage.view import access_values, incident_values
from incident_core.model.times import to_iso

PAGE = 200
"""Incidents that are compared in one transaction, at most."""


class Plain(NamedTuple):
    """The rows of one incident's views as plain values, the same from both databases."""

    incident: dict[str, object]
    access: frozenset[str]
    search: frozenset[tuple[str, str, str]]


class Folded(NamedTuple):
    """The rows that one incident's views should have."""

    id: UUID
    incident: Values
    access: list[Values]
    search: list[Values]

    @property
    def key(self) -> str:
        """INC-42."""
        return f"INC-{self.incident['number']}"

    def plain(self) -> Plain:
        """To compare with what is stored."""
        return Plain(
            {name: _plain(value) for name, value in self.incident.items()},
            frozenset(row["actor"] for row in self.access),
            frozenset((row["event_id"].hex, row["field"], row["text"]) for row in self.search),
        )


def how_many(connection: Connection) -> int:
    """How many incidents the log has."""
    return connection.scalar(select(func.count()).where(events.c.version == 1)) or 0


def next_ids(connection: Connection, last: UUID | None) -> list[UUID]:
    """The next incidents after `last`, as many as fit into one transaction."""
    statement = select(events.c.incident_id, func.max(events.c.version).label("version"))
    if last is not None:
        statement = statement.where(events.c.incident_id > last)
    statement = statement.group_by(events.c.incident_id).order_by(events.c.incident_id).limit(PAGE)
    return [row.incident_id for row in within(connection.execute(statement).all())]


def folded(connection: Connection, ids: list[UUID]) -> dict[UUID, Folded]:
    """What the views of these incidents should be; raises Unavailable where their events cannot be read."""
    if not ids:
        return {}
    rows = connection.execute(
        reading(events.c.event_id, events.c.workspace)
        .where(events.c.incident_id.in_(ids))
        .order_by(events.c.incident_id, events.c.version)
    )
    by_incident = groupby(recorded(rows), key=lambda each: each.row.incident_id)
    return {incident_id: _folded(incident_id, list(stream)) for incident_id, stream in by_incident}


def stored(connection: Connection, ids: list[UUID]) -> dict[UUID, Plain]:
    """What the views of these incidents are, damaged or not, where they are there at all."""
    if not ids:
        return {}
    seen: defaultdict[str, set[str]] = defaultdict(set)
    found: defaultdict[str, set[tuple[str, str, str]]] = defaultdict(set)
    with raw.lenient(connection):
        for row in connection.execute(_raw(connection, access).where(access.c.incident_id.in_(ids))):
            seen[_digits(row.incident_id)].add(row.actor)
        for row in connection.execute(_raw(connection, search).where(search.c.incident_id.in_(ids))):
            found[_digits(row.incident_id)].add((_digits(row.event_id), row.field, row.text))
        rows = connection.execute(_raw(connection, incidents).where(incidents.c.id.in_(ids))).all()
    values = {_digits(row.id): {**row._mapping, "id": _digits(row.id)} for row in rows}
    return {
        UUID(id_): Plain(each, frozenset(seen[id_]), frozenset(found[id_])) for id_, each in values.items()
    }


def mend(connection: Connection, wanted: list[Folded]) -> None:
    """Replace the rows of these incidents, and whatever stands in their place."""
    ids = [each.id for each in wanted]
    theirs = or_(incidents.c.id.in_(ids), *(_numbered_like(each) for each in wanted))
    _remove(connection, theirs)
    # A text may be filed under another incident, too.
    of_theirs = select(events.c.event_id).where(events.c.incident_id.in_(ids))
    connection.execute(delete(search).where(search.c.event_id.in_(of_theirs)))
    connection.execute(insert(incidents), [each.incident for each in wanted])
    for table, rows in (
        (access, [row for each in wanted for row in each.access]),
        (search, [row for each in wanted for row in each.search]),
    ):
        if rows:
            connection.execute(insert(table), rows)


def strays(connection: Connection, *, remove: bool) -> list[str]:
    """The keys of views of incidents that the log does not have."""
    logged = sql_exists().where(events.c.incident_id == incidents.c.id, events.c.version == 1)
    found = connection.scalars(select(incidents.c.number).where(~logged).order_by(incidents.c.number)).all()
    if found and remove:
        _remove(connection, ~logged)
    return [f"INC-{number}" for number in found]


def _remove(connection: Connection, which: ColumnElement[bool]) -> None:
    victims = select(incidents.c.id).where(which)
    connection.execute(delete(search).where(search.c.incident_id.in_(victims)))
    connection.execute(delete(access).where(access.c.incident_id.in_(victims)))
    connection.execute(delete(incidents).where(which))


def _numbered_like(each: Folded) -> ColumnElement[bool]:
    return and_(
        incidents.c.workspace == each.incident["workspace"], incidents.c.number == each.incident["number"]
    )


def _folded(incident_id: UUID, stream: list[Recorded]) -> Folded:
    incident = streams.folded(stream)
    return Folded(
        incident_id,
        incident_values(stream[0].row.workspace, incident_id, incident, newest(stream)),
        access_values(incident_id, incident),
        [
            search_values(incident_id, each.row.event_id, field, text)
            for each in stream
            for field, text in each.texts.items()
        ],
    )


def _raw(connection: Connection, table: Any) -> Select[Any]:
    return select(*(raw.as_stored(column, connection.dialect.name) for column in table.c))


def _digits(name: str) -> str:
    """An id as both databases write it."""
    return name.replace("-", "")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return to_iso(value)
    return value.hex if isinstance(value, UUID) else value
