"""The Reader in a database: private incidents are left out by the question itself.

Rows are fetched before they are decoded: a cursor that is left half read would keep SQLite at its moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.storage import matching, pages, searching, timelines
from adapters.storage.store import Store
from adapters.storage.streams import ENTRY, entry, folded, recorded, stream_of
from adapters.storage.tables import events
from adapters.storage.view import summary
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.ports.reader import Entry, Query, Summary
from incident_core.record.document import Document


@dataclass(frozen=True, slots=True)
class SqlReader:
    """The Reader over a Store; each answer is as of one moment."""

    store: Store

    def show(self, workspace: str, key: str, viewer: Actor, version: int | None = None) -> Incident | None:
        """The incident, now or as of an earlier version; None where the viewer can see none."""
        statement = stream_of(workspace, key, viewer)
        if statement is None:
            return None
        if version is not None:
            statement = statement.where(events.c.version <= version)
        with self.store.reading() as connection:
            stream = list(recorded(connection.execute(statement).all()))
        if not stream or (version is not None and stream[-1].row.version != version):
            return None
        return folded(stream)

    def timeline(self, workspace: str, key: str, viewer: Actor) -> tuple[Entry, ...] | None:
        """Its events in order of version; None where the viewer can see none."""
        statement = stream_of(workspace, key, viewer, *ENTRY)
        if statement is None:
            return None
        with self.store.reading() as connection:
            found = tuple(entry(each) for each in recorded(connection.execute(statement).all()))
        return found or None

    def list(self, workspace: str, query: Query, viewer: Actor) -> tuple[Summary, ...]:
        """The lines of the incidents that match, newest number first."""
        statement = matching.summaries(workspace, query, viewer)
        with self.store.reading() as connection:
            return tuple(summary(row) for row in connection.execute(statement))

    def documents(self, workspace: str, query: Query, viewer: Actor) -> Iterator[Document]:
        """The same incidents whole, as of the moment of the call."""
        return pages.documents(self.store, workspace, query, viewer)

    def timelines(self, workspace: str, query: Query, viewer: Actor) -> Iterator[Document]:
        """Every event of the same incidents in order of sequence, as of the moment of the call."""
        return timelines.entries(self.store, workspace, query, viewer)

    def count(self, workspace: str, query: Query, viewer: Actor) -> int:
        """How many incidents match, whatever the limit."""
        with self.store.reading() as connection:
            found: int = connection.scalar(matching.count(workspace, query, viewer)) or 0
        return found

    def search(self, workspace: str, words: str, viewer: Actor, limit: int) -> tuple[Summary, ...]:
        """The incidents in whose texts all these words occur, best first."""
        return searching.search(self.store, workspace, words, viewer, limit)
