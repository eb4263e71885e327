"""Block Kit: whether blocks and views are within Slack's rules, and how Slack keeps them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from adapters.sandbox.blocks import kept, rules
from adapters.sandbox.errors import ApiError
from adapters.sandbox.shapes import Problem, Shapes, items

MESSAGE_BLOCKS = 50
MESSAGE_CHARACTERS = 13_200
"""Characters of all the blocks of a message. Undocumented: where msg_blocks_too_long was seen."""
VIEW_BYTES = 250_000


@cache
def shapes() -> Shapes:
    """The definitions of Block Kit, with their limits."""
    return Shapes("blocks/shapes.json", rules.more)


def for_message(given: list[dict[str, Any]], pointer: str = "/blocks") -> list[dict[str, Any]]:
    """The blocks of a message as they are kept. Raises invalid_blocks or msg_blocks_too_long."""
    found = [
        *items(given, pointer, 0, MESSAGE_BLOCKS),
        *_each(given, pointer),
    ] or [*rules.together(given, pointer), *rules.in_message(given, pointer)]
    if found:
        raise refused("invalid_blocks", found)
    if _characters(given) > MESSAGE_CHARACTERS:
        raise ApiError("msg_blocks_too_long")
    return kept.kept(given)


def for_view(given: Any, kinds: tuple[str, ...]) -> dict[str, Any]:
    """A view as it is kept; `kinds`: modal, home. Raises invalid_arguments or view_too_large."""
    if not isinstance(given, dict):
        raise refused("invalid_arguments", [Problem("/view", "must provide an object")])
    if given.get("type") not in kinds:
        raise refused("invalid_arguments", [Problem("/view/type", f"must be one of: {', '.join(kinds)}")])
    if len(json.dumps(given, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise ApiError("view_too_large")
    name = "ModalView" if given["type"] == "modal" else "HomeView"
    found = shapes().problems(name, given, "/view") or list(rules.together(given["blocks"], "/view/blocks"))
    if found:
        raise refused("invalid_arguments", found)
    return kept.view(given)


def refused(code: str, found: list[Problem]) -> ApiError:
    """The error with every problem, named twice as Slack does."""
    said = [str(problem) for problem in found]
    return ApiError(code, errors=said, response_metadata={"messages": [f"[ERROR] {line}" for line in said]})


def _each(given: list[dict[str, Any]], pointer: str) -> list[Problem]:
    return [
        problem
        for place, block in enumerate(given)
        for problem in shapes().problems("KnownBlock", block, f"{pointer}/{place}")
    ]


def _characters(value: Any) -> int:
    """How many characters stand in the texts of a tree of blocks."""
    if isinstance(value, list):
        return sum(_characters(inner) for inner in value)
    if not isinstance(value, dict):
        return 0
    own = len(value["text"]) if isinstance(value.get("text"), str) else 0
    return own + sum(_characters(inner) for inner in value.values())
