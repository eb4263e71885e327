"""The keys that people type: INC-42 is the incident with number 42; and names that others send us."""

from __future__ import annotations

import re

_KEY = re.compile(r"INC-([1-9][0-9]{0,17})", re.ASCII)


def is_storable(text: str) -> bool:
    """Whether a database can be asked about it at all: others may send us anything as a name."""
    return not any(each == "\0" or "\ud800" <= each <= "\udfff" for each in text)


def number_of(key: str) -> int | None:
    """42 for INC-42; None for what is not a key."""
    found = _KEY.fullmatch(key)
    return None if found is None else int(found[1])
