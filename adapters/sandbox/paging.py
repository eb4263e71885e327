"""Pages: a cursor names the last thing that was given, so that nothing is given twice or left out."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

from adapters.sandbox.args import Args
from adapters.sandbox.errors import ApiError

Thing = TypeVar("Thing")


def cursor(key: str) -> str:
    """The cursor that goes on after `key`."""
    return base64.b64encode(f"next:{key}".encode()).decode()


def after(args: Args) -> str | None:
    """The key in the cursor that was given. Raises invalid_cursor for one that was never issued."""
    if not args.text("cursor"):
        return None
    try:
        said = base64.b64decode(args.text("cursor"), validate=True).decode()
    except (binascii.Error, ValueError):
        raise ApiError("invalid_cursor") from None
    if not said.startswith("next:"):
        raise ApiError("invalid_cursor")
    return said.removeprefix("next:")


def limited(args: Args, default: int, most: int) -> int:
    """How many are asked for. Raises invalid_limit outside 1 to `most`."""
    limit = args.number("limit", default) or default
    if not 1 <= limit <= most:
        raise ApiError("invalid_limit")
    return limit


def page(
    things: Sequence[Thing], key: Callable[[Thing], str], args: Args, limit: int
) -> tuple[list[Thing], str]:
    """Of `things`, in any fixed order, the page that was asked for and the cursor of the next, or ""."""
    known, start = after(args), 0
    if known is not None:
        places = (place for place, thing in enumerate(things) if key(thing) == known)
        start = next(places, -1) + 1
        if start == 0:
            raise ApiError("invalid_cursor")
    given = list(things[start : start + limit])
    more = start + limit < len(things)
    return given, cursor(key(given[-1])) if more and given else ""
