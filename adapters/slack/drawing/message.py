"""A message as Slack takes it: lines, and what people typed, quoted, so that none of it passes for ours.

Whatever the record holds, it fits: a text is cut where Slack would refuse the message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.escape import escaped, fitted
from adapters.slack.parts import LONGEST, Block, Line, plain, rich

FALLBACK = 3900
"""Characters of the text that stands in for the blocks; a message that is changed may have 4,000."""

_CUT = re.compile(r"(&[a-z]{0,4}|<[^>]*)$")


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody typed, in lines of its own."""

    text: str


Row = Line | Quote


def content(rows: Sequence[Row], *more: Block) -> dict[str, Any]:
    """The text and blocks of a message with these rows, and other blocks below them."""
    return {"text": fallback(rows), "blocks": [body(rows), *more]}


def body(rows: Sequence[Row]) -> Block:
    """One block with these rows below each other."""
    elements: list[Block] = []
    lines: list[Line] = []
    for row in rows:
        if isinstance(row, Quote):
            elements += _section(lines)
            lines = []
            elements.append(_quote(row))
        else:
            lines.append(row)
    return {"type": "rich_text", "elements": elements + _section(lines)}


def fallback(rows: Sequence[Row]) -> str:
    """The same rows as mrkdwn, as long as they fit."""
    whole = "\n".join(_mrkdwn(row) if isinstance(row, Quote) else plain(row) for row in rows)
    if len(whole) <= FALLBACK:
        return whole
    return _CUT.sub("", whole[: FALLBACK - 1]) + "…"


def _section(lines: list[Line]) -> list[Block]:
    elements: list[Block] = rich(*lines)["elements"] if lines else []
    return elements


def _quote(quote: Quote) -> Block:
    shown = {"type": "text", "text": fitted(quote.text, LONGEST)}
    return {"type": "rich_text_quote", "elements": [shown]}


def _mrkdwn(quote: Quote) -> str:
    lines = escaped(fitted(quote.text, LONGEST)).splitlines()
    return "\n".join(f"&gt; {line}" for line in lines)
