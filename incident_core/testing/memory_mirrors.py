"""The Mirrors in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import RLock
from typing import Protocol
from uuid import UUID

from incident_core.errors import LeaseLost
from incident_core.model.incident import Incident
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.ports.log import Answer, Batch
from incident_core.ports.mirrors import QUIET, ROUSED, TIRED, Claim, Come, Effect, Gap, Mirrors
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Reminder
from incident_core.usecases.settling.known import needed
from incident_core.usecases.settling.mending import mended, spoilt

Source = Callable[[UUID], tuple[Incident | None, Sequence[Entry]]]
"""An incident as it is now, with all its entries; None for what stands for all of a workspace."""

Reminders = Callable[[UUID, int], Sequence[Reminder]]
"""Those about an incident that are newer than the one with this number."""

Everyone = Callable[[], Iterable[tuple[str, UUID, Incident]]]
"""Every incident there is, with its workspace."""


@dataclass(slots=True)
class Row:
    """How far one mirror has come with one incident."""

    workspace: str
    severity: Severity
    wanted: int
    shown: int
    next_at: datetime | None
    to_remind: int = 0
    reminded: int = 0
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
        """What is due, and nobody's."""
        ...


class MemoryMirrors:
    """The Mirrors over a Source. `names` are those that hear of commits; `lock` is that of the record."""

    def __init__(
        self,
        source: Source,
        names: Sequence[str] = (),
        lock: AbstractContextManager[object] | None = None,
        reminders: Reminders = lambda *_: (),
        everyone: Everyone = tuple,
    ) -> None:
        self._source = source
        self._reminders = reminders
        self._everyone = everyone
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
                newest = self._newest(incident_id)
                self.rows[incident_id, mirror] = Row(
                    workspace, severity, version, before, now, newest, newest
                )
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

    def fired(
        self, workspace: str, incident_id: UUID, severity: Severity, version: int, number: int, now: datetime
    ) -> None:
        """Tell each mirror of this reminder."""
        self.reminded(workspace, incident_id, severity, version, number, now, self._names)

    def reminded(
        self,
        workspace: str,
        incident_id: UUID,
        severity: Severity,
        version: int,
        number: int,
        now: datetime,
        names: Sequence[str],
    ) -> None:
        """Tell these mirrors of this reminder."""
        with self._lock:
            for name in names:
                new = Row(workspace, severity, version, version, now, number, number - 1)
                row = self.rows.setdefault((incident_id, name), new)
                if row is not new:
                    row.next_at, row.to_remind = now, number
                    row.revision += 1

    def adopt(self, mirrors: Sequence[str], now: datetime) -> int:
        """Make due what is open and was never seen by one of these mirrors."""
        with self._lock:
            new = {
                (incident_id, name): self._as_it_is(workspace, incident_id, incident, now)
                for workspace, incident_id, incident in self._everyone()
                for name in mirrors
                if incident.stage is not Stage.CLOSED and (incident_id, name) not in self.rows
            }
            self.rows.update(new)
            return len(new)

    def claim(self, mirrors: Sequence[str], now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """Take what is due, the highest severity first."""
        with self._lock:
            return tuple(self._take(key, until) for key in self.due(mirrors, now)[:limit])

    def due(self, mirrors: Sequence[str], now: datetime) -> list[tuple[UUID, str]]:
        """What is due, and nobody's, in the order in which it is taken."""
        found = [
            (row.severity.value, row.next_at, key)
            for key, row in self.rows.items()
            if key[1] in mirrors and row.next_at is not None
            if row.next_at <= now and (row.until is None or row.until <= now)
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
            reminders = tuple(self._reminders(claim.incident_id, row.reminded))
            shown = Come(row.shown, row.reminded)
            wanted = Come(incident.version if incident else 0, row.to_remind)
            effects = needed(row.effects, shown, mended(newer, shown))
            again = mended(newer, shown) | spoilt(effects, shown)
            older = tuple(entry for entry in entries if entry.version in again)
            return Gap(incident, newer, reminders, shown, wanted, effects, holds, row.revision, older)

    def reminders(self, incident_id: UUID, number: int) -> Sequence[Reminder]:
        """Those about this incident that are newer than the one with this number."""
        return self._reminders(incident_id, number)

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

    def turns(self, claim: Claim, paces: Mapping[str, timedelta], now: datetime) -> Mapping[str, datetime]:
        """Take a turn in each of these methods, or in none."""
        with self._lock:
            found = {method: self.holds.get((claim.workspace, claim.mirror, method)) for method in paces}
            ends = {method: until for method, until in found.items() if until is not None}
            held = {method: until for method, until in ends.items() if until > now}
            for method, until in ends.items():
                if not held and until > now - QUIET:
                    self.holds[claim.workspace, claim.mirror, method] = until + paces[method]
            return held

    def held(self, workspace: str, mirror: str, method: str) -> datetime | None:
        """Until when."""
        with self._lock:
            return self.holds.get((workspace, mirror, method))

    def hold(self, workspace: str, mirror: str, method: str, until: datetime) -> None:
        """Until then."""
        with self._lock:
            key = (workspace, mirror, method)
            self.holds[key] = max(until, self.holds.get(key, until))

    def rouse(self, claim: Claim, now: datetime) -> int:
        """Make due whatever waits because it is tired."""
        with self._lock:
            asleep = {
                key: [effect for effect in row.effects.values() if _is_tired(effect, now)]
                for key, row in self.rows.items()
                if (row.workspace, key[1]) == (claim.workspace, claim.mirror)
                if row.next_at is not None and row.next_at > now
            }
            roused = {key: effects for key, effects in asleep.items() if effects}
            for key, effects in roused.items():
                row = self.rows[key]
                again = {each.slot: replace(each, attempts=ROUSED, next_at=None) for each in effects}
                row.effects.update(again)
                row.next_at, row.revision = now, row.revision + 1
            return len(roused)

    def waiting(self, mirrors: Sequence[str], now: datetime) -> bool:
        """Whether something is due, and nobody's."""
        with self._lock:
            return bool(self.due(mirrors, now))

    def note(self, claim: Claim, notes: Sequence[Effect]) -> None:
        """Keep them, and that there is something to do."""
        with self._lock:
            row = self.rows[claim.incident_id, claim.mirror]
            row.effects.update({note.slot: note for note in notes})
            row.next_at = claim.until
            row.revision += 1

    def settle(
        self, claim: Claim, revision: int, shown: Come, next_at: datetime | None, error: str | None
    ) -> None:
        """Give the claim back."""
        with self._lock:
            row = self._held(claim)
            row.error, row.until = error, None
            if row.revision == revision:
                row.shown, row.reminded, row.next_at = shown.version, shown.reminder, next_at

    def _as_it_is(self, workspace: str, incident_id: UUID, incident: Incident, now: datetime) -> Row:
        version, newest = incident.version, self._newest(incident_id)
        return Row(workspace, incident.severity, version, version, now, newest, newest)

    def _newest(self, incident_id: UUID) -> int:
        """The number of the newest reminder."""
        return max((each.number for each in self._reminders(incident_id, 0)), default=0)

    def _take(self, key: tuple[UUID, str], until: datetime) -> Claim:
        row = self.rows[key]
        row.token, row.until = row.token + 1, until
        return Claim(row.workspace, key[0], key[1], row.token, until)

    def _held(self, claim: Claim) -> Row:
        row = self.rows[claim.incident_id, claim.mirror]
        if row.token != claim.token:
            raise LeaseLost
        return row


def _is_tired(effect: Effect, now: datetime) -> bool:
    """Whether it failed often, and waits."""
    waits = effect.next_at is not None and effect.next_at > now
    failed = effect.error is not None and effect.attempts >= TIRED
    return failed and waits and not (effect.stopped or effect.skipped)
