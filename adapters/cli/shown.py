"""Text as it may be shown: what would steer a terminal, or turn its line around, is made harmless.

Stored texts hold no escape character, but they may hold line breaks, and marks that reverse the reading
order of whatever follows. JSON and CSV in a pipe do not pass through here: they keep every character.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incident_core.model.incident import Incident
    from incident_core.ports.reader import Summary

REDACTED = "[redacted]"
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ISOLATE, _POP = "\u2068", "\u2069"
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def harmless(text: str) -> str:
    """No control character but line break and tab; others, and marks of direction, are written out."""
    if text.isprintable() and not any(mark in text for mark in _BIDI):
        return text
    return "".join(_spelled(character) for character in text)


def isolated(text: str) -> str:
    """Harmless; right-to-left text is kept from rearranging what stands beside it."""
    text = harmless(text)
    if any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text):
        return "\n".join(f"{_ISOLATE}{line}{_POP}" if line else line for line in text.split("\n"))
    return text


def bare(text: str) -> str:
    """Without the marks of `isolated`: all that there can be, since those of others were written out."""
    return text.replace(_ISOLATE, "").replace(_POP, "")


def quoted(text: str, at_most: int = 60) -> str:
    """Something that was typed, inside a sentence about it."""
    return repr(text if len(text) <= at_most else f"{text[: at_most - 1]}…")


def prose(text: str | None, indent: str = "") -> str:
    """A text on a page: later lines are indented, so that none can pass for a line of ours."""
    if text is None:
        return REDACTED
    lines = _breaks_as_newlines(isolated(text)).split("\n")
    return f"\n{indent}  ".join(lines)


def cell(text: str | None) -> str:
    """A text in a field of a line: no tabs, no line breaks, nothing that steers a terminal; - for none."""
    if text is None:
        return "-"
    return harmless(" ".join(text.split())) or "-"


def moment(when: datetime | None) -> str:
    """A time in UTC, to the second: 2026-11-22 08:45:00Z; - for none."""
    return "-" if when is None else when.strftime("%Y-%m-%d %H:%M:%SZ")


def length(span: timedelta) -> str:
    """A duration by its two largest units: 1h 5m."""
    seconds = int(span.total_seconds())
    parts: list[str] = []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2]) or "0s"


def flags(incident: Incident | Summary) -> list[str]:
    """What is unusual about it."""
    return [word for word, so in (("private", incident.private), ("drill", incident.drill)) if so]


def joined(words: tuple[str, ...], at_most: int = 6) -> str:
    """Words with commas between them, the tail of a long list counted."""
    if len(words) <= at_most:
        return ", ".join(words)
    return f"{', '.join(words[: at_most - 1])} and {len(words) - at_most + 1:,} more"


def _spelled(character: str) -> str:
    if character in "\n\t\u2028\u2029" or (character.isprintable() and character not in _BIDI):
        return character
    if unicodedata.category(character) in ("Zs", "Cf") and character not in _BIDI:
        return character
    return f"<U+{ord(character):04X}>"


def _breaks_as_newlines(text: str) -> str:
    return text.replace("\u2028", "\n").replace("\u2029", "\n")
