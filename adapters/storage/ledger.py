"""The Ledger in a database: the log exactly as it is stored, streamed from one snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from adapters.storage import raw
from adapters.storage.keys import number_of
from adapters.storage.store import Store
from adapters.storage.tables import events, incidents, log_head, texts
from incident_core.ports.ledger import Pages
from incident_core.record.audit import Stored
from incident_core.record.chain import Head

ROWS = 1000
"""Rows that are fetched at a time."""


@dataclass(frozen=True, slots=True)
class SqlPages:
    """The log as of the moment when the connection's transaction began."""

    connection: Connection
    incident_id: UUID | None

    def head(self) -> Head:
        """The stored head; that of an empty log where its row is gone, damaged, or not the only one."""
        rows = self.connection.execute(self._stored(*_HEAD)).all()
        return raw.head(rows[0]) if len(rows) == 1 else Head()

    def events(self) -> Iterator[Stored]:
        """Every stored event with its texts, in order of sequence; raises Unreadable."""
        statement = self._stored(*_EVENTS).join_from(
            events, texts, texts.c.event_id == events.c.event_id, isouter=True
        )
        if self.incident_id is not None:
            statement = statement.where(events.c.incident_id == self.incident_id)
        return raw.stored(self._streamed(statement.order_by(events.c.seq)))

    def orphans(self) -> Iterator[UUID]:
        """The events that a text names and the log does not have; raises Unreadable."""
        known = select(events.c.event_id).where(events.c.event_id == texts.c.event_id).exists()
        statement = self._stored(texts.c.event_id).where(~known).distinct()
        return (raw.event_id(row.event_id) for row in self._streamed(statement))

    def _stored(self, *columns: Any) -> Any:
        dialect = self.connection.dialect.name
        return select(*(raw.as_stored(column, dialect) for column in columns))

    def _streamed(self, statement: Any) -> Iterator[Any]:
        yield from self.connection.execute(statement, execution_options={"yield_per": ROWS})


@dataclass(frozen=True, slots=True)
class SqlLedger:
    """The Ledger over a Store."""

    store: Store

    @contextmanager
    def read(self, incident_id: UUID | None = None) -> Iterator[Pages]:
        """One consistent moment of the whole log, or of one incident's part of it."""
        with self.store.reading() as connection, raw.lenient(connection):
            yield SqlPages(connection, incident_id)

    def find(self, workspace: str, key: str) -> UUID | None:
        """The id of the incident with this key, whoever may see it."""
        number = number_of(key)
        if number is None:
            return None
        statement = select(incidents.c.id).where(
            incidents.c.workspace == workspace, incidents.c.number == number
        )
        with self.store.reading() as connection:
            found: UUID | None = connection.scalar(statement)
        return found


_HEAD = (log_head.c.seq, log_head.c.count.label("counted"), log_head.c.hash, log_head.c.recorded_at)
_EVENTS = (*events.c, texts.c.field, texts.c.salt, texts.c.text)
