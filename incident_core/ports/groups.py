"""Groups: who is in the user groups of the outside; facts, told by whoever asks there, never made again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from incident_core.model.actor import Actor


class Groups(Protocol):
    """Every method may raise Unavailable."""

    def members(self, workspace: str, groups: Collection[str]) -> Mapping[str, frozenset[Actor]]:
        """Who is in each of these groups; those that are not known are left out."""
        ...

    def keep(self, workspace: str, group: str, members: Collection[Actor], at: datetime) -> None:
        """These, and nobody else, were its members at `at` (UTC), unless it is known who was later."""
        ...
