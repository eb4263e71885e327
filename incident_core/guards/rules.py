"""Every guard there is; the lifecycle table says which move asks which."""

from __future__ import annotations

from dataclasses import replace
from shlex import quote

from incident_core.guards.entries import entries, is_redactable, word_for
from incident_core.guards.guard import Guard, Kind
from incident_core.guards.order import crossed
from incident_core.guards.question import Ask, Question
from incident_core.guards.refusal import Remedy
from incident_core.guards.timers import on_follow_up, timer_names
from incident_core.model.milestone import Milestone
from incident_core.model.move import Move
from incident_core.model.role import COMMANDER
from incident_core.model.stage import Stage
from incident_core.model.times import to_iso

_LED = (Stage.INCIDENT, Stage.RESOLVED)
_NEEDS_DECLARED = (Milestone.DECLARED, Milestone.ACKNOWLEDGED, Milestone.MITIGATED)
_WHOEVER_ASKS = "whoever gives the command"


def _again(question: Question, change: str) -> Remedy:
    """The same command, with something added or changed."""
    return _otherwise(question, f"{_named(question.ask)} {change}")


def _otherwise(question: Question, words: str) -> Remedy:
    """The same move with the same proofs, but other words."""
    ask = question.ask
    proofs = ("--reason TEXT" if ask.reason else "", "--override REASON" if ask.override else "")
    return Remedy(ask.move, " ".join(part for part in (words.strip(), *proofs) if part), _WHOEVER_ASKS)


def _named(ask: Ask) -> str:
    """What such a command line names after the key."""
    if ask.move is Move.DECLARE and ask.person is not None:
        return f"--commander {quote(str(ask.person))}"
    if ask.move is Move.CLOSE and ask.target is not None:
        return f"--outcome {ask.target}" if ask.other is None else f"--duplicate-of {quote(ask.other)}"
    if ask.move is Move.FOLLOWUP_ASSIGN:
        return f"{ask.target} {'WHO' if ask.person is None else quote(str(ask.person))}"
    if ask.move is Move.SNOOZE:
        return f"{ask.target} --until WHEN"
    return quote(ask.target) if ask.target else ""


def _empty_roles(question: Question) -> list[str]:
    return [role for role in question.policy.required_roles if role not in question.incident.roles]


def _roles_of(question: Question) -> list[str]:
    return [role for role, holder in question.incident.roles.items() if holder == question.ask.person]


def _has_reason(question: Question) -> bool:
    free = (
        question.ask.move is Move.SEVERITY
        and question.incident.severity not in question.policy.reason_to_lower
    )
    return question.ask.reason or free


def _why_reason(question: Question) -> str:
    incident, ask = question.incident, question.ask
    if ask.move is Move.SEVERITY:
        return f"Lowering {incident.key} from {incident.severity} needs a reason."
    doing = {Move.RETRACT: "Retracting", Move.REDACT: "Redacting"}.get(ask.move)
    return f"{doing} {ask.target} needs a reason." if doing else f"Reopening {incident.key} needs a reason."


def _other_holder(question: Question) -> bool:
    holder = question.incident.roles.get(question.ask.target or "")
    return holder is None or question.ask.person not in (None, holder)


def _same_holder(question: Question) -> str:
    holder = question.incident.roles.get(question.ask.target or "")
    return f"{holder} holds {question.ask.target} in {question.incident.key}; hand it over to another person."


def _in_order(question: Question) -> bool:
    return crossed(question) is None


def _disorder(question: Question) -> str:
    when = question.ask.when or question.at
    at, what = crossed(question) or (when, "")
    mine = Milestone.RESOLVED.value if question.ask.move is Move.RESOLVE else question.ask.target
    side = "before" if when < at else "after"
    return f"{mine} at {to_iso(when)} would lie {side} {what} at {to_iso(at)}."


def _nearest(question: Question) -> Remedy:
    at, _ = crossed(question) or (question.at, "")
    flag = "--at " if question.ask.move is Move.RESOLVE else ""
    return _again(question, f"{flag}{to_iso(at)}")


def _reached(question: Question) -> bool:
    if question.ask.target == Milestone.RESOLVED:
        return question.incident.resolved_at is not None
    return question.ask.target not in _NEEDS_DECLARED or question.incident.declared_at is not None


