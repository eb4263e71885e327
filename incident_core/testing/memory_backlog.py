"""The Backlog in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.ports.backlog import ALL, Behind, Lag, Stuck
from incident_core.ports.mirrors import Effect
from incident_core.ports.timers import everything
from incident_core.testing.memory_mirrors import MemoryMirrors, Row
from incident_core.testing.memory_state import Memory, Sees
from incident_core.usecases.settling.known import reminder_of, version_of


class MemoryBacklog:
    """The Backlog over a Memory and its mirrors. `sees` says who may see an incident."""

    def __init__(self, memory: Memory, mirrors: MemoryMirrors, sees: Sees = Incident.seen_by) -> None:
        self._sees = sees
        self._memory = memory
        self._mirrors = mirrors

    def lags(
        self, workspace: str, key: str | None, limit: int, viewer: Actor | None = None
    ) -> tuple[Lag, ...]:
        """What is behind or stuck, the highest severity first; with `key`, also what is not."""
        with self._memory.lock:
            found = sorted(
                (row.severity.value, number, mirror, _lag(number, mirror, row))
                for number, mirror, row in self._rows(workspace, key)
                if key is not None or _behind(row) or any(map(_failed, row.effects.values()))
                if viewer is None or self._shown_to(viewer, workspace, number)
            )
        return tuple(lag for *_, lag in found[:limit])

    def _shown_to(self, viewer: Actor, workspace: str, number: int) -> bool:
        incident_id = self._memory.numbers.get(workspace, {}).get(number)
        return incident_id is None or self._sees(self._memory.views[incident_id], viewer)

    def count(self, workspace: str) -> tuple[int, int]:
        """How many incidents are behind in some mirror, and how many things are stopped."""
        with self._memory.lock:
            rows = [row for _, _, row in self._rows(workspace, None)]
            stopped = [e for row in rows for e in row.effects.values() if _failed(e) and e.stopped]
            return sum(map(_behind, rows)), len(stopped)

    def behind(self, workspace: str) -> tuple[Behind, ...]:
        """The mirrors that are behind, or in which something is stopped, by name."""
        since, stopped = defaultdict[str, list[datetime]](list), defaultdict[str, int](int)
        with self._memory.lock:
            for (incident_id, mirror), row in self._mirrors.rows.items():
                if row.workspace != workspace:
                    continue
                if _behind(row):
                    since[mirror].append(self._since(incident_id, row))
                if count := sum(_failed(e) and e.stopped for e in row.effects.values()):
                    stopped[mirror] += count
        names = sorted({*since, *stopped})
        return tuple(
            Behind(name, len(since[name]), min(since[name], default=None), stopped[name]) for name in names
        )

    def _since(self, incident_id: UUID, row: Row) -> datetime:
        stream = self._memory.streams.get(incident_id, [])
        if row.shown < len(stream):
            return stream[row.shown].envelope.recorded_at
        reminders = self._mirrors.reminders(incident_id, row.reminded)
        found = reminders[0].fired_at if reminders else row.next_at
        assert found is not None, "it is behind with something"
        return found

    def retry(self, workspace: str, key: str | None, mirror: str | None, now: datetime) -> int:
        """Try everything again that failed, now; how many things that are."""
        count = 0
        with self._memory.lock:
            for _, name, row in self._rows(workspace, key):
                failed = [e for e in row.effects.values() if _failed(e)] if mirror in (None, name) else []
                for effect in failed:
                    intent = None if effect.stopped else effect.intent
                    row.effects[effect.slot] = replace(
                        effect, stopped=False, attempts=0, next_at=None, error=None, intent=intent
                    )
                if failed:
                    _stir(row, now, [e.slot for e in failed])
                count += len(failed)
        return count

    def skip(self, workspace: str, key: str, mirror: str, slot: str, now: datetime) -> bool:
        """Nobody wants this any more; whether there was such a thing that had failed."""
        with self._memory.lock:
            for _, name, row in self._rows(workspace, key):
                effect = row.effects.get(slot)
                if name == mirror and effect is not None and _failed(effect):
                    row.effects[slot] = replace(effect, skipped=True, stopped=False, error=None)
                    _stir(row, now, ())
                    return True
        return False

    def _rows(self, workspace: str, key: str | None) -> Iterator[tuple[int, str, Row]]:
        numbers = {id_: number for number, id_ in self._memory.numbers.get(workspace, {}).items()}
        numbers[everything(workspace)] = 0
        for (incident_id, mirror), row in self._mirrors.rows.items():
            number = numbers.get(incident_id)
            if number is not None and key in (None, _key(number)):
                yield number, mirror, row


def _key(number: int) -> str:
    return f"INC-{number}" if number else ALL


def _failed(effect: Effect) -> bool:
    return effect.error is not None and not effect.skipped


def _lag(number: int, mirror: str, row: Row) -> Lag:
    stuck = sorted((e for e in row.effects.values() if _failed(e)), key=lambda e: e.slot)
    return Lag(
        key=_key(number),
        mirror=mirror,
        shown=row.shown,
        wanted=row.wanted,
        unsaid=row.to_remind - row.reminded,
        next_at=row.next_at,
        error=row.error,
        stuck=tuple(Stuck(e.slot, e.attempts, e.next_at, e.error or "", e.stopped) for e in stuck),
    )


def _behind(row: Row) -> bool:
    return row.next_at is not None or row.shown < row.wanted


def _stir(row: Row, now: datetime, failed: Sequence[str]) -> None:
    """Due, back to the first event and reminder of which something failed."""
    versions = [version for slot in failed if (version := version_of(slot)) is not None]
    reminders = [number for slot in failed if (number := reminder_of(slot)) is not None]
    row.shown = min([row.shown, *(version - 1 for version in versions)])
    row.reminded = min([row.reminded, *(number - 1 for number in reminders)])
    row.next_at = now
    row.revision += 1
