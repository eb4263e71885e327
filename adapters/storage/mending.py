"""One page of a rebuild: the rows of views as they should be, as they are, and how they are put right."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, or_, select
from sqlalchemy import exists as sql_exists

from adapters.storage import raw, streams
from adapters.storage.bulk import insert_all
from adapters.storage.chosen import fitting
from adapters.storage.duties import duty_values
from adapters.storage.rows import Values, search_values
from adapters.storage.streams import Recorded, newest, reading, recorded
from adapters.storage.tables import access, documents, duties, events, incidents, search
from adapters.storage.view import access_values, document_values, incident_values
from incident_core.model.incident import Incident
from incident_core.model.times import to_iso
from incident_core.record.words import indexed, joined

PAGE = 200
"""Incidents that are compared in one transaction, at most."""


_DUTY = tuple(column.name for column in duties.c if column.name != "incident_id")


class Plain(NamedTuple):
    """The rows of one incident's views as plain values, the same from both databases."""

    incident: dict[str, object]
    access: frozenset[str]
    document: str | None
    search: tuple[str, str] | None
    duties: frozenset[tuple[object, ...]]


class Folded(NamedTuple):
    """The rows that one incident's views should have."""

    id: UUID
    incident: Values
    access: list[Values]
    document: Values
    search: Values
    duties: list[Values]

    @property
    def key(self) -> str:
        """INC-42."""
        return f"INC-{self.incident['number']}"

    def plain(self) -> Plain:
        """To compare with what is stored."""
        return Plain(
            {name: _plain(value) for name, value in self.incident.items()},
            frozenset(row["actor"] for row in self.access),
            self.document["document"],
            (self.search["title"], self.search["words"]),
            frozenset(tuple(row[name] for name in _DUTY) for row in self.duties),
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
    rows = connection.execute(statement).all()
    return [row.incident_id for row in rows[: fitting(row.version for row in rows)]]


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
    theirs = select(events.c.seq).where(events.c.incident_id.in_(ids), events.c.version == 1)
    seen: defaultdict[str, set[str]] = defaultdict(set)
    owed: defaultdict[str, set[tuple[object, ...]]] = defaultdict(set)
    with raw.lenient(connection):
        for row in connection.execute(_raw(connection, access).where(access.c.incident_id.in_(ids))):
            seen[_digits(row.incident_id)].add(row.actor)
        for row in connection.execute(_raw(connection, duties).where(duties.c.incident_id.in_(ids))):
            owed[_digits(row.incident_id)].add(tuple(row._mapping[name] for name in _DUTY))
        found = connection.execute(_raw(connection, search).where(search.c.first_seq.in_(theirs))).all()
        read = connection.execute(_raw(connection, documents).where(documents.c.first_seq.in_(theirs))).all()
        rows = connection.execute(_raw(connection, incidents).where(incidents.c.id.in_(ids))).all()
    words = {row.first_seq: (row.title, row.words) for row in found}
    texts = {row.first_seq: row.document for row in read}
    values = {_digits(row.id): {**row._mapping, "id": _digits(row.id)} for row in rows}
    return {
        UUID(id_): Plain(
            each,
            frozenset(seen[id_]),
            texts.get(each["first_seq"]),
            words.get(each["first_seq"]),
            frozenset(owed[id_]),
        )
        for id_, each in values.items()
    }


def mend(connection: Connection, wanted: list[Folded]) -> None:
    """Replace the rows of these incidents, and whatever stands in their place."""
    ids = [each.id for each in wanted]
    theirs = or_(incidents.c.id.in_(ids), *(_in_place_of(each) for each in wanted))
    _remove(connection, theirs)
    put(connection, wanted)


def put(connection: Connection, wanted: list[Folded]) -> None:
    """Write the rows of these incidents, of which none is there."""
    for table, rows in (
        (incidents, [each.incident for each in wanted]),
        (access, [row for each in wanted for row in each.access]),
        (documents, [each.document for each in wanted]),
        (search, [each.search for each in wanted]),
        (duties, [row for each in wanted for row in each.duties]),
    ):
        insert_all(connection, table, rows)


def fill(connection: Connection) -> None:
    """Make every view that is missing, where none is there."""
    last: UUID | None = None
    if connection.scalar(select(incidents.c.id).limit(1)) is not None:
        return
    while ids := next_ids(connection, last):
        mend(connection, list(folded(connection, ids).values()))
        last = ids[-1]


def strays(connection: Connection, *, remove: bool) -> list[str]:
    """The keys of views of incidents that the log does not have."""
    logged = sql_exists().where(events.c.incident_id == incidents.c.id, events.c.version == 1)
    found = connection.scalars(select(incidents.c.number).where(~logged).order_by(incidents.c.number)).all()
    if found and remove:
        _remove(connection, ~logged)
    return [f"INC-{number}" for number in found]


def _remove(connection: Connection, which: ColumnElement[bool]) -> None:
    victims = select(incidents.c.first_seq).where(which)
    connection.execute(delete(search).where(search.c.first_seq.in_(victims)))
    connection.execute(delete(documents).where(documents.c.first_seq.in_(victims)))
    for table in (access, duties):
        theirs = table.c.incident_id.in_(select(incidents.c.id).where(which))
        connection.execute(delete(table).where(theirs))
    connection.execute(delete(incidents).where(which))


def _in_place_of(each: Folded) -> ColumnElement[bool]:
    values = each.incident
    return or_(
        and_(incidents.c.workspace == values["workspace"], incidents.c.number == values["number"]),
        incidents.c.first_seq == values["first_seq"],
    )


def _folded(incident_id: UUID, stream: list[Recorded]) -> Folded:
    first, last = stream[0].row, stream[-1].row
    found = joined(indexed(each.texts) for each in stream)
    incident = streams.folded(stream)
    return shown(first.workspace, incident_id, incident, newest(stream), (first.seq, last.seq), found)


def shown(
    workspace: str, incident_id: UUID, incident: Incident, at: datetime, span: tuple[int, int], found: str
) -> Folded:
    """The rows of an incident that was last changed `at`; `span` are its first and newest sequence.

    `found` are the words of all its texts.
    """
    first, last = span
    values = incident_values(workspace, incident_id, incident, at)
    return Folded(
        incident_id,
        {**values, "first_seq": first, "last_seq": last},
        access_values(incident_id, incident),
        document_values(first, incident),
        search_values(first, incident.title, found),
        duty_values(workspace, incident_id, incident),
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
