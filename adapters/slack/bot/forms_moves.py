"""Forms that move an incident on: resolve, close, reopen, and a lower severity; each says what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.slack.bot import faults
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.closing import room_of, usual
from adapters.slack.bot.fields import choice, modal, option, says, text
from adapters.slack.bot.filled import Filled, about, gives
from adapters.slack.bot.parse import key_of
from adapters.slack.bot.shown import text as shown
from adapters.slack.bot.verdict import OVERRIDE, missing
from adapters.slack.parts import Block, Line
from adapters.slack.words import Words
from incident_core import commands as c
from incident_core.errors import Invalid, NotFound
from incident_core.lifecycle.available import Possibility
from incident_core.model.incident import Incident
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity

RESOLVE, CLOSE, REOPEN, LOWER = "resolve", "close", "reopen", "lower"


def _form(words: Words, callback: str, incident: Incident, *blocks: Block, **more: object) -> Block:
    key, visit = incident.key, len(incident.stages)
    title, submit = words.text(f"forms.{callback}", key=key), words.text(f"forms.{callback}_send")
    return modal(words, callback, title, submit, blocks, key=key, visit=visit, **more)


def _named(words: Words, incident: Incident) -> Line:
    return words.line("forms.named", key=incident.key, title=shown(incident.title))


def _override(words: Words, found: Possibility) -> Iterator[Block]:
    """A field for the reason, where only a rule of the process is in the way."""
    if found.needs == OVERRIDE:
        label, hint = words.text("forms.override"), words.text("forms.override_hint")
        yield text("override", label, optional=True, hint=hint)


def _why(form: Filled) -> str | None:
    return form.text("override") or None


def resolving(asked: Asked, incident: Incident, found: Possibility) -> Block:
    """A form that says what is missing, and takes a reason to pass over it."""
    words = asked.desk.words
    lines = (
        _named(words, incident),
        words.line("forms.resolve_ask"),
        *missing(asked, incident.key, found.reasons),
    )
    return _form(words, RESOLVE, incident, says(words, *lines), *_override(words, found))


def resolved(asked: Asked, form: Filled) -> Answer:
    """Resolve it."""
    return gives(about(asked, form), c.Resolve, beside="override", override=_why(form))


def closing(asked: Asked, incident: Incident, found: Possibility) -> Block:
    """A form that asks how it ended."""
    words = asked.desk.words
    lines = (
        _named(words, incident),
        words.line("closing.ask", room=room_of(asked, incident)),
        words.line("closing.final"),
        *missing(asked, incident.key, found.reasons),
    )
    options = {each: option(each.value, words.text("forms.outcome_option", outcome=each)) for each in Outcome}
    label, hint = words.text("forms.duplicate_of"), words.text("forms.duplicate_of_hint")
    return _form(
        words,
        CLOSE,
        incident,
        says(words, *lines),
        choice("outcome", words.text("forms.outcome"), list(options.values()), options[usual(incident)]),
        text("other", label, optional=True, lines=False, hint=hint),
        *_override(words, found),
    )


def closed(asked: Asked, form: Filled) -> Answer:
    """Close it; raises Invalid for what is no outcome, or no key."""
    name, other = form.option("outcome"), form.text("other").strip()
    if name not in list(Outcome):
        raise Invalid("outcome", faults.UNREADABLE)
    key, _ = key_of(other)
    if other and key is None:
        raise Invalid("other", f"{other[:80]} is not the key of an incident: write one like INC-42.")
    asked, beside = about(asked, form), "override" if key is None else "other"
    try:
        outcome = Outcome(name)
        return gives(asked, c.Close, beside=beside, outcome=outcome, duplicate_of=key, override=_why(form))
    except NotFound as fault:
        raise Invalid("other", str(fault)) from fault


def reopening(words: Words, incident: Incident) -> Block:
    """A form that asks why."""
    return _form(words, REOPEN, incident, text("reason", words.text("forms.reopen_reason")))


def reopened(asked: Asked, form: Filled) -> Answer:
    """Reopen it, with a reason."""
    return gives(about(asked, form), c.Reopen, reason=_reason(form, "Reopening"))


def lowering(words: Words, incident: Incident, severity: Severity) -> Block:
    """A form that asks why it is less severe."""
    asks = words.line("forms.lower_ask", previous_severity=incident.severity, severity=severity)
    fields = (
        says(words, _named(words, incident), asks),
        text("reason", words.text("forms.lower_reason", severity=severity)),
    )
    return _form(words, LOWER, incident, *fields, severity=severity.value)


def lowered(asked: Asked, form: Filled) -> Answer:
    """Set the severity that was chosen, with a reason."""
    level = form.about.get("severity")
    if level not in list(Severity):
        raise Invalid("severity", faults.UNREADABLE)
    reason = _reason(form, "Lowering")
    return gives(about(asked, form), c.SetSeverity, severity=Severity(str(level)), reason=reason)


def _reason(form: Filled, what: str) -> str:
    found = form.text("reason")
    if not found.strip():
        raise Invalid("reason", f"{what} needs a reason.")
    return found
