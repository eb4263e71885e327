"""A table that contradicts itself raises TableError at import: it never runs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby, product

from incident_core.errors import TableError
from incident_core.lifecycle.table import Region, Row
from incident_core.model.stage import Stage


def check(region: Region) -> None:
    """Raise TableError unless every state is known and reached, and selectors are disjoint and complete."""
    _known_states(region)
    _reachable(region)
    for (move, source), rows in groupby(sorted(region.rows, key=_start), key=_start):
        _one_row_always(region, f"{region.name}: {move} from {source}", source, list(rows))


def check_way_out(region: Region, end: str = Stage.CLOSED) -> None:
    """Raise TableError unless `end` can be reached from every state."""
    for state in region.states:
        if end not in reached(region.rows, state):
            raise TableError(f"{region.name}: there is no way from {state} to {end}.")


def reached(rows: Iterable[Row], start: str) -> set[str]:
    """Every state that the rows lead to from `start`, itself included."""
    found, edge = {start}, {start}
    known = tuple(rows)
    while edge:
        edge = {row.dest for row in known if row.source in edge} - found
        found |= edge
    return found


def _start(row: Row) -> tuple[str, str]:
    return str(row.move), str(row.source)


def _known_states(region: Region) -> None:
    for row in region.rows:
        for state in (row.source, row.dest):
            if state not in region.states:
                raise TableError(f"{region.name}: {row.move} names the unknown state {state!r}.")
        if row.when.target is not None and row.when.target not in region.states:
            raise TableError(f"{region.name}: {row.move} selects the unknown state {row.when.target!r}.")


def _reachable(region: Region) -> None:
    lost = set(region.states) - reached(region.rows, region.initial)
    if lost:
        raise TableError(f"{region.name}: no row leads to {', '.join(sorted(str(state) for state in lost))}.")


def _one_row_always(region: Region, name: str, source: str, rows: list[Row]) -> None:
    """For every value of every fact that a selector can ask, exactly one row applies."""
    by_target = any(row.when.target is not None for row in rows)
    targets = [state for state in region.states if state != source] if by_target else [None]
    for declared, target in product((False, True), targets):
        matching = [row for row in rows if row.when.matches(declared, target)]
        if len(matching) != 1:
            facts = f"declared={declared}" + (f", target={target}" if by_target else "")
            fault = "overlap" if matching else "leave a gap"
            raise TableError(f"{name}: the selectors {fault} where {facts}.")
