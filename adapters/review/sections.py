"""The sections of a review that people write: what stands in them is kept, byte for byte, when it is renewed.

The first line names the incident and its sections, so that one whose marks were lost is missed. A section
begins with the line `<!-- yours: NAME -->` and ends with `<!-- /yours: NAME -->`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adapters.review.markdown import markdown

_HEAD = re.compile(r"\ufeff?<!-- review of (INC-\d+); yours: ([^<>\r\n]*) -->[ \t]*(\r?\n|$)")
_MARK = re.compile(r"<!-- (/?)yours: ([^<>;\r\n]+?) -->[ \t]*\r?\n?")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Damaged(Exception):
    """No review of this incident, or its marks are broken; the message is a sentence without a subject."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines; `yours` names the section whose inside they are, None for ours."""

    text: str
    yours: str | None = None


def headed(key: str, text: str) -> str:
    """The document with its first line. Raises Damaged where its sections are not well-formed."""
    names = _sections(_pieces(text))
    return f"<!-- review of {key}; yours: {'; '.join(names)} -->\n{text}"


def renewed(fresh: str, existing: str, key: str) -> str:
    """The fresh document with what people wrote in the existing one, and its line ends. Raises Damaged.

    Sections that the fresh one does not have stand at its end.
    """
    if not existing.strip("\ufeff \t\r\n"):
        return fresh
    end, written = _read(existing, key)
    pieces = list(_pieces(fresh))
    ours = _sections(pieces)
    found = "".join(
        _ended(piece.text, end) if piece.yours is None else written.get(piece.yours, _ended(piece.text, end))
        for piece in pieces
    )
    left = {name: text for name, text in written.items() if name not in ours}
    bom = "\ufeff" if existing.startswith("\ufeff") else ""
    named = _named(found, [*ours, *left]) if left else found
    return f"{bom}{named}{''.join(_kept(name, text, end) for name, text in left.items())}"


def _read(existing: str, key: str) -> tuple[str, Mapping[str, str]]:
    """The line ends of a review, and its sections. Raises Damaged."""
    head = _HEAD.match(existing)
    if head is None:
        raise Damaged(f"does not begin like a review of {key}")
    if head[1] != key:
        raise Damaged(f"is a review of {head[1]}, not of {key}")
    written = _sections(_pieces(existing))
    for name in filter(None, head[2].split("; ")):
        if name not in written:
            raise Damaged(f"has lost the marks of its section {name}")
    return head[3] or "\n", written


def _pieces(text: str) -> Iterator[Piece]:
    """The document cut at its marks, which belong to what is ours. Raises Damaged."""
    inside: str | None = None
    lines: list[str] = []
    for line in _LINE.findall(text):
        mark = _MARK.fullmatch(line)
        if mark is None:
            lines.append(line)
            continue
        closing, name = bool(mark[1]), mark[2]
        if closing != (inside is not None) or (closing and name != inside):
            raise Damaged(f"has a mark out of place: {line.strip()}")
        yield Piece("".join(lines), inside) if closing else Piece("".join([*lines, line]))
        lines = [line] if closing else []
        inside = None if closing else name
    if inside is not None:
        raise Damaged(f"has no end of its section {inside}")
    yield Piece("".join(lines))


def _sections(pieces: Iterator[Piece] | list[Piece]) -> dict[str, str]:
    """What stands in each section. Raises Damaged."""
    found: dict[str, str] = {}
    for piece in pieces:
        if piece.yours is not None:
            if piece.yours in found:
                raise Damaged(f"has two sections {piece.yours}")
            found[piece.yours] = piece.text
    return found


def _kept(name: str, text: str, end: str) -> str:
    """A section that stands at the end, under its name."""
    opening = f"\n## {markdown(name)}\n\n<!-- yours: {name} -->\n"
    return f"{_ended(opening, end)}{text}{_ended(f'<!-- /yours: {name} -->', end)}{end}"


def _named(text: str, names: list[str]) -> str:
    """The document with these sections in its first line."""
    head, rest = text[: text.index("-->")], text[text.index("-->") :]
    return f"{head[: head.index('yours: ')]}yours: {'; '.join(names)} {rest}"


def _ended(text: str, end: str) -> str:
    return text if end == "\n" else text.replace("\r\n", "\n").replace("\n", end)
