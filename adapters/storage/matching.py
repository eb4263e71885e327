"""Which incidents a question is about, asked so that those it leaves out cost nothing.

Everybody's incidents are found through the partial indexes, private ones through what the viewer was granted;
or, where that is much and only the newest are wanted, by walking the private ones from the newest on. So are
they for who sees everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, not_, select, true, union_all

from adapters.storage.sight import Sight
from adapters.storage.tables import access, incidents
from adapters.storage.view import SUMMARY
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.window import ALWAYS
from incident_core.ports.reader import Query

MANY = 300
"""Grants of one viewer that are looked through, at most, to find the newest."""

_NEWEST = incidents.c.number.desc()
Condition = ColumnElement[bool]
_PRIVATE: Condition = incidents.c.private
_PUBLIC: Condition = not_(incidents.c.private)


def _titles(stage: Stage) -> Select[Any]:
    there = (incidents.c.workspace == bindparam("workspace"), incidents.c.stage == stage.value)
    found = select(incidents.c.number, incidents.c.title).where(_PUBLIC, *there)
    return select(found.order_by(_NEWEST).limit(bindparam("most")).subquery())


_TITLED = union_all(*map(_titles, (Stage.INVESTIGATION, Stage.INCIDENT))).subquery()
TITLES = select(_TITLED).order_by(_TITLED.c.number.desc()).limit(bindparam("most"))
"""The number and title of what burns and is not private: a walk for each stage, which ends at `most`."""


def summaries(workspace: str, query: Query, sight: Sight) -> Select[Any]:
    """The columns SUMMARY of the incidents that match, newest number first."""
    return newest(SUMMARY, workspace, query, sight, query.limit)


def newest(
    columns: tuple[Any, ...], workspace: str, query: Query, sight: Sight, limit: int | None
) -> Select[Any]:
    """These columns of the newest `limit` incidents that match.

    Each stage and severity is a walk along an index that ends at `limit`; their ends are merged. A window
    is one walk along the times at which they were opened, from its beginning to its end.
    """
    whenever = query.opened == ALWAYS
    branches = [select(*columns).where(each) for each in _seen(workspace, query, sight)]
    if not sight.everything:
        many = _has_many(sight) if whenever and limit is not None else None
        branches += _granted(columns, workspace, query, sight, many)
    if whenever and limit is not None:
        branches = [each.order_by(_NEWEST).limit(limit) for each in branches]
    merged = union_all(*(select(each.subquery()) for each in branches)).subquery()
    return select(merged).order_by(merged.c.number.desc()).limit(limit)


def count(workspace: str, query: Query, sight: Sight) -> Select[Any]:
    """How many match."""
    counted = (func.count(),)
    public = select(*counted).where(_of(workspace, _PUBLIC, *_wanted(query)))
    if sight.everything:
        private = select(*counted).where(_of(workspace, _PRIVATE, *_wanted(query)))
    else:
        private = _private(counted, workspace, query, sight)
    parts = [private] if query.private else [public, private]
    first, *more = (each.scalar_subquery() for each in parts)
    return select(sum(more, first))


def _of(workspace: str, *more: Condition) -> Condition:
    return and_(incidents.c.workspace == workspace, *more)


def _wanted(query: Query) -> Iterator[Condition]:
    if query.stages:
        yield incidents.c.stage.in_(_values(query.stages))
    if query.severities:
        yield incidents.c.severity.in_(_values(query.severities))
    yield from _opened(query)
    yield from _quiet(query)


def _quiet(query: Query) -> Iterator[Condition]:
    if query.quiet_since is not None:
        yield incidents.c.updated_at < query.quiet_since


def _opened(query: Query) -> Iterator[Condition]:
    if query.opened.since is not None:
        yield incidents.c.opened_at >= query.opened.since
    if query.opened.until is not None:
        yield incidents.c.opened_at < query.opened.until


def _seen(workspace: str, query: Query, sight: Sight) -> Iterator[Condition]:
    """One condition for each walk through what this viewer sees without being granted it."""
    kinds = [] if query.private else [_PUBLIC]
    if sight.everything:
        kinds.append(_PRIVATE)
    if query.opened == ALWAYS:
        for kind in kinds:
            yield from _walks(workspace, query, kind)
    elif kinds:
        either = kinds[0] if len(kinds) == 1 else true()
        yield _of(workspace, either, *_wanted(query))


def _walks(workspace: str, query: Query, *more: Condition) -> Iterator[Condition]:
    """One condition for each stage and severity that is asked for."""
    stages = [incidents.c.stage == each for each in _values(query.stages)] or [true()]
    severities = [incidents.c.severity == each for each in _values(query.severities)] or [true()]
    for stage, severity in product(stages, severities):
        yield _of(workspace, *more, stage, severity, *_quiet(query))


def _granted(
    columns: tuple[Any, ...], workspace: str, query: Query, sight: Sight, many: Condition | None
) -> Iterator[Select[Any]]:
    """Private ones that the viewer was granted; walked from the newest on where these are `many`."""
    granted = _private(columns, workspace, query, sight)
    if many is None:
        yield granted
        return
    yield granted.where(not_(many))
    theirs = exists().where(access.c.incident_id == incidents.c.id, access.c.actor == sight.name)
    for each in _walks(workspace, query, _PRIVATE, theirs, many):
        yield select(*columns).where(each)


def _has_many(sight: Sight) -> Condition:
    """Whether more was granted to the viewer than may be looked through; asked once, and not counted out."""
    some = select(access.c.incident_id).where(access.c.actor == sight.name).limit(MANY + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery() > MANY


def _private(columns: tuple[Any, ...], workspace: str, query: Query, sight: Sight) -> Select[Any]:
    """What was granted to the viewer, and nothing else, is looked through.

    The workspace is compared in a form that no index has: SQLite would walk through all of it instead.
    """
    return (
        select(*columns)
        .select_from(access)
        .join(incidents, access.c.incident_id == incidents.c.id)
        .where(
            access.c.actor == sight.name,
            incidents.c.private,
            func.coalesce(incidents.c.workspace, "") == workspace,
            *_wanted(query),
        )
    )


def _values(chosen: Iterable[Stage] | Iterable[Severity]) -> list[str]:
    return sorted(each.value for each in chosen)
