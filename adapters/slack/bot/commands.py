"""A slash command: its words are read, its verb is done, and its answer goes into the acknowledgement."""

from __future__ import annotations

from adapters.slack.bot import faults
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked, Bot, incident_here
from adapters.slack.bot.parse import Typed, read
from adapters.slack.bot.payload import Payload, command_key
from adapters.slack.bot.verbs.table import KEYLESS, verb_of
from incident_core.errors import Invalid

_LONGEST = 20_000


def answered(bot: Bot, payload: Payload) -> Answer:
    """What the person is told; never raises."""
    program, text = payload.text("command"), payload.text("text").strip()
    key = payload.trigger
    try:
        if program not in bot.desk.commands:
            known = " and ".join(bot.desk.commands)
            raise Invalid(
                "command", f"This bot does not know {program[:80] or 'that command'}; it answers to {known}."
            )
        if not key:
            raise Invalid("trigger", faults.UNREADABLE)
        if len(text) > _LONGEST:
            raise Invalid("text", "That is too long: nothing was done.")
        typed = read(text, KEYLESS)
        key = typed.again or command_key(key)
        return _done(bot, payload, typed, text, key)
    except Exception as fault:  # noqa: BLE001 - the edge of the process: whatever it is, a person gets a sentence
        return faults.explained(fault, faults.typed_again(program, _without_key(text), key))


def _without_key(text: str) -> str:
    return text.rpartition(" --key slack:")[0] or text


def _done(bot: Bot, payload: Payload, typed: Typed, text: str, key: str) -> Answer:
    bare = not typed.word and (typed.key or typed.room)
    verb = verb_of(payload.text("command"), "status" if bare else typed.word)
    asked = Asked(
        bot=bot,
        user=payload.user,
        channel=payload.channel,
        program=payload.text("command"),
        command_key=key,
        now=bot.desk.clock.now(),
        rest=typed.rest,
        typed=text,
        reply_to=payload.response_url,
    )
    if verb.keyless:
        return verb.act(asked)
    return verb.act(asked.of(typed.key or _here(asked, typed.room or payload.channel), typed.rest))


def _here(asked: Asked, channel: str) -> str | None:
    """The incident of the channel, as far as this person may know of it."""
    return incident_here(asked.desk, channel, asked.actor)
