"""What the channel of an incident is called: inc-42-api-is-slow, in letters that Slack takes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from slugify import slugify
from text_unidecode import unidecode  # what slugify spells with

LONGEST = 80
LAST = 5
"""The highest number behind a name that is taken."""

REVIEW = "-rca"
"""What the name of a channel for the review ends with."""

_ROOM = len(f"-{LAST}")
_WITHIN_WORDS = (("'", ""), ("’", ""))


def channel_name(prefix: str, number: int | None, title: str | None, ending: str = "") -> str:
    """The name; without what cannot be said in these letters, and without a title that was redacted.

    A long title is cut so that the `ending` is whole.
    """
    stem = f"{prefix}-{number}"
    slug = slugify(
        _spelt(title or ""),
        max_length=LONGEST - _ROOM - len(ending) - len(stem) - 1,
        word_boundary=True,
        save_order=True,
        replacements=_WITHIN_WORDS,
    )
    return f"{stem}-{slug}{ending}" if slug else f"{stem}{ending}"


def _spelt(title: str) -> str:
    """In Latin letters; composed first: slugify takes letters apart, and Japanese ones lose their voice."""
    return str(unidecode(unicodedata.normalize("NFC", title)))


def candidates(name: str) -> Iterator[str]:
    """The name, and what it is where somebody else has that already: name-2 … name-5."""
    yield name
    for number in range(2, LAST + 1):
        yield f"{name}-{number}"
