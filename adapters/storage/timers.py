"""The Timers in a database: to fire is one transaction, which one worker at a time makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    insert,
    not_,
    or_,
    select,
    text,
    true,
    update,
)

from adapters.storage import timers_rearming
from adapters.storage.answers import key_of
from adapters.storage.keys import number_of
from adapters.storage.mirrors_wanting import remind
from adapters.storage.rows import Values
from adapters.storage.sight import Sight, sight_of
from adapters.storage.standing import judge
from adapters.storage.store import Store
from adapters.storage.tables import incidents, reminders, timers
from adapters.storage.timers_arming import COLUMNS, Derive, put
from adapters.storage.timers_said import stale
from incident_core.model.actor import Actor
from incident_core.model.severity import Severity
from incident_core.model.timer import STALE
from incident_core.ports.timers import Armed, Fired, Reminder, everything

FIRING_LOCK = 0x74696D657273
"""The advisory lock of the one that fires: `timers` in ASCII."""

_ALONE = text(f"SELECT pg_try_advisory_xact_lock({FIRING_LOCK})")
_DUE = and_(timers.c.due_at <= bindparam("now"), timers.c.due_at.is_not(None), not_(timers.c.stopped))
WAITING = select(timers.c.incident_id).where(timers.c.listed.in_((False, True)), _DUE).limit(1)
LATE = select(func.count()).where(
    timers.c.listed.in_((False, True)), _DUE, timers.c.workspace == bindparam("workspace")
)
LISTED = (
    select(timers.c.incident_id, timers.c.workspace, timers.c.again)
    .where(timers.c.listed == true(), _DUE)
    .order_by(timers.c.due_at)
    .limit(bindparam("most"))
    .with_for_update()
)
DUE = (
    select(timers, incidents.c.number, incidents.c.severity, incidents.c.version)
    .outerjoin(incidents, incidents.c.id == timers.c.incident_id)
    .where(timers.c.listed.in_((False,)), _DUE)
    .order_by(timers.c.due_at, timers.c.incident_id, timers.c.name)
    .limit(bindparam("most"))
    .with_for_update(of=timers)
)
_SET_LISTED = (
    update(timers)
    .where(timers.c.incident_id.in_(bindparam("ids", expanding=True)), timers.c.name == STALE)
    .values(due_at=None, fired_at=bindparam("now", type_=timers.c.fired_at.type))
)
_SET_FIRED = (
    update(timers)
    .where(timers.c.incident_id == bindparam("of_incident"), timers.c.name == bindparam("of_name"))
    .values(
        due_at=bindparam("next", type_=timers.c.due_at.type),
        fired_at=bindparam("fired", type_=timers.c.fired_at.type),
        last=bindparam("number"),
    )
)
_NEWEST = (
    select(reminders.c.incident_id, func.max(reminders.c.number).label("newest"))
    .where(reminders.c.incident_id.in_(bindparam("ids", expanding=True)))
    .group_by(reminders.c.incident_id)
)


@dataclass(frozen=True, slots=True)
class SqlTimers:
    """The Timers over a Store. `mirrors` are told of each reminder; `derive` says which timers there are.

    `admins` see those of every incident.
    """

    store: Store
    mirrors: tuple[str, ...]
    derive: Derive
    admins: frozenset[Actor] = frozenset()

    def fire(self, now: datetime, limit: int) -> Sequence[Fired]:
        """Fire what is due: first it is put into lists, and then all else is said."""
        with self.store.reading() as connection:
            if connection.execute(WAITING, {"now": now}).first() is None:
                return ()
        # Somebody may have migrated the database since this process began.
        judge(self.store.name, self.store.look(), writing=True)
        with self.store.writing() as connection:
            if connection.dialect.name == "postgresql" and not connection.scalar(_ALONE):
                return ()
            _list(connection, now, limit)
            return self._say(connection, now, limit)

    def armed(self, workspace: str, viewer: Actor, key: str | None, limit: int) -> Sequence[Armed]:
        """The next to fire first."""
        with self.store.reading() as connection:
            return tuple(
                map(
                    _armed,
                    connection.execute(_listing(workspace, sight_of(viewer, self.admins), key).limit(limit)),
                )
            )

    def late(self, workspace: str, now: datetime) -> int:
        """Those that are due."""
        with self.store.reading() as connection:
            return connection.scalar(LATE, {"workspace": workspace, "now": now}) or 0

    def rearm(self, mark: str) -> int:
        """Bring all up to date, unless that was done with this mark."""
        return timers_rearming.rearm(self.store, self.derive, mark)

    def _say(self, connection: Connection, now: datetime, limit: int) -> tuple[Fired, ...]:
        rows = connection.execute(DUE, {"now": now, "most": limit}).all()
        empty = [row for row in rows if _whole(row) and not stale(connection, row.workspace, 1)[0]]
        if empty:
            connection.execute(_SET_FIRED, [_spent(row) for row in empty])
        fired = _numbered(connection, [row for row in rows if row not in empty], now)
        if not fired:
            return ()
        connection.execute(insert(reminders), [_reminder(row, each) for row, each in fired])
        connection.execute(_SET_FIRED, [_fired(row, each, now) for row, each in fired])
        remind(connection, self.mirrors, [_told(row, each) for row, each in fired], now)
        return tuple(_said(connection, row, each) for row, each in fired)


def _whole(row: Row[Any]) -> bool:
    """Whether it is about all of a workspace together."""
    return bool(row.incident_id == everything(row.workspace))


def _list(connection: Connection, now: datetime, limit: int) -> None:
    """What is listed stands in the list from now on; there is one at once, unless there was not long ago."""
    rows = connection.execute(LISTED, {"now": now, "most": limit}).all()
    if not rows:
        return
    connection.execute(_SET_LISTED, {"ids": [row.incident_id for row in rows], "now": now})
    again = {everything(row.workspace): (row.workspace, row.again) for row in rows}
    there = select(timers).where(timers.c.incident_id.in_(list(again)), timers.c.name == STALE)
    found = {row.incident_id: row for row in connection.execute(there)}
    put(
        connection,
        [_next_list(id_, *each, found.get(id_), now) for id_, each in again.items()],
    )


def _next_list(whole: UUID, workspace: str, again: int, row: Row[Any] | None, now: datetime) -> Values:
    values: Values = {"incident_id": whole, "name": STALE, "workspace": workspace}
    if row is None:
        new = dict.fromkeys(COLUMNS) | {"since": now, "due_at": now, "stopped": False, "listed": False}
        return values | new | {"again": again}
    values |= {name: getattr(row, name) for name in COLUMNS}
    if row.due_at is None:
        values["due_at"] = max(now, row.fired_at + timedelta(seconds=again))
    return values | {"again": again}


def _numbered(
    connection: Connection, rows: Iterable[Row[Any]], now: datetime
) -> list[tuple[Row[Any], Reminder]]:
    """Each with its reminder; the numbers of each incident follow one another."""
    chosen = list(rows)
    ids = list({row.incident_id for row in chosen})
    newest = Counter({row.incident_id: row.newest for row in connection.execute(_NEWEST, {"ids": ids})})
    found: list[tuple[Row[Any], Reminder]] = []
    for row in chosen:
        newest[row.incident_id] += 1
        found.append((row, Reminder(newest[row.incident_id], row.name, row.since, row.due_at, now)))
    return found


def _reminder(row: Row[Any], each: Reminder) -> Values:
    return {
        "incident_id": row.incident_id,
        "number": each.number,
        "workspace": row.workspace,
        "timer": each.timer,
        "since": each.since,
        "due_at": each.due_at,
        "fired_at": each.fired_at,
    }


def _fired(row: Row[Any], each: Reminder, now: datetime) -> Values:
    next_ = None if row.again is None else now + timedelta(seconds=row.again)
    return {
        "of_incident": row.incident_id,
        "of_name": row.name,
        "next": next_,
        "fired": now,
        "number": each.number,
    }


def _spent(row: Row[Any]) -> Values:
    """A list with nothing in it says nothing, until there is something again."""
    return {
        "of_incident": row.incident_id,
        "of_name": row.name,
        "next": None,
        "fired": row.fired_at or row.since,
        "number": row.last,
    }


def _told(row: Row[Any], each: Reminder) -> Values:
    return {
        "incident_id": row.incident_id,
        "workspace": row.workspace,
        "severity": row.severity or Severity.SEV4.value,
        "version": row.version or 0,
        "number": each.number,
    }


def _said(connection: Connection, row: Row[Any], each: Reminder) -> Fired:
    if not _whole(row):
        return Fired(key_of(row.number), each)
    listed, more = stale(connection, row.workspace)
    return Fired(
        None, Reminder(each.number, each.timer, each.since, each.due_at, each.fired_at, False, listed, more)
    )


@cache
def _asleep() -> Any:
    return or_(timers.c.due_at.is_(None), timers.c.stopped)


def _listing(workspace: str, sight: Sight, key: str | None) -> Select[Any]:
    found = (
        select(timers, incidents.c.number)
        .outerjoin(incidents, incidents.c.id == timers.c.incident_id)
        .where(timers.c.workspace == workspace, or_(incidents.c.id.is_(None), sight.visible()))
        .order_by(
            case((_asleep(), 1), else_=0),
            case((_asleep(), None), else_=timers.c.due_at),
            func.coalesce(incidents.c.number, 0),
            timers.c.name,
        )
    )
    return found if key is None else found.where(timers.c.incident_id.in_(_of(workspace, key)))


def _of(workspace: str, key: str) -> Select[Any]:
    return select(incidents.c.id).where(
        incidents.c.workspace == workspace, incidents.c.number == number_of(key)
    )


def _armed(row: Row[Any]) -> Armed:
    due_at = None if row.stopped else row.due_at
    key = None if row.number is None else key_of(row.number)
    return Armed(key, row.name, row.since, due_at, row.snoozed_until, row.stopped, row.fired_at)
