"""A slash command: its words are read, its verb is done, and its answer goes into the acknowledgement."""

from __future__ import annotations

from adapters.slack.bot import faults
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked, Bot, incident_here
from adapters.slack.bot.parse import Typed, as_typed, read, without_key
from adapters.slack.bot.payload import Payload, command_key
from adapters.slack.bot.verbs.table import KEYLESS, verb_of
from incident_core.errors import Invalid

LONGEST = 20_000


def answered(bot: Bot, payload: Payload) -> Answer:
    """What the person is told; never raises."""
    program, text = payload.text("command"), payload.text("text").strip()
    key = payload.trigger
    try:
        if program not in bot.desk.commands:
            raise Invalid(
                "command",
                f"This bot does not know {program[:80] or 'that command'}; "
                f"it answers to {' and '.join(bot.desk.commands)}.",
            )
        if not key:
            raise Invalid("trigger", faults.UNREADABLE)
        if len(text) > LONGEST:
            raise Invalid("text", faults.TOO_LONG)
        typed = read(text, KEYLESS)
        key = typed.again or command_key(key)
        asked = Asked(
            bot=bot,
            user=payload.user,
            channel=payload.channel,
            program=program,
            command_key=key,
            now=bot.desk.clock.now(),
            rest=typed.rest,
            typed=text,
            reply_to=payload.response_url,
            trigger=payload.trigger,
        )
        return done(asked, typed)
    except Exception as fault:  # noqa: BLE001 - the edge of the process: whatever it is, a person gets a sentence
        return faults.explained(fault, faults.typed_again(program, retyped(bot, text), key))


def retyped(bot: Bot, text: str) -> str:
    """The words to type again: as they were typed, without the key that they may have had already."""
    return as_typed(without_key(text) or text, bot.desk.directory)


def done(asked: Asked, typed: Typed) -> Answer:
    """Do what the verb says."""
    bare = not typed.word and (typed.key or typed.room)
    verb = verb_of(asked.program, "status" if bare else typed.word)
    return verb.act(asked if verb.keyless else _about(asked, typed))


def _about(asked: Asked, typed: Typed) -> Asked:
    """About the incident that was named, or that of this channel; a channel of none is a word like others."""
    if typed.key is not None:
        return asked.of(typed.key, typed.rest)
    there = None if typed.room is None else incident_here(asked.desk, typed.room, asked.actor)
    if there is not None:
        return asked.of(there, typed.rest)
    return asked.of(incident_here(asked.desk, asked.channel, asked.actor), typed.as_text)
