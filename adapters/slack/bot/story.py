"""What each type of event says in a timeline: the rest of a line that begins with its actor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from adapters.slack.bot.shown import text
from adapters.slack.drawing.words import REDACTED
from adapters.slack.parts import Line, Link
from adapters.slack.words import Words
from incident_core import events as e
from incident_core.model.timer import follow_up_of, role_of

Values = Callable[[Any], Mapping[str, Any]]


def said(words: Words, event: e.Event, redacted: tuple[str, ...] = ()) -> Line:
    """The event in words; texts that were redacted since are marked."""
    return words.line(f"timeline.{event.type}", **_VALUES[event.type](_Reading(event, redacted)))


class _Reading:
    """The fields of an event as they may be shown."""

    def __init__(self, event: e.Event, redacted: tuple[str, ...]) -> None:
        self._event, self._redacted = event, redacted

    def __getattr__(self, name: str) -> Any:
        return REDACTED if name in self._redacted else getattr(self._event, name)


def _as_is(*names: str) -> Values:
    """These fields under their own names."""
    return lambda x: {name: getattr(x, name) for name in names}


def _text(given: str | None, limit: int = 300) -> str | None:
    """A text that may never have been written."""
    return None if given is None else text(given, limit)


def _opened(x: Any) -> Mapping[str, Any]:
    return {"private": x.private, "drill": x.drill, "severity": x.severity, "title": text(x.title)}


def _severity_set(x: Any) -> Mapping[str, Any]:
    return {
        "raised": x.severity.outranks(x.previous),
        "previous_severity": x.previous,
        "severity": x.severity,
        "reason": _text(x.reason),
    }


def _role_assigned(x: Any) -> Mapping[str, Any]:
    claimed = x.holder == x.actor
    return {"claimed": claimed, "role": x.role, "holder": x.holder, "previous_holder": x.previous}


def _evidence(x: Any) -> Mapping[str, Any]:
    link = REDACTED if x.url in (None, REDACTED) else Link(x.url, text(x.url, 100))
    return {"item": x.evidence, "link": link, "note": _text(x.note)}


def _update(x: Any) -> Mapping[str, Any]:
    names = ", ".join((x.components or "").splitlines())
    return {
        "item": x.update,
        "text": text(x.text),
        "impact": _text(x.impact, 100),
        "components": text(names, 100),
        "next_due": x.next_due,
    }


def _added(x: Any) -> Mapping[str, Any]:
    return {"item": x.item, "owner": x.owner, "due": x.due, "text": text(x.text)}


def _corrected(x: Any) -> Mapping[str, Any]:
    return {"milestone": x.milestone, "at": x.when, "previous_at": x.previous}


def _linked(x: Any) -> Mapping[str, Any]:
    return {"system": x.system, "external": text(x.external_id), "url": _text(x.url)}


def _reminder(x: Any) -> Mapping[str, Any]:
    return {"timer": x.reminder, "role": role_of(x.reminder), "item": follow_up_of(x.reminder)}


def _redacted(x: Any) -> Mapping[str, Any]:
    return {"field": x.field, "version": str(x.version), "reason": text(x.reason)}


_VALUES: dict[str, Values] = {
    "opened": _opened,
    "imported": lambda x: {"origin": text(x.origin)},
    "declared": _as_is(),
    "status_set": _as_is("status"),
    "severity_set": _severity_set,
    "role_assigned": _role_assigned,
    "role_released": _as_is("role", "holder"),
    "role_handed_over": _as_is("role", "holder", "to"),
    "handover_offered": _as_is("role", "holder", "to"),
    "handover_accepted": _as_is("role", "holder", "to"),
    "evidence_added": _evidence,
    "update_sent": _update,
    "update_corrected": _update,
    "title_corrected": lambda x: {"title": text(x.title)},
    "task_added": _added,
    "task_assigned": _as_is("item", "owner"),
    "task_done": _as_is("item"),
    "followup_added": _added,
    "followup_assigned": _as_is("item", "owner"),
    "followup_done": _as_is("item"),
    "milestone_corrected": _corrected,
    "entry_retracted": lambda x: {"item": x.entry, "reason": text(x.reason)},
    "reminder_snoozed": lambda x: {**_reminder(x), "until": x.until},
    "reminder_stopped": _reminder,
    "review_done": _as_is(),
    "resolved": _as_is(),
    "closed": _as_is("outcome", "duplicate_of"),
    "reopened": lambda x: {"stage": x.to, "reason": text(x.reason)},
    "access_granted": _as_is("who"),
    "access_revoked": _as_is("who"),
    "made_private": _as_is(),
    "looked": lambda x: {"how": text(x.how)},
    "external_linked": _linked,
    "rule_overridden": lambda x: {"rules": x.rules, "reason": text(x.reason)},
    "text_redacted": _redacted,
}
TYPES = frozenset(_VALUES)
"""Every event type that has words: all there are."""
