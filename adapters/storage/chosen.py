"""Which incidents an export is about, found once, in one short transaction, and kept as bare numbers.

From then on nothing can change them: what is read later is read up to the sequence of that moment.
Twelve bytes for each incident.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from adapters.storage import matching
from adapters.storage.sight import Sight
from adapters.storage.store import Store
from adapters.storage.tables import incidents, log_head
from incident_core.ports.reader import Query

MOST = 300
"""Incidents in one transaction, at most."""

EVENTS = 20_000
"""Events in one transaction, unless one incident alone has more."""

_COLUMNS = (incidents.c.number, incidents.c.first_seq, incidents.c.version)
_FETCHED = 5_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """The incidents by their first sequences, newest first, with their versions at sequence `upto`."""

    upto: int
    first_seqs: array[int]
    versions: array[int]

    def pieces(self) -> Iterator[list[int]]:
        """The first sequences, as many at a time as one transaction may read."""
        place = 0
        while place < len(self.first_seqs):
            end = place + fitting(self.versions[place : place + MOST])
            yield self.first_seqs[place:end].tolist()
            place = end


def fitting(versions: Iterable[int]) -> int:
    """How many of the first incidents, with so many events each, one transaction may read: at least one."""
    total = count = 0
    for count, version in enumerate(versions, start=1):
        total += version
        if total > EVENTS:
            return max(1, count - 1)
    return count


def chosen(store: Store, workspace: str, query: Query, sight: Sight) -> Chosen:
    """Those that match now."""
    statement = matching.newest(_COLUMNS, workspace, query, sight, query.limit)
    first_seqs, versions = array("q"), array("i")
    with store.reading() as connection:
        upto: int = connection.scalar(select(log_head.c.seq)) or 0
        found = connection.execution_options(yield_per=_FETCHED).execute(statement)
        for _, first_seq, version in found:
            first_seqs.append(first_seq)
            versions.append(version)
    return Chosen(upto, first_seqs, versions)
