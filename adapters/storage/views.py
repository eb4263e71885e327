"""The Views in a database: folded again from the events, compared with what is stored, and mended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from adapters.storage import full_text, mending
from adapters.storage.store import Store
from incident_core.ports.views import Rebuilt


@dataclass(frozen=True, slots=True)
class SqlViews:
    """The Views over a Store."""

    store: Store

    def rebuild(self, *, write: bool, progress: Callable[[int, int], None] | None = None) -> Rebuilt:
        """Fold every incident and compare with its view; with `write`, store what was folded.

        In short transactions, so that others can work meanwhile.
        """
        differing = self._full_text(write)
        done, last = 0, None
        while True:
            ids, total = self._page(write, last, differing)
            if not ids:
                break
            done, last = done + len(ids), ids[-1]
            if progress is not None:
                progress(done, total)
        with self._transaction(write) as connection:
            differing += mending.strays(connection, remove=write)
        return Rebuilt(done, tuple(differing))

    def _full_text(self, write: bool) -> list[str]:
        with self.store.reading() as connection:
            if not full_text.can_differ(connection):
                return []
        with self.store.appending(None) as connection:
            if not full_text.differs(connection):
                return []
            if write:
                full_text.make(connection)
            return [full_text.NAME]

    def _page(self, write: bool, last: UUID | None, differing: list[str]) -> tuple[list[UUID], int]:
        """Compare the next incidents; which they were, and how many there are in all."""
        with self._transaction(write) as connection:
            ids = mending.next_ids(connection, last)
            folded = mending.folded(connection, ids)
            stored = mending.stored(connection, ids)
            different = [each for each in folded.values() if each.plain() != stored.get(each.id)]
            if write and different:
                mending.mend(connection, different)
            differing += [each.key for each in different]
            return ids, mending.how_many(connection)

    def _transaction(self, write: bool) -> AbstractContextManager[Connection]:
        return self.store.appending(None) if write else self.store.reading()
