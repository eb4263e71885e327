"""What must be true of every incident and of every step, said without the guards: the walk checks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from itertools import pairwise

from incident_core import commands as c
from incident_core import events as e
from incident_core.guards.entries import entries
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.model.outcome import Outcome
from incident_core.model.policy import Policy
from incident_core.model.stage import Stage

STAGE_EDGES = frozenset(
    {
        (Stage.INVESTIGATION, Stage.INCIDENT),
        (Stage.INVESTIGATION, Stage.CLOSED),
        (Stage.INCIDENT, Stage.RESOLVED),
        (Stage.RESOLVED, Stage.CLOSED),
        (Stage.RESOLVED, Stage.INCIDENT),
        (Stage.CLOSED, Stage.INCIDENT),
        (Stage.CLOSED, Stage.INVESTIGATION),
    }
)
"""The lifecycle that people were promised; written down here a second time, on purpose."""

NEVER_SWAPPED = (
    ("impact_started_at", "detected_at"),
    ("impact_started_at", "resolved_at"),
    ("opened_at", "declared_at"),
    ("declared_at", "acknowledged_at"),
    ("declared_at", "mitigated_at"),
    ("declared_at", "resolved_at"),
    ("mitigated_at", "resolved_at"),
    ("resolved_at", "closed_at"),
    ("opened_at", "closed_at"),
)
"""The order of times that people were promised; a second time, too."""

_LED = (Stage.INCIDENT, Stage.RESOLVED)


@dataclass(frozen=True, slots=True)
class Step:
    """A command that was accepted, what it led to, and the incident before and after."""

    policy: Policy
    before: Incident
    command: c.Command
    events: tuple[e.Event, ...]
    after: Incident


StateLaw = Callable[[Policy, Incident], bool]
StepLaw = Callable[[Step], bool]


def _led(_: Policy, incident: Incident) -> bool:
    return incident.stage not in _LED or incident.commander is not None


def _status_lives_in_incident(_: Policy, incident: Incident) -> bool:
    return (incident.status is not None) == (incident.stage is Stage.INCIDENT)


def _declared(_: Policy, incident: Incident) -> bool:
    ever = any(entry.stage is Stage.INCIDENT for entry in incident.stages)
    return (incident.declared_at is not None) == ever == (incident.stage is not Stage.INVESTIGATION and ever)


def _resolved_while_over(_: Policy, incident: Incident) -> bool:
    path = [entry.stage for entry in incident.stages[-2:]]
    over = path[-1] is Stage.RESOLVED or path == [Stage.RESOLVED, Stage.CLOSED]
    return (incident.resolved_at is not None) == over


def _closed_while_closed(_: Policy, incident: Incident) -> bool:
    closed = incident.stage is Stage.CLOSED
    return (incident.closed_at is not None) == closed == (incident.outcome is not None)


def _another_for_a_duplicate(_: Policy, incident: Incident) -> bool:
    named = incident.duplicate_of
    return (named is not None) == (incident.outcome is Outcome.DUPLICATE) and named != incident.key


def _response_after_declaring(_: Policy, incident: Incident) -> bool:
    response = (incident.acknowledged_at, incident.mitigated_at)
    return incident.declared_at is not None or response == (None, None)


def _in_order(_: Policy, incident: Incident) -> bool:
    times = ((getattr(incident, early), getattr(incident, late)) for early, late in NEVER_SWAPPED)
    return all(early is None or late is None or early <= late for early, late in times)


def _stages_in_time(_: Policy, incident: Incident) -> bool:
    return all(early.at <= late.at for early, late in pairwise(incident.stages))


def _path_declared(_: Policy, incident: Incident) -> bool:
    path = [entry.stage for entry in incident.stages]
    return path[0] is Stage.INVESTIGATION and all(edge in STAGE_EDGES for edge in pairwise(path))


def _holders_see_it(_: Policy, incident: Incident) -> bool:
    return bool(incident.access) and incident.access.issuperset(incident.roles.values())


def _roles_exist(policy: Policy, incident: Incident) -> bool:
    return set(incident.roles) <= set(policy.roles)


STATE_LAWS: dict[str, StateLaw] = {
    "an incident and a resolved one have a commander": _led,
    "a status exists exactly in stage incident": _status_lives_in_incident,
    "declared_at is set exactly if it ever was an incident; then it is no investigation": _declared,
    "resolved_at is set exactly while it is resolved, or closed after that": _resolved_while_over,
    "closed_at and an outcome are set exactly while it is closed": _closed_while_closed,
    "exactly a duplicate names another incident": _another_for_a_duplicate,
    "acknowledged_at and mitigated_at need declared_at": _response_after_declaring,
    "milestones never swap": _in_order,
    "stages never go back in time": _stages_in_time,
    "stages follow the declared edges": _path_declared,
    "somebody can see it, and all who hold a role can": _holders_see_it,
    "roles are those of the policy": _roles_exist,
}


def _closed_is_read_only(step: Step) -> bool:
    return step.before.stage is not Stage.CLOSED or step.command.move is Move.REOPEN


def _counted(step: Step) -> bool:
    return len(step.events) > 0 and step.after.version == step.before.version + len(step.events)


def _by_the_actor(step: Step) -> bool:
    return all(each.actor == step.command.actor and each.at == step.command.at for each in step.events)


def _reasoned(step: Step) -> bool:
    for each in step.events:
        lowered = isinstance(each, e.SeveritySet) and each.previous.outranks(each.severity)
        asks = lowered and step.before.severity in step.policy.reason_to_lower
        asks = asks or isinstance(each, (e.Reopened, e.EntryRetracted))
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
    names = (getattr(each, "item", None) or getattr(each, "entry", None) for each in step.events)
    added = (Move.TASK_ADD, Move.FOLLOWUP_ADD)
    return step.command.move in added or all(name is None or name in found for name in names)


def _not_before_it_began(step: Step) -> bool:
    return step.command.move is Move.TIMES or step.command.at >= step.before.opened_at


def _status_within_its_stage(step: Step) -> bool:
    return step.command.move is not Move.STATUS or step.command.at >= step.before.stages[-1].at


def _restarts(step: Step) -> bool:
    """Reopening clears what is of the past and keeps who was there."""
    if step.command.move is not Move.REOPEN:
        return True
    after = step.after
    cleared = (after.resolved_at, after.closed_at, after.mitigated_at, after.outcome, after.duplicate_of)
    kept = all(after.roles.get(role) == holder for role, holder in step.before.roles.items())
    begins = after.status in (None, "investigating")
    return cleared == (None,) * 5 and kept and begins and after.declared_at == step.before.declared_at


_NAMES = tuple(each.name for each in fields(Incident) if each.name != "version")
_TIMES = {"stages", "impact_started_at", "detected_at", "acknowledged_at", "mitigated_at"}
_HOLDING = {"roles", "access", "acknowledged_at"}
_MAY_CHANGE: dict[Move, set[str]] = {
    Move.DECLARE: {"stages", "status", *_HOLDING},
    Move.RESOLVE: {"stages", "status"},
    Move.CLOSE: {"stages", "outcome", "duplicate_of"},
    Move.REOPEN: {"stages", "status", "mitigated_at", "outcome", "duplicate_of", *_HOLDING},
    Move.STATUS: {"status", "mitigated_at"},
    Move.SEVERITY: {"severity"},
    Move.ASSIGN: _HOLDING,
    Move.CLAIM: _HOLDING,
    Move.RELEASE: {"roles"},
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
    Move.TITLE: {"title"},
    Move.TIMES: _TIMES,
    Move.RETRACT: {"evidence", "updates", "tasks", "follow_ups"},
    Move.GRANT: {"access"},
    Move.REVOKE: {"access"},
}


def changed(before: Incident, after: Incident) -> set[str]:
    """The names of the fields that differ, the version left out."""
    return {name for name in _NAMES if getattr(before, name) != getattr(after, name)}


def _only_its_own(step: Step) -> bool:
    found = changed(step.before, step.after)
    return bool(found) and found <= _MAY_CHANGE[step.command.move]


STEP_LAWS: dict[str, StepLaw] = {
    "closed is read-only, except for reopen": _closed_is_read_only,
    "an accepted command leaves events, and each is one version": _counted,
    "events carry who and when of their command": _by_the_actor,
    "lowering, reopening and retracting carry the reason that was asked for": _reasoned,
    "a process rule is passed over exactly where that is recorded, with its reason": _overrides_recorded,
    "a role is handed from its holder to another": _handed_to_another,
    "an entry that is named is there": _entry_there,
    "nothing happens before the incident was opened": _not_before_it_began,
    "a status is set within its stage": _status_within_its_stage,
    "reopening clears what is over and keeps the roles": _restarts,
    "a move changes something, and nothing but its own": _only_its_own,
}


def broken_by_state(policy: Policy, incident: Incident) -> Iterator[str]:
    """The laws that this incident breaks."""
    return (name for name, law in STATE_LAWS.items() if not law(policy, incident))


def broken_by_step(step: Step) -> Iterator[str]:
    """The laws that this step breaks."""
    return (name for name, law in STEP_LAWS.items() if not law(step))
