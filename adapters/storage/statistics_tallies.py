"""Counts and sums that add up, a row for each group; from an index that has all of their columns.

A sum is asked for in two parts, seconds and the microseconds beyond: SQLite's sums must fit into 64 bits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from adapters.storage.statistics_scope import DECLARED_BY, HOUR_OF_WEEK, OPENED_BY, Condition, Scope
from adapters.storage.tables import incidents
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.ports.statistics import Grouping

Tally = Mapping[str, int]
"""Incidents by the name of what they have in common: OPENED, a severity, an outcome or a stage; and sums."""

OPENED = "opened"
_SECOND = 1_000_000
_Parts = Iterable[ColumnElement[Any]]


def weekly(connection: Connection, scope: Scope, now: int) -> dict[int, Tally]:
    """Everything that is counted of a week; `now` is in microseconds since 1970 began."""
    return _grouped(
        connection, scope, OPENED_BY[Grouping.WEEK], *_classes(Severity), *_reasons(), *_spent(now)
    )


def by_commander(connection: Connection, scope: Scope, *, reasons: bool) -> dict[Any, Tally]:
    """How many were opened; with reasons, also how many of them have each outcome and stage."""
    return _grouped(connection, scope, OPENED_BY[Grouping.COMMANDER], *(_reasons() if reasons else ()))


def by_severity(connection: Connection, scope: Scope) -> dict[Any, Tally]:
    """How many were opened, and how many of them have each outcome and stage."""
    return _grouped(connection, scope, OPENED_BY[Grouping.SEVERITY], *_reasons())


def hourly(connection: Connection, scope: Scope) -> dict[int, int]:
    """How many were opened in each hour of a week, of which there are 168."""
    found = _grouped(connection, scope, HOUR_OF_WEEK)
    return {hour: tally[OPENED] for hour, tally in found.items()}


def declared(connection: Connection, scope: Scope, by: Grouping) -> dict[Any, int]:
    """How many were first declared in the window."""
    key = DECLARED_BY[by]
    rows = connection.execute(select(key, func.count()).where(scope.declared()).group_by(key)).all()
    return {name: int(count) for name, count in rows}


def added(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    total: Counter[str] = Counter()
    for tally in tallies:
        total.update(tally)
    return total


def spent(total: Tally, stage: Stage, now: int) -> int:
    """Microseconds in that stage: what is over, and what lasts until `now`."""
    over = _sum(total, f"over_{stage}")
    return over + total[f"lasting_{stage}"] * now - _sum(total, f"since_{stage}")


def _grouped(
    connection: Connection, scope: Scope, key: ColumnElement[Any], *columns: ColumnElement[Any]
) -> dict[Any, Tally]:
    group = key.label("group")
    counted = func.count().label(OPENED)
    rows = connection.execute(select(group, counted, *columns).where(scope.opened()).group_by(key)).all()
    return {row[0]: _tally(row._mapping) for row in rows}


def _tally(row: Mapping[Any, Any]) -> Tally:
    # PostgreSQL sums up to Decimal, and a sum of nothing is null.
    return Counter({name: int(value or 0) for name, value in row.items() if name != "group"})


def _classes(kind: type[Severity] | type[Outcome] | type[Stage]) -> _Parts:
    column = {Severity: incidents.c.severity, Outcome: incidents.c.outcome, Stage: incidents.c.stage}[kind]
    return [func.count().filter(column == each.value).label(each.value) for each in kind]


def _reasons() -> _Parts:
    return [*_classes(Outcome), *_classes(Stage)]


def _spent(now: int) -> _Parts:
    """What is over in both stages, and since when the others are there; never less than nothing."""
    for stage, over in (
        (Stage.INVESTIGATION, incidents.c.spent_investigating),
        (Stage.INCIDENT, incidents.c.spent_responding),
    ):
        lasting = (incidents.c.stage == stage.value, incidents.c.stage_since < now)
        yield from _parts(over, f"over_{stage}")
        yield from _parts(incidents.c.stage_since, f"since_{stage}", *lasting)
        yield func.count().filter(*lasting).label(f"lasting_{stage}")


def _parts(column: ColumnElement[Any], name: str, *where: Condition) -> _Parts:
    for part, value in (("seconds", column // _SECOND), ("rest", column % _SECOND)):
        total = func.sum(value)
        yield (total.filter(*where) if where else total).label(f"{name}_{part}")


def _sum(total: Tally, name: str) -> int:
    return total[f"{name}_seconds"] * _SECOND + total[f"{name}_rest"]
