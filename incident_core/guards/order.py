"""How early and how late a milestone may lie, given the others and the stages entered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from incident_core.guards.question import Question
from incident_core.model.incident import Incident
from incident_core.model.milestone import ORDER, Milestone, milestone, place
from incident_core.model.move import Move


class Bound(NamedTuple):
    """A time (UTC) that must not be crossed, and what lies there."""

    at: datetime
    what: str


def crossed(question: Question) -> Bound | None:
    """The bound that the asked time would cross, or None."""
    if question.ask.move is Move.RESOLVE:
        which, when = Milestone.RESOLVED, question.at
    else:
        which, when = Milestone(question.ask.target or ""), question.ask.when or question.at
    lower = max(_set(_before(question.incident, which)), default=None)
    if lower is not None and when < lower.at:
        return lower
    upper = min(_set(_after(question.incident, which)), default=None)
    return upper if upper is not None and when > upper.at else None


def _before(incident: Incident, which: Milestone) -> Iterator[tuple[datetime | None, str]]:
    for earlier, later in ORDER:
        if later is which:
            yield milestone(incident, earlier), earlier.value
    if (index := place(incident.stages, which)) is not None and index > 0:
        yield incident.stages[index - 1].at, f"stage {incident.stages[index - 1].stage}"


def _after(incident: Incident, which: Milestone) -> Iterator[tuple[datetime | None, str]]:
    for earlier, later in ORDER:
        if earlier is which:
            yield milestone(incident, later), later.value
    if (index := place(incident.stages, which)) is not None and index + 1 < len(incident.stages):
        yield incident.stages[index + 1].at, f"stage {incident.stages[index + 1].stage}"


def _set(found: Iterable[tuple[datetime | None, str]]) -> Iterator[Bound]:
    return (Bound(at, what) for at, what in found if at is not None)
