"""Every reminder is written to the log, whatever else hears of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from incident_core.model.timer import COMMS, STALE, follow_up_of, role_of
from incident_core.model.times import to_iso
from incident_core.ports.timers import Fired, Reminder

_LOG = logging.getLogger("incident.timers")


def said(fired: Sequence[Fired]) -> None:
    """One line each."""
    for each in fired:
        _LOG.warning("%s", line(each))


def line(fired: Fired) -> str:
    """INC-42: no update since 2026-11-22T08:45:00.000000Z."""
    if fired.key is None:
        return _list(fired.reminder)
    return f"{fired.key}: {_about(fired.reminder.timer)} since {to_iso(fired.reminder.since)}."


def _about(timer: str) -> str:
    if timer == COMMS:
        return "no update"
    if timer == STALE:
        return "open"
    role, item = role_of(timer), follow_up_of(timer)
    if role is not None:
        return f"nobody holds the role {role}"
    return f"follow-up {item} is overdue"


def _list(reminder: Reminder) -> str:
    keys = ", ".join(each.key for each in reminder.listed)
    more = f" and {reminder.more:,} more" if reminder.more else ""
    return f"Open for too long: {keys}{more}."
