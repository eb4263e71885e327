"""The form for a follow-up: what is to be done after an incident, by whom, until when."""

from __future__ import annotations

from adapters.slack.bot import faults
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.fields import day, incidents, modal, person, says, text
from adapters.slack.bot.filled import Filled, about, gives
from adapters.slack.bot.forms_news import INCIDENT
from adapters.slack.bot.shown import text as shown
from adapters.slack.parts import Block
from adapters.slack.words import Words
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.times import Due
from incident_core.ports.reader import Summary

FOLLOWUP = "followup"


def of_incident(words: Words, incident: Incident) -> Block:
    """A form for a follow-up of this incident."""
    named = words.line("forms.named", key=incident.key, title=shown(incident.title))
    return _form(words, says(words, named), key=incident.key)


def of_message(words: Words, url: str, here: Summary | None) -> Block:
    """A form for one that came up in a message, whose link is kept; `here` unless another is chosen."""
    return _form(words, incidents(words, INCIDENT, here), url=url)


def _form(words: Words, first: Block, **about: str) -> Block:
    say = words.text
    fields = (
        first,
        text("text", say("followups.text")),
        person("owner", say("followups.owner")),
        day("due", say("followups.due"), hint=say("followups.due_hint")),
    )
    return modal(words, FOLLOWUP, say("followups.add"), say("followups.add_send"), fields, **about)


def added(asked: Asked, form: Filled) -> Answer:
    """Add it; where it came up in a message, with the link to that."""
    key = form.about.get("key") or form.option(INCIDENT)
    if not isinstance(key, str) or not key:
        raise Invalid("key", "Choose an incident.")
    typed, url, owner = form.text("text"), form.about.get("url"), form.person("owner")
    return gives(
        about(asked, form, key),
        c.AddFollowUp,
        text=f"{typed} {url}" if typed.strip() and isinstance(url, str) else typed,
        owner=owned(asked, owner) if owner else None,
        due=_due(asked, form),
    )


def owned(asked: Asked, user: str) -> Actor:
    """Who is to do it; raises Invalid for the bot."""
    if user == asked.desk.team.bot_user:
        raise Invalid("owner", "The bot can do nothing itself: choose a person. Nothing was changed.")
    if not user:
        raise Invalid("owner", faults.UNREADABLE)
    return asked.desk.known(Actor("slack", user))


def _due(asked: Asked, form: Filled) -> Due | None:
    """The day where they live, as far as that is known; or else where the deployment is."""
    on, desk = form.day("due"), asked.desk
    if on is None:
        return None
    try:
        return Due(on, desk.directory.zone(asked.user) or desk.timezone)
    except Invalid:  # a zone that only Slack knows
        return Due(on, desk.timezone)
