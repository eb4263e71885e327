"""What could be done now: every move and target, asked of the very guards that `decide` asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from incident_core.guards.entries import entries, redactable
from incident_core.guards.question import Ask, Question
from incident_core.guards.refusal import Reason
from incident_core.guards.rules import GUARDS
from incident_core.guards.timers import timer_names
from incident_core.lifecycle.asking import RULES, Rulebook, settled
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone
from incident_core.model.move import RECORDED, Move
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.status import Status


class Verdict(StrEnum):
    """ALLOWED as it is; NEEDS a proof; REFUSED whatever is added; UNCHANGED: it is so already."""

    ALLOWED = "allowed"
    NEEDS = "needs"
    REFUSED = "refused"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Possibility:
    """One move and target: the verdict, its needs (reason, person, override), every reason against."""

    move: Move
    target: str | None
    verdict: Verdict
    needs: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


_NEEDS = {guard.code: guard.needs for guard in GUARDS}
_ROLE_MOVES = (Move.ASSIGN, Move.CLAIM, Move.RELEASE, Move.HANDOVER)
_ENTRY_MOVES = (
    Move.TASK_ASSIGN, Move.TASK_DONE, Move.FOLLOWUP_ASSIGN, Move.FOLLOWUP_DONE, Move.CORRECT,
    Move.RETRACT,
)  # fmt: skip


def available(
    policy: Policy,
    incident: Incident,
    actor: Actor,
    at: datetime,
    move: Move | None = None,
    *,
    rules: Rulebook = RULES,
) -> tuple[Possibility, ...]:
    """Every move (or only `move`) with every target it can have, as `actor` could do it at `at` (UTC)."""
    moves = (
        [each for each in Move if each is not Move.OPEN and each not in RECORDED] if move is None else [move]
    )
    asks = (ask for each in moves for ask in _asks(policy, incident, each))
    return tuple(possibility(Question(policy, incident, actor, at, ask), rules=rules) for ask in asks)


def possibility(question: Question, *, rules: Rulebook = RULES) -> Possibility:
    """The verdict on one question."""
    move, target = question.ask.move, question.ask.target
    if settled(question):
        return Possibility(move, target, Verdict.UNCHANGED)
    reasons = rules.why_not(question)
    if not reasons:
        return Possibility(move, target, Verdict.ALLOWED)
    needs = [_NEEDS.get(reason.code) for reason in reasons]
    proofs = tuple(dict.fromkeys(need for need in needs if need is not None))
    verdict = Verdict.REFUSED if None in needs else Verdict.NEEDS
    return Possibility(move, target, verdict, proofs if verdict is Verdict.NEEDS else (), reasons)


def _asks(policy: Policy, incident: Incident, move: Move) -> Iterator[Ask]:
    """Every bare question about `move`: each target it can have, and no proof."""
    if move is Move.REVOKE:
        people = sorted(incident.access, key=str)
        return (Ask(move, str(person), person=person) for person in people)
    return (Ask(move, target) for target in _targets(policy, incident, move))


def _targets(policy: Policy, incident: Incident, move: Move) -> Iterable[str | None]:
    """What `move` can be aimed at; one None where it has no target."""
    if move is Move.STATUS:
        return Status
    if move is Move.SEVERITY:
        return Severity
    if move in _ROLE_MOVES:
        return dict.fromkeys((*policy.roles, *incident.roles))
    if move is Move.TIMES:
        return [each for each in Milestone if each is not Milestone.CLOSED]
    if move in (Move.SNOOZE, Move.STOP):
        return timer_names(policy, incident)
    if move is Move.REDACT:
        return redactable(incident)
    return entries(incident, move) if move in _ENTRY_MOVES else (None,)
