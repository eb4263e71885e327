"""One JSON text for one value, the same in every library: sorted ASCII keys, no floats, no large integers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from incident_core.errors import Invalid

_LARGEST = 2**53
_HARMLESS = frozenset((str, bool, type(None)))
# What is checked below cannot be circular. Made once: that costs as much as writing a short object.
_written = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
).encode


def canonical(value: Mapping[str, object]) -> bytes:
    """The canonical JSON of an object, UTF-8; raises Invalid for what others would write otherwise."""
    _check_object(value)
    try:
        return _written(value).encode()
    except UnicodeEncodeError:
        raise Invalid("body", "A text contains half of a character (a lone surrogate).") from None


def number(value: int) -> str:
    """A number as it stands in canonical JSON; raises Invalid for one that others would write otherwise."""
    _check(value)
    return str(value)


def quoted(text: str | None) -> str:
    """A text, or null, as it stands in canonical JSON."""
    return "null" if text is None else _written(text)


def _check_object(value: Mapping[Any, object]) -> None:
    for key in value:
        if not (isinstance(key, str) and key.isascii()):
            raise Invalid("body", f"{key!r} cannot be a key of a stored object.")
    _check_all(value.values())


def _check_all(values: Iterable[object]) -> None:
    for value in values:
        if type(value) not in _HARMLESS:
            _check(value)


def _check(value: object) -> None:
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise Invalid("body", f"The number {value} is too large to be stored.")
    elif isinstance(value, dict):
        _check_object(value)
    elif isinstance(value, list):
        _check_all(value)
    elif not isinstance(value, str):
        raise Invalid("body", f"A {type(value).__name__} cannot be stored.")
