"""A reaction with a certain emoji opens and declares an incident: once for each message, whoever reacts."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import partial

from adapters.slack.bot import faults
from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Bot
from adapters.slack.bot.following import Following
from adapters.slack.bot.heard import Heard
from adapters.slack.bot.outbound import in_thread, only_to
from adapters.slack.bot.payload import Payload, command_key
from adapters.slack.bot.recent import SOON
from adapters.slack.bot.shortcuts import permalink
from adapters.slack.parts import Room
from adapters.slack.words import Words
from incident_core import commands as c
from incident_core.errors import IncidentError, OutcomeUnknown, Unavailable
from incident_core.ports.log import Answer as Given
from incident_core.ports.log import Result

AT_MOST = 20.0
"""Seconds that the reply waits for the channel of the incident, so that it can name it."""
_LOG = logging.getLogger("incident.slack")


class Reactions:
    """What is done about them; the reply waits for the channel, so that it can name it."""

    def __init__(self, bot: Bot) -> None:
        self._bot, desk = bot, bot.desk
        below = partial(said, desk.words, desk.program)
        self._following = Following(desk.whereabouts, desk.workspace, bot.pool, bot.out.reply, below, AT_MOST)

    def __call__(self, bot: Bot, heard: Heard) -> None:
        """Open and declare, and say so below the message; everything else costs nothing."""
        channel, ts = heard.marked
        if not _meant(bot, heard) or not channel or heard.shared:
            return
        if bot.gate.wait(heard.user):
            _LOG.warning("A reaction was not heeded: its author asks too often.")
            return
        command = _opening(bot, heard.user, channel, ts)
        try:
            given = bot.desk.perform(command)
        except (Unavailable, OutcomeUnknown) as fault:
            _told_once(bot, only_to(heard.user, channel), command, fault)
            raise
        if given.result is Result.ACCEPTED and _to_be_said(bot, command, given):
            bot.pool.put(partial(self._following.follow, given.key, in_thread(channel, ts)))


def _told_once(bot: Bot, place: str, command: c.Open, fault: IncidentError) -> None:
    """Slack sends it again, a few times; whoever reacted hears of the first only."""
    if bot.recent.first(f"unheeded:{command.key}"):
        lines = faults.explained(fault, faults.SENT_AGAIN).lines
        told = lines if isinstance(fault, OutcomeUnknown) else (*lines, faults.SENT_AGAIN)
        bot.pool.put(partial(bot.out.reply, place, say(*told)))


def _opening(bot: Bot, user: str, channel: str, ts: str) -> c.Open:
    """The command; raises Invalid where that is no message."""
    url = permalink(bot.desk.team, Payload({"channel_id": channel, "message_ts": ts}))
    return c.Open(
        actor=bot.desk.actor(user),
        at=bot.desk.clock.now(),
        key=command_key("reaction", channel, ts),
        title=title(bot.desk.words, ts, wanted(bot)),
        declare=True,
        evidence=url,
    )


def _to_be_said(bot: Bot, command: c.Open, given: Given) -> bool:
    """Whether nobody was told: a repeat of a moment ago is that of an answer which was lost."""
    if given.repeated:
        there = bot.desk.reader.show(bot.desk.workspace, given.key, command.actor)
        if there is None or command.at - there.opened_at > SOON:
            return False
    return bot.recent.first(f"replied:{command.key}")


def wanted(bot: Bot) -> str:
    """The name of the emoji; empty where none opens anything."""
    return bot.desk.emoji.strip().strip(":")


def _meant(bot: Bot, heard: Heard) -> bool:
    """Whether a person put this emoji on a message that is not the bot's own."""
    emoji = wanted(bot)
    if not emoji or heard.text("event", "reaction").partition("::")[0] != emoji:
        return False
    own = bot.desk.team.bot_user
    if not heard.user or bot.desk.directory.is_bot(heard.user):
        return False
    return heard.text("event", "item_user") != own


def title(words: Words, ts: str, emoji: str) -> str:
    """What it is called until somebody says better: the bot reads neither messages nor names of channels."""
    return words.text("reactions.title", at=datetime.fromtimestamp(float(ts), UTC), emoji=emoji)


def said(words: Words, program: str, key: str, channel: str | None) -> Answer:
    """What stands below the message."""
    room = None if channel is None else Room(channel)
    return Answer(words.lines("reactions.declared", key=key, room=room, command=program))
