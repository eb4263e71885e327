"""The Reader in a database: private incidents are left out by the question itself.

Rows are fetched before they are decoded: a cursor that is left half read would keep SQLite at its moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from adapters.storage import duties, follow_ups, matching, pages, searching, timelines
from adapters.storage.answers import key_of
from adapters.storage.sight import Sight, sight_of
from adapters.storage.store import Store
from adapters.storage.streams import ENTRY, entry, folded, recorded, stream_of
from adapters.storage.tables import events
from adapters.storage.view import summary
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.ports.reader import Duties, Entry, FollowUp, Query, Summary, Titled
from incident_core.record.document import Document


@dataclass(frozen=True, slots=True)
class SqlReader:
    """The Reader over a Store; each answer is as of one moment. `admins` see everything."""

    store: Store
    admins: frozenset[Actor] = frozenset()

    def show(self, workspace: str, key: str, viewer: Actor, version: int | None = None) -> Incident | None:
        """The incident, now or as of an earlier version; None where the viewer can see none."""
        statement = stream_of(workspace, key, self._sight(viewer))
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
        statement = stream_of(workspace, key, self._sight(viewer), *ENTRY)
        if statement is None:
            return None
        with self.store.reading() as connection:
            found = tuple(entry(each) for each in recorded(connection.execute(statement).all()))
        return found or None

    def list(self, workspace: str, query: Query, viewer: Actor) -> tuple[Summary, ...]:
        """The lines of the incidents that match, newest number first."""
        statement = matching.summaries(workspace, query, self._sight(viewer))
        with self.store.reading() as connection:
            return tuple(summary(row) for row in connection.execute(statement))

    def titles(self, workspace: str, limit: int) -> tuple[Titled, ...]:
        """What burns and is not private: newest number first."""
        asked = {"workspace": workspace, "most": limit}
        with self.store.reading() as connection:
            rows = connection.execute(matching.TITLES, asked).all()
        return tuple(Titled(key_of(row.number), row.title) for row in rows)

    def documents(self, workspace: str, query: Query, viewer: Actor) -> Iterator[Document]:
        """The same incidents whole, as of the moment of the call."""
        return pages.documents(self.store, workspace, query, self._sight(viewer))

    def timelines(self, workspace: str, query: Query, viewer: Actor) -> Iterator[Document]:
        """Every event of the same incidents in order of sequence, as of the moment of the call."""
        return timelines.entries(self.store, workspace, query, self._sight(viewer))

    def count(self, workspace: str, query: Query, viewer: Actor) -> int:
        """How many incidents match, whatever the limit."""
        with self.store.reading() as connection:
            found: int = connection.scalar(matching.count(workspace, query, self._sight(viewer))) or 0
        return found

    def duties(self, workspace: str, actor: Actor) -> Duties:
        """What is theirs to do, the newest first."""
        with self.store.reading() as connection:
            return duties.of_actor(connection, workspace, str(actor))

    def follow_ups(
        self,
        workspace: str,
        viewer: Actor,
        limit: int,
        owner: Actor | None = None,
        over_at: datetime | None = None,
    ) -> tuple[FollowUp, ...]:
        """Those that are open in all that the viewer can see, the first that was due first."""
        with self.store.reading() as connection:
            return follow_ups.open_ones(connection, workspace, self._sight(viewer), limit, owner, over_at)

    def search(self, workspace: str, words: str, viewer: Actor, limit: int) -> tuple[Summary, ...]:
        """The incidents in whose texts all these words occur, best first."""
        return searching.search(self.store, workspace, words, self._sight(viewer), limit)

    def _sight(self, viewer: Actor) -> Sight:
        return sight_of(viewer, self.admins)