def _not_yet(question: Question) -> str:
    state = "is not resolved" if question.ask.target == Milestone.RESOLVED else "was never declared"
    return f"{question.incident.key} {state}, so it has no {question.ask.target}."


def _path_to_milestone(question: Question) -> Remedy:
    return Remedy(Move.DECLARE if question.incident.declared_at is None else Move.RESOLVE)


def _earlier(question: Question) -> Remedy:
    """Opened earlier; where that cannot be said any more, done when it was opened."""
    opened, afterwards = question.incident.opened_at, question.ask.move is Move.REDACT
    if question.incident.stage is Stage.CLOSED and (afterwards or on_follow_up(question.ask)):
        return _again(question, f"--at {to_iso(opened)}")
    return Remedy(Move.TIMES, f"{Milestone.OPENED} {to_iso(question.at)}")


def _known_timers(question: Question) -> str:
    *others, last = timer_names(question.policy, question.incident)
    return f"{', '.join(others)} and {last}"


NOT_CLOSED = Guard(
    code="closed",
    kind=Kind.STRUCTURAL,
    holds=lambda q: q.incident.stage is not Stage.CLOSED or on_follow_up(q.ask),
    says=lambda q: (
        f"{q.incident.key} is closed; it can only be read or reopened, and its follow-ups settled."
    ),
    remedy=lambda q: Remedy(Move.REOPEN, "--reason TEXT"),
)

REASON_GIVEN = Guard(
    code="reason-missing",
    kind=Kind.PROOF,
    needs="reason",
    holds=_has_reason,
    says=_why_reason,
    remedy=lambda q: _again(q, "--reason TEXT"),
)

REQUIRED_ROLES = Guard(
    code="required-roles",
    kind=Kind.PROCESS,
    needs="override",
    holds=lambda q: not _empty_roles(q),
    says=lambda q: f"Nobody holds {' or '.join(_empty_roles(q))} in {q.incident.key}.",
    remedy=lambda q: Remedy(Move.CLAIM, _empty_roles(q)[0]),
)

REVIEW_HELD = Guard(
    code="review-missing",
    kind=Kind.PROCESS,
    needs="override",
    holds=lambda q: not q.policy.review_to_close or q.incident.review_done_at is not None,
    says=lambda q: f"The review of {q.incident.key} has not been held.",
    remedy=lambda q: Remedy(Move.REVIEW),
)

COMMANDER_STAYS = Guard(
    code="commander-needed",
    kind=Kind.STRUCTURAL,
    holds=lambda q: q.ask.target != COMMANDER or q.incident.stage not in _LED,
    says=lambda q: f"{q.incident.key} cannot be without a commander until it is closed; hand over instead.",
    remedy=lambda q: Remedy(Move.HANDOVER, "WHO"),
)

ROLE_KNOWN = Guard(
    code="role-unknown",
    kind=Kind.STRUCTURAL,
    holds=lambda q: q.ask.target in q.policy.roles or q.ask.target in q.incident.roles,
    says=lambda q: f"There is no role {q.ask.target}; the roles are {', '.join(q.policy.roles)}.",
    remedy=lambda q: Remedy(Move.ASSIGN, f"{COMMANDER} WHO"),
)

ROLE_HELD = Guard(
    code="role-empty",
    kind=Kind.STRUCTURAL,
    holds=lambda q: q.ask.target in q.incident.roles or q.ask.target not in q.policy.roles,
    says=lambda q: f"Nobody holds {q.ask.target} in {q.incident.key}, so nobody can hand it over.",
    remedy=lambda q: Remedy(Move.ASSIGN, f"{q.ask.target} WHO"),
)

OTHER_HOLDER = Guard(
    code="same-holder",
    kind=Kind.PROOF,
    needs="person",
    holds=_other_holder,
    says=_same_holder,
    remedy=lambda q: _otherwise(q, f"WHO --role {q.ask.target}"),
)

AFTER_OPENING = Guard(
    code="before-opened",
    kind=Kind.STRUCTURAL,
    holds=lambda q: q.at >= q.incident.opened_at,
    says=lambda q: f"{q.incident.key} was opened at {to_iso(q.incident.opened_at)}, after {to_iso(q.at)}.",
    remedy=_earlier,
)

