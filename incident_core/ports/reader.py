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
    """Which incidents: empty means any. Newest numbers first; `limit` None means all."""

    stages: frozenset[Stage] = frozenset()
    severities: frozenset[Severity] = frozenset()
    limit: int | None = None


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

    def incidents(self, workspace: str, query: Query, viewer: Actor) -> Iterator[Incident]:
        """The same incidents whole, streamed, as of one moment."""
        ...

    def count(self, workspace: str, query: Query, viewer: Actor) -> int:
        """How many incidents match, whatever the limit."""
        ...

    def search(self, workspace: str, words: str, viewer: Actor, limit: int) -> tuple[Summary, ...]:
        """The incidents in whose texts every word occurs, newest number first."""
        ...
