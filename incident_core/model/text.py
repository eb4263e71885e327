"""What people may write: text is made valid once, here, and never looked at by a rule."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from incident_core.errors import Invalid

TITLE_LIMIT = 200
PROSE_LIMIT = 10_000
LINK_LIMIT = 2_000

_BREAKS = frozenset("\u2028\u2029")
_PROSE_MAY = frozenset("\n\t")


def title(field: str, text: str) -> str:
    """One line of 1 to 200 characters after trimming; raises Invalid."""
    return _checked(field, text, TITLE_LIMIT, frozenset())


def prose(field: str, text: str) -> str:
    """1 to 10,000 characters after trimming, line breaks and tabs allowed; raises Invalid."""
    return _checked(field, text.replace("\r\n", "\n"), PROSE_LIMIT, _PROSE_MAY | _BREAKS)


def optional_prose(field: str, text: str | None) -> str | None:
    """Like `prose`; nothing, or only blanks, is None."""
    return None if text is None or not text.strip() else prose(field, text)


def link(field: str, text: str) -> str:
    """An absolute http(s) address of at most 2,000 characters; raises Invalid."""
    url = _checked(field, text, LINK_LIMIT, frozenset())
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid or any(character.isspace() for character in url):
        raise Invalid(field, f"The {field} must be a link that starts with http:// or https://.")
    return url


def _checked(field: str, text: str, limit: int, may: frozenset[str]) -> str:
    trimmed = text.strip()
    if not trimmed:
        raise Invalid(field, f"The {field} is empty.")
    if len(trimmed) > limit:
        raise Invalid(field, f"The {field} has {len(trimmed):,} characters; at most {limit:,} fit.")
    if (found := _forbidden(trimmed, may)) is not None:
        raise Invalid(field, f"The {field} contains the control character U+{ord(found):04X}.")
    return trimmed


def _forbidden(text: str, may: frozenset[str]) -> str | None:
    """The first control character, lone surrogate or line separator that is not allowed."""
    if text.isprintable():
        return None
    for character in text:
        wrong = character in _BREAKS or unicodedata.category(character) in ("Cc", "Cs")
        if wrong and character not in may:
            return character
    return None
