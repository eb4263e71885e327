"""One line of what `incident doctor` finds."""

from __future__ import annotations

from typing import NamedTuple


class Check(NamedTuple):
    """One thing that was looked at: ok, warning or bad; what it is called, and what was found and helps."""

    state: str
    name: str
    found: str


def count(number: int, one: str, more: str) -> str:
    """1 timer is, 2 timers are."""
    return f"{number:,} {one if number == 1 else more}"
