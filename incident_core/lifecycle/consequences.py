"""What an allowed command leads to: the events, one function per command; no rule is asked here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from incident_core import commands as c
from incident_core import events as e
from incident_core.model.entry import Task
from incident_core.model.incident import Incident
from incident_core.model.milestone import milestone
from incident_core.model.outcome import Outcome
from incident_core.model.role import COMMANDER
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage

Events = tuple[e.Event, ...]


def opening(command: c.Open) -> Events:
    """The events that begin an incident."""
    by, at = command.actor, command.at
    events: list[e.Event] = [
        e.Opened(
            actor=by,
            at=at,
            title=command.title,
            severity=Severity.SEV4,
            private=command.private,
            drill=command.drill,
        )
    ]
    if command.severity is not Severity.SEV4:
        events.append(e.SeveritySet(actor=by, at=at, severity=command.severity, previous=Severity.SEV4))
    if command.declare:
        events.append(e.Declared(actor=by, at=at))
        events.append(e.RoleAssigned(actor=by, at=at, role=COMMANDER, holder=by, how="opened"))
    if command.evidence is not None:
        events.append(e.EvidenceAdded(actor=by, at=at, evidence="e1", url=command.evidence, note=None))
    if command.impact is not None:
        events.append(_first_update(command))
    return tuple(events)


def _first_update(command: c.Open) -> e.UpdateSent:
    return e.UpdateSent(
        actor=command.actor,
        at=command.at,
        update="u1",
        text=command.title,
        impact=command.impact,
        components=None,
        next_due=None,
    )


def consequences(incident: Incident, command: c.Command) -> Events:
    """The events of an allowed command; none where nothing would change."""
    return _CONSEQUENCES[type(command)](incident, command)


def _declare(incident: Incident, command: c.Declare) -> Events:
    by, at, held = command.actor, command.at, incident.commander
    declared = e.Declared(actor=by, at=at)
    leader = command.commander or held or by
    if leader == held:
        return (declared,)
    assigned = e.RoleAssigned(actor=by, at=at, role=COMMANDER, holder=leader, previous=held, how="declared")
    return declared, assigned


def _status(_: Incident, command: c.SetStatus) -> Events:
    return (e.StatusSet(actor=command.actor, at=command.at, status=command.status),)


def _severity(incident: Incident, command: c.SetSeverity) -> Events:
    return (
        e.SeveritySet(
            actor=command.actor,
            at=command.at,
            severity=command.severity,
            previous=incident.severity,
            reason=command.reason,
        ),
    )


def _assign(incident: Incident, command: c.Assign) -> Events:
    previous = incident.roles.get(command.role)
    return (
        e.RoleAssigned(
            actor=command.actor,
            at=command.at,
            role=command.role,
            holder=command.holder,
            previous=previous,
            how="assigned",
        ),
    )


def _claim(incident: Incident, command: c.Claim) -> Events:
    by, previous = command.actor, incident.roles.get(command.role)
    return (
        e.RoleAssigned(
            actor=by, at=command.at, role=command.role, holder=by, previous=previous, how="claimed"
        ),
    )


def _release(incident: Incident, command: c.Release) -> Events:
    holder = incident.roles[command.role]
    return (e.RoleReleased(actor=command.actor, at=command.at, role=command.role, holder=holder),)


def _hand_over(incident: Incident, command: c.HandOver) -> Events:
    holder = incident.roles[command.role]
    return (
        e.RoleHandedOver(actor=command.actor, at=command.at, role=command.role, holder=holder, to=command.to),
    )


def _add_evidence(incident: Incident, command: c.AddEvidence) -> Events:
    known = next((piece for piece in incident.evidence if piece.url == command.url), None)
    if known is not None and not known.retracted and command.note in (None, known.note):
        return ()
    name = f"e{len(incident.evidence) + 1}" if known is None else known.id
    return (
        e.EvidenceAdded(
            actor=command.actor, at=command.at, evidence=name, url=command.url, note=command.note
        ),
    )


def _send_update(incident: Incident, command: c.SendUpdate) -> Events:
    return (
        e.UpdateSent(
            actor=command.actor,
            at=command.at,
            update=f"u{len(incident.updates) + 1}",
            text=command.text,
            impact=command.impact,
            components="\n".join(command.components) or None,
            next_due=command.next_due,
        ),
    )


def _correct_update(incident: Incident, command: c.CorrectUpdate) -> Events:
    known = next(update for update in incident.updates if update.id == command.update)
    parts = command.components or known.components
    impact = known.impact if command.impact is None else command.impact
    due = known.next_due if command.next_due is None else command.next_due
    if (command.text, impact, parts, due) == (known.text, known.impact, known.components, known.next_due):
        return ()
    return (
        e.UpdateCorrected(
            actor=command.actor,
            at=command.at,
            update=known.id,
            text=command.text,
            impact=impact,
            components="\n".join(parts) or None,
            next_due=due,
        ),
    )


def _next(letter: str, items: tuple[Task, ...]) -> str:
    return f"{letter}{len(items) + 1}"


def _add_task(incident: Incident, command: c.AddTask) -> Events:
    item = _next("t", incident.tasks)
    by, at = command.actor, command.at
    return (e.TaskAdded(actor=by, at=at, item=item, text=command.text, owner=command.owner, due=command.due),)


def _add_follow_up(incident: Incident, command: c.AddFollowUp) -> Events:
    item = _next("f", incident.follow_ups)
    by, at = command.actor, command.at
    return (
        e.FollowUpAdded(actor=by, at=at, item=item, text=command.text, owner=command.owner, due=command.due),
    )


def _assign_task(_: Incident, command: c.AssignTask) -> Events:
    return (e.TaskAssigned(actor=command.actor, at=command.at, item=command.item, owner=command.owner),)


def _assign_follow_up(_: Incident, command: c.AssignFollowUp) -> Events:
    return (e.FollowUpAssigned(actor=command.actor, at=command.at, item=command.item, owner=command.owner),)


def _finish_task(_: Incident, command: c.FinishTask) -> Events:
    return (e.TaskDone(actor=command.actor, at=command.at, item=command.item),)


def _finish_follow_up(_: Incident, command: c.FinishFollowUp) -> Events:
    return (e.FollowUpDone(actor=command.actor, at=command.at, item=command.item),)


def _finish_review(_: Incident, command: c.FinishReview) -> Events:
    return (e.ReviewDone(actor=command.actor, at=command.at),)


def _snooze(_: Incident, command: c.SnoozeTimer) -> Events:
    return (
        e.ReminderSnoozed(actor=command.actor, at=command.at, reminder=command.timer, until=command.until),
    )


def _stop(_: Incident, command: c.StopTimer) -> Events:
    return (e.ReminderStopped(actor=command.actor, at=command.at, reminder=command.timer),)


def _resolve(_: Incident, command: c.Resolve) -> Events:
    return (e.Resolved(actor=command.actor, at=command.at),)


def _close(incident: Incident, command: c.Close) -> Events:
    usual = Outcome.FIXED if incident.declared_at is not None else Outcome.NO_ACTION
    return (
        e.Closed(
            actor=command.actor,
            at=command.at,
            outcome=command.outcome or usual,
            duplicate_of=command.duplicate_of,
        ),
    )


def _reopen(incident: Incident, command: c.Reopen) -> Events:
    by, at = command.actor, command.at
    to = Stage.INCIDENT if incident.declared_at is not None else Stage.INVESTIGATION
    reopened = e.Reopened(actor=by, at=at, to=to, reason=command.reason)
    if to is Stage.INVESTIGATION or incident.commander is not None:
        return (reopened,)
    return reopened, e.RoleAssigned(actor=by, at=at, role=COMMANDER, holder=by, how="reopened")


def _correct_title(incident: Incident, command: c.CorrectTitle) -> Events:
    if command.title == incident.title:
        return ()
    return (e.TitleCorrected(actor=command.actor, at=command.at, title=command.title),)


def _correct_milestone(incident: Incident, command: c.CorrectMilestone) -> Events:
    return (
        e.MilestoneCorrected(
            actor=command.actor,
            at=command.at,
            milestone=command.milestone,
            when=command.when,
            previous=milestone(incident, command.milestone),
        ),
    )


def _retract(_: Incident, command: c.Retract) -> Events:
    return (e.EntryRetracted(actor=command.actor, at=command.at, entry=command.entry, reason=command.reason),)


def _redact(_: Incident, command: c.Redact) -> Events:
    by, at, why = command.actor, command.at, command.reason
    return tuple(
        e.TextRedacted(actor=by, at=at, version=version, field=field, reason=why)
        for version, field in command.texts
    )


def _grant(_: Incident, command: c.Grant) -> Events:
    return (e.AccessGranted(actor=command.actor, at=command.at, who=command.who),)


def _revoke(_: Incident, command: c.Revoke) -> Events:
    return (e.AccessRevoked(actor=command.actor, at=command.at, who=command.who),)


def _make_private(_: Incident, command: c.MakePrivate) -> Events:
    return (e.MadePrivate(actor=command.actor, at=command.at),)


def _look(_: Incident, command: c.Look) -> Events:
    return (e.Looked(actor=command.actor, at=command.at, how=command.how),)


_CONSEQUENCES: dict[type[c.Command], Callable[[Incident, Any], Events]] = {
    c.Declare: _declare,
    c.SetStatus: _status,
    c.SetSeverity: _severity,
    c.Assign: _assign,
    c.Claim: _claim,
    c.Release: _release,
    c.HandOver: _hand_over,
    c.AddEvidence: _add_evidence,
    c.SendUpdate: _send_update,
    c.CorrectUpdate: _correct_update,
    c.AddTask: _add_task,
    c.AssignTask: _assign_task,
    c.FinishTask: _finish_task,
    c.AddFollowUp: _add_follow_up,
    c.AssignFollowUp: _assign_follow_up,
    c.FinishFollowUp: _finish_follow_up,
    c.FinishReview: _finish_review,
    c.SnoozeTimer: _snooze,
    c.StopTimer: _stop,
    c.Resolve: _resolve,
    c.Close: _close,
    c.Reopen: _reopen,
    c.CorrectTitle: _correct_title,
    c.CorrectMilestone: _correct_milestone,
    c.Retract: _retract,
    c.Redact: _redact,
    c.Grant: _grant,
    c.Revoke: _revoke,
    c.MakePrivate: _make_private,
    c.Look: _look,
}
