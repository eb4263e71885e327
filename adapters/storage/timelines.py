"""The events of many incidents in order of sequence, streamed in short transactions.

Where they are many among all events, those between are read over; where they are few, each is looked up.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, String, bindparam, select, type_coerce

from adapters.storage.chosen import Chosen, chosen
from adapters.storage.sight import Sight
from adapters.storage.store import Store
from adapters.storage.tables import events, incidents, texts
from incident_core.errors import Unavailable
from incident_core.model.times import to_iso
from incident_core.ports.reader import Query
from incident_core.record.document import Document
from incident_core.record.timeline import Line, timeline_entry

PAGE = 500
"""Events in one transaction, at most; for a thousand, PostgreSQL reads a whole table instead."""

LOOKED_UP = 400_000
"""Events that are looked up one by one, at most: eight bytes for each, while they are sorted forty."""

SHARE = 4
"""Events are read over where at least one in so many is wanted."""

_SEQS = (
    select(events.c.seq)
    .join(incidents, incidents.c.id == events.c.incident_id)
    .where(incidents.c.first_seq.in_(bindparam("piece", expanding=True)), events.c.seq <= bindparam("upto"))
)
# Times as they are stored: on SQLite that is the text we want.
_READ = (
    select(
        incidents.c.first_seq,
        events.c.body,
        texts.c.field,
        texts.c.text,
        events.c.seq,
        incidents.c.number,
        events.c.version,
        events.c.type,
        events.c.schema,
        type_coerce(events.c.occurred_at, String),
        type_coerce(events.c.recorded_at, String),
        events.c.actor_kind,
        events.c.actor_id,
        events.c.actor_login,
        events.c.source,
        events.c.override_id.is_not(None),
    )
    .join_from(events, incidents, incidents.c.id == events.c.incident_id)
    .outerjoin(texts, texts.c.event_id == events.c.event_id)
    .order_by(events.c.seq)
)
_Rows = Sequence[Sequence[Any]]
_SEQ = itemgetter(4)
_BETWEEN = _READ.where(events.c.seq.between(bindparam("first"), bindparam("last")))
_THESE = _READ.where(events.c.seq.in_(bindparam("seqs", expanding=True)))


def entries(store: Store, workspace: str, query: Query, sight: Sight) -> Iterator[Document]:
    """The events of the incidents that match at the moment of the call."""
    found = chosen(store, workspace, query, sight)
    total = sum(found.versions)
    if not total:
        return iter(())
    passed = found.upto - found.first_seqs[-1] + 1
    if total > LOOKED_UP or total * SHARE >= passed:
        return _read_over(store, found, total)
    return _looked_up(store, found)


def _read_over(store: Store, found: Chosen, total: int) -> Iterator[Document]:
    """Every event since the first one that is wanted, until all `total` were seen."""
    wanted = array("q", reversed(found.first_seqs))
    first = wanted[0]
    while total and first <= found.upto:
        last = min(first + PAGE - 1, found.upto)
        for rows in _page(store, _BETWEEN, {"first": first, "last": last}):
            if _holds(wanted, rows[0][0]):
                total -= 1
                yield _entry(rows)
        first = last + 1


def _looked_up(store: Store, found: Chosen) -> Iterator[Document]:
    seqs = array("q")
    for piece in found.pieces():
        with store.reading() as connection:
            seqs.extend(connection.scalars(_SEQS, {"piece": piece, "upto": found.upto}))
    seqs = array("q", sorted(seqs))
    for place in range(0, len(seqs), PAGE):
        for rows in _page(store, _THESE, {"seqs": seqs[place : place + PAGE].tolist()}):
            yield _entry(rows)


def _page(store: Store, statement: Select[Any], values: dict[str, Any]) -> Iterable[_Rows]:
    """The rows of each event: one for each of its texts."""
    with store.reading() as connection:
        rows = connection.execute(statement, values).all()
    return (list(group) for _, group in groupby(rows, key=_SEQ))


def _holds(ascending: array[int], value: int) -> bool:
    place = bisect_left(ascending, value)
    return place < len(ascending) and ascending[place] == value


def _entry(rows: _Rows) -> Document:
    _, body, _, _, seq, number, version, kind, schema, occurred, learnt, who, id_, login, source, passed = (
        rows[0]
    )
    left = {field: text for _, _, field, text, *_ in rows if field is not None}
    try:
        line = Line(
            seq, f"INC-{number}", version, kind, schema, _iso(occurred), _iso(learnt), f"{who}:{id_}", login,
            source, bool(passed),
        )  # fmt: skip
        return timeline_entry(line, json.loads(body.decode()), left)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unavailable(f"Event {seq} is damaged; run: incident audit verify") from error


def _iso(when: datetime | str) -> str:
    return when if isinstance(when, str) else to_iso(when)
