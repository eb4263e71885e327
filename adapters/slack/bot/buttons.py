"""What is pressed or chosen in a message or at home: a table says what each element does.

An element carries what it is about, and how many stages the incident had entered when it was drawn: used
later than that it changes nothing, and says what is so now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from adapters.slack.bot import (
    closing,
    faults,
    follow_ups_pressed,
    forms_news,
    moves_pressed,
    pages,
    reminding,
    roles_pressed,
    selects,
)
from adapters.slack.bot.again import anew, answered, passed
from adapters.slack.bot.answer import say
from adapters.slack.bot.asked import Asked, Bot
from adapters.slack.bot.opening import opens
from adapters.slack.bot.parse import key_of
from adapters.slack.bot.payload import Payload, command_key
from adapters.slack.bot.press import Press, Reply, press_of
from incident_core.errors import Invalid
from incident_core.model.incident import Incident

LINK = "link:"
"""What the names of buttons begin with that only lead somewhere."""
Act = Callable[[Asked, Incident, Press], Reply | None]


def pressed(bot: Bot, payload: Payload) -> Reply | None:
    """What is to be said, None where a form follows instead, or nothing; never raises."""
    press = press_of(payload)
    if press.action in SILENT or press.action.startswith(LINK):
        return None
    again = faults.PRESS_AGAIN if _lasting(press.action) else faults.CHOOSE_AGAIN
    try:
        return _done(_asked(bot, payload, press), press)
    except Exception as fault:  # noqa: BLE001 - the edge of the process: whatever it is, a person gets a sentence
        return Reply(faults.explained(fault, again))


def _done(asked: Asked, press: Press) -> Reply | None:
    if press.action.startswith(pages.TURN):
        return Reply(pages.turned(asked, press.about), instead=True)
    if press.action in ALONE:
        return ALONE[press.action](asked, press)
    if press.action in ABOUT:
        return _moved(asked, press)
    return Reply(say(asked.desk.words.line("answers.button_unknown")))


def _lasting(action: str) -> bool:
    """Whether the same press by the same person is the same command, however often; else each is one."""
    return action in LASTING or action.startswith(pages.TURN)


def _asked(bot: Bot, payload: Payload, press: Press) -> Asked:
    return Asked(
        bot=bot,
        user=payload.user,
        channel=payload.channel,
        program=bot.desk.program,
        command_key=_key(payload, press),
        now=bot.desk.clock.now(),
        reply_to=payload.response_url,
        trigger=payload.trigger,
    )


def _key(payload: Payload, press: Press) -> str:
    if not _lasting(press.action):
        if not payload.trigger:
            raise Invalid("trigger", faults.UNREADABLE)
        return command_key(payload.trigger)
    ts = payload.text("container", "message_ts") or payload.text("message", "ts")
    about = (str(press.about.get("key")), str(press.about.get("visit")))
    return command_key(press.action, payload.channel, ts, *about, payload.user)


def _moved(asked: Asked, press: Press) -> Reply | None:
    key, _ = key_of(str(press.about.get("key")))
    asked = asked.of(key, "")
    incident = asked.incident()
    asked, before = anew(asked) if _lasting(press.action) else (asked, answered(asked))
    if not before and press.about.get("visit") != len(incident.stages):
        answer = passed(asked.desk.words, incident, "button")
        return Reply(answer, instead=press.action == closing.CONFIRM)
    return ABOUT[press.action](asked, incident, replace(press, answered=before))


def _start(asked: Asked, _: Press) -> None:
    opens(asked, forms_news.starting(asked))


def _chat_log(asked: Asked, press: Press) -> Reply:
    from adapters.slack.bot.chatlog import exported

    key, _ = key_of(str(press.about.get("key")))
    return Reply(exported(asked.of(key, "")))


def _review(asked: Asked, press: Press) -> Reply:
    from adapters.slack.bot.reviewing import document

    key, _ = key_of(str(press.about.get("key")))
    return Reply(document(asked.of(key, "")))


MOVES: dict[str, Act] = {
    "move:declare": moves_pressed.declare,
    "move:resolve": moves_pressed.resolve,
    "move:close": moves_pressed.close,
    "move:reopen": moves_pressed.reopen,
    closing.CONFIRM: moves_pressed.confirm,
}
LASTING = frozenset(MOVES)
ABOUT: dict[str, Act] = {
    **MOVES,
    "update:send": moves_pressed.update,
    "set:status": selects.status,
    "set:severity": selects.severity,
    "role:claim": roles_pressed.claim,
    "role:assign": roles_pressed.assign,
    "role:release": roles_pressed.release,
    "timer:snooze": reminding.pressed_snooze,
    "timer:stop": reminding.pressed_stop,
}
"""What is about an incident in the stage in which it was drawn."""
ALONE: dict[str, Callable[[Asked, Press], Reply | None]] = {
    "home:start": _start,
    "chatlog:export": _chat_log,
    "review:document": _review,
    "followup:add": follow_ups_pressed.add,
    "followup:done": follow_ups_pressed.done,
    "followup:assign": follow_ups_pressed.assign,
}
"""What is about none, or about an incident whatever its stage."""
SILENT = frozenset({forms_news.INCIDENT, forms_news.BURNING})
"""What only fills a form."""
