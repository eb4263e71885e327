"""The elements beside a role: claim it, give it to somebody, release it."""

from __future__ import annotations

from adapters.slack.bot import faults
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.give import give
from adapters.slack.bot.people import USER
from adapters.slack.bot.press import Press, Reply
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident


def claim(asked: Asked, _: Incident, press: Press) -> Reply:
    """Whoever presses takes it."""
    return Reply(give(asked, c.Claim, role=press.named("role")))


def assign(asked: Asked, _: Incident, press: Press) -> Reply:
    """Whoever was chosen has it."""
    if not USER.fullmatch(press.choice):
        raise Invalid("who", faults.UNREADABLE)
    if press.choice == asked.desk.team.bot_user:
        raise Invalid("who", "The bot can hold no role: choose a person. Nothing was changed.")
    holder = asked.desk.known(Actor("slack", press.choice))
    return Reply(give(asked, c.Assign, role=press.named("role"), holder=holder))


def release(asked: Asked, _: Incident, press: Press) -> Reply:
    """Nobody has it."""
    return Reply(give(asked, c.Release, role=press.named("role")))
