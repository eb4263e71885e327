"""What went wrong, in a clear sentence for the person; never a traceback, nor a guess about the record."""

from __future__ import annotations

import logging

from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.shown import spoken
from adapters.slack.parts import Code, Line
from incident_core.errors import Conflict, IncidentError, Invalid, NotFound, OutcomeUnknown, Unavailable

_LOG = logging.getLogger("incident.slack")
_LONGEST = 600

STRANGER = "This bot answers only people of its own workspace; nothing was done."
UNREADABLE = "Slack sent something that this bot cannot read; nothing was done. Do it again."
TOO_LONG = "That is too long: nothing was done."
UNEXPECTED = "Something unexpected went wrong here, and was logged. Look with status what was recorded."


def slow(seconds: int) -> Answer:
    """They ask too often."""
    many = "1 second" if seconds == 1 else f"{seconds} seconds"
    return say(f"That was a lot in one minute: nothing was done. Please try again in {many}.")


def explained(fault: Exception, again: Line) -> Answer:
    """The answer to what went wrong; `again` says how to ask for exactly the same command."""
    if isinstance(fault, OutcomeUnknown):
        return say(
            "It is not known whether this was recorded: the database did not answer at the end.", again
        )
    if isinstance(fault, Unavailable):
        return say(f"Nothing was recorded, because the database cannot be used now. {fault}")
    if isinstance(fault, (Invalid, NotFound)):
        return say(spoken(str(fault)))
    if isinstance(fault, Conflict):
        return say("Nothing was recorded: too many others are changing it at this moment.", again)
    if isinstance(fault, IncidentError):
        return say(str(fault))
    _LOG.error("A request from Slack failed.", exc_info=fault)
    return say(UNEXPECTED)


def typed_again(program: str, typed: str, key: str) -> Line:
    """How to ask for the same command by typing it: the same words alone would be another command."""
    if len(typed) > _LONGEST:
        return ("To find out, type the same again and add ", Code(f"--key {key}"), " at its end.")
    return ("To find out, type the same with its key: ", Code(f"{program} {typed} --key {key}"))


PRESS_AGAIN: Line = (
    "Press the same button again: it is the same command, and is answered as the first time.",
)
SUBMIT_AGAIN: Line = ("Send the same form again: it is the same command, and is answered as the first time.",)
CHOOSE_AGAIN: Line = ("Do it again: what is so already is not done twice.",)
SENT_AGAIN: Line = ("Slack tells the bot again within minutes; what is done already is not done twice.",)
