"""A reaction with a certain emoji opens and declares an incident: once for each message, whoever reacts."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import partial

from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Bot
from adapters.slack.bot.following import Following
from adapters.slack.bot.heard import Heard
from adapters.slack.bot.outbound import in_thread
from adapters.slack.bot.payload import Payload, command_key
from adapters.slack.bot.recent import SOON
from adapters.slack.bot.shortcuts import permalink
from adapters.slack.parts import Bold, Code, Line, Room
from incident_core import commands as c
from incident_core.ports.log import Answer as Given
from incident_core.ports.log import Result

AT_MOST = 20.0
"""Seconds that the reply waits for the channel of the incident, so that it can name it."""
_LOG = logging.getLogger("incident.slack")


class Reactions:
    """What is done about them; the reply waits for the channel, so that it can name it."""

    def __init__(self, bot: Bot) -> None:
        self._bot, desk = bot, bot.desk
        words = partial(said, desk.program)
        self._following = Following(desk.whereabouts, desk.workspace, bot.pool, bot.out.reply, AT_MOST, words)

    def __call__(self, bot: Bot, heard: Heard) -> None:
        """Open and declare, and say so below the message; everything else costs nothing."""
        channel, ts = heard.marked
        if not _meant(bot, heard) or not channel or heard.shared:
            return
        if bot.gate.wait(heard.user):
            _LOG.warning("A reaction was not heeded: its author asks too often.")
            return
        command = _opening(bot, heard.user, channel, ts)
        given = bot.desk.perform(command)
        if given.result is Result.ACCEPTED and _to_be_said(bot, command, given):
            bot.pool.put(partial(self._following.follow, given.key, in_thread(channel, ts)))


def _opening(bot: Bot, user: str, channel: str, ts: str) -> c.Open:
    """The command; raises Invalid where that is no message."""
    url = permalink(bot.desk.team, Payload({"channel_id": channel, "message_ts": ts}))
    return c.Open(
        actor=bot.desk.actor(user),
        at=bot.desk.clock.now(),
        key=command_key("reaction", channel, ts),
        title=title(ts, wanted(bot)),
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


def title(ts: str, emoji: str) -> str:
    """What it is called until somebody says better: the bot reads neither messages nor names of channels."""
    at = datetime.fromtimestamp(float(ts), UTC)
    return f"Message of {at:%Y-%m-%d %H:%M} UTC, marked :{emoji}:"


def said(program: str, key: str, channel: str | None) -> Answer:
    """What stands below the message."""
    where: Line = () if channel is None else (", in ", Room(channel))
    better = Code(f"{program} title {key} API answers slowly")
    return Answer(
        [
            (Bold(key), " is declared for this message", *where, "."),
            ("Say what it is about: ", better),
        ]
    )
