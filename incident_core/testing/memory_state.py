"""What the in-memory ports share: append-only lists behind one lock, through the real codec and chain."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from threading import RLock
from uuid import UUID

from incident_core.errors import Conflict
from incident_core.events import Event, Opened, TextRedacted
from incident_core.lifecycle.fold import fold
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.ports.ids import Ids
from incident_core.ports.log import FORGOTTEN, Answer, Batch
from incident_core.record.chain import Envelope, Head, Seal, Sealed, seal
from incident_core.record.codec import Body, SaltedText, decode
from incident_core.testing.memory_ids import CountingIds

_KEY = re.compile(r"INC-([1-9][0-9]{0,17})")


Sees = Callable[[Incident, Actor], bool]
"""Whether this viewer may see this incident."""


def number_of(key: str) -> int | None:
    """42 for INC-42; None for what is not a key."""
    found = _KEY.fullmatch(key)
    return None if found is None else int(found[1])


class Memory:
    """One log in memory; every method is whole under `lock`, and changes nothing when it raises."""

    def __init__(self, ids: Ids | None = None) -> None:
        self.ids = CountingIds() if ids is None else ids
        self.lock = RLock()
        self.head = Head()
        self.events: list[Sealed] = []
        self.streams: dict[UUID, list[Sealed]] = {}
        self.texts: dict[UUID, dict[str, SaltedText]] = {}
        self.answers: dict[tuple[str, str], Answer] = {}
        self.answered_at: dict[tuple[str, str], datetime] = {}
        self.numbers: dict[str, dict[int, UUID]] = {}
        self.views: dict[UUID, Incident] = {}

    def find(self, workspace: str, key: str) -> UUID | None:
        """The incident with this key, whoever may see it."""
        with self.lock:
            number = number_of(key)
            return None if number is None else self.numbers.get(workspace, {}).get(number)

    def history(self, incident_id: UUID) -> list[Event]:
        """Its events in order of version, decoded from what was stored."""
        with self.lock:
            return [self.decoded(sealed) for sealed in self.streams[incident_id]]

    def decoded(self, sealed: Sealed) -> Event:
        """The event of a stored one, without the texts that were removed."""
        texts = {name: salted.text for name, salted in self.texts.get(sealed.event_id, {}).items()}
        actor, at = sealed.envelope.actor, sealed.occurred_at
        return decode(sealed.type, sealed.schema, self.body(sealed), texts, actor, at)

    def body(self, sealed: Sealed) -> Body:
        """The plain values of a stored event."""
        body: Body = json.loads(sealed.body)
        return body

    def answered(self, workspace: str, command_key: str) -> Answer | None:
        """The first answer to this key."""
        with self.lock:
            known = self.answers.get((workspace, command_key))
            return None if known is None else replace(known, repeated=True)

    def commit(self, batch: Batch) -> Answer:
        """Write it whole, or raise Conflict; the first answer where its key was answered before."""
        with self.lock:
            known = self.answered(batch.envelope.workspace, batch.envelope.command_key)
            if known is not None:
                return known
            version = self._version(batch)
            events = tuple(self._numbered(batch))
            answer = self._answer(batch, version, events)
            if events:
                sealed = self._sealed(batch, version, events)
                self._append(batch.envelope.incident_id, sealed, events)
            self._remember(batch.envelope, answer)
            return answer

    def _version(self, batch: Batch) -> int:
        """The incident's version, which must be that of `before`."""
        before = 0 if batch.before is None else batch.before.version
        now = len(self.streams.get(batch.envelope.incident_id, ()))
        if now != before:
            key = "This incident" if batch.before is None else batch.before.key
            raise Conflict(f"{key} is at version {now} now, and no longer at {before}.")
        return now

    def _numbered(self, batch: Batch) -> Iterator[Event]:
        """The events; a new incident has the next number of its workspace."""
        taken = self.numbers.get(batch.envelope.workspace, {})
        for event in batch.events:
            yield replace(event, number=len(taken) + 1) if isinstance(event, Opened) else event

    def _answer(self, batch: Batch, version: int, events: tuple[Event, ...]) -> Answer:
        before = fold(events) if batch.before is None else batch.before
        return Answer(
            result=batch.result,
            key=before.key,
            incident_id=batch.envelope.incident_id,
            first_version=version + 1 if events else version,
            last_version=version + len(events),
            request=batch.request,
            reasons=batch.reasons,
        )

    def _sealed(self, batch: Batch, version: int, events: tuple[Event, ...]) -> Seal:
        return seal(self.head, batch.envelope, version, events, self.ids.uuid, self.ids.salt)

    def _remember(self, envelope: Envelope, answer: Answer) -> None:
        self.answers[envelope.workspace, envelope.command_key] = answer
        self.answered_at[envelope.workspace, envelope.command_key] = envelope.recorded_at

    def _append(self, incident_id: UUID, sealed: Seal, events: tuple[Event, ...]) -> None:
        self.events.extend(sealed.events)
        stream = self.streams.setdefault(incident_id, [])
        stream.extend(sealed.events)
        self.texts.update({event_id: dict(texts) for event_id, texts in sealed.texts.items()})
        self.head = sealed.head
        self._redact(stream, events)
        view = self.views[incident_id] = fold(self.history(incident_id))
        assert view.number is not None, "every new incident was numbered"
        self.numbers.setdefault(stream[0].envelope.workspace, {})[view.number] = incident_id

    def _redact(self, stream: list[Sealed], events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, TextRedacted) and 1 <= event.version <= len(stream):
                redacted = stream[event.version - 1]
                self.texts[redacted.event_id].pop(event.field, None)
                self._forget(redacted.envelope)

    def _forget(self, told: Envelope) -> None:
        """What was asked by the command that brought a text."""
        known = self.answers.get((told.workspace, told.command_key))
        if known is not None:
            self.answers[told.workspace, told.command_key] = replace(known, request=FORGOTTEN)
