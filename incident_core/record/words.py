"""The words of a text, cut the same way for every store, so that every store finds the same.

A word is a run of letters, digits and the marks on them, in one case. An emoji is a word, and so is each
character of a script that is written without spaces; all other signs only separate.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from incident_core.errors import Invalid

LONGEST = 100
"""Characters of a word; a longer one is found by its first ones."""

MOST = 250_000
"""Characters of all the words of one incident; what is written after that is not found by search."""

MOST_ASKED = 50
"""A search for more words is refused."""


class Asked(NamedTuple):
    """A word that is searched for; or, with `beginning`, all words that begin so."""

    word: str
    beginning: bool


# Thai to Khmer; kana and bopomofo; Chinese; Korean is written with spaces.
_ALONE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u312f\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
)

# These only choose how the character before them looks: an emoji, an ideograph.
_LOOKS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def words(text: str) -> list[str]:
    """The words in order, each as often as it occurs."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return [word[:LONGEST] for word in "".join(map(_spaced, folded)).split()]


def indexed(texts: Mapping[str, str]) -> str:
    """The words of the texts of one event, separated by spaces; as many as may be."""
    found = " ".join(word for _, text in sorted(texts.items()) for word in words(text))
    return found if len(found) <= MOST else found[:MOST].rpartition(" ")[0]


def joined(parts: Iterable[str]) -> str:
    """The words of one incident, from those of its events in order, but for events that would pass MOST."""
    found: list[str] = []
    length = 0
    for part in filter(None, parts):
        if not found or length + len(part) < MOST:
            found.append(part)
            length += len(part) + (len(found) > 1)
    return " ".join(found)


def asked(text: str) -> tuple[Asked, ...]:
    """The words that this text searches for, each once, in order; raises Invalid for too many."""
    found: set[Asked] = set()
    for chunk in text.split():
        parts = words(chunk)
        found.update(Asked(word, False) for word in parts[:-1])
        found.update(Asked(word, chunk.endswith("*")) for word in parts[-1:])
    if len(found) > MOST_ASKED:
        raise Invalid("words", f"Search for at most {MOST_ASKED} words at once.")
    return tuple(sorted(found))


def occurring(wanted: Iterable[Asked], among: Iterable[str]) -> int:
    """How many of the words that are searched for occur among these."""
    there = set(among)
    return sum(
        any(word.startswith(each.word) for word in there) if each.beginning else each.word in there
        for each in wanted
    )


@lru_cache(maxsize=4096)
def _spaced(character: str) -> str:
    """The character as part of a word, as a word of its own, or as a space."""
    if _ALONE.match(character):
        return f" {character} "
    kind = unicodedata.category(character)
    if kind[0] in "LNM" and not _LOOKS.match(character):
        return character
    return f" {character} " if kind == "So" else " "
