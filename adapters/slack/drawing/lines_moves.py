"""Lines about the life of an incident: its stage, status and severity, and rules that were overridden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.slack.drawing import words as shared
from adapters.slack.drawing.message import Row
from adapters.slack.words import Words
from incident_core import events as e
from incident_core.model.incident import Incident
from incident_core.model.severity import Severity
from incident_core.ports.reader import Entry


def with_opening(incident: Incident, entry: Entry) -> bool:
    """Whether this severity was given when it was opened."""
    event = entry.event
    if not isinstance(event, e.SeveritySet) or entry.version != 2:
        return False
    first = event.previous is Severity.SEV4 and event.reason is None
    return first and event.at == incident.opened_at and event.actor == incident.opened_by


def _declared(words: Words, event: e.Declared, incident: Incident) -> Sequence[Row]:
    return words.rows("lines.declared", who=event.actor, drill=incident.drill)


def _status(words: Words, event: e.StatusSet, _: Incident) -> Sequence[Row]:
    return words.rows("lines.status_set", who=event.actor, status=event.status)


def _severity(words: Words, event: e.SeveritySet, _: Incident) -> Sequence[Row]:
    return words.rows(
        "lines.severity_set",
        who=event.actor,
        raised=event.severity.outranks(event.previous),
        previous_severity=event.previous,
        severity=event.severity,
        reason=event.reason or None,
    )


def _resolved(words: Words, event: e.Resolved, incident: Incident) -> Sequence[Row]:
    declared = incident.declared_at
    took = None if declared is None else event.at - declared
    return words.rows("lines.resolved", who=event.actor, took=took)


def _closed(words: Words, event: e.Closed, _: Incident) -> Sequence[Row]:
    return words.rows("lines.closed", who=event.actor, outcome=event.outcome, duplicate_of=event.duplicate_of)


def _reopened(words: Words, event: e.Reopened, _: Incident) -> Sequence[Row]:
    reason = shared.text(event.reason)
    return words.rows("lines.reopened", who=event.actor, stage=event.to, reason=reason)


def _overridden(words: Words, event: e.RuleOverridden, _: Incident) -> Sequence[Row]:
    reason = shared.text(event.reason)
    return words.rows("lines.rule_overridden", who=event.actor, rules=event.rules, reason=reason)


def _milestone(words: Words, event: e.MilestoneCorrected, _: Incident) -> Sequence[Row]:
    return words.rows(
        "lines.milestone_corrected",
        who=event.actor,
        milestone=event.milestone.removesuffix("_at"),
        at=event.when,
        previous_at=event.previous,
    )


def _title(words: Words, event: e.TitleCorrected, _: Incident) -> Sequence[Row]:
    return words.rows("lines.title_corrected", who=event.actor, title=shared.text(event.title))


def _reviewed(words: Words, event: e.ReviewDone, _: Incident) -> Sequence[Row]:
    return words.rows("lines.review_done", who=event.actor)


def _redacted(words: Words, event: e.TextRedacted, _: Incident) -> Sequence[Row]:
    return words.rows("lines.text_redacted", who=event.actor, field=event.field)


ROWS: Mapping[type[e.Event], Callable[[Words, Any, Incident], Sequence[Row]]] = {
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
