"""Mentions: @incidents VERB does what the slash command does; only who asked sees the answer."""

from __future__ import annotations

import re
from functools import partial

from adapters.slack.bot import commands, faults
from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked, Bot
from adapters.slack.bot.heard import Heard
from adapters.slack.bot.outbound import only_to
from adapters.slack.bot.parse import read
from adapters.slack.bot.verbs.table import BY_WORD, KEYLESS, verb_of
from incident_core.errors import Invalid

_SEPARATOR = r"[\s,:]*"


def mentioned(bot: Bot, heard: Heard) -> None:
    """Answer whoever mentioned the bot; other bots, and messages that were edited later, are left alone."""
    if not _said_by_somebody(heard):
        return
    answer = _answer(bot, heard)
    bot.pool.put(partial(bot.out.reply, _where(heard), answer))
    for job in answer.after:
        bot.pool.put(job)


def _said_by_somebody(heard: Heard) -> bool:
    other = any(heard.find("event", name) for name in ("bot_id", "edited"))
    return bool(heard.user and heard.channel) and not other


def _where(heard: Heard) -> str:
    return only_to(heard.user, heard.channel, heard.thread)


def _answer(bot: Bot, heard: Heard) -> Answer:
    seconds = bot.gate.wait(heard.user)
    if seconds:
        return faults.slow(seconds)
    if heard.shared:
        return say(bot.desk.words.line("help.mentioned_among_others", command=bot.desk.program))
    text = _addressed(bot.desk.team.bot_user, heard.text("event", "text"))
    if not text:
        return _in_passing(bot)
    return _done(bot, heard, text)


def _addressed(bot_user: str, text: str) -> str:
    """What was said to the bot; empty where it was only mentioned."""
    found = re.match(rf"\s*<@{re.escape(bot_user)}(?:\|[^<>]*)?>{_SEPARATOR}", text)
    return text[found.end() :].strip() if found else ""


def _in_passing(bot: Bot) -> Answer:
    return say(bot.desk.words.line("help.mentioned", command=bot.desk.team.mention))


def _done(bot: Bot, heard: Heard, text: str) -> Answer:
    program = bot.desk.team.mention
    key = heard.key
    try:
        if len(text) > commands.LONGEST:
            raise Invalid("text", faults.TOO_LONG)
        typed = read(text, KEYLESS)
        key = typed.again or key
        if typed.word and typed.word not in BY_WORD:
            return _unknown(bot, typed.word)
        asked = Asked(
            bot=bot,
            user=heard.user,
            channel=heard.channel,
            program=program,
            command_key=key,
            now=bot.desk.clock.now(),
            rest=typed.rest,
            typed=text,
            reply_to=_where(heard),
        )
        return commands.done(asked, typed)
    except Exception as fault:  # noqa: BLE001 - the edge of the process: whatever it is, a person gets a sentence
        return faults.explained(fault, faults.typed_again(program, commands.retyped(bot, text), key))


def _unknown(bot: Bot, word: str) -> Answer:
    """Perhaps nobody meant to ask for anything: what is near, and three examples, but not every verb."""
    program = bot.desk.team.mention
    try:
        verb_of(program, word)
    except Invalid as fault:
        lines = bot.desk.words.lines("help.mentioned_unknown", fault=str(fault), command=program)
        return Answer(lines)
    raise AssertionError(f"{word} is a verb.")
