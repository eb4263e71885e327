"""What each type of event says in a timeline: the rest of a line that begins with its actor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.slack.bot.shown import text
from adapters.slack.drawing.words import REDACTED
from adapters.slack.parts import Line, Link, Part, When, Who
from incident_core import events as e
from incident_core.model.timer import follow_up_of, role_of

Words = Callable[[Any], Line]


def words(event: e.Event, redacted: tuple[str, ...] = ()) -> Line:
    """The event in words; texts that were redacted since are marked."""
    return _WORDS[event.type](_Reading(event, redacted))


class _Reading:
    """The fields of an event as they may be shown."""

    def __init__(self, event: e.Event, redacted: tuple[str, ...]) -> None:
        self._event, self._redacted = event, redacted

    def __getattr__(self, name: str) -> Any:
        return REDACTED if name in self._redacted else getattr(self._event, name)


def _opened(x: Any) -> Line:
    kind = " ".join(word for word, so in (("private", x.private), ("drill", x.drill)) if so)
    return (f"opened {f'a {kind} ' if kind else ''}{x.severity}: {text(x.title)}",)


def _because(reason: str | None) -> str:
    return "" if reason is None else f": {text(reason)}"


def _severity_set(x: Any) -> Line:
    how = "raised" if x.severity.outranks(x.previous) else "lowered"
    return (f"{how} the severity from {x.previous} to {x.severity}{_because(x.reason)}",)


def _role_assigned(x: Any) -> Line:
    before: Line = () if x.previous is None else (", until then ", Who(x.previous))
    if x.holder == x.actor:
        return (f"took {x.role}", *before)
    return (f"gave {x.role} to ", Who(x.holder), *before)


def _evidence(x: Any) -> Line:
    url: Part = REDACTED if x.url in (None, REDACTED) else Link(x.url, text(x.url, 100))
    return (f"added evidence {x.evidence}: ", url, "" if x.note is None else f" ({text(x.note)})")


def _update(verb: str) -> Words:
    def update(x: Any) -> Line:
        impact = "" if x.impact is None else f" · impact: {text(x.impact, 100)}"
        names = ", ".join((x.components or "").splitlines())
        parts = f" · components: {text(names, 100)}" if names else ""
        due: Line = () if x.next_due is None else (" · next update due ", When(x.next_due))
        return (f"{verb} update {x.update}: {text(x.text)}{impact}{parts}", *due)

    return update


def _added(word: str) -> Words:
    def added(x: Any) -> Line:
        owner: Line = () if x.owner is None else (" for ", Who(x.owner))
        due = "" if x.due is None else f", due {x.due}"
        return (f"added {word} {x.item}", *owner, f"{due}: {text(x.text)}")

    return added


def _closed(x: Any) -> Line:
    return (f"closed it: {x.outcome}" + ("" if x.duplicate_of is None else f" of {x.duplicate_of}"),)


def _corrected(x: Any) -> Line:
    before: Line = () if x.previous is None else (", not ", When(x.previous))
    return (f"corrected {x.milestone}: ", When(x.when), *before)


def _linked(x: Any) -> Line:
    return (f"linked it to {x.system} {text(x.external_id)}" + ("" if x.url is None else f": {text(x.url)}"),)


def _reminder(timer: str) -> str:
    if (role := role_of(timer)) is not None:
        return f"the reminder of the empty role {role}"
    item = follow_up_of(timer)
    return f"the {timer} reminder" if item is None else f"the reminder of follow-up {item}"


def _plainly(words: Callable[[Any], str]) -> Words:
    return lambda x: (words(x),)


_WORDS: dict[str, Words] = {
    "opened": _opened,
    "imported": _plainly(lambda x: f"imported it from {text(x.origin)}"),
    "declared": _plainly(lambda x: "declared an incident"),
    "status_set": _plainly(lambda x: f"set the status to {x.status}"),
    "severity_set": _severity_set,
    "role_assigned": _role_assigned,
    "role_released": lambda x: (f"released {x.role}, until then ", Who(x.holder)),
    "role_handed_over": lambda x: (f"handed {x.role} over from ", Who(x.holder), " to ", Who(x.to)),
    "handover_offered": lambda x: (f"offered {x.role} of ", Who(x.holder), " to ", Who(x.to)),
    "handover_accepted": lambda x: (f"accepted {x.role} for ", Who(x.to), " from ", Who(x.holder)),
    "evidence_added": _evidence,
    "update_sent": _update("sent"),
    "update_corrected": _update("corrected"),
    "title_corrected": _plainly(lambda x: f"corrected the title: {text(x.title)}"),
    "task_added": _added("task"),
    "task_assigned": lambda x: (f"gave task {x.item} to ", Who(x.owner)),
    "task_done": _plainly(lambda x: f"finished task {x.item}"),
    "followup_added": _added("follow-up"),
    "followup_assigned": lambda x: (f"gave follow-up {x.item} to ", Who(x.owner)),
    "followup_done": _plainly(lambda x: f"finished follow-up {x.item}"),
    "milestone_corrected": _corrected,
    "entry_retracted": _plainly(lambda x: f"retracted {x.entry}: {text(x.reason)}"),
    "reminder_snoozed": lambda x: (f"snoozed {_reminder(x.reminder)} until ", When(x.until)),
    "reminder_stopped": _plainly(lambda x: f"stopped {_reminder(x.reminder)}"),
    "review_done": _plainly(lambda x: "finished the review"),
    "resolved": _plainly(lambda x: "resolved it"),
    "closed": _closed,
    "reopened": _plainly(lambda x: f"reopened it, in stage {x.to}: {text(x.reason)}"),
    "access_granted": lambda x: ("let ", Who(x.who), " see it"),
    "access_revoked": lambda x: ("stopped ", Who(x.who), " from seeing it"),
    "made_private": _plainly(lambda x: "made it private"),
    "looked": _plainly(lambda x: f"looked at it as an administrator ({text(x.how)})"),
    "external_linked": _linked,
    "rule_overridden": _plainly(lambda x: f"overrode {', '.join(x.rules)}: {text(x.reason)}"),
    "text_redacted": _plainly(lambda x: f"redacted {x.field} of event {x.version}: {text(x.reason)}"),
}
TYPES = frozenset(_WORDS)
"""Every event type that has words: all there are."""
