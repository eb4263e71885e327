"""One way to ask whether a move is possible; `decide` and `available` both go through here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from incident_core.errors import TableError
from incident_core.guards.entries import entries
from incident_core.guards.guard import Guard, Kind
from incident_core.guards.question import Ask, Question
from incident_core.guards.refusal import Reason, Remedy
from incident_core.lifecycle.machine import MACHINES, RuleEvent, build_all, event
from incident_core.lifecycle.table import ALWAYS_ASKED, REGIONS, VERBS, WAYS, Region, Row, Verb
from incident_core.model.entry import Task
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone, milestone
from incident_core.model.move import Move
from incident_core.model.outcome import Outcome
from incident_core.model.stage import Stage


@dataclass(frozen=True, eq=False)
class Rulebook:
    """A table that can be asked: its regions as machines, its verbs, and the way on from a wrong stage.

    What is in `always` is asked of every move.

    Raises TableError where regions or verbs contradict each other. `decide` and `available` ask RULES, the
    book of the real table, unless they are given another one.
    """

    regions: tuple[Region, ...] = REGIONS
    verbs: tuple[Verb, ...] = VERBS
    ways: Mapping[tuple[Move, Stage], Move] = field(default_factory=lambda: WAYS)
    always: tuple[Guard, ...] = ALWAYS_ASKED
    _events: dict[Move, tuple[Region, RuleEvent]] = field(init=False, repr=False, default_factory=dict)
    _guards: dict[Move, tuple[Guard, ...]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        machines = MACHINES if self.regions is REGIONS else build_all(self.regions)
        for region in self.regions:
            for move in {row.move for row in region.rows}:
                self._once(move)
                self._events[move] = (region, event(machines[region.name], move))
        for verb in self.verbs:
            self._once(verb.move)
            self._guards[verb.move] = verb.guards

    def _once(self, move: Move) -> None:
        if move in self._events or move in self._guards:
            raise TableError(f"The move {move} is declared twice.")

    def event_of(self, move: Move) -> tuple[Region, RuleEvent] | None:
        """The region of a move and its event in the machine; None for a verb."""
        return self._events.get(move)

    def row_for(self, question: Question) -> Row | None:
        """The row that would be taken, its guards not asked; None for a verb or in the wrong stage."""
        found = self._events.get(question.ask.move)
        if found is None:
            return None
        region, rules = found
        return rules.row(region.state_of(question.incident), question)

    def why_not(self, question: Question) -> tuple[Reason, ...]:
        """Every reason against it, in the order in which they are best mended; none where it may be done."""
        found = self._events.get(question.ask.move)
        if found is None:
            guards = self._guards[question.ask.move]
            reasons = tuple(guard.why_not(question) for guard in guards if not guard(question))
        else:
            region, rules = found
            because = rules.why_not(region.state_of(question.incident), question)
            reasons = (self._wrong_stage(question),) if because is None else because
        first = tuple(guard.why_not(question) for guard in self.always if not guard(question))
        return (
            (*first, *(self._first_step(question, reason) for reason in reasons)) if first or reasons else ()
        )

    def overridden(self, question: Question) -> tuple[str, ...]:
        """The codes of the process rules that only the override lets pass."""
        return tuple(guard.code for guard in self.guards_for(question) if guard.overridden(question))

    def guards_for(self, question: Question) -> tuple[Guard, ...]:
        """The guards that are asked; none in the wrong stage."""
        row = self.row_for(question)
        return row.guards if row is not None else self._guards.get(question.ask.move, ())

    def stages_of(self, move: Move) -> tuple[Stage, ...]:
        """The stages from which a move of a region can be made."""
        region, _ = self._events[move]
        if region.home != frozenset(Stage):
            return tuple(stage for stage in Stage if stage in region.home)
        sources = {row.source for row in region.rows if row.move is move}
        return tuple(stage for stage in Stage if stage in sources)

    def _wrong_stage(self, question: Question) -> Reason:
        incident, move = question.incident, question.ask.move
        stages = " or ".join(self.stages_of(move))
        sentence = f"{incident.key} is in stage {incident.stage}; {move} is possible only from {stages}."
        way = self.ways.get((move, incident.stage))
        if way is None:
            return Reason("wrong-stage", sentence, _instead(move))
        return Reason("wrong-stage", sentence, Remedy(way, "--reason TEXT" if way is Move.REOPEN else ""))

    def _first_step(self, question: Question, reason: Reason) -> Reason:
        """The same reason; where a process rule forbids its remedy, with what that rule asks for instead."""
        verb = reason.remedy.verb
        if verb == question.ask.move or verb not in self._events:
            return reason
        step = Question(question.policy, question.incident, question.actor, question.at, Ask(Move(verb)))
        for guard in self.guards_for(step):
            if guard.kind is Kind.PROCESS and not guard(step):
                return Reason(reason.code, reason.sentence, guard.remedy(step))
        return reason


RULES = Rulebook()
"""The real table."""


def settled(question: Question) -> bool:
    """Whether things are already as asked, so that doing it would change nothing."""
    test = _SETTLED.get(question.ask.move)
    return test is not None and test(question)


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


def _stopped(question: Question) -> bool:
    reminders, target = question.incident.reminders, question.ask.target or ""
    return target in reminders and reminders[target] is None


def _snoozed(question: Question) -> bool:
    when = question.ask.when
    return when is not None and question.incident.reminders.get(question.ask.target or "") == when


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
    Move.SNOOZE: _snoozed,
    Move.STOP: _stopped,
    Move.TIMES: _same_time,
    Move.GRANT: lambda q: q.ask.person in q.incident.access,
    Move.REVOKE: lambda q: q.ask.person is not None and q.ask.person not in q.incident.access,
    Move.PRIVATE: lambda q: q.incident.private,
    Move.LOOK: lambda q: q.incident.seen_by(q.actor),
}
