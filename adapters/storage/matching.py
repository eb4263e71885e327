"""Which incidents a question is about, asked so that those it leaves out cost nothing.

Everybody's incidents are found through the partial indexes, private ones through what the viewer was granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, select, true, union_all

from adapters.storage.tables import access, incidents
from adapters.storage.view import SUMMARY
from incident_core.model.actor import Actor
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.window import ALWAYS
from incident_core.ports.reader import Query

_NEWEST = incidents.c.number.desc()
Condition = ColumnElement[bool]


def summaries(workspace: str, query: Query, viewer: Actor) -> Select[Any]:
    """The columns SUMMARY of the incidents that match, newest number first."""
    return newest(SUMMARY, workspace, query, viewer, query.limit)


def newest(
    columns: tuple[Any, ...], workspace: str, query: Query, viewer: Actor, limit: int | None
) -> Select[Any]:
    """These columns of the newest `limit` incidents that match.

    Each stage and severity is a walk along an index that ends at `limit`; their ends are merged. A window
    is one walk along the times at which they were opened, from its beginning to its end.
    """
    whenever = query.opened == ALWAYS
    walks = _walks(workspace, query) if whenever else [_everybodys(workspace, *_wanted(query))]
    branches = [select(*columns).where(each) for each in walks]
    branches.append(_private(columns, workspace, query, viewer))
    if limit is not None and whenever:
        branches = [each.order_by(_NEWEST).limit(limit) for each in branches]
    merged = union_all(*(select(each.subquery()) for each in branches)).subquery()
    return select(merged).order_by(merged.c.number.desc()).limit(limit)


def count(workspace: str, query: Query, viewer: Actor) -> Select[Any]:
    """How many match."""
    public = select(func.count()).where(_everybodys(workspace, *_wanted(query)))
    private = _private((func.count(),), workspace, query, viewer)
    return select(public.scalar_subquery() + private.scalar_subquery())


def _everybodys(workspace: str, *more: Condition) -> Condition:
    return and_(incidents.c.workspace == workspace, not_(incidents.c.private), *more)


def _wanted(query: Query) -> Iterator[Condition]:
    if query.stages:
        yield incidents.c.stage.in_(_values(query.stages))
    if query.severities:
        yield incidents.c.severity.in_(_values(query.severities))
    yield from _opened(query)


def _opened(query: Query) -> Iterator[Condition]:
    if query.opened.since is not None:
        yield incidents.c.opened_at >= query.opened.since
    if query.opened.until is not None:
        yield incidents.c.opened_at < query.opened.until


def _walks(workspace: str, query: Query) -> Iterator[Condition]:
    """One condition for each stage and severity that is asked for."""
    stages = [incidents.c.stage == each for each in _values(query.stages)] or [true()]
    severities = [incidents.c.severity == each for each in _values(query.severities)] or [true()]
    for stage, severity in product(stages, severities):
        yield _everybodys(workspace, stage, severity)


def _private(columns: tuple[Any, ...], workspace: str, query: Query, viewer: Actor) -> Select[Any]:
    """What was granted to the viewer, and nothing else, is looked through.

    The workspace is compared in a form that no index has: SQLite would walk through all of it instead.
    """
    return (
        select(*columns)
        .select_from(access)
        .join(incidents, access.c.incident_id == incidents.c.id)
        .where(
            access.c.actor == str(viewer),
            incidents.c.private,
            func.coalesce(incidents.c.workspace, "") == workspace,
            *_wanted(query),
        )
    )


def _values(chosen: Iterable[Stage] | Iterable[Severity]) -> list[str]:
    return sorted(each.value for each in chosen)
