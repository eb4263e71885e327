"""What is said because a timer fired: what is missing, since when, and what to type or press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.slack.drawing import state, words
from adapters.slack.drawing.elements import about, actions, button, named, option, select
from adapters.slack.drawing.message import Row, content
from adapters.slack.drawing.setup import Setup
from adapters.slack.escape import fitted
from adapters.slack.parts import Block, Everybody
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.timer import COMMS, STALE, follow_up_of, role_of
from incident_core.ports.timers import Listed, Reminder

SHORT = 60
"""Characters of a title in a list."""

_SNOOZES = ("15", "30", "60", "240")
"""Minutes."""


def shown(setup: Setup, incident: Incident, reminder: Reminder, *, alarm: bool) -> dict[str, Any]:
    """About one incident; with an `alarm` everybody in the channel is called, unless it is somebody's."""
    message, about_what = _message(incident, reminder.timer)
    rows = setup.words.rows(
        message,
        everybody=Everybody() if alarm and owner(incident, reminder.timer) is None else None,
        marks=state.marks(setup.words, incident),
        at=reminder.since,
        command=setup.command,
        key=incident.key,
        **about_what,
    )
    return content(rows, _pressed(setup, incident, reminder.timer))


def owner(incident: Incident, timer: str) -> Actor | None:
    """Whoever does the follow-up that it is about."""
    item = follow_up_of(timer)
    return next((each.owner for each in incident.follow_ups if each.id == item), None)


def _message(incident: Incident, timer: str) -> tuple[str, dict[str, Any]]:
    """What says it, and the role or the follow-up that it is about."""
    if timer in (COMMS, STALE):
        return f"reminders.{timer}", {}
    role = role_of(timer)
    if role is not None:
        return "reminders.role", {"role": role}
    return "reminders.followup", {"item": str(follow_up_of(timer)), "owner": owner(incident, timer)}


def _pressed(setup: Setup, incident: Incident, timer: str) -> Block:
    """Not now, never again, or what it asks for."""
    said = setup.words.text
    choices = [option(minutes, said(f"reminders.snooze_{minutes}")) for minutes in _SNOOZES]
    row = [
        select("timer:snooze", said("reminders.snooze_placeholder"), choices),
        button("timer:stop", said("reminders.stop_button"), about(incident, timer=timer)),
    ]
    item = follow_up_of(timer)
    if item is not None:
        finished = button(
            "followup:done", said("reminders.done_button"), about(incident, item=item), "primary"
        )
        row.insert(0, finished)
    if timer == COMMS:
        send = button("update:send", said("reminders.update_button"), about(incident), "primary")
        row.insert(0, send)
    return actions(row, named("timer", incident, timer))


def stale(setup: Setup, reminder: Reminder) -> Sequence[Row]:
    """The list of all that have been open for too long, the oldest first."""
    head = setup.words.rows("reminders.list_head", command=setup.command)
    listed = [row for each in reminder.listed for row in _one(setup, each)]
    more = setup.words.rows("reminders.more", count=reminder.more) if reminder.more else []
    return [*head, *listed, *more]


def _one(setup: Setup, each: Listed) -> Sequence[Row]:
    return setup.words.rows(
        "reminders.listed",
        key=each.key,
        severity=each.severity,
        stage=each.stage,
        at=each.opened_at,
        title=fitted(words.text(each.title), SHORT),
    )
