"""Writing one decided command: events, texts, views, its answer and the head, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection, Text, bindparam, case, func, insert, update

from adapters.storage import duties, forgetting, full_text, mirrors_wanting, timers_arming, view
from adapters.storage.answers import answer_values, key_of
from adapters.storage.rows import event_values, search_values, text_values
from adapters.storage.situation import COUNTER, Situation
from adapters.storage.streams import Recorded, folded, stream
from adapters.storage.tables import commands, counters, events, log_head, search, texts
from adapters.storage.timers_arming import Derive
from incident_core.events import Event, Opened, TextRedacted
from incident_core.lifecycle.fold import advance
from incident_core.model.incident import Incident
from incident_core.ports.ids import Ids
from incident_core.ports.log import Answer, Batch
from incident_core.record.chain import Head, Seal, seal
from incident_core.record.words import MOST, indexed, joined, words

_INSERT_EVENTS, _INSERT_TEXTS, _INSERT_SEARCH = insert(events), insert(texts), insert(search)
_MORE = bindparam("more", type_=Text())
_LENGTH = func.length(search.c.words) + func.length(_MORE)
_OF_INCIDENT = search.c.first_seq == view.FIRST_SEQ
_ADD_WORDS = (
    update(search)
    .where(_OF_INCIDENT)
    .values(
        title=bindparam("title"),
        words=case(
            (_MORE == "", search.c.words),
            (search.c.words == "", _MORE),
            (_LENGTH < MOST, search.c.words + " " + _MORE),
            else_=search.c.words,
        ),
    )
)
_SET_WORDS = update(search).where(_OF_INCIDENT)
_INSERT_COMMAND, _INSERT_COUNTER = insert(commands), insert(counters)
_UPDATE_HEAD = update(log_head)
_UPDATE_COUNTER = update(counters).where(
    counters.c.workspace == bindparam("of_workspace"), counters.c.name == COUNTER
)


def write(
    connection: Connection,
    batch: Batch,
    situation: Situation,
    ids: Ids,
    derive: Derive,
    mirrors: tuple[str, ...] = (),
) -> Answer:
    """Write it all and give the answer; the caller holds the append lock and commits."""
    after = batch.before
    if batch.events:
        changes = _numbered(connection, batch, situation.counter)
        sealed = seal(situation.head, batch.envelope, situation.version, changes, ids.uuid, ids.salt)
        _append(connection, sealed)
        after = _renew_view(connection, batch, changes, sealed)
        envelope = batch.envelope
        timers_arming.arm(connection, derive, envelope.workspace, envelope.incident_id, batch.before, after)
        if mirrors:
            mirrors_wanting.mark(connection, mirrors, batch, situation.version, after)
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
    """The incident after its changes; its view, and the words by which it is found, are written."""
    envelope, before = batch.envelope, batch.before
    removed = [event for event in changes if isinstance(event, TextRedacted)]
    left: list[Recorded] | None = None
    if removed:
        forgetting.forget(connection, envelope.incident_id, removed)
        left = stream(connection, envelope.incident_id)
    after = advance(before, changes) if left is None else folded(left)
    at, last = sealed.events[-1].envelope.recorded_at, sealed.events[-1].seq
    values = view.incident_values(envelope.workspace, envelope.incident_id, after, at)
    if before is None:
        first = sealed.events[0].seq
        view.insert_view(connection, {**values, "first_seq": first, "last_seq": last}, after)
        found = joined(_words(sealed) if left is None else map(_words_of, left))
        connection.execute(_INSERT_SEARCH, search_values(first, after.title, found))
    else:
        view.update_view(connection, {**values, "last_seq": last}, before, after)
        title = " ".join(words(after.title or ""))
        if left is not None:
            _collect_words(connection, envelope.incident_id, title, left)
        elif added := list(filter(None, _words(sealed))) or [""] * (before.title != after.title):
            whose = {"title": title, "row_id": envelope.incident_id}
            connection.execute(_ADD_WORDS, [{**whose, "more": more} for more in added])
    duties.renew(connection, envelope.workspace, envelope.incident_id, before, after)
    return after


def _collect_words(connection: Connection, incident_id: UUID, title: str, left: list[Recorded]) -> None:
    """Replace the words by those of the texts that are left, so that nothing remains of one redacted."""
    values = {"title": title, "words": joined(map(_words_of, left)), "row_id": incident_id}
    connection.execute(_SET_WORDS, values)
    full_text.forget(connection)


def _words(sealed: Seal) -> Iterator[str]:
    """The words of each event."""
    for each in sealed.events:
        texts = sealed.texts.get(each.event_id, {})
        yield indexed({name: salted.text for name, salted in texts.items()})


def _words_of(each: Recorded) -> str:
    return indexed(each.texts)


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
