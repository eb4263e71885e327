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
from adapters.storage.view import SUMMARY
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
    branches = [select(*columns).where(each, *more) for each in _walks(workspace, query)]
    branches.append(_private(columns, workspace, query, viewer, *more))
    if limit is not None:
        branches = [each.order_by(_NEWEST).limit(limit) for each in branches]
    merged = union_all(*(select(each.subquery()) for each in branches)).subquery()
    return select(merged).order_by(merged.c.number.desc()).limit(limit)


def count(workspace: str, query: Query, viewer: Actor) -> Select[Any]:
    """How many match."""
    public = select(func.count()).where(_everybodys(workspace, *_wanted(query)))
    private = _private((func.count(),), workspace, query, viewer)
    return select(public.scalar_subquery() + private.scalar_subquery())


def search(workspace: str, words: str, viewer: Actor, limit: int) -> Select[Any] | None:
    """The newest in whose texts every word occurs; None where no text can hold such words. Raises Invalid."""
    wanted = sorted(set(words.casefold().split()))
    if len(wanted) > MOST_WORDS:
        raise Invalid("words", f"Search for at most {MOST_WORDS} words at once.")
    if any("\0" in word or not _encodes(word) for word in wanted):
        return None
    holding = [
        incidents.c.id.in_(
            select(search_table.c.incident_id).where(search_table.c.text.contains(word, autoescape=True))
        )
        for word in wanted
    ]
    return newest(SUMMARY, workspace, Query(), viewer, limit, *holding)


def _everybodys(workspace: str, *more: Condition) -> Condition:
    return and_(incidents.c.workspace == workspace, not_(incidents.c.private), *more)


def _wanted(query: Query) -> Iterator[Condition]:
    if query.stages:
        yield incidents.c.stage.in_(_values(query.stages))
    if query.severities:
        yield incidents.c.severity.in_(_values(query.severities))


def _walks(workspace: str, query: Query) -> Iterator[Condition]:
    """One condition for each stage and severity that is asked for."""
    stages = [incidents.c.stage == each for each in _values(query.stages)] or [true()]
    severities = [incidents.c.severity == each for each in _values(query.severities)] or [true()]
    for stage, severity in product(stages, severities):
        yield _everybodys(workspace, stage, severity)


def _private(
    columns: tuple[Any, ...], workspace: str, query: Query, viewer: Actor, *more: Condition
) -> Select[Any]:
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
