"""The Pruning in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from incident_core.model.stage import Stage
from incident_core.ports.log import Answer, Result
from incident_core.ports.mirrors import Effect
from incident_core.ports.pruning import Pruned
from incident_core.ports.timers import Reminder
from incident_core.testing.memory_mirrors import MemoryMirrors, Row
from incident_core.testing.memory_state import Memory
from incident_core.testing.memory_timers import MemoryTimers
from incident_core.usecases.settling.known import reminder_of, version_of

Remove = Callable[[], object]


class MemoryPruning:
    """The Pruning over a Memory, its mirrors and its timers."""

    def __init__(self, memory: Memory, mirrors: MemoryMirrors, timers: MemoryTimers) -> None:
        self._memory = memory
        self._mirrors = mirrors
        self._timers = timers

    def count(self, before: datetime, now: datetime) -> Pruned:
        """How many there are."""
        with self._memory.lock:
            return sum((found for found, _ in self._all(before, now)), Pruned())

    def prune(self, before: datetime, now: datetime) -> Iterator[Pruned]:
        """Remove them."""
        with self._memory.lock:
            for found, remove in list(self._all(before, now)):
                remove()
                yield found

    def _all(self, before: datetime, now: datetime) -> Iterator[tuple[Pruned, Remove]]:
        yield from self._answers(before)
        yield from self._said(before)
        yield from self._reminders(before)
        yield from self._holds(now)

    def _answers(self, before: datetime) -> Iterator[tuple[Pruned, Remove]]:
        memory = self._memory
        for key, answer in memory.answers.items():
            if memory.answered_at[key] < before and not self._opened(answer):
                yield Pruned(answers=1), lambda key=key: memory.answers.pop(key)  # type: ignore[misc]

    def _said(self, before: datetime) -> Iterator[tuple[Pruned, Remove]]:
        for (incident_id, _), row in self._mirrors.rows.items():
            if self._long_closed(incident_id, before) and self._settled(row):
                for slot in [slot for slot, each in row.effects.items() if self._is_spent(each)]:
                    yield Pruned(said=1), lambda row=row, slot=slot: row.effects.pop(slot)  # type: ignore[misc]

    def _reminders(self, before: datetime) -> Iterator[tuple[Pruned, Remove]]:
        for incident_id in self._timers.reminded():
            rows = [row for (id_, _), row in self._mirrors.rows.items() if id_ == incident_id]
            for each in self._past(incident_id):
                slots = [
                    (row, slot) for row in rows for slot in row.effects if reminder_of(slot) == each.number
                ]
                if each.fired_at < before and self._all_said(rows, each.number, slots):
                    over = [(row, slot) for row, slot in slots if _over(row.effects[slot])]
                    yield Pruned(reminders=1, said=len(over)), self._removing(incident_id, each.number, over)

    def _past(self, incident_id: UUID) -> list[Reminder]:
        """All but the newest: the next one is numbered after it."""
        return self._timers.all_fired(incident_id)[:-1]

    def _removing(self, incident_id: UUID, number: int, over: list[tuple[Row, str]]) -> Remove:
        def remove() -> None:
            self._timers.forget(incident_id, number)
            for row, slot in over:
                del row.effects[slot]

        return remove

    def _holds(self, now: datetime) -> Iterator[tuple[Pruned, Remove]]:
        holds = self._mirrors.holds
        for key, until in holds.items():
            if until < now:
                yield Pruned(holds=1), lambda key=key: holds.pop(key)  # type: ignore[misc]

    def _opened(self, answer: Answer) -> bool:
        return answer.result is Result.ACCEPTED and answer.first_version == 1

    def _long_closed(self, incident_id: UUID, before: datetime) -> bool:
        """Nothing was recorded since then; what is about all incidents together is never closed."""
        view = self._memory.views.get(incident_id)
        if view is None or view.stage is not Stage.CLOSED:
            return False
        return self._memory.streams[incident_id][-1].envelope.recorded_at < before

    def _settled(self, row: Row) -> bool:
        there = row.next_at is None and row.shown >= row.wanted and row.reminded >= row.to_remind
        return there and all(each.error is None for each in row.effects.values())

    def _is_spent(self, effect: Effect) -> bool:
        return _over(effect) and (version_of(effect.slot) is not None or _is_note(effect))

    def _all_said(self, rows: list[Row], number: int, slots: list[tuple[Row, str]]) -> bool:
        begun = (row.effects[slot] for row, slot in slots)
        unclear = any(each.error is not None or each.intent is not None for each in begun)
        return all(row.reminded >= number for row in rows) and not unclear


def _over(effect: Effect) -> bool:
    return (effect.done or effect.skipped) and effect.error is None and effect.intent is None


def _is_note(effect: Effect) -> bool:
    return effect.slot.partition(":")[0] in ("stray", "doubt", "dirty")
