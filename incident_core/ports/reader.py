"""Reader: what can be seen, always by somebody; for others a private incident is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from incident_core.events import Event
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.model.times import Due
from incident_core.model.window import ALWAYS, Window
from incident_core.record.document import Document


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline: the event, and how it came to be stored.

    `redacted` names the texts that were removed since; `override_id` is the event that overrode a rule.
    """

    seq: int
    version: int
    event_id: UUID
    event: Event
    source: str
    recorded_at: datetime
    override_id: UUID | None
    redacted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """Which incidents: empty means any. Newest numbers first; `limit` None means all.

    `opened` is the window in which they were opened; `private`: only those that not everybody may see;
    `quiet_since`: only those of which nothing was recorded at that time (UTC), or later.
    """

    stages: frozenset[Stage] = frozenset()
    severities: frozenset[Severity] = frozenset()
    limit: int | None = None
    opened: Window = ALWAYS
    private: bool = False
    quiet_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of a list; times in UTC, the title None once redacted."""

    key: str
    title: str | None
    stage: Stage
    status: Status | None
    severity: Severity
    commander: Actor | None
    private: bool
    drill: bool
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Titled:
    """An incident that everybody can see, by its key; the title None once redacted."""

    key: str
    title: str | None


DUTIES = 50
"""Roles, and follow-ups, that one answer names, at most: the newest."""


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds in an incident that is not closed; the title None once redacted."""

    key: str
    title: str | None
    severity: Severity
    stage: Stage
    drill: bool
    private: bool
    role: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A follow-up that somebody owns, neither done nor retracted; the text None once redacted."""

    key: str
    item: str
    text: str | None
    due: Due | None
    drill: bool
    private: bool


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up, neither done nor retracted, and perhaps nobody's; the text None once redacted."""

    key: str
    item: str
    text: str | None
    owner: Actor | None
    due: Due | None
    drill: bool
    private: bool


@dataclass(frozen=True, slots=True)
class Duties:
    """What is somebody's to do: of the newest incident first, and of that the newest follow-up first."""

    roles: tuple[Held, ...]
    follow_ups: tuple[Owed, ...]


def candidates(limit: int) -> int:
    """How many of the newest that match a search are ranked, where `limit` are wanted."""
    return max(limit, 200)


class Reader(Protocol):
    """Every method may raise Unavailable; no method takes longer because of incidents it does not return."""

    def show(self, workspace: str, key: str, viewer: Actor, version: int | None = None) -> Incident | None:
        """The incident, now or as of an earlier version; None where the viewer can see none."""
        ...

    def timeline(self, workspace: str, key: str, viewer: Actor) -> tuple[Entry, ...] | None:
        """Its events in order of version; None where the viewer can see none."""
        ...

    def list(self, workspace: str, query: Query, viewer: Actor) -> tuple[Summary, ...]:
        """The lines of the incidents that match, newest number first."""
        ...

    def titles(self, workspace: str, limit: int) -> tuple[Titled, ...]:
        """What burns (stages investigation and incident) and is not private: newest number first."""
        ...

    def documents(self, workspace: str, query: Query, viewer: Actor) -> Iterator[Document]:
        """The same incidents whole, as documents (incident_core.record); streamed, as of one moment.

        That is the moment of the call. Texts that were redacted since may be gone from it.
        """
        ...

    def timelines(self, workspace: str, query: Query, viewer: Actor) -> Iterator[Document]:
        """Every event of the same incidents, as `timeline_entry` of incident_core.record makes it.

        In order of sequence; streamed, as of one moment like `documents`.
        """
        ...

    def count(self, workspace: str, query: Query, viewer: Actor) -> int:
        """How many incidents match, whatever the limit."""
        ...

    def duties(self, workspace: str, actor: Actor) -> Duties:
        """What is theirs, up to DUTIES of each kind; follow-ups also of what is closed.

        Of private incidents only where they have access of their own: to be an admin gives nothing to do.
        """
        ...

    def follow_ups(
        self,
        workspace: str,
        viewer: Actor,
        limit: int,
        owner: Actor | None = None,
        over_at: datetime | None = None,
    ) -> tuple[FollowUp, ...]:
        """The open follow-ups of all that the viewer can see, at most `limit`; also of what is closed.

        The one whose day is over first comes first, those without a day last; then the oldest incident's.
        `owner`: only theirs. `over_at`: only those whose day was over then (UTC).
        """
        ...

    def search(self, workspace: str, words: str, viewer: Actor, limit: int) -> tuple[Summary, ...]:
        """The incidents in whose texts all these words occur; none where there are no words.

        Those with the most of the words in their titles come first, then the newest; `word*` is the beginning
        of a word. Titles are looked through in the newest that have all the words there, and in the newest
        that have them anywhere: as many of each as `candidates(limit)`.
        """
        ...
