"""How values look in a line: texts cut to a length, lengths of time, what is unusual, names in sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta

from adapters.slack.drawing import words as drawn
from adapters.slack.escape import fitted
from adapters.slack.parts import Group, Line, Part, Who
from adapters.slack.words import Words
from incident_core.commands import Open
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.ports.reader import FollowUp, Held, Owed, Summary

_SOMEBODY = re.compile(
    r"\bslack:(?P<user>[UW][A-Z0-9]{2,30})\b|(?<=\ba\smember\sof\s)(?P<group>S[A-Z0-9]{2,20})\b"
)
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ISOLATE, _POP = "\u2068", "\u2069"


def text(value: str | None, limit: int = 300) -> str:
    """A text that somebody wrote, on one line; right-to-left text cannot rearrange what stands beside it."""
    if value is None:
        return drawn.REDACTED
    value = fitted(" ".join(value.split()), limit)
    turned = any(each in _BIDI or unicodedata.bidirectional(each) in ("R", "AL", "AN") for each in value)
    return f"{_ISOLATE}{value}{_POP}" if turned else value


def length(span: timedelta | None) -> str:
    """A duration by its two largest units: 1h 5m; - for none."""
    return "-" if span is None else drawn.length(span)


def flags(incident: Incident | Summary | Open) -> list[str]:
    """What is unusual about it."""
    return [word for word, so in (("private", incident.private), ("drill", incident.drill)) if so]


def marks(words: Words, each: Incident | Summary | Held | Owed | FollowUp) -> list[str]:
    """The same where it has to be seen at once: DRILL, PRIVATE."""
    found = (("state.drill", each.drill), ("state.private", each.private))
    return [words.text(name) for name, so in found if so]


def state(incident: Incident | Summary) -> str:
    """Severity, stage, status, and what is unusual: sev2 · incident · monitoring · drill."""
    status = [] if incident.status is None else [incident.status.value]
    return " · ".join((incident.severity.value, incident.stage.value, *status, *flags(incident)))


def spoken(sentence: str) -> Line:
    """A sentence of ours: the people and user groups in it are mentioned instead of spelled."""
    return list(_spoken(sentence))


def _spoken(sentence: str) -> Iterator[Part]:
    end = 0
    for found in _SOMEBODY.finditer(sentence):
        yield sentence[end : found.start()]
        yield Group(found["group"]) if found["group"] else Who(Actor("slack", found["user"]))
        end = found.end()
    yield sentence[end:]
