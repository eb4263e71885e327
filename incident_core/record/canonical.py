"""One JSON text for one value, the same in every library: sorted ASCII keys, no floats, no large integers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from incident_core.errors import Invalid

_LARGEST = 2**53


def canonical(value: Mapping[str, object]) -> bytes:
    """The canonical JSON of an object, UTF-8; raises Invalid for what others would write otherwise."""
    _check(value)
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Invalid("body", "A text contains half of a character (a lone surrogate).") from None


def _check(value: object) -> None:
    if isinstance(value, Mapping):
        _check_keys(value)
        _check_all(value.values())
    elif isinstance(value, list):
        _check_all(value)
    elif isinstance(value, int):
        if abs(value) > _LARGEST:
            raise Invalid("body", f"The number {value} is too large to be stored.")
    elif value is not None and not isinstance(value, str):
        raise Invalid("body", f"A {type(value).__name__} cannot be stored.")


def _check_all(values: Iterable[object]) -> None:
    for value in values:
        _check(value)


def _check_keys(value: Mapping[object, object]) -> None:
    for key in value:
        if not isinstance(key, str) or not key.isascii():
            raise Invalid("body", f"{key!r} cannot be a key of a stored object.")
