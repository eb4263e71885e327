"""A form is opened after the acknowledgement, once for each interaction; where Slack does not, it is said."""

from __future__ import annotations

from functools import partial

from adapters.slack.bot import faults
from adapters.slack.bot.answer import Job, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.outbound import CannotSend
from adapters.slack.parts import Block
from incident_core.errors import Invalid


def opens(asked: Asked, form: Block) -> None:
    """Open the form as soon as the answer is on its way; raises Invalid where nothing can be opened."""
    for job in opening(asked, form):
        asked.bot.pool.put(job)


def opening(asked: Asked, form: Block) -> tuple[Job, ...]:
    """What opens the form; nothing where the same interaction has come a second time. Raises Invalid."""
    if not asked.trigger:
        raise Invalid("trigger", faults.UNREADABLE)
    if not asked.bot.recent.first(f"form:{asked.trigger}"):
        return ()
    return (partial(_show, asked, form),)


def _show(asked: Asked, form: Block) -> None:
    try:
        asked.bot.out.open(asked.trigger, form)
    except CannotSend as fault:
        asked.bot.out.reply(asked.reply_to, say(str(fault)))
