"""Texts that would break a document in which they were not escaped, and a review that is full of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from adapters.review.renderer import NAME, Reviews
from incident_core import events as e
from incident_core.lifecycle.fold import fold
from incident_core.model.actor import Actor
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.record.review import review
from incident_core.record.reviewed import Review
from tests.record.test_review import event_entry

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHIPPED = Path(__file__).parents[2] / "templates" / "review" / NAME

TEXTS = (
    "# A heading",
    "Setext\n===",
    "Setext\n---",
    "=== ",
    "---",
    "***",
    "- an item\n- another",
    "+ an item",
    "* an item",
    "1. one",
    "1) one",
    "> quoted",
    "```\ncode\n```",
    "~~~ code",
    "    indented code\n\n    more",
    "\tindented",
    "a | b | c",
    "| --- | --- |",
    "\\",
    "ends with a backslash\\",
    "\\| escaped already",
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "<!-- yours: Lessons -->",
    "<!-- /yours: Lessons -->",
    "<!-- review of INC-2; yours: x -->",
    "x --> y <!-- z",
    "<https://evil.example>",
    "<javascript:alert(1)>",
    "[click](javascript:alert(1))",
    "![image](https://evil.example/x.png)",
    "[reference]: https://evil.example",
    "[^1]: a footnote",
    "`code` and ``more`",
    "*em* _em_ **strong** __strong__ ~~gone~~",
    "&lt;b&gt; &amp; &#35; &nbsp;",
    "a\n\n\nb\r\nc\u2028d\u2029e\u0085f\x0bg\x0ch",
    "{{ key }} {% raw %} {# x #}",
    "{{ ''.__class__ }}",
    "\u202egnp.exe",
    "\u2067עברית",
    "$x^2$ $$y$$",
    "- [ ] a box",
    "<details><summary>x",
    "\N{NO-BREAK SPACE}- x",
    "a  \nb",
    ":--",
    "500",
    "!",
    "<?php ?> <![CDATA[x]]>",
    "http://a.example/x_y_z?a=1&b=2|c",
    "@everybody #123",
)
NAMES = ("a|b", "*ann*", "<b>", "[x](y)", "`ann`", "# ann", "1. ann", "&amp;", "ann\\")
"""Of people; a name is one line."""


def full(text: str, name: str = "ann", url: str = "https://a.example/x") -> Review:
    """A review in which everything that somebody can write, is this text."""
    who = Actor("cli", name)
    by: dict[str, Any] = {"actor": who, "at": AT}
    events: tuple[e.Event, ...] = (
        e.Opened(**by, number=1, title=text, severity=Severity.SEV4, private=True, drill=True),
        e.Declared(**by),
        e.SeveritySet(**by, severity=Severity.SEV1, previous=Severity.SEV4, reason=text),
        e.RoleAssigned(**by, role="incident_commander", holder=who, how="declared"),
        e.UpdateSent(**by, update="u1", text=text, impact=text, components=text, next_due=AT),
        e.UpdateCorrected(**by, update="u1", text=text, impact=text, components=text, next_due=AT),
        e.UpdateSent(**by, update="u2", text=text, impact=text),
        e.EntryRetracted(**by, entry="u2", reason=text),
        e.EvidenceAdded(**by, evidence="e1", url=url, note=text),
        e.EvidenceAdded(**by, evidence="e2", url=text, note=text),
        e.EntryRetracted(**by, entry="e2", reason=text),
        e.TaskAdded(**by, item="t1", text=text, owner=who),
        e.EntryRetracted(**by, entry="t1", reason=text),
        e.FollowUpAdded(**by, item="f1", text=text, owner=who),
        e.FollowUpDone(**by, item="f1"),
        e.RuleOverridden(**by, rules=("required-roles",), reason=text),
        e.ExternalLinked(**by, system="jira", external_id=text, url=text),
        e.TextRedacted(**by, version=99, field="text", reason=text),
        e.Resolved(**by),
        e.Reopened(**by, to=Stage.INCIDENT, reason=text),
        e.Resolved(**by),
        e.ReviewDone(**by),
        e.Closed(**by, outcome=Outcome.DUPLICATE, duplicate_of="INC-7"),
    )
    entries = [event_entry(version, each) for version, each in enumerate(events, start=1)]
    entries[-1] = replace(entries[-1], recorded_at=datetime(2026, 11, 23, tzinfo=UTC))
    return review(fold(events), entries, AT)


@cache
def shipped() -> Reviews:
    """What writes reviews by the template that is shipped."""
    return Reviews(SHIPPED)
