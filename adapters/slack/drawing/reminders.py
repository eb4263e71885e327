"""What is said because a timer fired: what is missing, since when, and what to type."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.slack.drawing import words
from adapters.slack.drawing.message import Row
from adapters.slack.drawing.setup import Setup
from adapters.slack.escape import fitted
from adapters.slack.parts import Bold, Code, Line, When
from incident_core.model.timer import COMMS, STALE, follow_up_of, role_of
from incident_core.ports.timers import Listed, Reminder

SHORT = 60
"""Characters of a title in a list."""


def about(setup: Setup, key: str, reminder: Reminder) -> Sequence[Row]:
    """About one incident."""
    since = When(reminder.since)
    if reminder.timer == COMMS:
        return [["No update since ", since, ". Tell what is known: ", _typed(setup, f"update {key} TEXT")]]
    if reminder.timer == STALE:
        return [["Open since ", since, ". Where it is over: ", _typed(setup, f"close {key}")]]
    role, item = role_of(reminder.timer), follow_up_of(reminder.timer)
    if role is not None:
        named = Bold(words.plainly(role))
        return [["Nobody is ", named, " since ", since, ": ", _typed(setup, f"claim {key} {role}")]]
    done = _typed(setup, f"followup {key} done {item}")
    return [[Bold(key), ": the follow-up ", Code(str(item)), " is overdue since ", since, ": ", done]]


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
