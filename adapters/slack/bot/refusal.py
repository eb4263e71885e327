"""No, in a form that helps in Slack: every reason, who can mend it, and what to type there."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.slack.bot.answer import Answer
from adapters.slack.bot.shown import spoken
from adapters.slack.parts import Code, Line, Part
from incident_core.guards.refusal import Reason, Remedy
from incident_core.guards.rules import GUARDS, PERMITTED

OVERRIDABLE = frozenset(guard.code for guard in GUARDS if guard.needs == "override")
ELSEWHERE = frozenset({"times"})
"""The first words of remedies that only the command line has."""


def refused(key: str, reasons: Sequence[Reason], program: str, *, typed: bool = True) -> Answer:
    """Every reason against it; nothing was changed. Where it was not typed, there is nothing to add to it."""
    lines: list[Line] = [("Not done: nothing was changed.",)]
    for each in reasons:
        lines += against(key, each, program, override=typed and each.code in OVERRIDABLE)
    return Answer(lines)


def against(key: str, reason: Reason, program: str, *, override: bool) -> list[Line]:
    """One reason and what to do about it, below each other."""
    if reason.code == PERMITTED.code:
        return [spoken(f"• {reason.sentence}"), ("   → ask one of them to do it",)]
    instead: Line = (", or add ", Code("--override REASON")) if override else ()
    by = "" if reason.remedy.who == "anyone" else f" ({reason.remedy.who})"
    return [spoken(f"• {reason.sentence}"), ("   → ", *_remedy(key, reason, program), *instead, by)]


def _remedy(key: str, reason: Reason, program: str) -> Sequence[Part]:
    if reason.code == "key-reused":
        return ("type it again without ", Code("--key"))
    if typed_elsewhere(reason.remedy):
        return (Code(reason.remedy.line(key)), " on the command line")
    return (Code(reason.remedy.line(key, program)),)


def typed_elsewhere(remedy: Remedy) -> bool:
    """Whether Slack has no such verb, or no such option."""
    return str(remedy.verb).partition(" ")[0] in ELSEWHERE or "--at " in remedy.rest
