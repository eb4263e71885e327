"""Whoever sees a private incident only because they are an admin is written down before they see it."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from incident_core.commands import Look
from incident_core.errors import Conflict, OutcomeUnknown, Unavailable
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.model.times import to_iso
from incident_core.ports.clock import Clock
from incident_core.ports.log import Answer, Result
from incident_core.ports.reader import Duties, Entry, FollowUp, Query, Reader, Summary, Titled
from incident_core.record.document import Document
from incident_core.usecases.perform import Perform

REMEMBERED = 1_000
"""Looks of which a process knows that they were written down; of others it asks the record again."""

_KEY_LIMIT = 200
_HOUR = "%Y-%m-%dT%H"


class _Known:
    """The looks that were written down last; any thread may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._names: OrderedDict[tuple[str, str], None] = OrderedDict()

    def __contains__(self, name: object) -> bool:
        with self._lock:
            return name in self._names

    def add(self, name: tuple[str, str]) -> None:
        """Remember it, and forget the oldest where it is one too many."""
        with self._lock:
            self._names[name] = None
            if len(self._names) > REMEMBERED:
                self._names.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Looking:
    """A Reader that has every look of an admin written down: once for each incident and hour.

    Others are read for as if it were not there. Every method raises Unavailable where a look cannot be
    written down; nothing is shown then. `reader` must be one that shows everything to `policy.admins`.
    """

    reader: Reader
    perform: Perform
    policy: Policy
    clock: Clock
    _known: _Known = field(default_factory=_Known, repr=False, compare=False)

    def show(self, workspace: str, key: str, viewer: Actor, version: int | None = None) -> Incident | None:
        """The incident, now or as of an earlier version; None where the viewer can see none."""
        incident = self.reader.show(workspace, key, viewer, version)
        if incident is not None and viewer in self.policy.admins:
            # As of an earlier version it may have been everybody's.
            self._looked(workspace, key, viewer, "show", incident if version is None else None)
        return incident

    def timeline(self, workspace: str, key: str, viewer: Actor) -> tuple[Entry, ...] | None:
        """Its events in order of version; None where the viewer can see none."""
        entries = self.reader.timeline(workspace, key, viewer)
        if entries is not None and viewer in self.policy.admins:
            self._looked(workspace, key, viewer, "timeline")
        return entries

    def list(self, workspace: str, query: Query, viewer: Actor) -> tuple[Summary, ...]:
        """The lines of the incidents that match, newest number first."""
        return self._told(workspace, self.reader.list(workspace, query, viewer), viewer, "list")

    def titles(self, workspace: str, limit: int) -> tuple[Titled, ...]:
        """What burns and is not private: nobody has to be an admin to see it."""
        return self.reader.titles(workspace, limit)

    def search(self, workspace: str, words: str, viewer: Actor, limit: int) -> tuple[Summary, ...]:
        """The incidents in whose texts all these words occur, best first."""
        return self._told(workspace, self.reader.search(workspace, words, viewer, limit), viewer, "search")

    def documents(self, workspace: str, query: Query, viewer: Actor) -> Iterator[Document]:
        """The same incidents whole; each look is written down when its turn has come."""
        found = self.reader.documents(workspace, query, viewer)
        return self._documents(workspace, found, viewer) if viewer in self.policy.admins else found

    def timelines(self, workspace: str, query: Query, viewer: Actor) -> Iterator[Document]:
        """Every event of the same incidents; each look is written down before the first event."""
        found = self.reader.timelines(workspace, query, viewer)
        if viewer not in self.policy.admins:
            return found
        # Asked after they were chosen. Stage and severity may be others since, so all that are private are.
        private = self.reader.list(workspace, Query(private=True), viewer)
        return self._timelines(workspace, found, viewer, {line.key for line in private})

    def count(self, workspace: str, query: Query, viewer: Actor) -> int:
        """How many incidents match, whatever the limit: a number shows none of them."""
        return self.reader.count(workspace, query, viewer)

    def duties(self, workspace: str, actor: Actor) -> Duties:
        """What is theirs: only of what they may see without being an admin."""
        return self.reader.duties(workspace, actor)

    def follow_ups(
        self,
        workspace: str,
        viewer: Actor,
        limit: int,
        owner: Actor | None = None,
        over_at: datetime | None = None,
    ) -> tuple[FollowUp, ...]:
        """Those that are open in all that the viewer can see, the first that was due first."""
        found = self.reader.follow_ups(workspace, viewer, limit, owner, over_at)
        if viewer in self.policy.admins:
            for key in dict.fromkeys(each.key for each in found if each.private):
                self._looked(workspace, key, viewer, "followups")
        return found

    def _told(
        self, workspace: str, lines: tuple[Summary, ...], viewer: Actor, how: str
    ) -> tuple[Summary, ...]:
        if viewer in self.policy.admins:
            for line in lines:
                if line.private:
                    self._looked(workspace, line.key, viewer, how)
        return lines

    def _documents(self, workspace: str, found: Iterable[Document], viewer: Actor) -> Iterator[Document]:
        for each in found:
            if each["private"]:
                self._looked(workspace, str(each["key"]), viewer, "documents")
            yield each

    def _timelines(
        self, workspace: str, found: Iterable[Document], viewer: Actor, private: set[str]
    ) -> Iterator[Document]:
        for each in found:
            key = str(each["key"])
            if key in private:
                self._looked(workspace, key, viewer, "timelines")
                private.remove(key)
            yield each

    def _looked(
        self, workspace: str, key: str, viewer: Actor, how: str, incident: Incident | None = None
    ) -> None:
        """Have it written down, unless it is, or they have access of their own."""
        now = self.clock.now()
        name = _name(viewer, key, now)
        if (workspace, name) in self._known:
            return
        incident = incident or self.reader.show(workspace, key, viewer)
        if incident is None or incident.seen_by(viewer):
            return
        self._record(
            replace(self.perform, workspace=workspace), Look(actor=viewer, at=now, key=name, how=how), key
        )
        self._known.add((workspace, name))

    def _record(self, perform: Perform, command: Look, key: str) -> None:
        try:
            written = any(_is_written(answer, key) for answer in _answers(perform, command, key))
        except (Conflict, OutcomeUnknown) as error:
            raise _unwritten(key) from error
        if not written:
            raise _unwritten(key)


def _answers(perform: Perform, command: Look, key: str) -> Iterator[Answer | None]:
    """What is answered, until one of them says that it is written.

    It may have been asked in another way within the hour; or the key was used for something else, by anybody.
    """
    yield perform(command, key)
    yield perform.log.answered(perform.workspace, command.key)
    name = _short(f"{command.key}:{command.how}:{to_iso(command.at)}")
    yield perform(replace(command, key=name), key)


def _is_written(answer: Answer | None, key: str) -> bool:
    """Whether the look is on record; or needs not be, since they have been let to see it meanwhile."""
    if answer is None or answer.key != key:
        return False
    return answer.result is Result.ACCEPTED or (answer.result is Result.UNCHANGED and not answer.repeated)


def _unwritten(key: str) -> Unavailable:
    return Unavailable(f"It could not be written down that you look at {key}, so it is not shown; try again.")


def _name(viewer: Actor, key: str, now: datetime) -> str:
    """The key of the command: the same for everything that they look at it for in this hour (UTC)."""
    return _short(f"look:{viewer}:{key}:{now.strftime(_HOUR)}")


def _short(name: str) -> str:
    """The same, unless it is too long for a command key."""
    return name if len(name) <= _KEY_LIMIT else f"look:{hashlib.sha256(name.encode()).hexdigest()}"
