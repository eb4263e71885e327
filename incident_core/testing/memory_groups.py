"""The Groups in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from threading import Lock

from incident_core.model.actor import Actor


class MemoryGroups:
    """The Groups of every workspace."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[tuple[str, str], tuple[datetime, frozenset[Actor]]] = {}

    def members(self, workspace: str, groups: Collection[str]) -> Mapping[str, frozenset[Actor]]:
        """Who is in each of these groups; those that are not known are left out."""
        with self._lock:
            found = {name: self._kept.get((workspace, name)) for name in groups}
        return {name: kept[1] for name, kept in found.items() if kept is not None}

    def keep(self, workspace: str, group: str, members: Collection[Actor], at: datetime) -> None:
        """These, and nobody else, were its members; what was asked earlier than what is kept is left out."""
        with self._lock:
            before = self._kept.get((workspace, group))
            if before is None or before[0] <= at:
                self._kept[workspace, group] = (at, frozenset(members))
