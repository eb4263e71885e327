"""When things happened, in which order they must lie, and the durations between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from incident_core.model.incident import Incident, StageEntry
from incident_core.model.outcome import Outcome
from incident_core.model.stage import Stage


class Milestone(StrEnum):
    """A moment of the whole story; each is an attribute of Incident (UTC, None where it has not been)."""

    IMPACT_STARTED = "impact_started_at"
    DETECTED = "detected_at"
    OPENED = "opened_at"
    DECLARED = "declared_at"
    ACKNOWLEDGED = "acknowledged_at"
    MITIGATED = "mitigated_at"
    RESOLVED = "resolved_at"
    CLOSED = "closed_at"


ORDER: tuple[tuple[Milestone, Milestone], ...] = (
    (Milestone.IMPACT_STARTED, Milestone.DETECTED),
    (Milestone.IMPACT_STARTED, Milestone.RESOLVED),
    (Milestone.OPENED, Milestone.DECLARED),
    (Milestone.DECLARED, Milestone.ACKNOWLEDGED),
    (Milestone.DECLARED, Milestone.MITIGATED),
    (Milestone.DECLARED, Milestone.RESOLVED),
    (Milestone.MITIGATED, Milestone.RESOLVED),
    (Milestone.RESOLVED, Milestone.CLOSED),
    (Milestone.OPENED, Milestone.CLOSED),
)
"""Pairs that must not swap: the left one is never after the right one."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A named pair of milestones."""

    name: str
    start: Milestone
    end: Milestone


DURATIONS: tuple[Duration, ...] = (
    Duration("time_to_detect", Milestone.IMPACT_STARTED, Milestone.DETECTED),
    Duration("time_to_declare", Milestone.OPENED, Milestone.DECLARED),
    Duration("time_to_acknowledge", Milestone.DECLARED, Milestone.ACKNOWLEDGED),
    Duration("time_to_mitigate", Milestone.DECLARED, Milestone.MITIGATED),
    Duration("time_to_resolve", Milestone.DECLARED, Milestone.RESOLVED),
    Duration("impact_duration", Milestone.IMPACT_STARTED, Milestone.RESOLVED),
)


def milestone(incident: Incident, which: Milestone) -> datetime | None:
    """When it was (UTC), or None."""
    found: datetime | None = getattr(incident, which.value)
    return found


def durations(incident: Incident, definitions: Iterable[Duration] = DURATIONS) -> dict[str, timedelta | None]:
    """Each duration by its name; None where a milestone is missing."""
    return {each.name: _between(incident, each) for each in definitions}


def time_in_stage(incident: Incident, until: datetime) -> dict[Stage, timedelta]:
    """How long it was in each stage that it entered, all visits together, the present one up to `until`."""
    spent: dict[Stage, timedelta] = {}
    ends = [entry.at for entry in incident.stages[1:]] + [max(until, incident.stages[-1].at)]
    for entry, end in zip(incident.stages, ends, strict=True):
        if entry.stage is not Stage.CLOSED:
            spent[entry.stage] = spent.get(entry.stage, timedelta()) + (end - entry.at)
    return spent


def left_out(incident: Incident) -> str | None:
    """Why durations leave this one out: drill, false_alarm or duplicate; None where they count it."""
    if incident.drill:
        return "drill"
    if incident.outcome in (Outcome.FALSE_ALARM, Outcome.DUPLICATE):
        return incident.outcome.value
    return None


def place(stages: Sequence[StageEntry], which: Milestone) -> int | None:
    """Which of these stage entries the milestone is, if it is one and has been reached."""
    if which is Milestone.OPENED:
        return 0
    names = [entry.stage for entry in stages]
    if which is Milestone.DECLARED and Stage.INCIDENT in names:
        return names.index(Stage.INCIDENT)
    if which is Milestone.RESOLVED and names[-1] is Stage.RESOLVED:
        return len(names) - 1
    return None


def _between(incident: Incident, duration: Duration) -> timedelta | None:
    start, end = milestone(incident, duration.start), milestone(incident, duration.end)
    return None if start is None or end is None else end - start
