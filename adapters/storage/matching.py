"""Which incidents a question is about, asked so that those it leaves out cost nothing.

Everybody's incidents are found through the partial indexes, private ones through what the viewer was granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, select, true, union_all

from adapters.storage.tables import access, incidents
from adapters.storage.tables import search as search_table
from adapters.storage.view import SUMMARY, visible
from incident_core.errors import Invalid
from incident_core.model.actor import Actor
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.ports.reader import Query

MOST_WORDS = 50
"""A search for more words is refused."""

_NEWEST = incidents.c.number.desc()
Condition = ColumnElement[bool]


def summaries(workspace: str, query: Query, viewer: Actor) -> Select[Any]:
    """The columns SUMMARY of the incidents that match, newest number first."""
    return newest(SUMMARY, workspace, query, viewer, query.limit)


def newest(
    columns: tuple[Any, ...], workspace: str, query: Query, viewer: Actor, limit: int | None, *more: Condition
) -> Select[Any]:
    """These columns of the newest `limit` incidents that match; `more` are conditions on `incidents`.

    Each stage and severity is a walk along an index that ends at `limit`; their ends are merged.
    """
    if limit is None:
        return select(*columns).where(*_all(workspace, query, viewer), *more).order_by(_NEWEST)
    branches = [
        select(*columns).where(condition, *more).order_by(_NEWEST).limit(limit).subquery()
        for condition in _public(workspace, query)
    ]
    branches.append(
        _private(columns, workspace, query, viewer, *more).order_by(_NEWEST).limit(limit).subquery()
    )
    merged = union_all(*(select(branch) for branch in branches)).subquery()
    return select(merged).order_by(merged.c.number.desc()).limit(limit)


def count(workspace: str, query: Query, viewer: Actor) -> Select[Any]:
    """How many match."""
    public = select(func.count()).where(
        incidents.c.workspace == workspace, not_(incidents.c.private), *_wanted(query)
    )
    private = _private((func.count(),), workspace, query, viewer)
    return select(public.scalar_subquery() + private.scalar_subquery())


def search(workspace: str, words: str, viewer: Actor, limit: int) -> Select[Any] | None:
    """The newest in whose texts every word occurs; None where no text can hold such words. Raises Invalid."""
    wanted = sorted(set(words.casefold().split()))
    if len(wanted) > MOST_WORDS:
        raise Invalid("words", f"Search for at most {MOST_WORDS} words at once.")
    if any("\0" in word or not _encodes(word) for word in wanted):
        return None
    holding = (
        incidents.c.id.in_(
            select(search_table.c.incident_id).where(search_table.c.text.contains(word, autoescape=True))
        )
        for word in wanted
    )
    conditions = (*_all(workspace, Query(), viewer), *holding)
    return select(*SUMMARY).where(*conditions).order_by(_NEWEST).limit(limit)


def _all(workspace: str, query: Query, viewer: Actor) -> tuple[Condition, ...]:
    return (incidents.c.workspace == workspace, visible(viewer), *_wanted(query))


def _wanted(query: Query) -> Iterator[Condition]:
    if query.stages:
        yield incidents.c.stage.in_(_values(query.stages))
    if query.severities:
        yield incidents.c.severity.in_(_values(query.severities))


def _public(workspace: str, query: Query) -> Iterator[Condition]:
    """One condition for each stage and severity that is asked for."""
    everybody: Condition = and_(incidents.c.workspace == workspace, not_(incidents.c.private))
    stages = [incidents.c.stage == each for each in _values(query.stages)] or [true()]
    severities = [incidents.c.severity == each for each in _values(query.severities)] or [true()]
    for stage, severity in product(stages, severities):
        yield and_(everybody, stage, severity)


def _private(
    columns: tuple[Any, ...], workspace: str, query: Query, viewer: Actor, *more: Condition
) -> Select[Any]:
    return (
        select(*columns)
        .select_from(incidents)
        .join(access, access.c.incident_id == incidents.c.id)
        .where(
            access.c.actor == str(viewer),
            incidents.c.private,
            incidents.c.workspace == workspace,
            *_wanted(query),
            *more,
        )
    )


def _values(chosen: Iterable[Stage] | Iterable[Severity]) -> list[str]:
    return sorted(each.value for each in chosen)


def _encodes(word: str) -> bool:
    """Whether it is text at all: half of a character is in no text."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True
