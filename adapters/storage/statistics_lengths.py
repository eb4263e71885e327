"""Lengths of time: how many, their sum, and those at the middle and at nine tenths, by nearest rank."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, literal, null, select, union_all

from adapters.storage.statistics_scope import OPENED_BY, Condition, Scope
from adapters.storage.tables import LENGTHS, incidents
from incident_core.ports.statistics import Grouping

_ROWS = 2_000
_SECOND = 1_000_000
_COLUMNS = tuple(incidents.c[name] for name in LENGTHS)

Values = Sequence["array[int]"]
"""In the order of LENGTHS, in microseconds; arrays, since a whole history of them must fit into memory."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one length, in microseconds; `median` and `p90` only where `n` is not 0."""

    n: int
    total: int
    median: int | None = None
    p90: int | None = None


NOTHING_MEASURED: Mapping[str, Measured] = dict.fromkeys(LENGTHS, Measured(0, 0))


def ranks(n: int) -> tuple[int, int]:
    """The places of median and p90 among n sorted values, the first being 1."""
    return (n + 1) // 2, (9 * n + 9) // 10


def collected(connection: Connection, scope: Scope, by: Grouping | None) -> dict[Any, Values]:
    """Every length of what was opened in the window, by group; one walk through its rows."""
    group = null() if by is None else OPENED_BY[by]
    return _read(connection, select(group, *_COLUMNS).where(scope.opened()))


def together(groups: Mapping[Any, Values]) -> dict[str, Measured]:
    """All groups as one."""
    return measured(_joined(groups))


def measured(values: Values) -> dict[str, Measured]:
    """By name."""
    return {name: _measured(each) for name, each in zip(LENGTHS, values, strict=True)}


def walked(connection: Connection, scope: Scope) -> dict[str, Measured]:
    """The lengths of the whole history, each from an index in its order.

    What only some may see is not in these indexes, and is merged in here: the value at a rank lies as many
    places before it among the public ones as there are others, at most.
    """
    others = _joined(_read(connection, scope.granted(null(), *_COLUMNS)))
    granted = dict(zip(LENGTHS, others, strict=True))
    public = _public_sums(connection, scope)
    slices = [each for name in LENGTHS for each in _slices(name, public[name].n, len(granted[name]))]
    found = _walk(connection, scope, slices)
    ranked: dict[str, list[int]] = {name: [] for name in LENGTHS}
    for each in slices:
        ranked[each.name].append(each.chosen([*found[each], *granted[each.name]]))
    return {
        name: Measured(
            public[name].n + len(granted[name]), public[name].total + sum(granted[name]), *ranked[name]
        )
        for name in LENGTHS
    }


@dataclass(frozen=True, slots=True)
class _Slice:
    """Where a rank of all values is found among the `public` public ones: after `low`, and up to `high`."""

    name: str
    rank: int
    low: int
    high: int
    public: int

    def chosen(self, values: Iterable[int]) -> int:
        """The value at the rank, from those of this slice and all that are not public."""
        return sorted(values)[self.rank - self.low - 1]

    def walk(self, condition: Condition) -> Select[Any]:
        """Name, rank and value of each in it; from the end that is nearer."""
        column = incidents.c[self.name]
        before, after = self.low, self.public - self.high
        walk = select(literal(self.name), literal(self.rank), column).where(condition, column.is_not(None))
        walk = walk.order_by(column.desc() if after < before else column)
        return walk.offset(min(before, after)).limit(self.high - self.low)


def _slices(name: str, public: int, granted: int) -> Iterator[_Slice]:
    for rank in ranks(public + granted):
        if rank:
            yield _Slice(name, rank, max(0, rank - 1 - granted), min(rank, public), public)


def _public_sums(connection: Connection, scope: Scope) -> dict[str, Measured]:
    """Without median and p90."""
    sums = (
        select(literal(each.name), func.count(), func.sum(each // _SECOND), func.sum(each % _SECOND)).where(
            scope.public(), each.is_not(None)
        )
        for each in _COLUMNS
    )
    rows = connection.execute(union_all(*sums)).all()
    return {
        name: Measured(n, int(seconds or 0) * _SECOND + int(rest or 0)) for name, n, seconds, rest in rows
    }


def _walk(connection: Connection, scope: Scope, slices: list[_Slice]) -> dict[_Slice, list[int]]:
    """The public values of each slice."""
    found: dict[_Slice, list[int]] = {each: [] for each in slices}
    by_rank = {(each.name, each.rank): values for each, values in found.items()}
    walks = [each.walk(scope.public()).subquery() for each in slices if each.low < each.high]
    if walks:
        for name, rank, value in connection.execute(union_all(*map(select, walks))):
            by_rank[name, rank].append(value)
    return found


def _read(connection: Connection, statement: Select[Any]) -> dict[Any, Values]:
    groups: dict[Any, Values] = defaultdict(_nothing)
    for page in connection.execute(statement.execution_options(yield_per=_ROWS)).partitions():
        for group, *lengths in page:
            for values, length in zip(groups[group], lengths, strict=True):
                if length is not None:
                    values.append(length)
    return groups


def _joined(groups: Mapping[Any, Values]) -> Values:
    whole = _nothing()
    for values in groups.values():
        for all_of_one, part in zip(whole, values, strict=True):
            all_of_one.extend(part)
    return whole


def _nothing() -> Values:
    return [array("q") for _ in LENGTHS]


def _measured(values: array[int]) -> Measured:
    n, ordered = len(values), sorted(values)
    return Measured(n, sum(values), *(ordered[rank - 1] for rank in ranks(n) if rank))
