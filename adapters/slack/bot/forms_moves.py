"""Forms that move an incident on: resolve, close, reopen, and a lower severity; each says what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.slack.bot import faults
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.closing import FINAL, archived, usual
from adapters.slack.bot.fields import choice, modal, option, says, text
from adapters.slack.bot.filled import Filled, about, gives
from adapters.slack.bot.parse import key_of
from adapters.slack.bot.shown import text as shown
from adapters.slack.bot.verdict import OVERRIDE, missing
from adapters.slack.drawing.words import plainly
from adapters.slack.parts import Block, Bold, Line
from incident_core import commands as c
from incident_core.errors import Invalid, NotFound
from incident_core.lifecycle.available import Possibility
from incident_core.model.incident import Incident
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity

RESOLVE, CLOSE, REOPEN, LOWER = "resolve", "close", "reopen", "lower"


def _form(callback: str, incident: Incident, submit: str, *blocks: Block, **more: object) -> Block:
    key, visit = incident.key, len(incident.stages)
    return modal(callback, f"{submit} {key}", submit, blocks, key=key, visit=visit, **more)


def _named(incident: Incident) -> Line:
    return (Bold(incident.key), f" {shown(incident.title)}")


def _override(found: Possibility) -> Iterator[Block]:
    """A field for the reason, where only a rule of the process is in the way."""
    if found.needs == OVERRIDE:
        hint = "Leave it empty where you mend it first. The reason is recorded."
        yield text("override", "Why it is done anyway", optional=True, hint=hint)


def _why(form: Filled) -> str | None:
    return form.text("override") or None


def resolving(asked: Asked, incident: Incident, found: Possibility) -> Block:
    """A form that says what is missing, and takes a reason to pass over it."""
    lines = (
        _named(incident),
        ("Service is restored? It stays open for follow-up until it is closed.",),
        *missing(asked, incident.key, found.reasons),
    )
    return _form(RESOLVE, incident, "Resolve", says(*lines), *_override(found))


def resolved(asked: Asked, form: Filled) -> Answer:
    """Resolve it."""
    return gives(about(asked, form), c.Resolve, beside="override", override=_why(form))


def closing(asked: Asked, incident: Incident, found: Possibility) -> Block:
    """A form that asks how it ended."""
    lines = (
        _named(incident),
        ("Nothing is left to do?", *archived(asked, incident)),
        FINAL,
        *missing(asked, incident.key, found.reasons),
    )
    options = {each: option(each.value, plainly(each)) for each in Outcome}
    return _form(
        CLOSE,
        incident,
        "Close",
        says(*lines),
        choice("outcome", "How it ended", list(options.values()), options[usual(incident)]),
        text("other", "A duplicate of which incident?", optional=True, lines=False, hint="A key like INC-42"),
        *_override(found),
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


def reopening(incident: Incident) -> Block:
    """A form that asks why."""
    return _form(REOPEN, incident, "Reopen", text("reason", "Why was it not over?"))


def reopened(asked: Asked, form: Filled) -> Answer:
    """Reopen it, with a reason."""
    return gives(about(asked, form), c.Reopen, reason=_reason(form, "Reopening"))


def lowering(incident: Incident, severity: Severity) -> Block:
    """A form that asks why it is less severe."""
    lines = (
        _named(incident),
        (f"From {incident.severity} to {severity}: until you send this, nothing changes.",),
    )
    fields = (says(*lines), text("reason", f"Why is it only {severity}?"))
    return _form(LOWER, incident, "Lower", *fields, severity=severity.value)


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
