"""Lines about the life of an incident: its stage, status and severity, and rules that were overridden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.slack.drawing import words
from adapters.slack.drawing.message import Quote, Row
from adapters.slack.parts import Bold, Code, Part, When, Who
from incident_core import events as e
from incident_core.model.incident import Incident
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.ports.reader import Entry

_AGAIN = {Stage.INCIDENT: "an incident", Stage.INVESTIGATION: "an investigation"}


def with_opening(incident: Incident, entry: Entry) -> bool:
    """Whether this severity was given when it was opened."""
    event = entry.event
    if not isinstance(event, e.SeveritySet) or entry.version != 2:
        return False
    first = event.previous is Severity.SEV4 and event.reason is None
    return first and event.at == incident.opened_at and event.actor == incident.opened_by


def because(text: str | None) -> Sequence[Row]:
    """A reason, where one was given or was removed since."""
    return [Quote(words.text(text))]


def _declared(event: e.Declared, incident: Incident) -> Sequence[Row]:
    return [[Who(event.actor), f" declared {'a drill' if incident.drill else 'an incident'}."]]


def _status(event: e.StatusSet, _: Incident) -> Sequence[Row]:
    return [[Who(event.actor), " set the status to ", Bold(event.status), "."]]


def _severity(event: e.SeveritySet, _: Incident) -> Sequence[Row]:
    way = "raised" if event.severity.outranks(event.previous) else "lowered"
    told: list[Part] = [f" {way} the severity from {event.previous} to ", Bold(event.severity)]
    reason = because(event.reason) if event.reason else ()
    return [[Who(event.actor), *told, ":" if reason else "."], *reason]


def _resolved(event: e.Resolved, incident: Incident) -> Sequence[Row]:
    declared = incident.declared_at
    took = "" if declared is None else f", {words.length(event.at - declared)} after it was declared"
    return [[Who(event.actor), f" resolved this{took}. The channel stays for what is left to do."]]


def _closed(event: e.Closed, _: Incident) -> Sequence[Row]:
    how = words.ended(event.outcome, event.duplicate_of)
    return [[Who(event.actor), " closed this: ", Bold(how), ". The channel is archived with it."]]


def _reopened(event: e.Reopened, _: Incident) -> Sequence[Row]:
    return [[Who(event.actor), f" reopened this; it is {_AGAIN[event.to]} again:"], *because(event.reason)]


def _overridden(event: e.RuleOverridden, _: Incident) -> Sequence[Row]:
    rules = ", ".join(event.rules)
    return [[Who(event.actor), " overrides ", Code(rules), " with what follows:"], *because(event.reason)]


def _milestone(event: e.MilestoneCorrected, _: Incident) -> Sequence[Row]:
    name = words.plainly(event.milestone.removesuffix("_at"))
    before: list[Part] = [", not ", When(event.previous)] if event.previous else []
    return [[Who(event.actor), f" corrected when it was {name}: ", When(event.when), *before, "."]]


def _title(event: e.TitleCorrected, _: Incident) -> Sequence[Row]:
    return [[Who(event.actor), " corrected the title:"], Quote(words.text(event.title))]


def _reviewed(event: e.ReviewDone, _: Incident) -> Sequence[Row]:
    return [[Who(event.actor), " says that the review is done."]]


def _redacted(event: e.TextRedacted, _: Incident) -> Sequence[Row]:
    told = f" removed a text ({words.plainly(event.field)}) from the record for good."
    return [[Who(event.actor), told, " What was said of it in this channel has to be deleted here."]]


ROWS: Mapping[type[e.Event], Callable[[Any, Incident], Sequence[Row]]] = {
    e.Declared: _declared,
    e.StatusSet: _status,
    e.SeveritySet: _severity,
    e.Resolved: _resolved,
    e.Closed: _closed,
    e.Reopened: _reopened,
    e.RuleOverridden: _overridden,
    e.MilestoneCorrected: _milestone,
    e.TitleCorrected: _title,
    e.ReviewDone: _reviewed,
    e.TextRedacted: _redacted,
}
