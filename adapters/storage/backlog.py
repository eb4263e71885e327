"""The Backlog in a database: what is behind and why, and how a person helps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
    type_coerce,
    union,
    update,
)

from adapters.storage.answers import key_of
from adapters.storage.keys import number_of
from adapters.storage.sight import sight_of
from adapters.storage.store import Store
from adapters.storage.tables import events, incidents, mirror_effects, mirrors, reminders
from adapters.storage.types import Time
from incident_core.model.actor import Actor
from incident_core.ports.backlog import ALL, Behind, Lag, Stuck
from incident_core.ports.timers import everything

_FAILED = and_(mirror_effects.c.error.is_not(None), mirror_effects.c.skipped.is_(False))
_SAME = and_(
    mirror_effects.c.incident_id == mirrors.c.incident_id, mirror_effects.c.mirror == mirrors.c.mirror
)


_ROW = tuple_(mirrors.c.incident_id, mirrors.c.mirror)
_KEY = (mirrors.c.incident_id, mirrors.c.mirror)
# An index serves each of them, and no OR of them all.
_DUE = select(*_KEY).where(mirrors.c.next_at.is_not(None))
_AWAY = select(*_KEY).where(mirrors.c.shown < mirrors.c.wanted)
_STUCK = select(mirror_effects.c.incident_id, mirror_effects.c.mirror).where(_FAILED)
_NEXT_EVENT = and_(events.c.incident_id == mirrors.c.incident_id, events.c.version == mirrors.c.shown + 1)
_NEXT_REMINDER = and_(
    reminders.c.incident_id == mirrors.c.incident_id, reminders.c.number == mirrors.c.reminded + 1
)
_SINCE = func.min(func.coalesce(events.c.recorded_at, reminders.c.fired_at, mirrors.c.next_at))
_NOT_THERE, _BEHIND = union(_DUE, _AWAY), union(_DUE, _AWAY, _STUCK)


@dataclass(frozen=True, slots=True)
class SqlBacklog:
    """The Backlog over a Store; `admins` see everything."""

    store: Store
    admins: frozenset[Actor] = frozenset()

    def lags(
        self, workspace: str, key: str | None, limit: int, viewer: Actor | None = None
    ) -> tuple[Lag, ...]:
        """What is behind or stuck, the highest severity first; with `key`, also what is not."""
        wanted = [_ROW.in_(_BEHIND) if key is None else _of(workspace, key)]
        if viewer is not None:
            wanted.append(or_(incidents.c.id.is_(None), sight_of(viewer, self.admins).visible()))
        statement = (
            select(mirrors, incidents.c.number)
            .outerjoin(incidents, incidents.c.id == mirrors.c.incident_id)
            .where(mirrors.c.workspace == workspace, *wanted)
            .order_by(mirrors.c.severity, func.coalesce(incidents.c.number, 0), mirrors.c.mirror)
            .limit(limit)
        )
        with self.store.reading() as connection:
            rows = connection.execute(statement).all()
            stuck = _stuck(connection, rows)
        return tuple(_lag(row, stuck[row.incident_id, row.mirror]) for row in rows)

    def count(self, workspace: str) -> tuple[int, int]:
        """How many incidents are behind in some mirror, and how many things are stopped."""
        behind = select(func.count()).where(mirrors.c.workspace == workspace, _ROW.in_(_NOT_THERE))
        stopped = (
            select(func.count())
            .join_from(mirror_effects, mirrors, _SAME)
            .where(mirrors.c.workspace == workspace, _FAILED, mirror_effects.c.stopped)
        )
        with self.store.reading() as connection:
            first, second = connection.execute(
                select(behind.scalar_subquery(), stopped.scalar_subquery())
            ).one()
        return first, second

    def behind(self, workspace: str) -> tuple[Behind, ...]:
        """The mirrors that are behind, or in which something is stopped, by name."""
        mine = mirrors.c.workspace == workspace
        waiting = (
            select(mirrors.c.mirror, func.count(), type_coerce(_SINCE, Time()))
            .outerjoin(events, _NEXT_EVENT)
            .outerjoin(reminders, _NEXT_REMINDER)
            .where(mine, _ROW.in_(_NOT_THERE))
            .group_by(mirrors.c.mirror)
        )
        stopped = (
            select(mirrors.c.mirror, func.count())
            .join_from(mirror_effects, mirrors, _SAME)
            .where(mine, _FAILED, mirror_effects.c.stopped)
            .group_by(mirrors.c.mirror)
        )
        with self.store.reading() as connection:
            late = {row[0]: (row[1], row[2]) for row in connection.execute(waiting)}
            ended = {row[0]: row[1] for row in connection.execute(stopped)}
        names = sorted({*late, *ended})
        return tuple(Behind(name, *late.get(name, (0, None)), ended.get(name, 0)) for name in names)

    def retry(self, workspace: str, key: str | None, mirror: str | None, now: datetime) -> int:
        """Try everything again that failed, now; how many things that are."""
        chosen = [mirrors.c.workspace == workspace]
        if key is not None:
            chosen.append(_of(workspace, key))
        if mirror is not None:
            chosen.append(mirrors.c.mirror == mirror)
        with self.store.writing() as connection:
            _stir(connection, and_(*chosen), now)
            # What was refused for ever did not happen; what is unknown has to be looked into still.
            intent = case((mirror_effects.c.stopped, None), else_=mirror_effects.c.intent)
            retried = (
                update(mirror_effects)
                .where(_FAILED, exists().where(_SAME, *chosen))
                .values(stopped=False, attempts=0, next_at=None, error=None, intent=intent)
            )
            return connection.execute(retried).rowcount

    def skip(self, workspace: str, key: str, mirror: str, slot: str, now: datetime) -> bool:
        """Nobody wants this any more; whether there was such a thing that had failed."""
        mine = and_(_of(workspace, key), mirrors.c.mirror == mirror)
        named = and_(_FAILED, mirror_effects.c.slot == slot, exists().where(_SAME, mine))
        with self.store.writing() as connection:
            skipped = update(mirror_effects).where(named).values(skipped=True, stopped=False, error=None)
            if connection.execute(skipped).rowcount == 0:
                return False
            connection.execute(update(mirrors).where(mine).values(**_stirred(now)))
            return True


def _stuck(connection: Connection, rows: Sequence[Row[Any]]) -> defaultdict[Any, list[Stuck]]:
    found: defaultdict[Any, list[Stuck]] = defaultdict(list)
    if not rows:
        return found
    keys = [(row.incident_id, row.mirror) for row in rows]
    theirs = tuple_(mirror_effects.c.incident_id, mirror_effects.c.mirror).in_(keys)
    for row in connection.execute(
        select(mirror_effects).where(theirs, _FAILED).order_by(mirror_effects.c.slot)
    ):
        each = Stuck(row.slot, row.attempts, row.next_at, row.error, row.stopped)
        found[row.incident_id, row.mirror].append(each)
    return found


def _lag(row: Row[Any], stuck: list[Stuck]) -> Lag:
    return Lag(
        key=ALL if row.number is None else key_of(row.number) or ALL,
        mirror=row.mirror,
        shown=row.shown,
        wanted=row.wanted,
        unsaid=row.to_remind - row.reminded,
        next_at=row.next_at,
        error=row.error,
        stuck=tuple(stuck),
    )


def _of(workspace: str, key: str) -> ColumnElement[bool]:
    """The rows of this incident; or of what is about all together."""
    if key == ALL:
        return mirrors.c.incident_id == everything(workspace)
    numbered = select(incidents.c.id).where(
        incidents.c.workspace == workspace, incidents.c.number == number_of(key)
    )
    return mirrors.c.incident_id.in_(numbered)


def _stir(connection: Connection, chosen: ColumnElement[bool], now: datetime) -> None:
    """Make the mirrors due in which something failed, back to the first event and reminder of that.

    They are locked in the order of their ids, as others lock them who rouse the same ones.
    """
    locked = select(*_KEY).where(chosen, exists().where(_SAME, _FAILED)).order_by(*_KEY)
    connection.execute(locked.with_for_update(of=mirrors)).all()
    connection.execute(
        update(mirrors)
        .where(chosen, exists().where(_SAME, _FAILED))
        .values(
            **_stirred(now),
            shown=_back(mirrors.c.shown, mirror_effects.c.version),
            reminded=_back(mirrors.c.reminded, mirror_effects.c.reminder),
        )
    )


def _back(come: Column[int], failed: Column[int]) -> ColumnElement[int]:
    oldest = select(func.min(failed) - 1).where(_SAME, _FAILED).correlate(mirrors).scalar_subquery()
    return case((oldest < come, oldest), else_=come)


def _stirred(now: datetime) -> dict[str, Any]:
    return {"next_at": now, "revision": mirrors.c.revision + 1}
