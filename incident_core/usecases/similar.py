"""Which open incidents look like a new one: by the words of their titles, and only those that all may see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from incident_core.ports.reader import Reader, Titled

MOST = 3
"""Incidents that are named."""
LOOKED_AT = 200
"""The newest open ones that are compared."""

_REMEMBERED = 1_000
"""Titles of which a process knows the words: most are looked at again."""

_WORD = re.compile(r"\w+")
_SHORT, _ENOUGH, _SHARE = 3, 2, 0.5
_COMMON = frozenset(
    {"and", "are", "but", "for", "from", "has", "have", "not", "our", "since", "that", "the", "this"}
    | {"too", "was", "were", "with"}
)
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
"""Scripts that put no space between words; they are compared by pairs of signs."""


def similar(reader: Reader, workspace: str, key: str | None, title: str) -> tuple[Titled, ...]:
    """Up to MOST that are open and look like this one, the most alike first; `key` is its own.

    They are older than it, so that a repeated command is answered alike. What is private is never among
    them: a hint may be read by others. Raises Unavailable.
    """
    words = words_of(title)
    if not words:
        return ()
    found = reader.titles(workspace, LOOKED_AT)
    others = [each for each in found if key is None or _older(each.key, key)]
    scored = ((alike(words, words_of(each.title or "")), place) for place, each in enumerate(others))
    best = sorted((-score, place) for score, place in scored if score)
    return tuple(others[place] for _, place in best[:MOST])


def _older(one: str, other: str) -> bool:
    """Whether this key was given before that one."""
    return int(one.rpartition("-")[2]) < int(other.rpartition("-")[2])


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two titles have in common, 0 to 1: shared words of all; 0 where it is too little to say so.

    Enough are two words that are half of the shorter title; of a title of one word, that word.
    """
    shared, shorter = len(one & other), min(len(one), len(other))
    if not shared or shared < min(_ENOUGH, shorter) or shared < shorter * _SHARE:
        return 0.0
    if shorter < _ENOUGH and one != other:
        return 0.0
    return shared / len(one | other)


@lru_cache(maxsize=_REMEMBERED)
def words_of(title: str) -> frozenset[str]:
    """Its words without case, accents, and those that are in every second sentence."""
    return frozenset(_words(_folded(title)))


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(each for each in apart if not unicodedata.combining(each)))


def _words(text: str) -> Iterator[str]:
    for run in _UNSPACED.findall(text):
        yield from (run[at : at + 2] for at in range(max(1, len(run) - 1)))
    for word in _WORD.findall(_UNSPACED.sub(" ", text)):
        if word.isdigit() or (len(word) >= _SHORT and word not in _COMMON):
            yield word
