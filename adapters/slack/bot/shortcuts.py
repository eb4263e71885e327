"""Shortcuts: a new incident, an update, and evidence or a follow-up: a link to a message, never its text.

They work everywhere, also where the bot is not a member.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from adapters.slack.bot import faults, forms_followup, forms_news
from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked, Bot, incident_here
from adapters.slack.bot.desk import Team
from adapters.slack.bot.give import give
from adapters.slack.bot.opening import opens
from adapters.slack.bot.payload import Payload, command_key
from adapters.slack.bot.suggestions import BURNING, OPEN, summary
from adapters.slack.manifest import EVIDENCE, FOLLOWUP, START, UPDATE
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.ports.reader import Query

_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")


def chosen(bot: Bot, payload: Payload) -> Answer | None:
    """What is to be said, None where a form follows instead; never raises."""
    try:
        act = SHORTCUTS.get(payload.text("callback_id"))
        if act is None:
            return say(bot.desk.words.line("answers.shortcut_unknown"))
        if not payload.trigger:
            raise Invalid("trigger", faults.UNREADABLE)
        return act(_asked(bot, payload), payload)
    except Exception as fault:  # noqa: BLE001 - the edge of the process: whatever it is, a person gets a sentence
        return faults.explained(fault, faults.CHOOSE_AGAIN)


def _asked(bot: Bot, payload: Payload) -> Asked:
    return Asked(
        bot=bot,
        user=payload.user,
        channel=payload.channel,
        program=bot.desk.program,
        command_key=command_key(payload.trigger),
        now=bot.desk.clock.now(),
        reply_to=payload.response_url,
        trigger=payload.trigger,
    )


def _start(asked: Asked, _: Payload) -> None:
    opens(asked, forms_news.starting(asked))


def _update(asked: Asked, _: Payload) -> Answer | None:
    """Ask for an update; where only one incident is open, about that one unless another is chosen."""
    there = asked.desk.reader.list(asked.desk.workspace, Query(BURNING, limit=2), asked.actor)
    if not there:
        return say(asked.desk.words.line("forms.no_news", command=asked.program))
    opens(asked, forms_news.updating(asked.desk.words, there[0] if len(there) == 1 else None))
    return None


def permalink(team: Team, payload: Payload) -> str:
    """The address of the message, built from what came: Slack tells it only to members. Raises Invalid."""
    channel, ts = payload.channel, payload.text("message", "ts") or payload.text("message_ts")
    if not channel or not _TS.fullmatch(ts):
        raise Invalid("message", faults.UNREADABLE)
    url = f"https://{team.domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    thread = payload.text("message", "thread_ts")
    return f"{url}?thread_ts={thread}&cid={channel}" if _TS.fullmatch(thread) and thread != ts else url


def _collect(asked: Asked, payload: Payload) -> Answer | None:
    desk, url = asked.desk, permalink(asked.desk.team, payload)
    there = desk.reader.list(desk.workspace, Query(OPEN, limit=2), asked.actor)
    if not there:
        return say(desk.words.line("forms.no_evidence", command=asked.program))
    if len(there) == 1:
        return give(asked.of(there[0].key, ""), c.AddEvidence, url=url)
    here = incident_here(desk, asked.channel, asked.actor)
    about = summary(asked.bot, asked.actor, here, OPEN) if here else None
    opens(asked, forms_news.collecting(desk.words, url, about))
    return None


def _follow_up(asked: Asked, payload: Payload) -> Answer | None:
    """Ask what is to be done, and after which incident: that of the channel, or the only one there is."""
    desk, url = asked.desk, permalink(asked.desk.team, payload)
    there = desk.reader.list(desk.workspace, Query(OPEN, limit=2), asked.actor)
    if not there:
        return say(desk.words.line("followups.nothing_open", command=asked.program))
    here = incident_here(desk, asked.channel, asked.actor)
    about = summary(asked.bot, asked.actor, here, OPEN) if here else None
    only = there[0] if len(there) == 1 else None
    opens(asked, forms_followup.of_message(desk.words, url, about or only))
    return None


SHORTCUTS: dict[str, Callable[[Asked, Payload], Answer | None]] = {
    EVIDENCE: _collect,
    FOLLOWUP: _follow_up,
    START: _start,
    UPDATE: _update,
}
