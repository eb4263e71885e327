"""Between rows and what the core knows: sealed events go in, decoded events come out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from adapters.storage.tables import events, texts
from incident_core.errors import Unavailable, UnknownEvent
from incident_core.events import Event
from incident_core.model.actor import Actor
from incident_core.record.chain import Seal, Sealed
from incident_core.record.codec import decode, text_fields

Values = dict[str, Any]


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
    actor = Actor(row.actor_kind, row.actor_id, row.actor_workspace, row.actor_login)
    try:
        return decode(row.type, row.schema, json.loads(row.body), left, actor, row.occurred_at)
    except UnknownEvent:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unavailable(f"Event {row.seq} is damaged; run: incident audit verify") from error


def event_values(sealed: Sealed) -> Values:
    """The row of one sealed event."""
    envelope = sealed.envelope
    return {
        "seq": sealed.seq,
        "event_id": sealed.event_id,
        "workspace": envelope.workspace,
        "incident_id": envelope.incident_id,
        "version": sealed.version,
        "type": sealed.type,
        "schema": sealed.schema,
        "actor_kind": envelope.actor.kind,
        "actor_id": envelope.actor.id,
        "actor_workspace": envelope.actor.workspace,
        "actor_login": envelope.actor.login,
        "source": envelope.source,
        "command_key": envelope.command_key,
        "correlation_id": envelope.correlation_id,
        "override_id": sealed.override_id,
        "occurred_at": sealed.occurred_at,
        "recorded_at": envelope.recorded_at,
        "body": sealed.body,
        "previous": sealed.previous,
        "hash": sealed.hash,
    }


def text_values(seal: Seal) -> list[Values]:
    """The rows of the texts of one commit."""
    return [
        {"event_id": event_id, "field": field, "salt": salted.salt, "text": salted.text}
        for event_id, fields in seal.texts.items()
        for field, salted in fields.items()
    ]


def search_values(incident_id: UUID, event_id: UUID, field: str, text: str) -> Values:
    """The row by which a text is found; case is folded here, because databases fold it differently."""
    return {"event_id": event_id, "field": field, "incident_id": incident_id, "text": text.casefold()}


def newest(recorded_events: list[Recorded]) -> datetime:
    """When the last of these was recorded (UTC)."""
    at: datetime = recorded_events[-1].row.recorded_at
    return at
