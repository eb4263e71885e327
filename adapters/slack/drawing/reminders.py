"""What is said because a timer fired: what is missing, since when, and what to type or press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.slack.drawing import words
from adapters.slack.drawing.elements import about, actions, button, named, option, select
from adapters.slack.drawing.message import Row, content
from adapters.slack.drawing.setup import Setup
from adapters.slack.escape import fitted
from adapters.slack.parts import Block, Bold, Code, Everybody, Line, Part, When
from incident_core.model.incident import Incident
from incident_core.model.timer import COMMS, STALE, follow_up_of, role_of
from incident_core.ports.timers import Listed, Reminder

SHORT = 60
"""Characters of a title in a list."""


_SNOOZES = (("15", "15 minutes"), ("30", "30 minutes"), ("60", "1 hour"), ("240", "4 hours"))
"""Minutes, and how people say it."""


def shown(setup: Setup, incident: Incident, reminder: Reminder, *, alarm: bool) -> dict[str, Any]:
    """About one incident; with an `alarm` everybody in the channel is called."""
    marks: list[Part] = [Bold(f"{mark} ") for mark in words.marks(incident)]
    called: list[Part] = [Everybody(), " "] if alarm else []
    line = [*called, *marks, *_told(setup, incident.key, reminder)]
    return content([line], _pressed(incident, reminder.timer))


def _told(setup: Setup, key: str, reminder: Reminder) -> Line:
    since = When(reminder.since)
    if reminder.timer == COMMS:
        return ["No update since ", since, ". Tell what is known: ", _typed(setup, f"update {key} TEXT")]
    if reminder.timer == STALE:
        return ["Open since ", since, ". Where it is over: ", _typed(setup, f"close {key}")]
    role, item = role_of(reminder.timer), follow_up_of(reminder.timer)
    if role is not None:
        empty = Bold(words.plainly(role))
        return ["Nobody is ", empty, " since ", since, ": ", _typed(setup, f"claim {key} {role}")]
    done = _typed(setup, f"followup {key} done {item}")
    return [Bold(key), ": the follow-up ", Code(str(item)), " is overdue since ", since, ": ", done]


def _pressed(incident: Incident, timer: str) -> Block:
    """Not now, never again, or what it asks for."""
    choices = [option(minutes, said) for minutes, said in _SNOOZES]
    row = [
        select("timer:snooze", "Snooze for…", choices),
        button("timer:stop", "Stop", about(incident, timer=timer)),
    ]
    if timer == COMMS:
        row.insert(0, button("update:send", "Send an update", about(incident), "primary"))
    return actions(row, named("timer", incident, timer))


def stale(setup: Setup, reminder: Reminder) -> Sequence[Row]:
    """The list of all that have been open for too long, the oldest first."""
    head: Line = [Bold("Open for too long"), "; close what is over: ", _typed(setup, "close INC-…")]
    more = [[f"and {reminder.more:,} more"]] if reminder.more else []
    return [head, *map(_one, reminder.listed), *more]


def _one(each: Listed) -> Line:
    title = fitted(words.text(each.title), SHORT)
    return [
        Bold(each.key),
        f" · {each.severity} · {each.stage} · ",
        When(each.opened_at),
        f" · {title}",
    ]


def _typed(setup: Setup, words_: str) -> Code:
    return Code(f"{setup.command} {words_}")
