"""Which incidents a question is about, asked so that those it leaves out cost nothing.

Everybody's incidents are found through the partial indexes, private ones through what the viewer was granted;
or, where that is much and only the newest are wanted, by walking the private ones from the newest on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, select, true, union_all

from adapters.storage.tables import access, incidents
from adapters.storage.view import SUMMARY
from incident_core.model.actor import Actor
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.window import ALWAYS
from incident_core.ports.reader import Query

MANY = 300
"""Grants of one viewer that are looked through, at most, to find the newest."""

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
    granted = _private(columns, workspace, query, viewer)
    if limit is None or not whenever:
        branches.append(granted)
    else:
        many = _has_many(viewer)
        branches.append(granted.where(not_(many)))
        branches += [select(*columns).where(each, many) for each in _private_walks(workspace, query, viewer)]
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


def _has_many(viewer: Actor) -> Condition:
    """Whether more was granted to the viewer than may be looked through; asked once, and not counted out."""
    some = select(access.c.incident_id).where(access.c.actor == str(viewer)).limit(MANY + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery() > MANY


def _private_walks(workspace: str, query: Query, viewer: Actor) -> Iterator[Condition]:
    """One condition for each stage that is asked for: private incidents that the viewer may see."""
    granted = exists().where(access.c.incident_id == incidents.c.id, access.c.actor == str(viewer))
    severities = incidents.c.severity.in_(_values(query.severities)) if query.severities else true()
    for stage in [incidents.c.stage == each for each in _values(query.stages)] or [true()]:
        yield and_(incidents.c.workspace == workspace, incidents.c.private, stage, severities, granted)


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
