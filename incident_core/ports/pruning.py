"""Pruning: what nobody needs any more, and that is not the record; found, and removed a batch at a time.

The record (events, texts, who may see what, names outside) and its views are never touched, nor is what a
reopened incident needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows of each kind: answers to commands, what was said, reminders, and holds that are over."""

    answers: int = 0
    said: int = 0
    reminders: int = 0
    holds: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(astuple(self))

    def __add__(self, other: Pruned) -> Pruned:
        return Pruned(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))


class Pruning(Protocol):
    """Every method may raise Unavailable. It is about every workspace of the database.

    Nobody needs these any more, `before` being a moment in UTC: answers that were given before it, but for
    those to commands that opened an incident; what was said, and what was noted, about incidents that are
    closed and of which nothing was recorded since then, where their mirrors are up to date and nothing
    failed; reminders that fired before it, but for the newest of each incident, that every mirror has said,
    with what was said of them; and holds that were over at `now`.
    """

    def count(self, before: datetime, now: datetime) -> Pruned:
        """How many there are."""
        ...

    def prune(self, before: datetime, now: datetime) -> Iterator[Pruned]:
        """Remove them; how many of each, after each batch, which is a short transaction of its own.

        Ended early, what was told is gone, and the rest is as it was.
        """
        ...
