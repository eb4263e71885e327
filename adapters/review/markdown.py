"""Any value as Markdown in one line: whatever somebody typed is only text there, wherever it stands.

Signs that mean something are escaped, a line break is `<br>`, and what would turn a line around is spelled
out. The dialect is CommonMark with GitHub's tables; nothing that comes out has an effect in either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from urllib.parse import quote, urlsplit

NOTHING = "–"
"""What stands for a value that there is none of."""

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_BREAK = re.compile(r"\s*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])\s*")
_SIGN = re.compile(r"[\\`*_{}\[\]#|~$^]")
_AT_START = re.compile(r"^(?:[-+=:.)!]|\d+(?=[.)]))")
_STEERING = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NOT_IN_LINK = re.compile(r'[<>"`{}|\\^ ]')


class Markdown(str):
    """Text that is Markdown already; put together with anything else, it is only text again."""

    __slots__ = ()


def markdown(value: object) -> Markdown:
    """The value in one line: None is a dash, a time is UTC to the second, a length its two largest units."""
    match value:
        case Markdown():
            return value
        case None:
            return Markdown(NOTHING)
        case bool():
            return Markdown("yes" if value else "no")
        case datetime():
            return Markdown(value.strftime("%Y-%m-%d %H:%M:%SZ"))
        case timedelta():
            return Markdown(_length(value))
        case list() | tuple():
            return _listed(value)
    return _escaped(str(value))


def link(value: object) -> Markdown:
    """An address that leads there, if it is one of the web; anything else as text."""
    url = str(value)
    if value is None or isinstance(value, Markdown) or not _of_the_web(url):
        return markdown(value)
    return Markdown(f"<{_NOT_IN_LINK.sub(lambda found: quote(found[0]), url)}>")


def _listed(values: Sequence[object]) -> Markdown:
    return Markdown(", ".join(map(markdown, values)) or NOTHING)


def _escaped(text: str) -> Markdown:
    lines = (_line(line) for line in _BREAK.split(text.strip()))
    return Markdown("<br>".join(lines) or NOTHING)


def _line(text: str) -> str:
    """One line, also where it begins a line of the document."""
    spelled = _STEERING.sub(lambda found: f"<U+{ord(found[0]):04X}>", text.replace("\t", " ").strip())
    return _AT_START.sub(_disarmed, escape(_SIGN.sub(_with_backslash, spelled), quote=False))


def _with_backslash(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _disarmed(found: re.Match[str]) -> str:
    """A sign gets its backslash; behind a number, it goes to the sign that follows."""
    return f"{found[0]}\\" if found[0][0].isdigit() else f"\\{found[0]}"


def _of_the_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable()
    except ValueError:
        return False


def _length(span: timedelta) -> str:
    """1h 5m; what is shorter than nothing has a sign."""
    seconds = int(abs(span).total_seconds())
    found: list[str] = []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            found.append(f"{count}{unit}")
    return ("-" if span < timedelta() else "") + (" ".join(found[:2]) or "0s")
