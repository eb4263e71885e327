"""Buttons about follow-ups: add one, say that one is done, say who does it; whatever the incident's stage."""

from __future__ import annotations

from functools import partial

from adapters.slack.bot import faults, forms_followup, home
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.give import give
from adapters.slack.bot.opening import opens
from adapters.slack.bot.parse import key_of
from adapters.slack.bot.people import USER
from adapters.slack.bot.press import Press, Reply
from adapters.slack.bot.refusal import refused
from adapters.slack.bot.verdict import verdict
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.guards.question import Ask
from incident_core.lifecycle.available import Verdict
from incident_core.model.move import Move


def add(asked: Asked, press: Press) -> Reply | None:
    """Ask what is to be done; where there can be no more, say why."""
    asked = _about(asked, press)
    incident, words = asked.incident(), asked.desk.words
    found = verdict(asked, incident, Ask(Move.FOLLOWUP_ADD))
    if found.verdict is Verdict.REFUSED:
        return Reply(refused(words, incident.key, found.reasons, asked.program, typed=False))
    opens(asked, forms_followup.of_incident(words, incident))
    return None


def done(asked: Asked, press: Press) -> Reply | None:
    """Whoever presses says that it is done."""
    asked = _about(asked, press)
    return _told(asked, give(asked, c.FinishFollowUp, item=press.named("item")))


def assign(asked: Asked, press: Press) -> Reply | None:
    """Whoever was chosen is to do it."""
    if not USER.fullmatch(press.choice):
        raise Invalid("owner", faults.UNREADABLE)
    asked, owner = _about(asked, press), forms_followup.owned(asked, press.choice)
    return _told(asked, give(asked, c.AssignFollowUp, item=press.named("item"), owner=owner))


def _about(asked: Asked, press: Press) -> Asked:
    key, _ = key_of(press.named("key"))
    return asked.of(key, "")


def _told(asked: Asked, answer: Answer) -> Reply | None:
    """At home there is no place for an answer: it is said in a window, and home is drawn anew."""
    if asked.reply_to:
        return Reply(answer)
    words = asked.desk.words
    opens(asked, answer.view(words, words.text("answers.window")))
    asked.bot.pool.put(partial(home.publish, asked.bot, asked.user))
    return None
