"""One way to ask whether a move is possible; `decide` and `available` both go through here."""

from __future__ import annotations

from collections.abc import Callable

from incident_core.guards.entries import entries
from incident_core.guards.question import Question
from incident_core.guards.refusal import Reason, Remedy
from incident_core.lifecycle.machine import MACHINES, event
from incident_core.lifecycle.table import REGIONS, VERBS, WAYS, Region, Row
from incident_core.model.entry import Task
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone, milestone
from incident_core.model.move import Move
from incident_core.model.outcome import Outcome
from incident_core.model.stage import Stage

REGION_OF: dict[Move, Region] = {row.move: region for region in REGIONS for row in region.rows}
_GUARDS_OF = {verb.move: verb.guards for verb in VERBS}


def row_for(question: Question) -> Row | None:
    """The row that would be taken, its guards not asked; None outside the regions or in the wrong stage."""
    region = REGION_OF.get(question.ask.move)
    if region is None:
        return None
    rules = event(MACHINES[region.name], question.ask.move)
    return rules.row(region.state_of(question.incident), question)


def why_not(question: Question) -> tuple[Reason, ...]:
    """Every reason against it, in the order in which they are best mended; none where it may be done."""
    region = REGION_OF.get(question.ask.move)
    if region is None:
        guards = _GUARDS_OF[question.ask.move]
        return tuple(guard.why_not(question) for guard in guards if not guard(question))
    found = event(MACHINES[region.name], question.ask.move).why_not(
        region.state_of(question.incident), question
    )
    return (_wrong_stage(question, region),) if found is None else found


def overridden(question: Question) -> tuple[str, ...]:
    """The codes of the process rules that only the override lets pass."""
    row = row_for(question)
    guards = row.guards if row is not None else _GUARDS_OF.get(question.ask.move, ())
    return tuple(guard.code for guard in guards if guard.overridden(question))


def settled(question: Question) -> bool:
    """Whether things are already as asked, so that doing it would change nothing."""
    test = _SETTLED.get(question.ask.move)
    return test is not None and test(question)


def stages_of(move: Move) -> tuple[Stage, ...]:
    """The stages from which a move of a region can be made."""
    region = REGION_OF[move]
    if region.home != frozenset(Stage):
        return tuple(stage for stage in Stage if stage in region.home)
    sources = {row.source for row in region.rows if row.move is move}
    return tuple(stage for stage in Stage if stage in sources)


def _wrong_stage(question: Question, region: Region) -> Reason:
    incident, move = question.incident, question.ask.move
    stages = " or ".join(stages_of(move))
    sentence = f"{incident.key} is in stage {incident.stage}; {move} is possible only from {stages}."
    way = WAYS.get((move, incident.stage))
    if way is None:
        return Reason("wrong-stage", sentence, _instead(move))
    return Reason("wrong-stage", sentence, Remedy(way, "--reason TEXT" if way is Move.REOPEN else ""))


def _instead(move: Move) -> Remedy:
    """What somebody means who asks for what is already so, but otherwise."""
    return Remedy(Move.HANDOVER, "WHO") if move is Move.DECLARE else Remedy(Move.REOPEN, "--reason TEXT")


def _holds(question: Question, role: str) -> bool:
    holder = question.incident.roles.get(role)
    return holder is not None and holder == question.ask.person


def _done(question: Question) -> bool:
    item = entries(question.incident, question.ask.move).get(question.ask.target or "")
    return isinstance(item, Task) and item.done_at is not None


def _owned(question: Question) -> bool:
    item = entries(question.incident, question.ask.move).get(question.ask.target or "")
    return isinstance(item, Task) and item.owner is not None and item.owner == question.ask.person


def _already_incident(question: Question) -> bool:
    named = question.ask.person
    return question.incident.stage is Stage.INCIDENT and named in (None, question.incident.commander)


def _already_closed(question: Question) -> bool:
    incident, ask = question.incident, question.ask
    same = ask.target in (None, incident.outcome)
    same = same and (ask.target != Outcome.DUPLICATE or ask.other == incident.duplicate_of)
    return incident.stage is Stage.CLOSED and same


def _is_open(incident: Incident) -> bool:
    return incident.stage in (Stage.INVESTIGATION, Stage.INCIDENT)


def _same_time(question: Question) -> bool:
    when, target = question.ask.when, question.ask.target
    return when is not None and milestone(question.incident, Milestone(target or "")) == when


_SETTLED: dict[Move, Callable[[Question], bool]] = {
    Move.DECLARE: _already_incident,
    Move.RESOLVE: lambda q: q.incident.stage is Stage.RESOLVED,
    Move.CLOSE: _already_closed,
    Move.REOPEN: lambda q: _is_open(q.incident),
    Move.STATUS: lambda q: q.incident.status == q.ask.target,
    Move.SEVERITY: lambda q: q.incident.severity == q.ask.target,
    Move.ASSIGN: lambda q: _holds(q, q.ask.target or ""),
    Move.CLAIM: lambda q: q.incident.roles.get(q.ask.target or "") == q.actor,
    Move.RELEASE: lambda q: q.ask.target in q.policy.roles and q.ask.target not in q.incident.roles,
    Move.TASK_DONE: _done,
    Move.TASK_ASSIGN: _owned,
    Move.FOLLOWUP_DONE: _done,
    Move.FOLLOWUP_ASSIGN: _owned,
    Move.REVIEW: lambda q: q.incident.review_done_at is not None,
    Move.TIMES: _same_time,
    Move.GRANT: lambda q: q.ask.person in q.incident.access,
    Move.REVOKE: lambda q: q.ask.person is not None and q.ask.person not in q.incident.access,
}
