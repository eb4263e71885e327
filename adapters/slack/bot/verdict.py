"""What stands against a move at this moment, asked of the rules before anybody is asked to do it."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.slack.bot.asked import Asked
from adapters.slack.bot.refusal import against
from adapters.slack.parts import Line
from incident_core.guards.question import Ask, Question
from incident_core.guards.refusal import Reason
from incident_core.lifecycle.available import Possibility, possibility
from incident_core.model.incident import Incident

OVERRIDE = ("override",)
"""What a move needs that only a rule of the process stands against."""


def verdict(asked: Asked, incident: Incident, ask: Ask) -> Possibility:
    """Whether this person could do it now."""
    at = max(asked.now, incident.stages[-1].at)
    return possibility(Question(asked.rules, incident, asked.actor, at, ask))


def missing(asked: Asked, key: str, reasons: tuple[Reason, ...]) -> Iterator[Line]:
    """What is missing, each with what would mend it; nothing where nothing is."""
    words = asked.desk.words
    if reasons:
        yield words.line("refusals.missing")
    for reason in reasons:
        yield from against(words, key, reason, asked.program, override=False)
