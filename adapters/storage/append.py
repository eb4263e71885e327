"""Writing one decided command: events, texts, views, its answer and the head, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from adapters.storage import view
from adapters.storage.answers import answer_values, key_of
from adapters.storage.rows import Values, event_values, search_values, text_values
from adapters.storage.situation import COUNTER, Situation
from adapters.storage.streams import folded, stream
from adapters.storage.tables import commands, counters, events, log_head, search, texts
from incident_core.events import Event, Opened, TextRedacted
from incident_core.lifecycle.fold import advance
from incident_core.model.incident import Incident
from incident_core.ports.ids import Ids
from incident_core.ports.log import Answer, Batch
from incident_core.record.chain import Head, Seal, seal
from incident_core.record.codec import SaltedText

_INSERT_EVENTS, _INSERT_TEXTS, _INSERT_SEARCH = insert(events), insert(texts), insert(search)
_INSERT_COMMAND, _INSERT_COUNTER = insert(commands), insert(counters)
_UPDATE_HEAD = update(log_head)
_UPDATE_COUNTER = update(counters).where(
    counters.c.workspace == bindparam("of_workspace"), counters.c.name == COUNTER
)
_REDACTED_EVENT = (
    select(events.c.event_id)
    .where(events.c.incident_id == bindparam("of_incident"), events.c.version == bindparam("of_version"))
    .scalar_subquery()
)
_REDACT_TEXT = delete(texts).where(
    texts.c.event_id == _REDACTED_EVENT, texts.c.field == bindparam("of_field")
)
_REDACT_SEARCH = delete(search).where(
    search.c.event_id == _REDACTED_EVENT, search.c.field == bindparam("of_field")
)


def write(connection: Connection, batch: Batch, situation: Situation, ids: Ids) -> Answer:
    """Write it all and give the answer; the caller holds the append lock and commits."""
    after = batch.before
    if batch.events:
        changes = _numbered(connection, batch, situation.counter)
        sealed = seal(situation.head, batch.envelope, situation.version, changes, ids.uuid, ids.salt)
        _append(connection, sealed)
        after = _renew_view(connection, batch, changes, sealed)
    answer = _answer(batch, situation.version, after)
    number = None if after is None else after.number
    connection.execute(_INSERT_COMMAND, answer_values(batch, answer, number))
    return answer


def _numbered(connection: Connection, batch: Batch, counter: int | None) -> tuple[Event, ...]:
    """The events, of which `opened` gets the next number of the workspace."""
    if batch.before is not None:
        return batch.events
    number = (counter or 0) + 1
    workspace = batch.envelope.workspace
    if counter is None:
        connection.execute(_INSERT_COUNTER, {"workspace": workspace, "name": COUNTER, "value": number})
    else:
        connection.execute(_UPDATE_COUNTER, {"of_workspace": workspace, "value": number})
    return tuple(
        replace(event, number=number) if isinstance(event, Opened) else event for event in batch.events
    )


def _append(connection: Connection, sealed: Seal) -> None:
    connection.execute(_INSERT_EVENTS, [event_values(each) for each in sealed.events])
    if rows := text_values(sealed):
        connection.execute(_INSERT_TEXTS, rows)
    head: Head = sealed.head
    connection.execute(
        _UPDATE_HEAD,
        {"seq": head.seq, "count": head.count, "hash": head.hash, "recorded_at": head.recorded_at},
    )


def _renew_view(connection: Connection, batch: Batch, changes: tuple[Event, ...], sealed: Seal) -> Incident:
    """The incident after its changes; its view, and the rows by which its texts are found, are written."""
    envelope = batch.envelope
    removed = _removed(envelope.incident_id, changes)
    if removed:
        connection.execute(_REDACT_TEXT, removed)
        after = folded(stream(connection, envelope.incident_id))
    else:
        after = advance(batch.before, changes)
    at = sealed.events[-1].envelope.recorded_at
    view.store(connection, envelope.workspace, envelope.incident_id, batch.before, after, at)
    if rows := _searchable(envelope.incident_id, sealed.texts):
        connection.execute(_INSERT_SEARCH, rows)
    if removed:
        connection.execute(_REDACT_SEARCH, removed)
    return after


def _removed(incident_id: UUID, changes: Iterable[Event]) -> list[Values]:
    """Which texts these events remove."""
    return [
        {"of_incident": incident_id, "of_version": event.version, "of_field": event.field}
        for event in changes
        if isinstance(event, TextRedacted)
    ]


def _searchable(incident_id: UUID, texts: Mapping[UUID, Mapping[str, SaltedText]]) -> list[Values]:
    return [
        search_values(incident_id, event_id, field, salted.text)
        for event_id, fields in texts.items()
        for field, salted in fields.items()
    ]


def _answer(batch: Batch, version: int, after: Incident | None) -> Answer:
    return Answer(
        result=batch.result,
        key=key_of(None if after is None else after.number),
        incident_id=batch.envelope.incident_id,
        first_version=version + 1 if batch.events else version,
        last_version=version + len(batch.events),
        request=batch.request,
        reasons=batch.reasons,
    )
