"""The events of incidents as they are read: one row per text, decoded and folded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, bindparam, select

from adapters.storage.keys import number_of
from adapters.storage.sight import Sight
from adapters.storage.tables import events, incidents, texts
from incident_core.errors import Unavailable, UnknownEvent
from incident_core.events import Event
from incident_core.lifecycle.fold import fold
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.ports.reader import Entry
from incident_core.record.codec import decode, text_fields


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event as it was read, with the row's own columns; `texts` are those that are left."""

    row: Row[Any]
    event: Event
    texts: Mapping[str, str]

    @property
    def redacted(self) -> tuple[str, ...]:
        """The fields whose texts were removed."""
        return tuple(sorted(text_fields(json.loads(self.row.body)).keys() - self.texts.keys()))


_READ = (
    events.c.seq,
    events.c.incident_id,
    events.c.version,
    events.c.type,
    events.c.schema,
    events.c.actor_kind,
    events.c.actor_id,
    events.c.actor_workspace,
    events.c.actor_login,
    events.c.occurred_at,
    events.c.recorded_at,
    events.c.body,
    texts.c.field,
    texts.c.text,
)


def reading(*more: Any) -> Select[Any]:
    """Events with their texts, one row per text; `recorded` reads it once it is ordered by version."""
    return select(*_READ, *more).join_from(events, texts, texts.c.event_id == events.c.event_id, isouter=True)


ENTRY = (events.c.event_id, events.c.source, events.c.override_id)
"""The columns that an entry needs besides."""


def recorded(rows: Iterable[Row[Any]]) -> Iterator[Recorded]:
    """Decode the events of one or more incidents; raises Unavailable for what cannot be read."""
    for _, group in groupby(rows, key=_seq):
        together = list(group)
        row = together[0]
        left = {each.field: each.text for each in together if each.field is not None}
        yield Recorded(row, _event(row, left), left)


def _seq(row: Row[Any]) -> int:
    seq: int = row.seq
    return seq


def _event(row: Row[Any], left: Mapping[str, str]) -> Event:
    try:
        actor = Actor(row.actor_kind, row.actor_id, row.actor_workspace, row.actor_login)
        return decode(row.type, row.schema, json.loads(row.body), left, actor, row.occurred_at)
    except UnknownEvent:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unavailable(f"Event {row.seq} is damaged; run: incident audit verify") from error


def entry(each: Recorded) -> Entry:
    """The line of a timeline, of an event that was read with ENTRY."""
    row = each.row
    return Entry(
        seq=row.seq,
        version=row.version,
        event_id=row.event_id,
        event=each.event,
        source=row.source,
        recorded_at=row.recorded_at,
        override_id=row.override_id,
        redacted=each.redacted,
    )


def folded(stream: Sequence[Recorded]) -> Incident:
    """The incident that these events tell of; raises Unavailable for a history that was tampered with."""
    try:
        return fold(each.event for each in stream)
    except (ValueError, TypeError, AttributeError) as error:
        raise Unavailable(
            f"The events of {_where(stream)} are damaged; run: incident audit verify"
        ) from error


def _where(stream: Sequence[Recorded]) -> str:
    return f"event {stream[0].row.seq}" if stream else "an incident"


def newest(stream: Sequence[Recorded]) -> datetime:
    """When the last of these was recorded (UTC)."""
    at: datetime = stream[-1].row.recorded_at
    return at


STREAM = reading(*ENTRY).where(events.c.incident_id == bindparam("incident_id")).order_by(events.c.version)


def stream(connection: Connection, incident_id: UUID) -> list[Recorded]:
    """Every event of one incident in order of version, whoever may see it; each can be an `entry`."""
    return list(recorded(connection.execute(STREAM, {"incident_id": incident_id}).all()))


def stream_of(workspace: str, key: str, sight: Sight, *more: Any) -> Select[Any] | None:
    """Every event of the incident with this key, no rows where it is not seen; None for no key."""
    number = number_of(key)
    if number is None:
        return None
    return (
        reading(*more)
        .join(incidents, incidents.c.id == events.c.incident_id)
        .where(incidents.c.workspace == workspace, incidents.c.number == number, sight.visible())
        .order_by(events.c.version)
    )
