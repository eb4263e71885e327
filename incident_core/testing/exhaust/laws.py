"""What must be true of every step, said without the guards: the walk checks it; `state_laws` has the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

from incident_core import commands as c
from incident_core import events as e
from incident_core.guards.entries import entries
from incident_core.model.incident import Incident
from incident_core.model.move import RECORDED, Move
from incident_core.model.policy import Policy
from incident_core.model.stage import Stage


@dataclass(frozen=True, slots=True)
class Step:
    """A command that was accepted, what it led to, and the incident before and after."""

    policy: Policy
    before: Incident
    command: c.Command
    events: tuple[e.Event, ...]
    after: Incident


StepLaw = Callable[[Step], bool]


def _closed_is_read_only(step: Step) -> bool:
    """The work on a follow-up comes after, and a redaction at any time; nothing but these, and reopening,
    touches a closed incident."""
    free = (Move.REOPEN, Move.FOLLOWUP_ASSIGN, Move.FOLLOWUP_DONE, Move.REDACT, *RECORDED)
    name = str(getattr(step.command, "timer", ""))
    return step.before.stage is not Stage.CLOSED or step.command.move in free or name.startswith("followup:")


def _counted(step: Step) -> bool:
    return len(step.events) > 0 and step.after.version == step.before.version + len(step.events)


def _by_the_actor(step: Step) -> bool:
    return all(each.actor == step.command.actor and each.at == step.command.at for each in step.events)


def _reasoned(step: Step) -> bool:
    for each in step.events:
        lowered = isinstance(each, e.SeveritySet) and each.previous.outranks(each.severity)
        asks = lowered and step.before.severity in step.policy.reason_to_lower
        asks = asks or isinstance(each, (e.Reopened, e.EntryRetracted, e.TextRedacted))
        if asks and getattr(each, "reason", None) is None:
            return False
    return True


def _passed_over(step: Step) -> tuple[str, ...]:
    """The process rules, in words of their own, that this step did not keep."""
    empty = set(step.policy.required_roles) - set(step.before.roles)
    found = []
    if step.after.stage is Stage.RESOLVED and step.before.stage is Stage.INCIDENT and empty:
        found.append("required-roles")
    unreviewed = step.policy.review_to_close and step.before.review_done_at is None
    if step.before.stage is Stage.RESOLVED and step.after.stage is Stage.CLOSED and unreviewed:
        found.append("review-missing")
    return tuple(found)


def _overrides_recorded(step: Step) -> bool:
    recorded = [each for each in step.events if isinstance(each, e.RuleOverridden)]
    if not (codes := _passed_over(step)):
        return not recorded
    first = step.events[0]
    said = isinstance(first, e.RuleOverridden) and first.reason == step.command.override
    return len(recorded) == 1 and said and recorded[0].rules == codes and first.at == step.command.at


def _handed_to_another(step: Step) -> bool:
    moved = [each for each in step.events if isinstance(each, e.RoleHandedOver)]
    return all(each.holder != each.to and step.before.roles.get(each.role) == each.holder for each in moved)


def _entry_there(step: Step) -> bool:
    found = entries(step.before, step.command.move)
    fields_ = ("item", "entry", "update")
    names = (getattr(each, name, None) for each in step.events for name in fields_)
    added = (Move.TASK_ADD, Move.FOLLOWUP_ADD, Move.UPDATE)
    return step.command.move in added or all(name is None or name in found for name in names)


def _redacted_as_asked(step: Step) -> bool:
    """One event for each text; of an entry, retracted or not, of the title, or of an event by its number."""
    if not isinstance(step.command, c.Redact):
        return True
    before, name = step.before, step.command.entry
    ids = {each.id for each in before.updates} | {each.id for each in before.evidence}
    ids |= {each.id for each in (*before.tasks, *before.follow_ups)}
    there = name == "title" or name in ids
    there = there or (name.isdecimal() and 0 < int(name) <= before.version)
    gone = [(each.version, each.field) for each in step.events if isinstance(each, e.TextRedacted)]
    return there and gone == list(step.command.texts) and len(gone) == len(step.events)


def _timer_there(step: Step) -> bool:
    """What is put off watches the incident, a role that must be held, or a follow-up that is left."""
    there = {"comms", "stale", *(f"role:{role}" for role in step.policy.required_roles)}
    left = (item for item in step.before.follow_ups if item.done_at is None and not item.retracted)
    there |= {f"followup:{item.id}" for item in left}
    put_off = (each for each in step.events if isinstance(each, (e.ReminderSnoozed, e.ReminderStopped)))
    return all(each.reminder in there for each in put_off)


def _put_off(step: Step) -> bool:
    """A snooze lasts until when it was asked for, a stop for good; both until somebody says otherwise."""
    for each in step.events:
        if isinstance(each, e.ReminderSnoozed) and (
            each.until <= each.at or step.after.reminders.get(each.reminder) != each.until
        ):
            return False
        if (
            isinstance(each, e.ReminderStopped)
            and step.after.reminders.get(each.reminder, each.at) is not None
        ):
            return False
    return True


def _hidden_from_others(step: Step) -> bool:
    """What is made private stays so, and is seen by those who saw to it, and by who was let."""
    if step.command.move is not Move.PRIVATE:
        return step.before.private == step.after.private
    return step.after.private and step.after.access == {*step.before.access, step.command.actor}


def _looked_at_from_outside(step: Step) -> bool:
    """A look is recorded exactly where somebody has no access of their own."""
    looked = any(isinstance(each, e.Looked) for each in step.events)
    return not looked or not step.before.seen_by(step.command.actor)


def _not_before_it_began(step: Step) -> bool:
    """Nobody says when they looked: that is recorded when it is done."""
    return step.command.move in (Move.TIMES, *RECORDED) or step.command.at >= step.before.opened_at


def _left_when_released(step: Step) -> bool:
    """Exactly a release empties a role; from then on the incident knows since when."""
    left = {name: step.command.at for name in step.before.roles if name not in step.after.roles}
    moved = step.command.move is Move.RELEASE or not left
    return moved and all(step.after.vacated.get(name) == at for name, at in left.items())


def _status_within_its_stage(step: Step) -> bool:
    return step.command.move is not Move.STATUS or step.command.at >= step.before.stages[-1].at


def _restarts(step: Step) -> bool:
    """Reopening clears what is of the past and keeps who was there."""
    if step.command.move is not Move.REOPEN:
        return True
    after = step.after
    cleared = (after.resolved_at, after.closed_at, after.mitigated_at, after.outcome, after.duplicate_of)
    armed = all(name.startswith("followup:") for name in after.reminders)
    kept = armed and all(after.roles.get(role) == holder for role, holder in step.before.roles.items())
    begins = after.status in (None, "investigating")
    return cleared == (None,) * 5 and kept and begins and after.declared_at == step.before.declared_at


_NAMES = tuple(each.name for each in fields(Incident) if each.name != "version")
_TIMES = {"stages", "severities", "impact_started_at", "detected_at", "acknowledged_at", "mitigated_at"}
_HOLDING = {"roles", "vacated", "access", "acknowledged_at"}
_MAY_CHANGE: dict[Move, set[str]] = {
    Move.DECLARE: {"stages", "status", *_HOLDING},
    Move.RESOLVE: {"stages", "status"},
    Move.CLOSE: {"stages", "outcome", "duplicate_of"},
    Move.REOPEN: {"stages", "status", "mitigated_at", "outcome", "duplicate_of", "reminders", *_HOLDING},
    Move.STATUS: {"status", "mitigated_at"},
    Move.SEVERITY: {"severity", "severities"},
    Move.ASSIGN: _HOLDING,
    Move.CLAIM: _HOLDING,
    Move.RELEASE: {"roles", "vacated"},
    Move.HANDOVER: _HOLDING,
    Move.EVIDENCE: {"evidence"},
    Move.UPDATE: {"updates"},
    Move.TASK_ADD: {"tasks"},
    Move.TASK_ASSIGN: {"tasks"},
    Move.TASK_DONE: {"tasks"},
    Move.FOLLOWUP_ADD: {"follow_ups"},
    Move.FOLLOWUP_ASSIGN: {"follow_ups"},
    Move.FOLLOWUP_DONE: {"follow_ups"},
    Move.REVIEW: {"review_done_at"},
    Move.SNOOZE: {"reminders"},
    Move.STOP: {"reminders"},
    Move.TITLE: {"title"},
    Move.TIMES: _TIMES,
    Move.RETRACT: {"evidence", "updates", "tasks", "follow_ups"},
    Move.REDACT: set(),
    Move.GRANT: {"access"},
    Move.REVOKE: {"access"},
    Move.PRIVATE: {"private", "access"},
    Move.CORRECT: {"updates"},
    Move.LOOK: set(),
}
_REMOVES = (*RECORDED, Move.REDACT)
"""Moves that leave every field as it is: what a redaction removes is gone from what came before it."""


def changed(before: Incident, after: Incident) -> set[str]:
    """The names of the fields that differ, the version left out."""
    return {name for name in _NAMES if getattr(before, name) != getattr(after, name)}


def _only_its_own(step: Step) -> bool:
    found = changed(step.before, step.after)
    return (bool(found) or step.command.move in _REMOVES) and found <= _MAY_CHANGE[step.command.move]


STEP_LAWS: dict[str, StepLaw] = {
    "closed is read-only, except for reopen and what is left of follow-ups": _closed_is_read_only,
    "what is redacted is there to be named, and all that was asked for": _redacted_as_asked,
    "an accepted command leaves events, and each is one version": _counted,
    "events carry who and when of their command": _by_the_actor,
    "lowering, reopening, retracting and redacting carry the reason that was asked for": _reasoned,
    "a process rule is passed over exactly where that is recorded, with its reason": _overrides_recorded,
    "a role is handed from its holder to another": _handed_to_another,
    "an entry that is named is there": _entry_there,
    "a timer that is put off is there": _timer_there,
    "a timer is put off for as long as was said": _put_off,
    "private is for good, and for those who have access": _hidden_from_others,
    "a look is recorded of those who have no access of their own": _looked_at_from_outside,
    "nothing happens before the incident was opened": _not_before_it_began,
    "a role is left by a release, and the incident knows since when": _left_when_released,
    "a status is set within its stage": _status_within_its_stage,
    "reopening clears what is over and keeps the roles": _restarts,
    "a move changes something, and nothing but its own": _only_its_own,
}


def broken_by_step(step: Step) -> Iterator[str]:
    """The laws that this step breaks."""
    return (name for name, law in STEP_LAWS.items() if not law(step))
