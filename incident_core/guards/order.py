"""How early and how late a milestone may lie, given the others and the stages entered."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from incident_core.guards.question import Question
from incident_core.model.incident import Incident
from incident_core.model.milestone import ORDER, Milestone, milestone, place
from incident_core.model.move import Move

_EARLIER = {which: tuple(early for early, late in ORDER if late is which) for which in Milestone}
_LATER = {which: tuple(late for early, late in ORDER if early is which) for which in Milestone}


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
    before, after = _neighbours(question.incident, which)
    too_early = [bound for bound in before if when < bound.at]
    if too_early:
        return max(too_early)
    too_late = [bound for bound in after if when > bound.at]
    return min(too_late) if too_late else None


def _neighbours(incident: Incident, which: Milestone) -> tuple[list[Bound], list[Bound]]:
    """What must lie before, and what after: other milestones, and the stages next to this one."""
    before = _known(incident, _EARLIER[which])
    after = _known(incident, _LATER[which])
    index = place(incident.stages, which)
    if index is not None:
        before += [Bound(entry.at, f"stage {entry.stage}") for entry in incident.stages[:index][-1:]]
        after += [Bound(entry.at, f"stage {entry.stage}") for entry in incident.stages[index + 1 :][:1]]
    return before, after


def _known(incident: Incident, milestones: tuple[Milestone, ...]) -> list[Bound]:
    times = ((milestone(incident, each), each) for each in milestones)
    return [Bound(at, each.value) for at, each in times if at is not None]