AFTER_STAGE_BEGAN = Guard(
    code="before-stage",
    kind=Kind.STRUCTURAL,
    holds=lambda q: q.at >= q.incident.stages[-1].at,
    says=lambda q: (
        f"{q.incident.key} is in stage {q.incident.stage} since {to_iso(q.incident.stages[-1].at)}, "
        f"which is after {to_iso(q.at)}."
    ),
    remedy=lambda q: _again(q, f"--at {to_iso(q.incident.stages[-1].at)}"),
)

IN_ORDER = Guard(code="out-of-order", kind=Kind.STRUCTURAL, holds=_in_order, says=_disorder, remedy=_nearest)

MILESTONE_REACHED = Guard(
    code="milestone-missing",
    kind=Kind.STRUCTURAL,
    holds=_reached,
    says=_not_yet,
    remedy=_path_to_milestone,
)

ENTRY_KNOWN = Guard(
    code="entry-unknown",
    kind=Kind.STRUCTURAL,
    holds=lambda q: q.ask.target in entries(q.incident, q.ask.move),
    says=lambda q: f"{q.incident.key} has no {word_for(q.ask.move)} with the id {q.ask.target}.",
    remedy=lambda q: Remedy("show"),
)

TEXT_KNOWN = Guard(
    code="text-unknown",
    kind=Kind.STRUCTURAL,
    holds=lambda q: is_redactable(q.incident, q.ask.target or ""),
    says=lambda q: (
        f"{q.incident.key} has no {q.ask.target}; the timeline shows what it has, by number and id."
    ),
    remedy=lambda q: Remedy("timeline"),
)

TIMER_KNOWN = Guard(
    code="timer-unknown",
    kind=Kind.STRUCTURAL,
    holds=lambda q: q.ask.target in timer_names(q.policy, q.incident),
    says=lambda q: f"{q.incident.key} has no timer {q.ask.target}; its timers are {_known_timers(q)}.",
    remedy=lambda q: Remedy("timers"),
)

NOT_ITS_OWN_DUPLICATE = Guard(
    code="own-duplicate",
    kind=Kind.STRUCTURAL,
    holds=lambda q: q.ask.other is None or q.ask.other != q.incident.key,
    says=lambda q: f"{q.incident.key} cannot be a duplicate of itself.",
    remedy=lambda q: _otherwise(q, "--duplicate-of KEY"),
)

HOLDS_NO_ROLE = Guard(
    code="role-held",
    kind=Kind.STRUCTURAL,
    holds=lambda q: not _roles_of(q),
    says=lambda q: f"{q.ask.person} holds {_roles_of(q)[0]} in {q.incident.key} and so must see it.",
    remedy=lambda q: Remedy(Move.ASSIGN, f"{_roles_of(q)[0]} WHO"),
)

SOMEBODY_SEES = Guard(
    code="last-viewer",
    kind=Kind.STRUCTURAL,
    holds=lambda q: len(q.incident.access) > 1,
    says=lambda q: f"{q.ask.person} is the only one who can see {q.incident.key}.",
    remedy=lambda q: Remedy(Move.GRANT, "WHO"),
)

PERMITTED = Guard(
    code="not-permitted",
    kind=Kind.STRUCTURAL,
    holds=lambda q: q.policy.permitted(q.ask.move, q.actor),
    says=lambda q: f"Only {q.policy.permits[q.ask.move]} may do this ({q.ask.move}) to {q.incident.key}.",
    remedy=lambda q: replace(_again(q, ""), who=f"only {q.policy.permits[q.ask.move]}"),
)

GUARDS = (
    PERMITTED,
    NOT_CLOSED,
    REASON_GIVEN,
    REQUIRED_ROLES,
    REVIEW_HELD,
    COMMANDER_STAYS,
    ROLE_KNOWN,
    ROLE_HELD,
    OTHER_HOLDER,
    AFTER_OPENING,
    AFTER_STAGE_BEGAN,
    IN_ORDER,
    MILESTONE_REACHED,
    ENTRY_KNOWN,
    TEXT_KNOWN,
    TIMER_KNOWN,
    NOT_ITS_OWN_DUPLICATE,
    HOLDS_NO_ROLE,
    SOMEBODY_SEES,
)
"""All of them, in reading order; the codes are unique and promised."""
