"""The Intake in a database: many histories in one transaction, each table written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from adapters.storage import mending
from adapters.storage.answers import answer_values, first_answer, key_of
from adapters.storage.bulk import insert_all
from adapters.storage.mending import Folded
from adapters.storage.rows import Values, event_values, text_values
from adapters.storage.situation import COUNTER, look
from adapters.storage.store import Store
from adapters.storage.tables import commands, counters, events, log_head, texts, timers
from adapters.storage.timers_arming import Derive
from adapters.storage.timers_arming import row as armed
from incident_core.errors import Conflict, Invalid
from incident_core.events import Event, Opened
from incident_core.ports.ids import Ids
from incident_core.ports.intake import History
from incident_core.ports.log import Answer, Batch, Result
from incident_core.record.chain import Head, seal
from incident_core.record.words import indexed, joined

KEYS = 500
"""Command keys that are asked for in one question."""

_UPDATE_HEAD = update(log_head)
_INSERT_COUNTER = insert(counters)
_UPDATE_COUNTER = update(counters).where(
    counters.c.workspace == bindparam("of_workspace"), counters.c.name == COUNTER
)


@dataclass(frozen=True, slots=True)
class SqlIntake:
    """The Intake over a Store; `ids` names events and salts texts, `derive` says which timers there are."""

    store: Store
    ids: Ids
    derive: Derive

    def known(self, workspace: str, command_keys: Sequence[str]) -> Mapping[str, Answer]:
        """The first answers to those of these keys that were answered before."""
        with self.store.reading() as connection:
            return _answers(connection, workspace, command_keys)

    def others(self, workspace: str, prefix: str) -> bool:
        """Whether an incident was opened by a command whose key does not begin with `prefix`."""
        with self.store.reading() as connection:
            statement = _opened_otherwise(workspace, prefix, connection.dialect.name)
            return connection.scalar(statement) is not None

    def take(self, histories: Sequence[History]) -> tuple[Answer, ...]:
        """Write all of them, or none; raises Conflict and OutcomeUnknown."""
        if not histories:
            return ()
        workspace, keys = _workspace(histories), [each.opening.command_key for each in histories]
        with self.store.appending(keys[0]) as connection:
            situation = look(connection, histories[0].batches[0], self.store.name)
            answers = _answers(connection, workspace, keys)
            taking = _Taking(self.ids, self.derive, situation.head, situation.counter or 0, answers)
            found = tuple(map(taking.add, histories))
            taking.write(connection, workspace, situation.counter)
        return found


def _workspace(histories: Sequence[History]) -> str:
    found = {batch.envelope.workspace for history in histories for batch in history.batches}
    if len(found) != 1:
        raise Invalid("workspace", "Histories that are taken together belong to one workspace.")
    return found.pop()


def _answers(connection: Connection, workspace: str, keys: Sequence[str]) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for start in range(0, len(keys), KEYS):
        wanted = commands.c.key.in_(keys[start : start + KEYS])
        for row in connection.execute(select(commands).where(commands.c.workspace == workspace, wanted)):
            found[row.key] = first_answer(row)
    return found


def _opened_otherwise(workspace: str, prefix: str, dialect: str) -> Select[Any]:
    # As bytes: a prefix is then a range, of which an index knows the ends.
    key = commands.c.key if dialect == "sqlite" else commands.c.key.collate("C")
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return (
        select(1)
        .where(
            commands.c.workspace == workspace,
            or_(key < prefix, key >= after),
            commands.c.first_version == 1,
            commands.c.result == Result.ACCEPTED.value,
        )
        .limit(1)
    )


@dataclass
class _Taking:
    """The rows of one call, collected behind `head`; `number` is the last one given, `answers` all by key."""

    ids: Ids
    derive: Derive
    head: Head
    number: int
    answers: dict[str, Answer]
    events: list[Values] = field(default_factory=list)
    texts: list[Values] = field(default_factory=list)
    commands: list[Values] = field(default_factory=list)
    views: list[Folded] = field(default_factory=list)
    timers: list[Values] = field(default_factory=list)

    def add(self, history: History) -> Answer:
        """The answer to the command that opens it; its rows are collected, unless it was answered before."""
        key = history.opening.command_key
        known = self.answers.get(key)
        if known is not None:
            return replace(known, repeated=True)
        self.number += 1
        first, version = self.head.seq + 1, 0
        found: list[str] = []
        for batch in history.batches:
            found += self._seal(batch, version)
            version += len(batch.events)
            self._answer(batch, version)
        self._show(history, first, joined(found))
        return self.answers[key]

    def _seal(self, batch: Batch, version: int) -> list[str]:
        """Chain the events of a command; the words of each."""
        changes = tuple(self._numbered(event) for event in batch.events)
        sealed = seal(self.head, batch.envelope, version, changes, self.ids.uuid, self.ids.salt)
        self.head = sealed.head
        self.events += map(event_values, sealed.events)
        self.texts += text_values(sealed)
        return [
            indexed({name: salted.text for name, salted in fields.items()})
            for fields in sealed.texts.values()
        ]

    def _numbered(self, event: Event) -> Event:
        return replace(event, number=self.number) if isinstance(event, Opened) else event

    def _answer(self, batch: Batch, version: int) -> None:
        answer = Answer(
            result=batch.result,
            key=key_of(self.number),
            incident_id=batch.envelope.incident_id,
            first_version=version - len(batch.events) + 1,
            last_version=version,
            request=batch.request,
        )
        self.commands.append(answer_values(batch, answer, self.number))
        self.answers[batch.envelope.command_key] = answer

    def _show(self, history: History, first: int, found: str) -> None:
        envelope, incident = history.opening, replace(history.incident, number=self.number)
        at = self.head.recorded_at
        assert at is not None, "something was sealed"
        span = (first, self.head.seq)
        self.timers += (
            armed(envelope.workspace, envelope.incident_id, timer) for timer in self.derive(incident)
        )
        self.views.append(mending.shown(envelope.workspace, envelope.incident_id, incident, at, span, found))

    def write(self, connection: Connection, workspace: str, counter: int | None) -> None:
        """Write every row that was collected; raises Conflict where one of them is there."""
        if not self.events:
            return
        try:
            insert_all(connection, events, self.events)
            insert_all(connection, texts, self.texts)
            insert_all(connection, commands, self.commands)
        except IntegrityError as error:
            raise Conflict("A command key, or the id of an incident, was used before.") from error
        mending.put(connection, self.views)
        insert_all(connection, timers, self.timers)
        self._renew(connection, workspace, counter)

    def _renew(self, connection: Connection, workspace: str, counter: int | None) -> None:
        head = self.head
        connection.execute(
            _UPDATE_HEAD,
            {"seq": head.seq, "count": head.count, "hash": head.hash, "recorded_at": head.recorded_at},
        )
        if counter is None:
            values = {"workspace": workspace, "name": COUNTER, "value": self.number}
            connection.execute(_INSERT_COUNTER, values)
        else:
            connection.execute(_UPDATE_COUNTER, {"of_workspace": workspace, "value": self.number})
