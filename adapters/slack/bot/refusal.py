"""No, in a form that helps in Slack: every reason, who can mend it, and what to type there."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.slack.bot.answer import Answer
from adapters.slack.bot.shown import spoken
from adapters.slack.parts import Line
from adapters.slack.words import Words
from incident_core.guards.refusal import Reason, Remedy
from incident_core.guards.rules import GUARDS, PERMITTED

OVERRIDABLE = frozenset(guard.code for guard in GUARDS if guard.needs == "override")
ELSEWHERE = frozenset({"times"})
"""The first words of remedies that only the command line has."""


def refused(words: Words, key: str, reasons: Sequence[Reason], program: str, *, typed: bool = True) -> Answer:
    """Every reason against it; nothing was changed. Where it was not typed, there is nothing to add to it."""
    lines = [words.line("refusals.not_done")]
    for each in reasons:
        lines += against(words, key, each, program, override=typed and each.code in OVERRIDABLE)
    return Answer(lines)


def against(words: Words, key: str, reason: Reason, program: str, *, override: bool) -> list[Line]:
    """One reason and what to do about it, below each other."""
    sentence = words.line("refusals.reason", sentence=spoken(reason.sentence))
    return [sentence, _remedy(words, key, reason, program, override=override)]


def _remedy(words: Words, key: str, reason: Reason, program: str, *, override: bool) -> Line:
    who = None if reason.remedy.who == "anyone" else reason.remedy.who
    if reason.code == PERMITTED.code:
        return words.line("refusals.ask_them")
    if reason.code == "key-reused":
        return words.line("refusals.type_it_anew", who=who)
    elsewhere = typed_elsewhere(reason.remedy)
    return words.line(
        "refusals.remedy",
        remedy=reason.remedy.line(key) if elsewhere else reason.remedy.line(key, program),
        elsewhere=elsewhere,
        override=override,
        who=who,
    )


def typed_elsewhere(remedy: Remedy) -> bool:
    """Whether Slack has no such verb, or no such option."""
    return str(remedy.verb).partition(" ")[0] in ELSEWHERE or "--at" in remedy.rest.split()
