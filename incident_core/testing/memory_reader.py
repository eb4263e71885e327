"""The Reader in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from operator import itemgetter
from uuid import UUID

from incident_core.lifecycle.fold import fold
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.stage import Stage
from incident_core.model.times import to_iso
from incident_core.ports.reader import (
    DUTIES,
    Duties,
    Entry,
    FollowUp,
    Held,
    Owed,
    Query,
    Summary,
    Titled,
    candidates,
)
from incident_core.record.chain import Sealed
from incident_core.record.codec import text_fields
from incident_core.record.document import Document, document
from incident_core.record.timeline import Line, timeline_entry
from incident_core.record.words import Asked, asked, indexed, joined, occurring
from incident_core.record.words import words as words_of
from incident_core.testing.memory_state import Memory, Sees

_ANYBODY = Actor("anybody", "anybody")
_NEVER = datetime.max.replace(tzinfo=UTC)


class MemoryReader:
    """A Reader over a Memory; each answer is as of one moment. `sees` says who may see an incident."""

    def __init__(self, memory: Memory, sees: Sees = Incident.seen_by) -> None:
        self._memory = memory
        self._sees = sees

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
            return None if incident_id is None else self.entries(incident_id)

    def entries(self, incident_id: UUID) -> tuple[Entry, ...]:
        """The same, whoever may see it."""
        with self._memory.lock:
            return tuple(self._entry(sealed) for sealed in self._memory.streams[incident_id])

    def list(self, workspace: str, query: Query, viewer: Actor) -> tuple[Summary, ...]:
        """The lines of the incidents that match, newest number first."""
        with self._memory.lock:
            found = (view for _, view in self._matching(workspace, query, viewer))
            return tuple(summary(view) for view in islice(found, query.limit))

    def titles(self, workspace: str, limit: int) -> tuple[Titled, ...]:
        """What burns and is not private: newest number first."""
        burning = Query(frozenset({Stage.INVESTIGATION, Stage.INCIDENT}))
        with self._memory.lock:
            found = (view for _, view in self._matching(workspace, burning, _ANYBODY) if not view.private)
            return tuple(Titled(view.key, view.title) for view in islice(found, limit))

    def documents(self, workspace: str, query: Query, viewer: Actor) -> Iterator[Document]:
        """The same incidents whole, as of the moment of the call."""
        with self._memory.lock:
            found = (view for _, view in self._matching(workspace, query, viewer))
            return map(document, tuple(islice(found, query.limit)))

    def timelines(self, workspace: str, query: Query, viewer: Actor) -> Iterator[Document]:
        """Every event of the same incidents in order of sequence, as of the moment of the call."""
        with self._memory.lock:
            found = islice(self._matching(workspace, query, viewer), query.limit)
            entries = [
                self._told(view.key, sealed) for id_, view in found for sealed in self._memory.streams[id_]
            ]
        return iter(sorted(entries, key=itemgetter("seq")))

    def count(self, workspace: str, query: Query, viewer: Actor) -> int:
        """How many incidents match, whatever the limit."""
        with self._memory.lock:
            return sum(1 for _ in self._matching(workspace, query, viewer))

    def search(self, workspace: str, words: str, viewer: Actor, limit: int) -> tuple[Summary, ...]:
        """The incidents in whose texts all these words occur, best first."""
        wanted = asked(words)
        if not wanted:
            return ()
        with self._memory.lock:
            seen = tuple(self._matching(workspace, Query(), viewer))
            inside = [view for id_, view in seen if occurring(wanted, self._words(id_)) == len(wanted)]
            titled = [view for view in inside if _in_title(wanted, view) == len(wanted)]
            most = candidates(limit)
            found = {view.key: view for view in (*titled[:most], *inside[:most])}
            best = sorted(found.values(), key=lambda view: (-_in_title(wanted, view), -(view.number or 0)))
            return tuple(summary(view) for view in best[:limit])

    def duties(self, workspace: str, actor: Actor) -> Duties:
        """What is theirs to do, the newest first."""
        with self._memory.lock:
            numbers = sorted(self._memory.numbers.get(workspace, {}).items(), reverse=True)
            views = [self._memory.views[incident_id] for _, incident_id in numbers]
        mine = [view for view in views if view.seen_by(actor)]
        roles = (held for view in mine for held in _held(view, actor))
        follow_ups = (owed for view in mine for owed in _owed(view, actor))
        return Duties(tuple(islice(roles, DUTIES)), tuple(islice(follow_ups, DUTIES)))

    def follow_ups(
        self,
        workspace: str,
        viewer: Actor,
        limit: int,
        owner: Actor | None = None,
        over_at: datetime | None = None,
    ) -> tuple[FollowUp, ...]:
        """Those that are open in all that the viewer can see, the first that was due first."""
        with self._memory.lock:
            views = [view for _, view in self._matching(workspace, Query(), viewer)]
        found = [each for view in reversed(views) for each in _follow_ups(view)]
        wanted = (each for each in found if owner is None or each.owner == owner)
        over = [each for each in wanted if over_at is None or _over_at(each) <= over_at]
        return tuple(sorted(over, key=lambda each: (each.due is None, _over_at(each)))[:limit])

    def _seen(self, workspace: str, key: str, viewer: Actor) -> UUID | None:
        """The id of the incident with this key, if the viewer may see it as it is now."""
        incident_id = self._memory.find(workspace, key)
        if incident_id is None or not self._sees(self._memory.views[incident_id], viewer):
            return None
        return incident_id

    def _matching(self, workspace: str, query: Query, viewer: Actor) -> Iterator[tuple[UUID, Incident]]:
        numbers = self._memory.numbers.get(workspace, {})
        for _, incident_id in sorted(numbers.items(), reverse=True):
            view = self._memory.views[incident_id]
            recorded_at = self._memory.streams[incident_id][-1].envelope.recorded_at
            quiet = query.quiet_since is None or recorded_at < query.quiet_since
            if quiet and self._sees(view, viewer) and matches(view, query):
                yield incident_id, view

    def _words(self, incident_id: UUID) -> Sequence[str]:
        """The words of everything that was written in it and not redacted."""
        stream = self._memory.streams[incident_id]
        texts = (self._memory.texts[sealed.event_id] for sealed in stream)
        return joined(indexed({name: salted.text for name, salted in each.items()}) for each in texts).split()

    def _told(self, key: str, sealed: Sealed) -> Document:
        envelope = sealed.envelope
        line = Line(
            seq=sealed.seq,
            key=key,
            version=sealed.version,
            type=sealed.type,
            schema=sealed.schema,
            occurred_at=to_iso(sealed.occurred_at),
            recorded_at=to_iso(envelope.recorded_at),
            actor=str(envelope.actor),
            login=envelope.actor.login,
            source=envelope.source,
            overridden=sealed.override_id is not None,
        )
        texts = {name: salted.text for name, salted in self._memory.texts[sealed.event_id].items()}
        return timeline_entry(line, self._memory.body(sealed), texts)

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


def _held(view: Incident, actor: Actor) -> Iterator[Held]:
    if view.stage is Stage.CLOSED:
        return
    for role, holder in sorted(view.roles.items()):
        if holder == actor:
            yield Held(view.key, view.title, view.severity, view.stage, view.drill, view.private, role)


def _owed(view: Incident, actor: Actor) -> Iterator[Owed]:
    for item in reversed(view.follow_ups):
        if item.owner == actor and item.done_at is None and not item.retracted:
            yield Owed(view.key, item.id, item.text, item.due, view.drill, view.private)


def _follow_ups(view: Incident) -> Iterator[FollowUp]:
    for item in view.follow_ups:
        if item.done_at is None and not item.retracted:
            yield FollowUp(view.key, item.id, item.text, item.owner, item.due, view.drill, view.private)


def _over_at(each: FollowUp) -> datetime:
    """When its day is over, to the second; never, where it has none."""
    return _NEVER if each.due is None else each.due.over_at.replace(microsecond=0)


def _in_title(wanted: tuple[Asked, ...], view: Incident) -> int:
    return occurring(wanted, words_of(view.title or ""))


def matches(view: Incident, query: Query) -> bool:
    """Whether the query asks for it."""
    wanted_stage = not query.stages or view.stage in query.stages
    wanted_severity = not query.severities or view.severity in query.severities
    return (
        wanted_stage and wanted_severity and view.opened_at in query.opened and query.private <= view.private
    )


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
