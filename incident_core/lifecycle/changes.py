"""How each event changes the draft of an incident; the only place that knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from incident_core import events as e
from incident_core.lifecycle.draft import PLAIN, Draft
from incident_core.model.actor import Actor
from incident_core.model.entry import Evidence, Task, Update
from incident_core.model.incident import SeverityEntry, StageEntry
from incident_core.model.milestone import Milestone, place
from incident_core.model.role import COMMANDER
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.model.timer import follow_up_of


def apply(draft: Draft, event: e.Event) -> None:
    """Change the draft by one event; total: a fact about nothing we know changes only the version."""
    change = _CHANGES.get(type(event))
    if change is not None:
        change(draft, event)
    draft.version += 1


def _declared(draft: Draft, event: e.Declared) -> None:
    draft.stages.append(StageEntry(Stage.INCIDENT, event.at, event.actor))
    draft.status = Status.INVESTIGATING
    if COMMANDER in draft.roles:
        draft.acknowledged_at = event.at


def _status_set(draft: Draft, event: e.StatusSet) -> None:
    draft.status = event.status
    if event.status is Status.MONITORING and draft.mitigated_at is None:
        draft.mitigated_at = event.at


def _severity_set(draft: Draft, event: e.SeveritySet) -> None:
    draft.severity = event.severity
    draft.severities.append(SeverityEntry(event.severity, event.at))


def _hold(draft: Draft, role: str, holder: Actor) -> None:
    draft.roles[role] = holder
    draft.vacated.pop(role, None)
    draft.access.add(holder)


def _take(draft: Draft, role: str, holder: Actor, at: datetime) -> None:
    """Somebody has the role: they may see the incident, and a commander has acknowledged it."""
    _hold(draft, role, holder)
    declared = next((entry.at for entry in draft.stages if entry.stage is Stage.INCIDENT), None)
    if role == COMMANDER and declared is not None and draft.acknowledged_at is None:
        draft.acknowledged_at = max(at, declared)


def _role_assigned(draft: Draft, event: e.RoleAssigned) -> None:
    if event.how == "opened":
        _hold(draft, event.role, event.holder)
    else:
        _take(draft, event.role, event.holder, event.at)


def _role_released(draft: Draft, event: e.RoleReleased) -> None:
    if draft.roles.pop(event.role, None) is not None:
        draft.vacated[event.role] = event.at


def _role_handed_over(draft: Draft, event: e.RoleHandedOver | e.HandoverAccepted) -> None:
    _take(draft, event.role, event.to, event.at)


def _evidence_added(draft: Draft, event: e.EvidenceAdded) -> None:
    known = draft.evidence.get(event.evidence)
    by, at = (event.actor, event.at) if known is None else (known.added_by, known.added_at)
    draft.evidence[event.evidence] = Evidence(event.evidence, event.url, event.note, by, at)


def _update_sent(draft: Draft, event: e.UpdateSent) -> None:
    draft.updates[event.update] = Update(
        event.update,
        event.text,
        event.impact,
        components(event.components),
        event.next_due,
        event.actor,
        event.at,
    )


def _update_corrected(draft: Draft, event: e.UpdateCorrected) -> None:
    known = draft.updates.get(event.update)
    if known is not None:
        parts = components(event.components)
        draft.updates[event.update] = replace(
            known, text=event.text, impact=event.impact, components=parts, next_due=event.next_due
        )


def components(text: str | None) -> tuple[str, ...]:
    """The components of an update, from the one text in which they are stored."""
    return tuple(text.split("\n")) if text else ()


def _title_corrected(draft: Draft, event: e.TitleCorrected) -> None:
    draft.title = event.title


def _items(draft: Draft, event: e.Event) -> dict[str, Task]:
    follow_up = isinstance(event, (e.FollowUpAdded, e.FollowUpAssigned, e.FollowUpDone))
    return draft.follow_ups if follow_up else draft.tasks


def _item_added(draft: Draft, event: e.TaskAdded | e.FollowUpAdded) -> None:
    _items(draft, event)[event.item] = Task(event.item, event.text, event.owner, event.due, event.at)


def _item_assigned(draft: Draft, event: e.TaskAssigned | e.FollowUpAssigned) -> None:
    items = _items(draft, event)
    if event.item in items:
        items[event.item] = replace(items[event.item], owner=event.owner)


def _item_done(draft: Draft, event: e.TaskDone | e.FollowUpDone) -> None:
    items = _items(draft, event)
    if event.item in items:
        items[event.item] = replace(items[event.item], done_at=event.at, done_by=event.actor)


def _milestone_corrected(draft: Draft, event: e.MilestoneCorrected) -> None:
    index = place(draft.stages, event.milestone)
    if index is not None:
        draft.stages[index] = draft.stages[index]._replace(at=event.when)
        if event.milestone is Milestone.OPENED:
            draft.severities[0] = draft.severities[0]._replace(at=event.when)
    elif event.milestone.value in PLAIN:
        setattr(draft, event.milestone.value, event.when)


def _entry_retracted(draft: Draft, event: e.EntryRetracted) -> None:
    for entries in draft.entries():
        if event.entry in entries:
            entries[event.entry] = replace(entries[event.entry], retracted=True)


def _reminder_snoozed(draft: Draft, event: e.ReminderSnoozed) -> None:
    draft.reminders[event.reminder] = event.until


def _reminder_stopped(draft: Draft, event: e.ReminderStopped) -> None:
    draft.reminders[event.reminder] = None


def _review_done(draft: Draft, event: e.ReviewDone) -> None:
    draft.review_done_at = event.at


def _resolved(draft: Draft, event: e.Resolved) -> None:
    draft.stages.append(StageEntry(Stage.RESOLVED, event.at, event.actor))
    draft.status = None


def _closed(draft: Draft, event: e.Closed) -> None:
    draft.stages.append(StageEntry(Stage.CLOSED, event.at, event.actor))
    draft.status = None
    draft.outcome, draft.duplicate_of = event.outcome, event.duplicate_of


def _reopened(draft: Draft, event: e.Reopened) -> None:
    draft.stages.append(StageEntry(event.to, event.at, event.actor))
    draft.status = Status.INVESTIGATING if event.to is Stage.INCIDENT else None
    draft.outcome = draft.duplicate_of = draft.mitigated_at = None
    if draft.reminders:
        draft.reminders = {name: until for name, until in draft.reminders.items() if follow_up_of(name)}


def _access_granted(draft: Draft, event: e.AccessGranted) -> None:
    draft.access.add(event.who)


def _access_revoked(draft: Draft, event: e.AccessRevoked) -> None:
    draft.access.discard(event.who)


def _made_private(draft: Draft, event: e.MadePrivate) -> None:
    draft.private = True
    draft.access.add(event.actor)


def _external_linked(draft: Draft, event: e.ExternalLinked) -> None:
    draft.externals[event.system] = event.external_id


_CHANGES: dict[type[e.Event], Callable[[Draft, Any], None]] = {
    e.Declared: _declared,
    e.StatusSet: _status_set,
    e.SeveritySet: _severity_set,
    e.RoleAssigned: _role_assigned,
    e.RoleReleased: _role_released,
    e.RoleHandedOver: _role_handed_over,
    e.HandoverAccepted: _role_handed_over,
    e.EvidenceAdded: _evidence_added,
    e.UpdateSent: _update_sent,
    e.UpdateCorrected: _update_corrected,
    e.TitleCorrected: _title_corrected,
    e.TaskAdded: _item_added,
    e.TaskAssigned: _item_assigned,
    e.TaskDone: _item_done,
    e.FollowUpAdded: _item_added,
    e.FollowUpAssigned: _item_assigned,
    e.FollowUpDone: _item_done,
    e.MilestoneCorrected: _milestone_corrected,
    e.EntryRetracted: _entry_retracted,
    e.ReminderSnoozed: _reminder_snoozed,
    e.ReminderStopped: _reminder_stopped,
    e.ReviewDone: _review_done,
    e.Resolved: _resolved,
    e.Closed: _closed,
    e.Reopened: _reopened,
    e.AccessGranted: _access_granted,
    e.AccessRevoked: _access_revoked,
    e.MadePrivate: _made_private,
    e.ExternalLinked: _external_linked,
}
"""The others (imported, looked, handover_offered, rule_overridden, text_redacted) change no field."""
