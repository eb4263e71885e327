"""The Reader in memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from incident_core.lifecycle.fold import fold
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.ports.reader import Entry, Query, Summary
from incident_core.record.chain import Sealed
from incident_core.record.codec import text_fields
from incident_core.testing.memory_state import Memory


class MemoryReader:
    """A Reader over a Memory; each answer is as of one moment."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def show(self, workspace: str, key: str, viewer: Actor, version: int | None = None) -> Incident | None:
        """The incident, now or as of an earlier version; None where the viewer can see none."""
        with self._memory.lock:
            incident_id = self._seen(workspace, key, viewer)
            if incident_id is None:
                return None
            history = self._memory.history(incident_id)
            if version is None:
                return fold(history)
            return fold(history[:version]) if 1 <= version <= len(history) else None

    def timeline(self, workspace: str, key: str, viewer: Actor) -> tuple[Entry, ...] | None:
        """Its events in order of version; None where the viewer can see none."""
        with self._memory.lock:
            incident_id = self._seen(workspace, key, viewer)
            if incident_id is None:
                return None
            return tuple(self._entry(sealed) for sealed in self._memory.streams[incident_id])

    def list(self, workspace: str, query: Query, viewer: Actor) -> tuple[Summary, ...]:
        """The lines of the incidents that match, newest number first."""
        with self._memory.lock:
            found = (view for _, view in self._matching(workspace, query, viewer))
            return tuple(summary(view) for view in islice(found, query.limit))

    def incidents(self, workspace: str, query: Query, viewer: Actor) -> Iterator[Incident]:
        """The same incidents whole, as of the moment of the call."""
        with self._memory.lock:
            found = (view for _, view in self._matching(workspace, query, viewer))
            return iter(tuple(islice(found, query.limit)))

    def count(self, workspace: str, query: Query, viewer: Actor) -> int:
        """How many incidents match, whatever the limit."""
        with self._memory.lock:
            return sum(1 for _ in self._matching(workspace, query, viewer))

    def search(self, workspace: str, words: str, viewer: Actor, limit: int) -> tuple[Summary, ...]:
        """The incidents in whose texts every word occurs, newest number first."""
        with self._memory.lock:
            wanted = self._folded(words).split()
            found = (
                view
                for incident_id, view in self._matching(workspace, Query(), viewer)
                if all(word in self._texts(incident_id) for word in wanted)
            )
            return tuple(summary(view) for view in islice(found, limit))

    def _seen(self, workspace: str, key: str, viewer: Actor) -> UUID | None:
        """The id of the incident with this key, if the viewer may see it as it is now."""
        incident_id = self._memory.find(workspace, key)
        if incident_id is None or not self._memory.views[incident_id].seen_by(viewer):
            return None
        return incident_id

    def _matching(self, workspace: str, query: Query, viewer: Actor) -> Iterator[tuple[UUID, Incident]]:
        numbers = self._memory.numbers.get(workspace, {})
        for _, incident_id in sorted(numbers.items(), reverse=True):
            view = self._memory.views[incident_id]
            if view.seen_by(viewer) and matches(view, query):
                yield incident_id, view

    def _texts(self, incident_id: UUID) -> str:
        """Everything that was written in it and not redacted, folded."""
        ids = (sealed.event_id for sealed in self._memory.streams[incident_id])
        texts = (salted.text for each in ids for salted in self._memory.texts[each].values())
        return self._folded("\n".join(texts))

    def _folded(self, text: str) -> str:
        return text.casefold()

    def _entry(self, sealed: Sealed) -> Entry:
        event = self._memory.decoded(sealed)
        told = text_fields(self._memory.body(sealed))
        return Entry(
            seq=sealed.seq,
            version=sealed.version,
            event_id=sealed.event_id,
            event=event,
            source=sealed.envelope.source,
            recorded_at=sealed.envelope.recorded_at,
            override_id=sealed.override_id,
            redacted=tuple(sorted(told.keys() - self._memory.texts[sealed.event_id].keys())),
        )


def matches(view: Incident, query: Query) -> bool:
    """Whether the query asks for it."""
    wanted_stage = not query.stages or view.stage in query.stages
    return wanted_stage and (not query.severities or view.severity in query.severities)


def summary(view: Incident) -> Summary:
    """Its line in a list."""
    return Summary(
        key=view.key,
        title=view.title,
        stage=view.stage,
        status=view.status,
        severity=view.severity,
        commander=view.commander,
        private=view.private,
        drill=view.drill,
        opened_at=view.opened_at,
    )
