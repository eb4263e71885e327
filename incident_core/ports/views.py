"""Views: what is derived from the events and can be made again; facts about the outside are not touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many incidents were folded again, and the keys of those whose stored view was another."""

    incidents: int
    differing: tuple[str, ...]


class Views(Protocol):
    """Every method may raise Unavailable."""

    def rebuild(self, *, write: bool, progress: Callable[[int, int], None] | None = None) -> Rebuilt:
        """Fold every incident and compare with its view; with `write`, store what was folded.

        `progress` is told how many are done, and of how many.
        """
        ...
