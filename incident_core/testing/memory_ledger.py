"""The Ledger in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from incident_core.ports.ledger import Pages
from incident_core.record.audit import Stored
from incident_core.record.chain import Head
from incident_core.record.codec import SaltedText
from incident_core.testing.memory_state import Memory


@dataclass(frozen=True, slots=True)
class MemoryPages:
    """A copy of the log as of one moment."""

    newest: Head
    stored: tuple[Stored, ...]
    strays: tuple[UUID, ...]

    def head(self) -> Head:
        """The stored head."""
        return self.newest

    def events(self) -> Iterator[Stored]:
        """Every stored event with its texts, in order of sequence."""
        return iter(self.stored)

    def orphans(self) -> Iterator[UUID]:
        """The events that a text names and the log does not have."""
        return iter(self.strays)


class MemoryLedger:
    """A Ledger over a Memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    @contextmanager
    def read(self, incident_id: UUID | None = None) -> Iterator[Pages]:
        """One consistent moment of the whole log, or of one incident's part of it."""
        with self._memory.lock:
            events = self._memory.events
            texts = {event_id: dict(each) for event_id, each in self._memory.texts.items()}
            head = self._memory.head
            known = {sealed.event_id for sealed in events}
            wanted = tuple(e for e in events if incident_id in (None, e.envelope.incident_id))
        nothing: Mapping[str, SaltedText] = {}
        stored = tuple((sealed, texts.get(sealed.event_id, nothing)) for sealed in wanted)
        yield MemoryPages(head, stored, tuple(each for each in texts if each not in known and texts[each]))

    def find(self, workspace: str, key: str) -> UUID | None:
        """The id of the incident with this key, whoever may see it."""
        return self._memory.find(workspace, key)
