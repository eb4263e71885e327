"""What a review document tells of one incident: frozen values, apart from how they are written down.

Times are in UTC, people are names, roles and states are the words of the record. A text that was removed is
`[redacted]`; None is what was never given, or has not been.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum

from incident_core.model.milestone import Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.model.times import Due, to_iso


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the timeline: at `at`, `who` did `what`; `recorded_at` only where that was much later."""

    version: int
    at: datetime
    who: str
    what: str
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stay:
    """A stage that was entered at `at`, and left at `until`; None: it is in it still."""

    stage: Stage
    at: datetime
    until: datetime | None
    who: str


@dataclass(frozen=True, slots=True)
class Level:
    """A severity that was set; the first is that of the opening, with no `previous`."""

    severity: Severity
    previous: Severity | None
    at: datetime
    who: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody had a role from `since` to `until`; None: they have it still."""

    role: str
    holder: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Impact:
    """What was noticed: from the first moment on, in the words of the updates that were not retracted."""

    started_at: datetime | None
    resolved_at: datetime | None
    lasted: timedelta | None
    components: tuple[str, ...]
    said: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True)
class News:
    """An update as it reads now; `retracted` is the reason, None where it was not."""

    id: str
    at: datetime
    who: str
    text: str
    impact: str | None
    components: tuple[str, ...]
    next_due: datetime | None
    corrected_at: datetime | None
    retracted: str | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence; `retracted` is the reason, None where it was not."""

    id: str
    url: str
    note: str | None
    at: datetime
    who: str
    retracted: str | None


@dataclass(frozen=True, slots=True)
class ToDo:
    """A task or a follow-up; `overdue` says that its day was over, and it was not done."""

    id: str
    text: str
    owner: str | None
    due: Due | None
    done_at: datetime | None
    done_by: str | None
    overdue: bool
    retracted: str | None


@dataclass(frozen=True, slots=True)
class Override:
    """Process rules, by their codes, that somebody passed over."""

    at: datetime
    who: str
    rules: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text that somebody removed for good: that field of the event with that number."""

    at: datetime
    who: str
    version: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another system that knows the incident as `id`."""

    system: str
    id: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that a review document tells; `as_of` is when the newest event in it was recorded.

    `marks` are DRILL and PRIVATE. `milestones` and `durations` have every name there is, in order.
    """

    key: str
    title: str
    marks: tuple[str, ...]
    stage: Stage
    status: Status | None
    severity: Severity
    outcome: Outcome | None
    duplicate_of: str | None
    opened_by: str
    declared_by: str | None
    commanders: tuple[str, ...]
    review_done_at: datetime | None
    as_of: datetime
    version: int
    impact: Impact
    milestones: Mapping[Milestone, datetime | None]
    durations: Mapping[str, timedelta | None]
    stages: tuple[Stay, ...]
    severities: tuple[Level, ...]
    roles: tuple[Held, ...]
    timeline: tuple[Told, ...]
    updates: tuple[News, ...]
    evidence: tuple[Piece, ...]
    tasks: tuple[ToDo, ...]
    follow_ups: tuple[ToDo, ...]
    overrides: tuple[Override, ...]
    redactions: tuple[Redaction, ...]
    elsewhere: tuple[Elsewhere, ...]

    @property
    def private(self) -> bool:
        """Whether not everybody may see it."""
        return PRIVATE in self.marks


DRILL, PRIVATE = "DRILL", "PRIVATE"


def plain(value: object) -> object:
    """The same as JSON values: times in ISO 8601 with Z, lengths in seconds, a due day as {on, zone}."""
    if is_dataclass(value) and not isinstance(value, (type, Due)):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    return _leaf(value)


def _leaf(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case datetime():
            return to_iso(value)
        case timedelta():
            return value.total_seconds()
        case Due():
            return {"on": value.on.isoformat(), "zone": value.zone}
    return value
