"""What was drawn some time ago: a repeat is the same command, and what has moved on stays as it is."""

from __future__ import annotations

from dataclasses import replace

from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.payload import command_key
from adapters.slack.bot.shown import state
from adapters.slack.words import Words
from incident_core.model.incident import Incident
from incident_core.ports.log import Result

_TIMES = 10
"""How often somebody who is refused may do the same again until each time is a command of its own."""


def answered(asked: Asked) -> bool:
    """Whether this was asked before."""
    return asked.desk.perform.log.answered(asked.desk.workspace, asked.command_key) is not None


def anew(asked: Asked) -> tuple[Asked, bool]:
    """The same request, and whether it was answered before; what was refused may be asked for again.

    It may have been mended since, and not in the record alone: somebody may have joined a user group. What
    was done stays done, whichever time that was.
    """
    once = asked.command_key.partition(":")[2]
    keys = (asked.command_key, *(command_key(once, str(time)) for time in range(1, _TIMES)))
    for key in keys:
        before = asked.desk.perform.log.answered(asked.desk.workspace, key)
        if before is None or before.result is not Result.REFUSED:
            return replace(asked, command_key=key), before is not None
    return replace(asked, command_key=command_key(once, asked.trigger)), False


def passed(words: Words, incident: Incident, what: str) -> Answer:
    """That `what` (a button, a form) was shown in an earlier stage, and what is so now."""
    return say(words.line(f"answers.{what}_passed", key=incident.key, state=state(incident)))
