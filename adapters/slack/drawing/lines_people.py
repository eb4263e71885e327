"""Lines about people: who has which role, who may see it, and which reminders they want."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.slack.drawing import words
from adapters.slack.drawing.message import Row
from adapters.slack.parts import Bold, Code, Part, When, Who
from incident_core import events as e
from incident_core.model.incident import Incident
from incident_core.ports.reader import Entry


def with_opening(entry: Entry) -> bool:
    """Whether this role was taken by opening."""
    return isinstance(entry.event, e.RoleAssigned) and entry.event.how == "opened"


def _role(name: str) -> Bold:
    return Bold(words.plainly(name))


def _assigned(event: e.RoleAssigned, _: Incident) -> Sequence[Row]:
    instead: list[Part] = [" instead of ", Who(event.previous)] if event.previous else []
    if event.holder == event.actor:
        return [[Who(event.holder), " is ", _role(event.role), " now", *instead, "."]]
    return [[Who(event.actor), " made ", Who(event.holder), " ", _role(event.role), *instead, "."]]


def _released(event: e.RoleReleased, _: Incident) -> Sequence[Row]:
    held: list[Part] = [", which ", Who(event.holder), " had"] if event.holder != event.actor else []
    return [[Who(event.actor), " released ", _role(event.role), *held, ": nobody has it now."]]


def _handed_over(event: e.RoleHandedOver, _: Incident) -> Sequence[Row]:
    by: list[Part] = [" (", Who(event.actor), " did this)"] if event.actor != event.holder else []
    return [[Who(event.holder), " handed ", _role(event.role), " over to ", Who(event.to), *by, "."]]


def _offered(event: e.HandoverOffered, _: Incident) -> Sequence[Row]:
    return [[Who(event.holder), " asks ", Who(event.to), " to take over ", _role(event.role), "."]]


def _accepted(event: e.HandoverAccepted, _: Incident) -> Sequence[Row]:
    return [[Who(event.to), " took over ", _role(event.role), " from ", Who(event.holder), "."]]


def _granted(event: e.AccessGranted, _: Incident) -> Sequence[Row]:
    return [[Who(event.actor), " granted access to ", Who(event.who), "."]]


def _revoked(event: e.AccessRevoked, _: Incident) -> Sequence[Row]:
    return [[Who(event.actor), " revoked the access of ", Who(event.who), "."]]


def _made_private(event: e.MadePrivate, _: Incident) -> Sequence[Row]:
    told = " made this private: from now on only those see it who were given access."
    return [[Who(event.actor), told, " What was said before stays in the channel before this one."]]


def _snoozed(event: e.ReminderSnoozed, _: Incident) -> Sequence[Row]:
    return [
        [Who(event.actor), " snoozed the reminder ", Code(event.reminder), " until ", When(event.until), "."]
    ]


def _stopped(event: e.ReminderStopped, _: Incident) -> Sequence[Row]:
    return [[Who(event.actor), " stopped the reminder ", Code(event.reminder), "."]]


ROWS: Mapping[type[e.Event], Callable[[Any, Incident], Sequence[Row]]] = {
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
