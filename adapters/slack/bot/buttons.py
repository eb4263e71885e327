"""Buttons: those of the panel, the one that closes, and those that turn pages.

A button carries what it is about, and how many stages the incident had entered when it was drawn: pressed
later than that it changes nothing, and says what is so now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from adapters.slack.bot import closing, faults, forms, pages, shortcuts
from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked, Bot
from adapters.slack.bot.closing import Ending
from adapters.slack.bot.give import give
from adapters.slack.bot.parse import key_of
from adapters.slack.bot.payload import Payload, command_key, fields
from adapters.slack.bot.shown import state
from adapters.slack.parts import Bold
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.lifecycle.available import Verdict, available
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.model.outcome import Outcome
from incident_core.ports.log import Result


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said to whoever pressed; `instead`: in the place of the message with the button."""

    answer: Answer
    instead: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed: `value` is what it carries, `trigger` opens a form."""

    action: str
    value: Mapping[str, Any]
    trigger: str


def pressed(bot: Bot, payload: Payload) -> Reply | None:
    """What is to be said, None where a form follows instead; never raises."""
    action = payload.text("actions", 0, "action_id")
    press = Press(action, fields(payload.text("actions", 0, "value")), payload.trigger)
    try:
        if action.startswith(pages.TURN):
            return Reply(pages.turned(_asked(bot, payload, press), press.value), instead=True)
        if action in _BUTTONS:
            return _moved(_asked(bot, payload, press), press)
        if action == forms.INCIDENT:
            return None
        return Reply(say("This button is not known here any more; nothing was done."))
    except Exception as fault:  # noqa: BLE001 - the edge of the process: whatever it is, a person gets a sentence
        return Reply(faults.explained(fault, faults.PRESS_AGAIN))


def _asked(bot: Bot, payload: Payload, press: Press) -> Asked:
    """The same press of the same button by the same person is the same command."""
    ts = payload.text("container", "message_ts") or payload.text("message", "ts")
    about = (str(press.value.get("key")), str(press.value.get("visit")))
    return Asked(
        bot=bot,
        user=payload.user,
        channel=payload.channel,
        program=bot.desk.program,
        command_key=command_key(press.action, payload.channel, ts, *about, payload.user),
        now=bot.desk.clock.now(),
        reply_to=payload.response_url,
    )


def _moved(asked: Asked, press: Press) -> Reply | None:
    key, _ = key_of(str(press.value.get("key")))
    asked = asked.of(key, "")
    incident = asked.incident()
    asked, answered = _anew(asked, incident)
    if not answered and press.value.get("visit") != len(incident.stages):
        return Reply(_passed(incident), instead=press.action == closing.CONFIRM)
    return _BUTTONS[press.action](asked, incident, press)


def _anew(asked: Asked, incident: Incident) -> tuple[Asked, bool]:
    """The same press, and whether it was answered before: a refusal stands until something was changed."""
    log, workspace = asked.desk.perform.log, asked.desk.workspace
    before = log.answered(workspace, asked.command_key)
    if before is None or before.result is not Result.REFUSED or before.last_version == incident.version:
        return asked, before is not None
    again = replace(
        asked, command_key=command_key(asked.command_key.partition(":")[2], str(incident.version))
    )
    return again, log.answered(workspace, again.command_key) is not None


def _passed(incident: Incident) -> Answer:
    return say(
        (
            Bold(incident.key),
            f" has moved on since this button was shown; nothing was changed. It is now: {state(incident)}.",
        )
    )


def _declare(asked: Asked, _: Incident, __: Press) -> Reply:
    return Reply(give(asked, c.Declare))


def _resolve(asked: Asked, _: Incident, __: Press) -> Reply:
    return Reply(give(asked, c.Resolve))


def _close(asked: Asked, _: Incident, __: Press) -> Reply:
    return Reply(closing.asks(asked, Ending()))


def _confirmed(asked: Asked, _: Incident, press: Press) -> Reply:
    outcome, other, why = (press.value.get(name) for name in ("outcome", "of", "why"))
    if outcome is not None and outcome not in list(Outcome):
        raise Invalid("outcome", faults.UNREADABLE)
    ending = Ending(
        None if outcome is None else Outcome(outcome),
        None if other is None else str(other),
        None if why is None else str(why),
    )
    return Reply(closing.closes(asked, ending), instead=True)


def _reopen(asked: Asked, incident: Incident, press: Press) -> Reply | None:
    at = max(asked.now, incident.stages[-1].at)
    (can,) = available(asked.desk.policy, incident, asked.actor, at, Move.REOPEN)
    if can.verdict is not Verdict.NEEDS:
        return Reply(give(asked, c.Reopen))
    form = forms.reopening(incident.key, len(incident.stages))
    asked.bot.pool.put(partial(shortcuts.show, asked, press.trigger, form))
    return None


_BUTTONS: dict[str, Callable[[Asked, Incident, Press], Reply | None]] = {
    "move:declare": _declare,
    "move:resolve": _resolve,
    "move:close": _close,
    "move:reopen": _reopen,
    closing.CONFIRM: _confirmed,
}
