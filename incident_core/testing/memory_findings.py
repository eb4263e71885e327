"""The Findings in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.severity import Severity
from incident_core.ports.findings import Finding, Kept, What
from incident_core.ports.timers import everything
from incident_core.testing.memory_mirrors import MemoryMirrors
from incident_core.testing.memory_state import Memory, Sees
from incident_core.testing.memory_timers import MemoryTimers


@dataclass(slots=True)
class MemoryFindings:
    """The Findings over a Memory; its reminders are written by `timers`, and told to `mirrors`."""

    memory: Memory
    mirrors: MemoryMirrors
    timers: MemoryTimers
    sees: Sees = Incident.seen_by
    rows: list[tuple[str, Finding]] = field(default_factory=list)
    turns: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def keep(
        self,
        workspace: str,
        mirror: str,
        key: str,
        looked: Collection[What],
        found: Mapping[What, str],
        now: datetime,
    ) -> Kept:
        """What was found of what was looked for, and nothing else, is so."""
        with self.memory.lock:
            incident_id = self.memory.find(workspace, key)
            if incident_id is None:
                return Kept()
            known = {
                what: place for what in looked if (place := self._place(workspace, mirror, key, what)) >= 0
            }
            over = {what for what, place in known.items() if self.rows[place][1].detail != found.get(what)}
            for what in over:
                where, row = self.rows[known[what]]
                self.rows[known[what]] = (where, replace(row, over=True))
            new = tuple(
                what for what in sorted(found) if what in looked and (what not in known or what in over)
            )
            for what in new:
                self._write(workspace, incident_id, Finding(key, mirror, what, found[what], now), now)
            return Kept(new, tuple(sorted(over - set(found))))

    def open(self, workspace: str, limit: int, viewer: Actor | None = None) -> tuple[Finding, ...]:
        """What is so now, the oldest first."""
        with self.memory.lock:
            found = [
                row
                for where, row in self.rows
                if where == workspace and not row.over and self._seen(workspace, row.key, viewer)
            ]
        return tuple(sorted(found, key=_order)[:limit])

    def turn(self, workspace: str, mirror: str, now: datetime, until: datetime) -> bool:
        """Whether whoever asks is to look now."""
        with self.memory.lock:
            if self.turns.get((workspace, mirror), now) > now:
                return False
            self.turns[workspace, mirror] = until
            return True

    def _place(self, workspace: str, mirror: str, key: str, what: What) -> int:
        """Where the open one stands among the rows; -1 where there is none."""
        for place, (where, row) in enumerate(self.rows):
            if (where, row.mirror, row.key, row.what, row.over) == (workspace, mirror, key, what, False):
                return place
        return -1

    def _write(self, workspace: str, incident_id: UUID, row: Finding, now: datetime) -> None:
        self.rows.append((workspace, row))
        found = partial(self._found, len(self.rows) - 1)
        name = f"found:{len(self.rows)}"
        told = {everything(workspace): (Severity.SEV4, 0)}
        if row.what is What.COMMANDER_LEFT:
            incident = self.memory.views[incident_id]
            told[incident_id] = (incident.severity, incident.version)
        for id_, (severity, version) in told.items():
            number = self.timers.noticed(id_, name, found, now)
            self.mirrors.reminded(workspace, id_, severity, version, number, now, (row.mirror,))

    def _found(self, place: int) -> Finding:
        return self.rows[place][1]

    def _seen(self, workspace: str, key: str, viewer: Actor | None) -> bool:
        incident_id = self.memory.find(workspace, key)
        return incident_id is not None and (
            viewer is None or self.sees(self.memory.views[incident_id], viewer)
        )


def _order(row: Finding) -> tuple[datetime, int, str]:
    return row.noticed_at, int(row.key.removeprefix("INC-")), row.what
