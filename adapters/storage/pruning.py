"""The Pruning in a database: pages are read along an index, and what can go is removed in short transactions.

What becomes of each table stands in FATES, with the reason; a test holds it to the tables there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
)

from adapters.storage.store import Store
from adapters.storage.tables import commands, holds, incidents, mirror_effects, mirrors, reminders
from incident_core.model.stage import Stage
from incident_core.ports.log import Result
from incident_core.ports.pruning import Pruned

PAGE: Final = 1000
"""Rows that are looked at in one go."""

BATCH: Final = 200
"""Rows, or incidents with what was said of them, that go in one transaction; some milliseconds."""

FATES: Final = {
    "events": "stays: it is the record",
    "texts": "stays: it is the record; only a redaction removes one",
    "log_head": "stays: by it a cut tail of the record is found",
    "counters": "stays: a number is given once",
    "incidents": "stays: the view of the record",
    "documents": "stays: a view of the record",
    "search": "stays: a view of the record, in which old incidents are looked for",
    "duties": "stays: a view of the record, and what is done is not in it",
    "access": "stays: who may see a private incident is part of the record",
    "external_ids": "stays: whoever knows an incident by another name finds it by that",
    "mirrors": "stays: one row says how far a mirror has come; reopened, an incident goes on from there",
    "timers": "stays: closing an incident ends them, but for its follow-ups, which are still to be done",
    "timers_mark": "stays: one row",
    "user_groups": "stays: one row for each group; nobody in a group that is not known may do anything",
    "schema_info": "stays: one row",
    "commands": "goes with time: a delivery that is repeated comes within days; opening commands stay, since "
    "backfill and generate tell by them what is there",
    "mirror_effects": "goes in part: what was said is never looked at again; what is there stays, with its "
    "name outside, since a reopened incident goes on in the same channel",
    "reminders": "goes with time: what was said need not be said again; the newest stays, since the next "
    "one is numbered after it",
    "findings": "stays: one row for each thing that was done by hand outside, which is few",
    "holds": "goes once it is over: nobody waits for it any more",
}
"""What becomes of every table, and why."""

_OPENED = and_(commands.c.first_version == 1, commands.c.result == Result.ACCEPTED.value)
_E, _R = mirror_effects, reminders
_OPEN_END = or_(_E.c.error.is_not(None), _E.c.intent.is_not(None))
_OVER = and_(or_(_E.c.done, _E.c.skipped), not_(_OPEN_END))
_IS_NOTE = or_(*(_E.c.slot.startswith(f"{kind}:") for kind in ("stray", "doubt", "dirty")))
_other = mirror_effects.alias("other")
_FAILING = exists().where(
    _other.c.incident_id == _E.c.incident_id, _other.c.mirror == _E.c.mirror, _other.c.error.is_not(None)
)
_SETTLED = exists().where(
    mirrors.c.incident_id == _E.c.incident_id,
    mirrors.c.mirror == _E.c.mirror,
    mirrors.c.next_at.is_(None),
    mirrors.c.shown >= mirrors.c.wanted,
    mirrors.c.reminded >= mirrors.c.to_remind,
)
_newer = reminders.alias("newer")
_PAST = and_(
    exists().where(_newer.c.incident_id == _R.c.incident_id, _newer.c.number > _R.c.number),
    not_(exists().where(mirrors.c.incident_id == _R.c.incident_id, mirrors.c.reminded < _R.c.number)),
    not_(exists().where(_E.c.incident_id == _R.c.incident_id, _E.c.reminder == _R.c.number, _OPEN_END)),
)


@dataclass(frozen=True, slots=True)
class SqlPruning:
    """The Pruning over a Store."""

    store: Store

    def count(self, before: datetime, now: datetime) -> Pruned:
        """How many there are."""
        return sum(self._each(before, now, remove=False), Pruned())

    def prune(self, before: datetime, now: datetime) -> Iterator[Pruned]:
        """Remove them, a batch at a time."""
        return self._each(before, now, remove=True)

    def _each(self, before: datetime, now: datetime, *, remove: bool) -> Iterator[Pruned]:
        for page in self._pages(commands, ("workspace", "key"), ("recorded_at",)):
            old = [row for row in page if row.recorded_at < before]
            yield from self._batches(_Answers(before), old, remove=remove)
        for page in self._pages(incidents, ("first_seq",), ("id", "stage", "updated_at")):
            closed = [row for row in page if row.stage == Stage.CLOSED.value and row.updated_at < before]
            yield from self._batches(_Said(before), closed, remove=remove)
        for page in self._pages(reminders, ("incident_id", "number"), ("fired_at",)):
            old = [row for row in page if row.fired_at < before]
            yield from self._batches(_Reminders(before), old, remove=remove)
        for page in self._pages(holds, ("workspace", "mirror", "method"), ("until",)):
            yield from self._batches(_Holds(now), [row for row in page if row.until < now], remove=remove)

    def _pages(self, table: Any, key: tuple[str, ...], more: tuple[str, ...]) -> Iterator[Sequence[Row[Any]]]:
        """All rows in the order of a unique key, so that no page is read twice, nor kept open long."""
        columns = [table.c[name] for name in key]
        statement = select(*columns, *(table.c[name] for name in more)).order_by(*columns).limit(PAGE)
        last: Row[Any] | None = None
        while True:
            after = None if last is None else tuple_(*columns) > tuple_(*_values(columns, last))
            with self.store.reading() as connection:
                page = connection.execute(statement if after is None else statement.where(after)).all()
            if page:
                yield page
            if len(page) < PAGE:
                return
            last = page[-1]

    def _batches(self, kind: _Kind, rows: Sequence[Row[Any]], *, remove: bool) -> Iterator[Pruned]:
        for start in range(0, len(rows), BATCH):
            some = rows[start : start + BATCH]
            if not remove:
                with self.store.reading() as connection:
                    found = kind.count(connection, some)
            else:
                with self.store.writing() as connection:
                    found = kind.remove(connection, some)
            if found.total:
                yield found


def _values(columns: Sequence[Any], row: Row[Any]) -> list[ColumnElement[Any]]:
    return [literal(value, column.type) for column, value in zip(columns, row, strict=False)]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What may go of one kind: counted, or removed, out of rows that were read a moment ago.

    Both look again: meanwhile somebody may have reopened an incident.
    """

    at: datetime

    def count(self, connection: Connection, rows: Sequence[Row[Any]]) -> Pruned:
        raise NotImplementedError

    def remove(self, connection: Connection, rows: Sequence[Row[Any]]) -> Pruned:
        raise NotImplementedError


