"""What messages are given, for instance: for each name of a value the usual first, then what is odd.

A value that has its own meaning in one message is found by the message's name, a colon and its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from adapters.slack.parts import Bold, Everybody, Link, Room, Who, known
from incident_core.model.actor import Actor
from incident_core.model.move import Move
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.model.times import Due

REDACTED = "[redacted]"
LONG = "Everything is slow, and nobody knows why. " * 200
HOSTILE = (
    '{{ 7 * 7 }} {% if %} {# "}, {"type": "divider"} \' \\ <!channel> <@U0|x> & *b* `c` $x %s\n'
    "> second line\t\u202eabc"
)
"""A text that looks like a template, like blocks, and like a mention."""

_AT = datetime(2026, 11, 22, 8, 45, tzinfo=UTC)
_PEOPLE = (Actor("slack", "U012AB3CD"), Actor("cli", "ann"), Actor("cli", 'x <!here> {{ y }} "*`'))
_TIMES = (_AT, datetime(1970, 1, 1, tzinfo=UTC))
_COUNTS = (3, 0, 1, 1_234_567)
_EITHER = (False, True)
_LINKS = ("https://example.org/a?b=1&c=%20", REDACTED, f"https://example.org/{'a' * 1_900}")
_ROOMS = (Room(known("channel")), Room("C012AB3CD"))
_SPOKEN = (["Only ", Who(Actor("slack", "U012AB3CD")), " may do this."], ["It is so."], HOSTILE)


def texts(usual: str) -> Sequence[str]:
    """What somebody typed: something usual, removed, long, and hostile."""
    return (usual, REDACTED, LONG, HOSTILE)


EXAMPLES: Mapping[str, Sequence[Any]] = {
    **dict.fromkeys(("who", "holder", "to", "owner", "person", "commander", "previous_holder"), _PEOPLE),
    **dict.fromkeys(("at", "until", "next_due", "previous_at", "opened_at", "since"), _TIMES),
    **dict.fromkeys(("count", "total", "first", "last", "version", "behind", "late"), _COUNTS),
    **dict.fromkeys(("drill", "private", "raised"), _EITHER),
    **dict.fromkeys(("severity", "previous_severity"), (Severity.SEV2, Severity.SEV1)),
    **dict.fromkeys(("url", "guide", "postmortems"), _LINKS),
    **dict.fromkeys(("newest", "n", "incidents", "incidents_n"), _COUNTS),
    **dict.fromkeys(("investigations", "investigations_n", "opened", "per_minute"), _COUNTS),
    **dict.fromkeys(("figures.opened:declared", "home.health:stopped", "about.diag:stopped"), _COUNTS),
    **dict.fromkeys(("home.health:version", "about.version:version", "about.diag:version"), ("1.2.3",)),
    **dict.fromkeys(("case", "claimed", "declared", "done", "elsewhere", "held", "overdue", "mine"), _EITHER),
    **dict.fromkeys(("override", "snoozed", "stopped"), _EITHER),
    **dict.fromkeys(("fired", "timers.timer:due"), _TIMES),
    **dict.fromkeys(("aliases", "flags", "needs", "settings"), (("one",), ("one", "two"), ())),
    **dict.fromkeys(("duration", "median", "p90", "investigating", "responding"), ("1h 5m", "-")),
    **dict.fromkeys(("shown", "wanted"), ("12", "1234567")),
    **dict.fromkeys(("said", "refusals.reason:sentence"), _SPOKEN),
    **dict.fromkeys(("explain.brief:move", "explain.move:move"), (*_SPOKEN, "resolve", "claim a|b")),
    "about": texts("https://meet.example.org"),
    "command": ("/incident", "/an_other-command"),
    "commands": (("/incident",), ("/incident", "/case")),
    "components": (("API", "Web"), texts("API")),
    "database": ("sqlite", "postgresql"),
    "days": ("7", "36500"),
    "digest": (known("digest-link"), "https://acme.slack.com/archives/C012AB3CD/p1"),
    "due": (Due(date(2026, 12, 1), "Europe/Berlin"),),
    "duplicate_of": ("INC-3", "INC-1234567"),
    "durations": (
        [("time_to_declare", timedelta(minutes=5)), ("time_to_resolve", timedelta(hours=3))],
        [("impact_duration", timedelta(0))],
        [],
    ),
    "emoji": ("fire", "x" * 100),
    "everybody": (Everybody(),),
    "example": ("open API answers slowly",),
    "external": texts("PD-81"),
    **dict.fromkeys(("features", "restricted", "roles"), (("one", "two"), ())),
    "fault": texts("Slack did not answer."),
    "field": ("title", "next_due"),
    "file": texts("log.txt"),
    "item": ("f1", "e1234"),
    "key": ("INC-42", "INC-1234567"),
    "line": ("/incident close INC-42", "x" * 300),
    "link": (Link("https://example.org/a?b=1", "https://example.org/a"), REDACTED),
    "marks": ([], [Bold("DRILL "), Bold("PRIVATE ")]),
    "milestone": ("impact_started", "detected"),
    "mirror": ("slack", "pagerduty"),
    "move": (Move.RESOLVE, Move.CLOSE),
    "outcome": tuple(Outcome),
    "people": (_PEOPLE, ()),
    **dict.fromkeys(("refusals.remedy:who", "refusals.type_it_anew:who"), ("the commander, or ann (cli)",)),
    **dict.fromkeys(("figures.average:incidents", "figures.average:investigations"), ("1h 5m", "-")),
    "timeline.update_corrected:components": texts("API"),
    "timeline.update_sent:components": texts("API"),
    "rate": ("45%", "0%"),
    "remedy": ("/incident claim INC-42 incident_commander", "x" * 300),
    "role": ("technical_lead", "incident_commander", "r" * 64),
    "room": _ROOMS,
    "rules": (("role_required",), ("role_required", "review_required")),
    "stage": (Stage.INCIDENT, Stage.INVESTIGATION, "incident: identified", "closed: duplicate of INC-3"),
    "state": ("sev2 · incident · monitoring · drill", "sev4 · investigation"),
    "status": tuple(Status),
    "system": ("pagerduty", "statuspage"),
    "target": ("technical_lead", "a|b|…", ""),
    "team": ("T01…",),
    "term": ("sev1", "technical_lead"),
    "time": ("2026-11-22 08:45:00", "at an unknown time"),
    "timer": ("comms", "stale", "role:technical_lead", "followup:f1"),
    "took": (timedelta(hours=1, minutes=5), timedelta(0), timedelta(days=400)),
    "usage": ("open [--private] TITLE",),
    "verb": ("open", "status"),
    "workspace": ("default",),
}


def examples(message: str, value: str) -> Sequence[Any]:
    """Of a value in a message; where there are none, it is taken for a text that somebody typed."""
    return EXAMPLES.get(f"{message}:{value}") or EXAMPLES.get(value) or texts(f"some {value}")
