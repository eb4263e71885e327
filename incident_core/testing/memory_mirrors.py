"""The Mirrors in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Protocol
from uuid import UUID

from incident_core.errors import LeaseLost
from incident_core.model.incident import Incident
from incident_core.model.severity import Severity
from incident_core.ports.log import Answer, Batch
from incident_core.ports.mirrors import Claim, Effect, Gap, Mirrors
from incident_core.ports.reader import Entry
from incident_core.usecases.settling.known import needed

Source = Callable[[UUID], tuple[Incident, Sequence[Entry]]]
"""An incident as it is now, with all its entries."""


@dataclass(slots=True)
class Row:
    """How far one mirror has come with one incident."""

    workspace: str
    severity: Severity
    wanted: int
    shown: int
    next_at: datetime | None
    revision: int = 0
    error: str | None = None
    token: int = 0
    until: datetime | None = None
    effects: dict[str, Effect] = field(default_factory=dict)


class Watched(Mirrors, Protocol):
    """Mirrors of which a simulation can see everything, and which it tells of commits."""

    @property
    def rows(self) -> Mapping[tuple[UUID, str], Row]:
        """Each incident in each mirror."""
        ...

    def changed(
        self,
        workspace: str,
        incident_id: UUID,
        severity: Severity,
        version: int,
        mirror: str,
        now: datetime,
        before: int | None = None,
    ) -> None:
        """A commit brought the incident from version `before` (None: the one before) to this one.

        A mirror that sees it for the first time begins with this commit.
        """
        ...

    def due(self, mirrors: Sequence[str], now: datetime) -> Sequence[tuple[UUID, str]]:
        """What is behind, due, and nobody's."""
        ...


class MemoryMirrors:
    """The Mirrors over a Source. `names` are those that hear of commits; `lock` is that of the record."""

    def __init__(
        self,
        source: Source,
        names: Sequence[str] = (),
        lock: AbstractContextManager[object] | None = None,
    ) -> None:
        self._source = source
        self._names = names
        self._lock = RLock() if lock is None else lock
        self.rows: dict[tuple[UUID, str], Row] = {}
        self.holds: dict[tuple[str, str, str], datetime] = {}

    def changed(
        self,
        workspace: str,
        incident_id: UUID,
        severity: Severity,
        version: int,
        mirror: str,
        now: datetime,
        before: int | None = None,
    ) -> None:
        """A commit brought the incident from version `before` (None: the one before) to this one."""
        before = version - 1 if before is None else before
        with self._lock:
            row = self.rows.get((incident_id, mirror))
            if row is None:
                self.rows[incident_id, mirror] = Row(workspace, severity, version, before, now)
            else:
                row.severity, row.wanted, row.next_at = severity, version, now
                row.revision += 1

    def committed(self, batch: Batch, answer: Answer, after: Incident) -> None:
        """Tell each mirror of these events; the caller holds the lock."""
        told, before = batch.envelope, answer.first_version - 1
        for name in self._names:
            self.changed(
                told.workspace,
                told.incident_id,
                after.severity,
                answer.last_version,
                name,
                told.recorded_at,
                before,
            )

    def claim(self, mirrors: Sequence[str], now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """Take what is behind and due, the highest severity first."""
        with self._lock:
            return tuple(self._take(key, until) for key in self.due(mirrors, now)[:limit])

    def due(self, mirrors: Sequence[str], now: datetime) -> list[tuple[UUID, str]]:
        """What is behind, due, and nobody's, in the order in which it is taken."""
        found = [
            (row.severity.value, row.next_at, key)
            for key, row in self.rows.items()
            if key[1] in mirrors and row.shown < row.wanted
            if row.next_at is not None and row.next_at <= now and (row.until is None or row.until <= now)
        ]
        return [key for _, _, key in sorted(found)]

    def gap(self, claim: Claim) -> Gap:
        """What there is to do."""
        with self._lock:
            row = self._held(claim)
            incident, entries = self._source(claim.incident_id)
            holds = {
                method: until
                for (workspace, mirror, method), until in self.holds.items()
                if (workspace, mirror) == (claim.workspace, claim.mirror)
            }
            newer = tuple(entry for entry in entries if entry.version > row.shown)
            effects = needed(row.effects, row.shown)
            return Gap(incident, newer, row.shown, incident.version, effects, holds, row.revision)

    def renew(self, claim: Claim, until: datetime) -> None:
        """Keep it until then."""
        with self._lock:
            self._held(claim).until = until

    def save(self, claim: Claim, effects: Sequence[Effect], holds: Mapping[str, datetime]) -> None:
        """Write these effects and holds."""
        with self._lock:
            row = self._held(claim)
            row.effects.update({effect.slot: effect for effect in effects})
            for method, until in holds.items():
                key = (claim.workspace, claim.mirror, method)
                self.holds[key] = max(until, self.holds.get(key, until))

    def note(self, claim: Claim, notes: Sequence[Effect]) -> None:
        """Keep them, and that there is something to do."""
        with self._lock:
            row = self.rows[claim.incident_id, claim.mirror]
            row.effects.update({note.slot: note for note in notes})
            row.shown = min(row.shown, row.wanted - 1)
            row.next_at = claim.until
            row.revision += 1

    def settle(
        self, claim: Claim, revision: int, shown: int, next_at: datetime | None, error: str | None
    ) -> None:
        """Give the claim back."""
        with self._lock:
            row = self._held(claim)
            row.error, row.until = error, None
            if row.revision == revision:
                row.shown, row.next_at = shown, next_at
            else:
                row.shown = min(shown, row.wanted - 1)

    def _take(self, key: tuple[UUID, str], until: datetime) -> Claim:
        row = self.rows[key]
        row.token, row.until = row.token + 1, until
        return Claim(row.workspace, key[0], key[1], row.token, until)

    def _held(self, claim: Claim) -> Row:
        row = self.rows[claim.incident_id, claim.mirror]
        if row.token != claim.token:
            raise LeaseLost
        return row
