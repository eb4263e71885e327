"""Lines about people: who has which role, who may see it, and which reminders they want."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.slack.drawing.message import Row
from adapters.slack.words import Words
from incident_core import events as e
from incident_core.model.incident import Incident
from incident_core.ports.reader import Entry


def with_opening(entry: Entry) -> bool:
    """Whether this role was taken by opening."""
    return isinstance(entry.event, e.RoleAssigned) and entry.event.how == "opened"


def _assigned(words: Words, event: e.RoleAssigned, _: Incident) -> Sequence[Row]:
    return words.rows(
        "lines.role_assigned",
        who=event.actor,
        holder=event.holder,
        role=event.role,
        previous_holder=event.previous,
    )


def _released(words: Words, event: e.RoleReleased, _: Incident) -> Sequence[Row]:
    return words.rows("lines.role_released", who=event.actor, holder=event.holder, role=event.role)


def _handed_over(words: Words, event: e.RoleHandedOver, _: Incident) -> Sequence[Row]:
    return words.rows(
        "lines.role_handed_over", who=event.actor, holder=event.holder, to=event.to, role=event.role
    )


def _offered(words: Words, event: e.HandoverOffered, _: Incident) -> Sequence[Row]:
    return words.rows("lines.handover_offered", holder=event.holder, to=event.to, role=event.role)


def _accepted(words: Words, event: e.HandoverAccepted, _: Incident) -> Sequence[Row]:
    return words.rows("lines.handover_accepted", holder=event.holder, to=event.to, role=event.role)


def _granted(words: Words, event: e.AccessGranted, _: Incident) -> Sequence[Row]:
    return words.rows("lines.access_granted", who=event.actor, person=event.who)


def _revoked(words: Words, event: e.AccessRevoked, _: Incident) -> Sequence[Row]:
    return words.rows("lines.access_revoked", who=event.actor, person=event.who)


def _made_private(words: Words, event: e.MadePrivate, _: Incident) -> Sequence[Row]:
    return words.rows("lines.made_private", who=event.actor)


def _snoozed(words: Words, event: e.ReminderSnoozed, _: Incident) -> Sequence[Row]:
    return words.rows("lines.reminder_snoozed", who=event.actor, timer=event.reminder, until=event.until)


def _stopped(words: Words, event: e.ReminderStopped, _: Incident) -> Sequence[Row]:
    return words.rows("lines.reminder_stopped", who=event.actor, timer=event.reminder)


ROWS: Mapping[type[e.Event], Callable[[Words, Any, Incident], Sequence[Row]]] = {
    e.RoleAssigned: _assigned,
    e.RoleReleased: _released,
    e.RoleHandedOver: _handed_over,
    e.HandoverOffered: _offered,
    e.HandoverAccepted: _accepted,
    e.AccessGranted: _granted,
    e.AccessRevoked: _revoked,
    e.MadePrivate: _made_private,
    e.ReminderSnoozed: _snoozed,
    e.ReminderStopped: _stopped,
}
