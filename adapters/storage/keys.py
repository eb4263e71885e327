"""The keys that people type: INC-42 is the incident with number 42."""

from __future__ import annotations

import re

_KEY = re.compile(r"INC-([1-9][0-9]{0,17})", re.ASCII)


def number_of(key: str) -> int | None:
    """42 for INC-42; None for what is not a key."""
    found = _KEY.fullmatch(key)
    return None if found is None else int(found[1])
