"""Who joins or leaves the channel of a private incident is let see it, or no longer: the record says so.

Slack tells the bot also of what its own mirror did there; that is so already, and changes nothing.
"""

from __future__ import annotations

import logging

from adapters.slack.bot.asked import Bot
from adapters.slack.bot.desk import CHANNEL, MIRROR
from adapters.slack.bot.heard import Heard
from adapters.slack.bot.people import USER
from incident_core import commands as c
from incident_core.errors import NotFound
from incident_core.ports.log import Result

_LOG = logging.getLogger("incident.slack")
_PUBLIC = "C"


def joined(bot: Bot, heard: Heard) -> None:
    """Somebody came into a channel."""
    key = _private_room(bot, heard)
    inviter = heard.text("event", "inviter")
    if key is None or inviter == bot.desk.team.bot_user:
        return
    who = bot.desk.actor(heard.user)
    there = bot.desk.reader.show(bot.desk.workspace, key, who)
    if there is not None and (not there.private or who in there.access):
        return
    by = bot.desk.actor(inviter) if USER.fullmatch(inviter) else who
    _given(bot, c.Grant(actor=by, at=bot.desk.clock.now(), key=heard.key, who=who), key)


def left(bot: Bot, heard: Heard) -> None:
    """Somebody went out of a channel, or was taken out: Slack does not say by whom."""
    key = _private_room(bot, heard)
    if key is None:
        return
    who = bot.desk.actor(heard.user)
    there = bot.desk.reader.show(bot.desk.workspace, key, who)
    if there is None or not there.private or who not in there.access:
        return
    _given(bot, c.Revoke(actor=who, at=bot.desk.clock.now(), key=heard.key, who=who), key)


def _private_room(bot: Bot, heard: Heard) -> str | None:
    """The key of the incident whose channel this is; None for public channels, and for the bot itself."""
    desk = bot.desk
    if not heard.user or heard.user == desk.team.bot_user or heard.shared or not heard.channel:
        return None
    if heard.text("event", "channel_type") == _PUBLIC:
        return None
    return desk.whereabouts.incident(desk.workspace, MIRROR, CHANNEL, heard.channel)


def _given(bot: Bot, command: c.Grant | c.Revoke, key: str) -> None:
    """Have it recorded; where that is refused, the log says why, in codes: sentences could name somebody."""
    try:
        given = bot.desk.perform(command, key)
    except NotFound:
        _LOG.warning("%s in the channel of %s is not recorded: who did it may not see it.", command.move, key)
        return
    if given.result is Result.REFUSED:
        codes = ", ".join(reason.code for reason in given.reasons)
        _LOG.warning("%s in the channel of %s is refused: %s", command.move, key, codes)
