"""Forms that tell something: a new incident, an update, a correction of one, and a piece of evidence."""

from __future__ import annotations

from adapters.slack.bot import faults
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.began import began
from adapters.slack.bot.fields import LONGEST, checks, choice, incidents, modal, moment, option, says, text
from adapters.slack.bot.filled import Filled, about, gives
from adapters.slack.parts import Block, Bold, When
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.model.entry import Update
from incident_core.model.severity import Severity
from incident_core.model.text import TITLE_LIMIT
from incident_core.ports.reader import Summary

START, UPDATE, CORRECT, EVIDENCE = "start", "update", "correct", "evidence"
INCIDENT, BURNING = "incident", "open_incident"
"""The selects that search over incidents: those that are not closed, and those that are not resolved."""
_FLAGS = (
    option("private", "Private", "Only those whom you let see it, and who have a role"),
    option("drill", "Drill", "An exercise: marked everywhere, and in no figures"),
)


def starting(asked: Asked) -> Block:
    """A form for a new incident."""
    meaning = asked.desk.definitions.severities
    levels = {each: option(each.value, each.value, meaning.get(each.value, "")) for each in Severity}
    fields = (
        text("title", "What is going on?", lines=False, most=TITLE_LIMIT),
        choice("severity", "Severity", list(levels.values()), levels[Severity.SEV4]),
        checks("flags", "What is special about it?", _FLAGS),
        text("impact", "Whom does it affect, and how?", optional=True),
    )
    return modal(START, "Start a new incident", "Start", fields)


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


def updating(here: Summary | None) -> Block:
    """A form for an update; `here` is the incident that it is about unless another is chosen."""
    fields = (
        incidents(BURNING, here),
        text("text", "What should those outside the response know?"),
        text("impact", "Whom does it affect, and how?", optional=True),
        text(
            "components",
            "What is affected?",
            optional=True,
            lines=False,
            hint="Parts of the system, with commas between them",
        ),
        moment("next_due", "When is the next update due?", hint="In your own time zone"),
    )
    return modal(UPDATE, "Incident update", "Send", fields)


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


def correcting(key: str, update: Update) -> Block:
    """A form with the text of an update, to be corrected. Raises Invalid for one that no field takes."""
    before = update.text or ""
    if len(before) > LONGEST:
        raise Invalid("text", f"{update.id} is too long for a form: type the whole text behind its id.")
    line = (Bold(key), f": update {update.id}, sent ", When(update.sent_at))
    fields = (says(line), text("text", "What it should say", initial=before))
    return modal(CORRECT, f"Correct {update.id}", "Correct", fields, key=key, update=update.id)


def corrected(asked: Asked, form: Filled) -> Answer:
    """Correct it; what else it said stays."""
    key, update = form.about.get("key"), form.about.get("update")
    if not isinstance(update, str) or not isinstance(key, str):
        raise Invalid("update", faults.UNREADABLE)
    return gives(about(asked, form, key), c.CorrectUpdate, update=update, text=form.text("text"))


def collecting(url: str, here: Summary | None) -> Block:
    """A form that asks for which incident a message is evidence; `here` is the one of its channel."""
    fields = (incidents(INCIDENT, here), text("note", "What does it show?", optional=True))
    return modal(EVIDENCE, "Collect Evidence", "Add", fields, url=url)


def collected(asked: Asked, form: Filled) -> Answer:
    """Add the link to the incident that was chosen."""
    asked = about(asked, form, _chosen(form, INCIDENT))
    return gives(asked, c.AddEvidence, url=str(form.about.get("url") or ""), note=form.text("note"))


def _chosen(form: Filled, field: str) -> str:
    found = form.option(field)
    if not found:
        raise Invalid("key", "Choose an incident.")
    return found
