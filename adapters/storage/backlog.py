"""The Backlog in a database: what is behind and why, and how a person helps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, exists, func, or_, select, tuple_, update

from adapters.storage.keys import number_of
from adapters.storage.store import Store
from adapters.storage.tables import incidents, mirror_effects, mirrors
from incident_core.ports.backlog import Lag, Stuck

_FAILED = and_(mirror_effects.c.error.is_not(None), mirror_effects.c.skipped.is_(False))
_SAME = and_(
    mirror_effects.c.incident_id == mirrors.c.incident_id, mirror_effects.c.mirror == mirrors.c.mirror
)


@dataclass(frozen=True, slots=True)
class SqlBacklog:
    """The Backlog over a Store."""

    store: Store

    def lags(self, workspace: str, key: str | None, limit: int) -> tuple[Lag, ...]:
        """What is behind or stuck, the highest severity first; with `key`, also what is not."""
        if key is None:
            wanted = or_(mirrors.c.shown < mirrors.c.wanted, exists().where(_SAME, _FAILED))
        else:
            wanted = incidents.c.number == number_of(key)
        statement = (
            select(mirrors, incidents.c.number)
            .join(incidents, incidents.c.id == mirrors.c.incident_id)
            .where(mirrors.c.workspace == workspace, wanted)
            .order_by(mirrors.c.severity, incidents.c.number, mirrors.c.mirror)
            .limit(limit)
        )
        with self.store.reading() as connection:
            rows = connection.execute(statement).all()
            stuck = _stuck(connection, rows)
        return tuple(_lag(row, stuck[row.incident_id, row.mirror]) for row in rows)

    def count(self, workspace: str) -> tuple[int, int]:
        """How many incidents are behind in some mirror, and how many things are stopped."""
        behind = select(func.count()).where(
            mirrors.c.workspace == workspace, mirrors.c.shown < mirrors.c.wanted
        )
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

    def retry(self, workspace: str, key: str | None, mirror: str | None, now: datetime) -> int:
        """Try everything again that failed, now; how many things that are."""
        chosen = [mirrors.c.workspace == workspace]
        if key is not None:
            chosen.append(mirrors.c.incident_id.in_(_numbered(workspace, key)))
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
        mine = and_(mirrors.c.incident_id.in_(_numbered(workspace, key)), mirrors.c.mirror == mirror)
        named = and_(_FAILED, mirror_effects.c.slot == slot, exists().where(_SAME, mine))
        with self.store.writing() as connection:
            skipped = update(mirror_effects).where(named).values(skipped=True, stopped=False, error=None)
            if connection.execute(skipped).rowcount == 0:
                return False
            connection.execute(update(mirrors).where(mine).values(**_due(now)))
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
        key=f"INC-{row.number}",
        mirror=row.mirror,
        shown=row.shown,
        wanted=row.wanted,
        next_at=row.next_at,
        error=row.error,
        stuck=tuple(stuck),
    )


def _numbered(workspace: str, key: str) -> Any:
    return select(incidents.c.id).where(
        incidents.c.workspace == workspace, incidents.c.number == number_of(key)
    )


def _stir(connection: Connection, chosen: ColumnElement[bool], now: datetime) -> None:
    """Make the mirrors due in which something failed, back to the first event that was not told."""
    oldest = (
        select(func.min(mirror_effects.c.version) - 1)
        .where(_SAME, _FAILED)
        .correlate(mirrors)
        .scalar_subquery()
    )
    back = func.coalesce(oldest, mirrors.c.wanted - 1)
    connection.execute(
        update(mirrors)
        .where(chosen, exists().where(_SAME, _FAILED))
        .values(**{**_due(now), "shown": case((mirrors.c.shown < back, mirrors.c.shown), else_=back)})
    )


def _due(now: datetime) -> dict[str, Any]:
    return {
        "shown": case((mirrors.c.shown < mirrors.c.wanted, mirrors.c.shown), else_=mirrors.c.wanted - 1),
        "next_at": now,
        "revision": mirrors.c.revision + 1,
    }
