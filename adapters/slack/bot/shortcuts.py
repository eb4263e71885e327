"""Collect Evidence: the link to a message is kept, never its text; also where the bot is not a member."""

from __future__ import annotations

import re
from functools import partial

from adapters.slack.bot import faults, forms
from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked, Bot, incident_here
from adapters.slack.bot.desk import Team
from adapters.slack.bot.give import give
from adapters.slack.bot.outbound import CannotSend
from adapters.slack.bot.payload import Payload, command_key
from adapters.slack.bot.suggestions import OPEN, summary
from adapters.slack.parts import Code
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.ports.reader import Query

COLLECT = "collect_evidence"
_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")


def chosen(bot: Bot, payload: Payload) -> Answer | None:
    """What is to be said, None where a form follows instead; never raises."""
    try:
        if payload.text("callback_id") != COLLECT:
            return say("This shortcut is not known here any more; nothing was done.")
        if not payload.trigger:
            raise Invalid("trigger", faults.UNREADABLE)
        asked = Asked(
            bot=bot,
            user=payload.user,
            channel=payload.channel,
            program=bot.desk.program,
            command_key=command_key(payload.trigger),
            now=bot.desk.clock.now(),
            reply_to=payload.response_url,
        )
        return _collected(asked, payload, permalink(bot.desk.team, payload))
    except Exception as fault:  # noqa: BLE001 - the edge of the process: whatever it is, a person gets a sentence
        return faults.explained(fault, faults.CHOOSE_AGAIN)


def permalink(team: Team, payload: Payload) -> str:
    """The address of the message, built from what came: Slack tells it only to members. Raises Invalid."""
    channel, ts = payload.channel, payload.text("message", "ts") or payload.text("message_ts")
    if not channel or not _TS.fullmatch(ts):
        raise Invalid("message", faults.UNREADABLE)
    url = f"https://{team.domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    thread = payload.text("message", "thread_ts")
    return f"{url}?thread_ts={thread}&cid={channel}" if _TS.fullmatch(thread) and thread != ts else url


def _collected(asked: Asked, payload: Payload, url: str) -> Answer | None:
    desk = asked.desk
    there = desk.reader.list(desk.workspace, Query(OPEN, limit=2), asked.actor)
    if not there:
        how = Code(f"{asked.program} open API answers slowly")
        return say(("There is nothing open that this could be evidence for. Open something first: ", how))
    if len(there) == 1:
        return give(asked.of(there[0].key, ""), c.AddEvidence, url=url)
    here = incident_here(desk, asked.channel, asked.actor)
    form = forms.collecting(url, summary(asked.bot, asked.actor, here) if here else None)
    asked.bot.pool.put(partial(show, asked, payload.trigger, form))
    return None


def show(asked: Asked, trigger: str, form: dict[str, object]) -> None:
    """Open the form; where Slack does not, say so."""
    try:
        asked.bot.out.open(trigger, form)
    except CannotSend as fault:
        asked.bot.out.reply(asked.reply_to, say(str(fault)))
