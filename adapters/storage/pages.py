"""Incidents whole, streamed in short transactions, all as of one sequence of the log.

What was changed since is folded only up to that sequence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from adapters.storage.chosen import Chosen, chosen
from adapters.storage.sight import Sight
from adapters.storage.store import Store
from adapters.storage.streams import Recorded, folded, reading, recorded
from adapters.storage.tables import documents as stored
from adapters.storage.tables import events, incidents
from incident_core.errors import Unavailable
from incident_core.ports.reader import Query
from incident_core.record.document import Document, document

_PIECE = (
    select(incidents.c.first_seq, incidents.c.last_seq, incidents.c.id, stored.c.document)
    .join_from(incidents, stored, stored.c.first_seq == incidents.c.first_seq)
    .where(incidents.c.first_seq.in_(bindparam("piece", expanding=True)))
)
_EVENTS = (
    reading()
    .where(events.c.incident_id.in_(bindparam("ids", expanding=True)), events.c.seq <= bindparam("upto"))
    .order_by(events.c.incident_id, events.c.version)
)


def documents(store: Store, workspace: str, query: Query, sight: Sight) -> Iterator[Document]:
    """The incidents that match at the moment of the call, newest number first."""
    return _stream(store, chosen(store, workspace, query, sight))


def _stream(store: Store, found: Chosen) -> Iterator[Document]:
    for piece in found.pieces():
        texts: dict[int, str] = {}
        changed: dict[int, UUID] = {}
        with store.reading() as connection:
            for first_seq, last_seq, id_, text in connection.execute(_PIECE, {"piece": piece}):
                texts[first_seq] = text
                if last_seq > found.upto:
                    changed[first_seq] = id_
            then = _as_of(connection, changed, found.upto)
        for first_seq in piece:
            yield then.get(first_seq) or _loaded(first_seq, texts)


def _loaded(first_seq: int, texts: dict[int, str]) -> Document:
    try:
        found: Document = json.loads(texts[first_seq])
    except (KeyError, ValueError) as error:
        where = f"The view of the incident of event {first_seq}"
        raise Unavailable(f"{where} is damaged; run: incident db rebuild") from error
    return found


def _as_of(connection: Connection, changed: dict[int, UUID], upto: int) -> dict[int, Document]:
    """The incidents as they were at sequence `upto`, by their first sequences."""
    if not changed:
        return {}
    rows = connection.execute(_EVENTS, {"ids": list(changed.values()), "upto": upto}).all()
    streams = (list(stream) for _, stream in groupby(recorded(rows), key=_incident_id))
    return {stream[0].row.seq: document(folded(stream)) for stream in streams}


def _incident_id(each: Recorded) -> UUID:
    incident_id: UUID = each.row.incident_id
    return incident_id
