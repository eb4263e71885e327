"""What people collect while they respond; each entry has an id that is short enough to type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from incident_core.model.actor import Actor
from incident_core.model.times import Due


@dataclass(frozen=True, slots=True)
class Evidence:
    """A link and what it shows; texts are None once redacted."""

    id: str
    url: str | None
    note: str | None
    added_by: Actor
    added_at: datetime
    retracted: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """News for people outside the response; `next_due` is when the next one is promised."""

    id: str
    text: str | None
    impact: str | None
    components: tuple[str, ...]
    next_due: datetime | None
    sent_by: Actor
    sent_at: datetime
    retracted: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: during the response a task, after it a follow-up."""

    id: str
    text: str | None
    owner: Actor | None
    due: Due | None
    added_at: datetime
    done_at: datetime | None = None
    done_by: Actor | None = None
    retracted: bool = False
