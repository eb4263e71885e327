"""Forms that tell something: a new incident, an update, a correction of one, and a piece of evidence."""

from __future__ import annotations

from adapters.slack.bot import faults
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.began import began
from adapters.slack.bot.fields import LONGEST, checks, choice, incidents, modal, moment, option, says, text
from adapters.slack.bot.filled import Filled, about, gives
from adapters.slack.parts import Block
from adapters.slack.words import Words
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.model.entry import Update
from incident_core.model.severity import Severity
from incident_core.model.text import TITLE_LIMIT
from incident_core.ports.reader import Summary

START, UPDATE, CORRECT, EVIDENCE = "start", "update", "correct", "evidence"
INCIDENT, BURNING = "incident", "open_incident"
"""The selects that search over incidents: those that are not closed, and those that are not resolved."""
_FLAGS = ("private", "drill")


def starting(asked: Asked) -> Block:
    """A form for a new incident."""
    words, meaning = asked.desk.words, asked.desk.definitions.severities
    say = words.text
    levels = {each: option(each.value, each.value, meaning.get(each.value, "")) for each in Severity}
    flags = [option(each, say(f"forms.{each}"), say(f"forms.{each}_about")) for each in _FLAGS]
    fields = (
        text("title", say("forms.title"), lines=False, most=TITLE_LIMIT),
        choice("severity", say("forms.severity"), list(levels.values()), levels[Severity.SEV4]),
        checks("flags", say("forms.flags"), flags),
        text("impact", say("forms.impact"), optional=True),
    )
    return modal(words, START, say("forms.start"), say("forms.start_send"), fields)


def started(asked: Asked, form: Filled) -> Answer:
    """Open it as an incident, led by whoever sent the form."""
    level, flags = form.option("severity") or Severity.SEV4, form.options("flags")
    if level not in list(Severity):
        raise Invalid("severity", faults.UNREADABLE)
    return began(
        asked,
        title=form.text("title"),
        severity=Severity(level),
        private="private" in flags,
        drill="drill" in flags,
        declare=True,
        impact=form.text("impact") or None,
    )


def updating(words: Words, here: Summary | None) -> Block:
    """A form for an update; `here` is the incident that it is about unless another is chosen."""
    say = words.text
    parts, due = say("forms.components_hint"), say("forms.next_due_hint")
    fields = (
        incidents(words, BURNING, here),
        text("text", say("forms.update_text")),
        text("impact", say("forms.impact"), optional=True),
        text("components", say("forms.components"), optional=True, lines=False, hint=parts),
        moment("next_due", say("forms.next_due"), hint=due),
    )
    return modal(words, UPDATE, say("forms.update"), say("forms.update_send"), fields)


def updated(asked: Asked, form: Filled) -> Answer:
    """Send it."""
    parts = (part.strip() for part in form.text("components").split(","))
    return gives(
        about(asked, form, _chosen(form, BURNING)),
        c.SendUpdate,
        text=form.text("text"),
        impact=form.text("impact") or None,
        components=tuple(part for part in parts if part),
        next_due=form.moment("next_due"),
    )


def correcting(words: Words, key: str, update: Update) -> Block:
    """A form with the text of an update, to be corrected. Raises Invalid for one that no field takes."""
    before = update.text or ""
    if len(before) > LONGEST:
        raise Invalid("text", f"{update.id} is too long for a form: type the whole text behind its id.")
    which = words.line("forms.correct_which", key=key, item=update.id, at=update.sent_at)
    fields = (says(words, which), text("text", words.text("forms.correct_text"), initial=before))
    title, submit = words.text("forms.correct", item=update.id), words.text("forms.correct_send")
    return modal(words, CORRECT, title, submit, fields, key=key, update=update.id)


def corrected(asked: Asked, form: Filled) -> Answer:
    """Correct it; what else it said stays."""
    key, update = form.about.get("key"), form.about.get("update")
    if not isinstance(update, str) or not isinstance(key, str):
        raise Invalid("update", faults.UNREADABLE)
    return gives(about(asked, form, key), c.CorrectUpdate, update=update, text=form.text("text"))


def collecting(words: Words, url: str, here: Summary | None) -> Block:
    """A form that asks for which incident a message is evidence; `here` is the one of its channel."""
    note = words.text("forms.evidence_note")
    fields = (incidents(words, INCIDENT, here), text("note", note, optional=True))
    title, submit = words.text("forms.evidence"), words.text("forms.evidence_send")
    return modal(words, EVIDENCE, title, submit, fields, url=url)


def collected(asked: Asked, form: Filled) -> Answer:
    """Add the link to the incident that was chosen."""
    asked = about(asked, form, _chosen(form, INCIDENT))
    return gives(asked, c.AddEvidence, url=str(form.about.get("url") or ""), note=form.text("note"))


def _chosen(form: Filled, field: str) -> str:
    found = form.option(field)
    if not found:
        raise Invalid("key", "Choose an incident.")
    return found
