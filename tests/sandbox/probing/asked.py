"""All questions to one place, and where two places differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from tests.sandbox.probing import channels, messages, pages, views
from tests.sandbox.probing.asking import Asking, Place

RECORDED = Path(__file__).with_name("emulate.json")
"""What the simulator answered, in the version that is pinned."""


class Difference(NamedTuple):
    """A question, and the two answers as they stand in a cell of a table."""

    question: str
    ours: str
    theirs: str


def answers(place: Place) -> dict[str, Any]:
    """Every answer, by its question."""
    ask = Asking.at(place)
    for page in (channels, messages, pages, views):
        page.ask_all(ask)
    return ask.answers


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[Difference]:
    """What is not answered the same, in the order in which it was asked."""
    return [
        Difference(question, cell(answer), cell(theirs.get(question)))
        for question, answer in ours.items()
        if answer != theirs.get(question)
    ]


def cell(answer: Any) -> str:
    """An answer as it is written in a table."""
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    return f"`{text}`"
