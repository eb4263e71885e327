"""The verbs about reminders: what reminds people and when, and putting it off."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.parse import word
from adapters.slack.bot.reminding import snooze, snooze_until, stop
from adapters.slack.bot.verbs.verb import Verb
from adapters.slack.parts import Line
from adapters.slack.words import Words
from adapters.spans import span
from incident_core.errors import Invalid
from incident_core.ports.backlog import ALL
from incident_core.ports.timers import Armed

MOST = 20
"""Timers that one list shows."""
_LIST = ("", "list", "show")


def _timers(asked: Asked) -> Answer:
    sub, rest = word(asked.rest)
    if sub.lower() in _LIST:
        return _listed(asked, asked.key)
    name, rest = word(rest)
    if sub.lower() == "snooze" and name:
        return _snoozed(asked, name.lower(), rest)
    if sub.lower() == "stop" and name and not rest:
        return stop(asked, name.lower())
    program = asked.program
    raise Invalid(
        "timers",
        f"Say what and which: {program} timers snooze comms 30m, {program} timers stop comms, "
        f"or {program} timers list.",
    )


def _scheduler(asked: Asked) -> Answer:
    if asked.rest.lower() not in _LIST:
        raise Invalid("scheduler", f"This shows all timers: {asked.program} scheduler list.")
    return _listed(asked, None)


def _snoozed(asked: Asked, name: str, typed: str) -> Answer:
    """Put it off for a length of time (30m), or until a time as the command line writes it."""
    until = re.match(r"(?:--|—)?until(?:=|\s+)(.*)", typed, re.DOTALL)
    length = re.sub(r"^(?:(?:--|—)?for(?:=|\s+)|in\s+)", "", until[1] if until else typed).strip()
    try:
        ahead = span(length.lower())
    except OverflowError:
        raise Invalid("until", "That is beyond the year 9999.") from None
    if ahead is not None:
        return snooze(asked, name, ahead)
    return snooze_until(asked, name, _moment(length))


def _moment(typed: str) -> datetime:
    try:
        found = datetime.fromisoformat(typed.upper())
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None:
        raise Invalid(
            "until",
            f"{typed[:80] or 'Nothing'} is not a length of time: write 30m, 2h or 1d, "
            "or a time with its zone such as 2026-12-01T09:00Z.",
        )
    return found.astimezone(UTC)


def _listed(asked: Asked, key: str | None) -> Answer:
    if key is not None:
        asked.incident()
    words = asked.desk.words
    found = asked.desk.timers.armed(asked.desk.workspace, asked.actor, key, MOST + 1)
    if not found:
        return say(words.line("timers.none") if key is None else words.line("timers.none_of", key=key))
    more = [words.line("timers.more", command=asked.program)] if len(found) > MOST else []
    lines = [_line(words, each) for each in found[:MOST]]
    how = words.line("timers.how", command=asked.program, key=key)
    return Answer([words.line("timers.head"), *lines, *more, how])


def _line(words: Words, armed: Armed) -> Line:
    return words.line(
        "timers.timer",
        key=armed.key or ALL,
        timer=armed.name,
        stopped=armed.stopped,
        snoozed=armed.due_at == armed.snoozed_until,
        due=armed.due_at,
        fired=armed.fired_at,
    )


VERBS = (
    Verb("timers", _timers),
    Verb("scheduler", _scheduler, keyless=True),
)
