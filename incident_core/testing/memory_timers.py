"""The Timers in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock
from uuid import UUID

from incident_core.lifecycle.timers import Timer, change
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.severity import Severity
from incident_core.model.timer import STALE
from incident_core.ports.findings import Finding
from incident_core.ports.timers import LISTED, Armed, Fired, Listed, Reminder, everything
from incident_core.testing.memory_state import Sees

Derive = Callable[[Incident], tuple[Timer, ...]]
Look = Callable[[UUID], Incident]
Hear = Callable[[str, UUID, Severity, int, int, datetime], None]
"""What a mirror is told: workspace, incident, its severity and version, the reminder's number, and when."""


@dataclass(slots=True)
class Row:
    """One timer. `due_at` None: it has fired. `last` is the reminder of its last firing."""

    workspace: str
    timer: Timer
    due_at: datetime | None
    fired_at: datetime | None = None
    last: int | None = None


@dataclass(slots=True)
class _Fired:
    """A reminder as it was written, with the incidents that it lists."""

    reminder: Reminder
    listed: tuple[UUID, ...] = ()
    found: Callable[[], Finding] | None = None


@dataclass(slots=True)
class MemoryTimers:
    """The Timers over incidents. `derive` says which timers one has; `hear` is called for each reminder.

    `sees` says who may see an incident, and so its timers.
    """

    derive: Derive
    look: Look
    everyone: Callable[[], Iterable[tuple[str, UUID, Incident]]] = tuple
    lock: AbstractContextManager[object] = field(default_factory=RLock)
    hear: Hear = lambda *_: None
    sees: Sees = Incident.seen_by
    rows: dict[tuple[UUID, str], Row] = field(default_factory=dict)
    mark: str | None = None
    _fired: dict[UUID, list[_Fired]] = field(default_factory=dict)

    def changed(self, workspace: str, incident_id: UUID, before: Incident | None, after: Incident) -> None:
        """A commit made this of the incident; the caller holds the lock."""
        was = () if before is None else self.derive(before)
        found = change(was, self.derive(after))
        for name in found.ended:
            self.rows.pop((incident_id, name), None)
        for timer in found.armed:
            self.rows[incident_id, timer.name] = Row(workspace, timer, timer.due_at)

    def fire(self, now: datetime, limit: int) -> Sequence[Fired]:
        """Fire what is due: first it is put into lists, and then all else is said."""
        with self.lock:
            for _, row in self._due(now, limit, listed=True):
                self._list(row, now)
            due = self._due(now, limit, listed=False)
            return [fired for id_, row in due for fired in self._say(id_, row, now)]

    def newer(self, incident_id: UUID, number: int) -> tuple[Reminder, ...]:
        """The reminders about it that are newer than this one."""
        with self.lock:
            fired = [each for each in self._fired.get(incident_id, ()) if each.reminder.number > number]
            return tuple(self._as_of_now(incident_id, each) for each in fired)

    def reminded(self) -> list[UUID]:
        """What reminders were about."""
        return list(self._fired)

    def all_fired(self, incident_id: UUID) -> list[Reminder]:
        """The reminders about it that are kept, the oldest first."""
        return [each.reminder for each in self._fired[incident_id]]

    def forget(self, incident_id: UUID, number: int) -> None:
        """This reminder is needed no more."""
        kept = [each for each in self._fired[incident_id] if each.reminder.number != number]
        self._fired[incident_id] = kept

    def noticed(self, incident_id: UUID, name: str, found: Callable[[], Finding], now: datetime) -> int:
        """Write a reminder of what was noticed; its number. `found` tells how that is now."""
        with self.lock:
            told = self._fired.setdefault(incident_id, [])
            told.append(_Fired(Reminder(len(told) + 1, name, now, now, now), found=found))
            return len(told)

    def armed(self, workspace: str, viewer: Actor, key: str | None, limit: int) -> Sequence[Armed]:
        """The next to fire first."""
        with self.lock:
            found = [
                _armed(self._key(row.workspace, id_), row)
                for (id_, _), row in self.rows.items()
                if row.workspace == workspace and self._seen(row.workspace, id_, viewer)
            ]
        chosen = [each for each in found if key is None or each.key == key]
        return sorted(chosen, key=_order)[:limit]

    def late(self, workspace: str, now: datetime) -> int:
        """Those that are due."""
        with self.lock:
            due = [
                row for listed in (False, True) for _, row in self._due(now, len(self.rows), listed=listed)
            ]
        return sum(row.workspace == workspace for row in due)

    def rearm(self, mark: str) -> int:
        """Bring all up to date, unless that was done with this mark."""
        with self.lock:
            if mark == self.mark:
                return 0
            self.mark = mark
            return sum(self._rearmed(*each) for each in self.everyone())

    def _rearmed(self, workspace: str, incident_id: UUID, incident: Incident) -> bool:
        timers = {timer.name: timer for timer in self.derive(incident)}
        mine = {name: row for (id_, name), row in self.rows.items() if id_ == incident_id}
        for name in mine.keys() - timers.keys():
            del self.rows[incident_id, name]
        for name, timer in timers.items():
            self.rows[incident_id, name] = _renewed(workspace, timer, mine.get(name))
        return {name: row.timer for name, row in mine.items()} != timers

    def _due(self, now: datetime, limit: int, *, listed: bool) -> list[tuple[UUID, Row]]:
        found = [
            (row.due_at, id_, name, row)
            for (id_, name), row in self.rows.items()
            if row.due_at is not None and row.due_at <= now
            if row.timer.listed is listed and not row.timer.stopped
        ]
        return [(id_, row) for _, id_, _, row in sorted(found, key=lambda each: each[:3])[:limit]]

    def _list(self, row: Row, now: datetime) -> None:
        """It stands in the list from now on; there is a list at once, unless there was one not long ago."""
        row.due_at, row.fired_at = None, now
        again = row.timer.again
        assert again is not None, "what is listed is listed again"
        whole = Timer(STALE, now, now, again)
        found = self.rows.setdefault((everything(row.workspace), STALE), Row(row.workspace, whole, now))
        if found.due_at is None and found.fired_at is not None:
            found.due_at = max(now, found.fired_at + again)

    def _say(self, incident_id: UUID, row: Row, now: datetime) -> Iterator[Fired]:
        listed: tuple[UUID, ...] = ()
        whole = incident_id == everything(row.workspace)
        if whole and not (listed := tuple(self._stale(row.workspace))):
            row.due_at, row.fired_at = None, row.fired_at or row.timer.since
            return
        due_at, again, told = row.due_at or now, row.timer.again, self._fired.setdefault(incident_id, [])
        row.due_at = None if again is None else now + again
        row.fired_at, row.last = now, (told[-1].reminder.number if told else 0) + 1
        reminder = Reminder(row.last, row.timer.name, row.timer.since, due_at, now)
        told.append(_Fired(reminder, listed))
        severity, version = Severity.SEV4, 0
        if not whole:
            incident = self.look(incident_id)
            severity, version = incident.severity, incident.version
        self.hear(row.workspace, incident_id, severity, version, row.last, now)
        yield Fired(self._key(row.workspace, incident_id), self._as_of_now(incident_id, told[-1]))

    def _stale(self, workspace: str) -> list[UUID]:
        """What stands in the list, the oldest first."""
        found = [
            (row.timer.since, id_)
            for (id_, name), row in self.rows.items()
            if row.workspace == workspace and name == STALE and row.timer.listed
            if row.fired_at is not None and not row.timer.stopped
        ]
        return [id_ for _, id_ in sorted(found)]

    def _as_of_now(self, incident_id: UUID, fired: _Fired) -> Reminder:
        if fired.found is not None:
            found = fired.found()
            return replace(fired.reminder, over=found.over, found=found)
        row = self.rows.get((incident_id, fired.reminder.timer))
        over = row is None or row.last != fired.reminder.number
        listed = [self.look(id_) for id_ in fired.listed if self._still(id_)]
        lines = tuple(
            Listed(each.key, each.title, each.severity, each.stage, each.opened_at)
            for each in listed[:LISTED]
        )
        return replace(fired.reminder, over=over, listed=lines, more=len(listed) - len(lines))

    def _still(self, incident_id: UUID) -> bool:
        row = self.rows.get((incident_id, STALE))
        return row is not None and row.timer.listed

    def _seen(self, workspace: str, incident_id: UUID, viewer: Actor) -> bool:
        return incident_id == everything(workspace) or self.sees(self.look(incident_id), viewer)

    def _key(self, workspace: str, incident_id: UUID) -> str | None:
        return None if incident_id == everything(workspace) else self.look(incident_id).key


def _renewed(workspace: str, timer: Timer, row: Row | None) -> Row:
    """The row of this timer; where it counts as before, it goes on from its last firing."""
    if row is None or not _counts_alike(timer, row.timer):
        return Row(workspace, timer, timer.due_at)
    if row.fired_at is None:
        return Row(workspace, timer, timer.due_at)
    again = None if timer.again is None or timer.listed else row.fired_at + timer.again
    return Row(workspace, timer, again, row.fired_at, row.last)


def _counts_alike(one: Timer, other: Timer) -> bool:
    return (one.since, one.snoozed_until, one.stopped, one.listed) == (
        other.since,
        other.snoozed_until,
        other.stopped,
        other.listed,
    )


def _armed(key: str | None, row: Row) -> Armed:
    timer = row.timer
    due_at = None if timer.stopped else row.due_at
    return Armed(key, timer.name, timer.since, due_at, timer.snoozed_until, timer.stopped, row.fired_at)


def _order(each: Armed) -> tuple[bool, float, int, str]:
    number = 0 if each.key is None else int(each.key.removeprefix("INC-"))
    return each.due_at is None, each.due_at.timestamp() if each.due_at else 0.0, number, each.name
