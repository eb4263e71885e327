"""Whereabouts: where incidents live outside, and which one lives in a place there; nobody there is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class Whereabouts(Protocol):
    """Every method may raise Unavailable.

    It knows nothing of viewers: whoever asks may name only what they may see. A place is what a mirror made
    for a slot and what is there still; a line that was said is none.
    """

    def incident(self, workspace: str, mirror: str, slot: str, external_id: str) -> str | None:
        """The key of the incident that lives there; None where nothing of ours is there.

        Of several in one place it is the one with the highest number.
        """
        ...

    def outside(self, workspace: str, mirror: str, slot: str, keys: Sequence[str]) -> Mapping[str, str]:
        """External ids by key, of those that are there; `keys` are those of one page."""
        ...