class _Answers(_Kind):
    def count(self, connection: Connection, rows: Sequence[Row[Any]]) -> Pruned:
        return Pruned(answers=sum(_count(connection, commands, each) for each in self._chosen(rows)))

    def remove(self, connection: Connection, rows: Sequence[Row[Any]]) -> Pruned:
        return Pruned(answers=sum(_remove(connection, commands, each) for each in self._chosen(rows)))

    def _chosen(self, rows: Sequence[Row[Any]]) -> Iterator[ColumnElement[bool]]:
        for workspace, some in groupby(rows, key=lambda row: row.workspace):
            keys = commands.c.key.in_([row.key for row in some])
            old = commands.c.recorded_at < self.at
            yield and_(commands.c.workspace == workspace, keys, old, not_(_OPENED))


class _Said(_Kind):
    def count(self, connection: Connection, rows: Sequence[Row[Any]]) -> Pruned:
        return Pruned(said=_count(connection, _E, self._chosen(rows)))

    def remove(self, connection: Connection, rows: Sequence[Row[Any]]) -> Pruned:
        return Pruned(said=_remove(connection, _E, self._chosen(rows)))

    def _chosen(self, rows: Sequence[Row[Any]]) -> ColumnElement[bool]:
        closed = exists().where(
            incidents.c.id == _E.c.incident_id,
            incidents.c.stage == Stage.CLOSED.value,
            incidents.c.updated_at < self.at,
        )
        said = or_(_E.c.version.is_not(None), _IS_NOTE)
        ids = _E.c.incident_id.in_([row.id for row in rows])
        return and_(ids, said, _OVER, _SETTLED, not_(_FAILING), closed)


class _Reminders(_Kind):
    def count(self, connection: Connection, rows: Sequence[Row[Any]]) -> Pruned:
        gone = self._gone(connection, rows)
        return Pruned(reminders=len(gone), said=_count(connection, _E, self._said(gone)))

    def remove(self, connection: Connection, rows: Sequence[Row[Any]]) -> Pruned:
        gone = self._gone(connection, rows)
        said = _remove(connection, _E, self._said(gone))
        return Pruned(reminders=_remove(connection, _R, self._named(gone)), said=said)

    def _gone(self, connection: Connection, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
        chosen = select(_R.c.incident_id, _R.c.number).where(self._named(rows), _PAST)
        return list(connection.execute(chosen))

    def _named(self, rows: Sequence[Row[Any]]) -> ColumnElement[bool]:
        named = (and_(_R.c.incident_id == row.incident_id, _R.c.number == row.number) for row in rows)
        return or_(false(), *named)

    def _said(self, gone: Sequence[Row[Any]]) -> ColumnElement[bool]:
        about = (and_(_E.c.incident_id == row.incident_id, _E.c.reminder == row.number) for row in gone)
        return and_(or_(false(), *about), _OVER)


class _Holds(_Kind):
    def count(self, connection: Connection, rows: Sequence[Row[Any]]) -> Pruned:
        return Pruned(holds=_count(connection, holds, self._chosen(rows)))

    def remove(self, connection: Connection, rows: Sequence[Row[Any]]) -> Pruned:
        return Pruned(holds=_remove(connection, holds, self._chosen(rows)))

    def _chosen(self, rows: Sequence[Row[Any]]) -> ColumnElement[bool]:
        key = (holds.c.workspace, holds.c.mirror, holds.c.method)
        named = tuple_(*key).in_([(row.workspace, row.mirror, row.method) for row in rows])
        return and_(named, holds.c.until < self.at)


def _count(connection: Connection, table: Any, chosen: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(chosen)) or 0


def _remove(connection: Connection, table: Any, chosen: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(chosen)).rowcount
