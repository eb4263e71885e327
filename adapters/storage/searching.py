"""Search by the database's own full-text index: the newest matches, and the best of them first.

All that match are never ranked, so a word that a million incidents have is found as fast as a rare one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    column,
    func,
    literal,
    select,
    table,
    text,
)

from adapters.storage.sight import Sight
from adapters.storage.store import Store
from adapters.storage.tables import incidents
from adapters.storage.tables import search as stored
from adapters.storage.view import SUMMARY, summary
from incident_core.ports.reader import Summary, candidates
from incident_core.record.words import Asked, asked, occurring

NEAR = 20_000
"""Incidents that are walked, newest first, before an index is asked that has to collect all that match."""

_WORDS = table("search_words", column("rowid"))
_COLUMNS = (*SUMMARY, stored.c.first_seq, stored.c.title.label("title_words"))
_FAR = select(stored.c.first_seq).order_by(stored.c.first_seq.desc()).limit(1).offset(NEAR).scalar_subquery()
# The planner does not know what it costs to cut a million texts into words again, nor how few will match.
_BY_INDEX = text(
    "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_mergejoin', 'off', true),"
    " set_config('enable_hashjoin', 'off', true)"
)

Found = Sequence[Row[Any]]
Wanted = tuple[Asked, ...]


def search(store: Store, workspace: str, words: str, sight: Sight, limit: int) -> tuple[Summary, ...]:
    """The best `limit` that match; raises Invalid for too many words."""
    wanted, most = asked(words), candidates(limit)
    if not wanted:
        return ()
    # Not by an index on the workspace: it would lead to all of its incidents.
    seen = and_(incidents.c.workspace.concat("") == workspace, sight.visible())
    with store.reading() as connection:
        newest = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgres
        found = list(newest(connection, wanted, ("words",), seen, most))
        if len(found) == most:  # there are more, and some may have the words in their titles
            found += newest(connection, wanted, ("title", "words"), seen, most)
    by_number = {row.first_seq: row for row in found}.values()
    best = sorted(by_number, key=lambda row: (-occurring(wanted, row.title_words.split()), -row.first_seq))
    return tuple(summary(row) for row in best[:limit])


def _on_sqlite(
    connection: Connection, wanted: Wanted, places: Sequence[str], seen: ColumnElement[bool], most: int
) -> Found:
    """FTS5 gives its rows in order, so this ends at its limit; but it first collects all of a beginning."""
    if any(each.beginning for each in wanted):
        near = connection.execute(_near(wanted, places, seen, most, func.instr)).all()
        if len(near) == most:
            return near
    every = (
        f'{place} : "{each.word}"{" *" if each.beginning else ""}' for place in places for each in wanted
    )
    matching = (
        select(*_COLUMNS)
        .select_from(_WORDS)
        .join(stored, stored.c.first_seq == _WORDS.c.rowid)
        .join(incidents, incidents.c.first_seq == stored.c.first_seq)
        .where(text("search_words MATCH :query").bindparams(query=" AND ".join(every)), seen)
        .order_by(_WORDS.c.rowid.desc())
    )
    return connection.execute(matching.limit(most)).all()


def _on_postgres(
    connection: Connection, wanted: Wanted, places: Sequence[str], seen: ColumnElement[bool], most: int
) -> Found:
    """GIN collects all that match before the newest are known: asked for what is not common of late."""
    connection.execute(_BY_INDEX)
    near = connection.execute(_near(wanted, places, seen, most, func.strpos)).all()
    if len(near) == most:
        return near
    query = " & ".join(f"'{each.word}'{':*' if each.beginning else ''}" for each in wanted)
    every = (
        text(f"array_to_tsvector(string_to_array(search.{place}, ' ')) @@ CAST(:query AS tsquery)")
        for place in places
    )
    matching = select(stored.c.first_seq).where(*every).cte("matching").prefix_with("MATERIALIZED")
    found = _joined(seen, most).join(matching, matching.c.first_seq == stored.c.first_seq)
    return connection.execute(found, {"query": query}).all()


def _near(
    wanted: Wanted, places: Sequence[str], seen: ColumnElement[bool], most: int, place_of: Any
) -> Select[Any]:
    """Those among the newest incidents; words have no spaces, so each stands between two."""
    every = (
        place_of(literal(" ") + stored.c[place] + literal(" "), f" {each.word}" + " " * (not each.beginning))
        > 0
        for place in places
        for each in wanted
    )
    return _joined(seen, most).where(stored.c.first_seq > func.coalesce(_FAR, -1), *every)


def _joined(seen: ColumnElement[bool], most: int) -> Select[Any]:
    return (
        select(*_COLUMNS)
        .select_from(stored)
        .join(incidents, incidents.c.first_seq == stored.c.first_seq)
        .where(seen)
        .order_by(stored.c.first_seq.desc())
        .limit(most)
    )
