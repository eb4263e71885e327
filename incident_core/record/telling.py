"""What each type of event says in a timeline, in words; a text that was redacted says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from incident_core import events as e
from incident_core.model.actor import Actor
from incident_core.model.timer import follow_up_of, role_of

REDACTED = "[redacted]"
"""What stands where a text was removed."""

Words = Callable[[Any], str]
Shown = Callable[[str | Actor], str]
"""How a name or a typed text is shown."""


def told(event: e.Event, redacted: tuple[str, ...] = (), shown: Shown = str) -> str:
    """The event as the rest of a sentence that begins with its actor; may have several lines.

    Whatever somebody typed, and every name, has been through `shown`.
    """
    return _WORDS[event.type](_Reading(event, redacted, shown))


class _Reading:
    """The fields of an event as they may be shown; redacted ones are marked."""

    def __init__(self, event: e.Event, redacted: tuple[str, ...], shown: Shown) -> None:
        self.event = event
        self._redacted = redacted
        self._shown = shown

    def __getattr__(self, name: str) -> Any:
        if name in self._redacted:
            return REDACTED
        value = getattr(self.event, name)
        return self._shown(value) if type(value) is str or isinstance(value, Actor) else value


def moment(when: datetime) -> str:
    """A time in UTC, to the second: 2026-11-22 08:45:00Z."""
    return when.strftime("%Y-%m-%d %H:%M:%SZ")


def _opened(x: Any) -> str:
    kind = " ".join(word for word, so in (("private", x.private), ("drill", x.drill)) if so)
    return f"opened {f'a {kind} ' if kind else ''}{x.severity}: {_text(x.title)}"


def _text(value: str | None) -> str:
    return REDACTED if value is None else value


def _because(reason: str | None) -> str:
    return "" if reason is None else f": {reason}"


def _severity_set(x: Any) -> str:
    how = "raised" if x.severity.outranks(x.previous) else "lowered"
    return f"{how} the severity from {x.previous} to {x.severity}{_because(x.reason)}"


def _role_assigned(x: Any) -> str:
    before = "" if x.previous is None else f", until then {x.previous}"
    if x.event.holder == x.event.actor:
        return f"took {x.role}{before}"
    return f"gave {x.role} to {x.holder}{before}"


def _handed_over(x: Any) -> str:
    return f"handed {x.role} over from {x.holder} to {x.to}"


def _evidence(x: Any) -> str:
    return f"added evidence {x.evidence}: {_text(x.url)}" + ("" if x.note is None else f" ({x.note})")


def _update(verb: str) -> Words:
    def update(x: Any) -> str:
        parts = [f"{verb} update {x.update}: {_text(x.text)}"]
        if x.impact is not None:
            parts.append(f"impact: {x.impact}")
        if x.components is not None:
            parts.append(f"components: {', '.join(x.components.splitlines())}")
        if x.next_due is not None:
            parts.append(f"next update due {moment(x.next_due)}")
        return "\n".join(parts)

    return update


def _added(word: str) -> Words:
    def added(x: Any) -> str:
        owner = "" if x.owner is None else f" for {x.owner}"
        due = "" if x.due is None else f", due {x.due}"
        return f"added {word} {x.item}{owner}{due}: {_text(x.text)}"

    return added


def _closed(x: Any) -> str:
    return f"closed it: {x.outcome}" + ("" if x.duplicate_of is None else f" of {x.duplicate_of}")


def _corrected(x: Any) -> str:
    before = "" if x.previous is None else f", not {moment(x.previous)}"
    return f"corrected {x.milestone}: {moment(x.when)}{before}"


def _linked(x: Any) -> str:
    return f"linked it to {x.system} {x.external_id}" + ("" if x.url is None else f": {x.url}")


def reminder(timer: str) -> str:
    """What a timer says, in the middle of a sentence."""
    if (role := role_of(timer)) is not None:
        return f"the reminder of the empty role {role}"
    item = follow_up_of(timer)
    return f"the {timer} reminder" if item is None else f"the reminder of follow-up {item}"


_WORDS: dict[str, Words] = {
    "opened": _opened,
    "imported": lambda x: f"imported it from {x.origin}",
    "declared": lambda x: "declared an incident",
    "status_set": lambda x: f"set the status to {x.status}",
    "severity_set": _severity_set,
    "role_assigned": _role_assigned,
    "role_released": lambda x: f"released {x.role}, until then {x.holder}",
    "role_handed_over": _handed_over,
    "handover_offered": lambda x: f"offered {x.role} of {x.holder} to {x.to}",
    "handover_accepted": lambda x: f"accepted {x.role} for {x.to} from {x.holder}",
    "evidence_added": _evidence,
    "update_sent": _update("sent"),
    "update_corrected": _update("corrected"),
    "title_corrected": lambda x: f"corrected the title: {_text(x.title)}",
    "task_added": _added("task"),
    "task_assigned": lambda x: f"gave task {x.item} to {x.owner}",
    "task_done": lambda x: f"finished task {x.item}",
    "followup_added": _added("follow-up"),
    "followup_assigned": lambda x: f"gave follow-up {x.item} to {x.owner}",
    "followup_done": lambda x: f"finished follow-up {x.item}",
    "milestone_corrected": _corrected,
    "entry_retracted": lambda x: f"retracted {x.entry}: {_text(x.reason)}",
    "reminder_snoozed": lambda x: f"snoozed {reminder(x.reminder)} until {moment(x.until)}",
    "reminder_stopped": lambda x: f"stopped {reminder(x.reminder)}",
    "review_done": lambda x: "finished the review",
    "resolved": lambda x: "resolved it",
    "closed": _closed,
    "reopened": lambda x: f"reopened it, in stage {x.to}: {_text(x.reason)}",
    "access_granted": lambda x: f"let {x.who} see it",
    "access_revoked": lambda x: f"stopped {x.who} from seeing it",
    "made_private": lambda x: "made it private",
    "looked": lambda x: f"looked at it as an admin ({x.how})",
    "external_linked": _linked,
    "rule_overridden": lambda x: f"overrode {', '.join(x.rules)}: {_text(x.reason)}",
    "text_redacted": lambda x: f"redacted {x.field} of event {x.version}: {_text(x.reason)}",
}
TYPES = frozenset(_WORDS)
"""Every event type that has words: all there are."""
