"""Where an incident lives is found by index, however many incidents there are, in one statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import get_ident
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, insert, select

from adapters.storage import Database
from adapters.storage.database import store_at
from adapters.storage.tables import incidents, mirror_effects
from incident_core.testing.contracts.desk import Desk
from tests.databases import opened
from tests.storage.asking import ask, counted

MANY = 3_000
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}


@pytest.fixture
def filled(database_url: str) -> Iterator[Database]:
    """Very many incidents with a channel and a panel each, and a line that was said in the channel."""
    with closing(opened(database_url)) as database:
        Desk(database, workspace="w").open()
        copy(database_url)
        if database.describe().kind == "PostgreSQL":
            ask(database_url, "ANALYZE")  # as a server does by itself, a little later
        yield database


def copy(url: str) -> None:
    with closing(store_at(url, 30)) as store, store.writing() as connection:
        like = connection.execute(select(incidents)).mappings().one()
        numbers = range(2, MANY + 1)
        own = ({"id": UUID(int=n), "number": n, "first_seq": n, "last_seq": n} for n in numbers)
        connection.execute(insert(incidents), [{**like, **each} for each in own])
        effects = [each for n in numbers for each in places(n)]
        connection.execute(insert(mirror_effects), effects)


def places(number: int) -> Iterator[dict[str, Any]]:
    there = {"incident_id": UUID(int=number), "mirror": "slack", "generation": 1, "done": True}
    for slot, version in (("channel", None), ("panel", None), ("say:channel:1", 1)):
        yield {**there, "slot": slot, "version": version, "external_id": f"{slot}-{number}"}


def test_an_incident_is_found_by_its_place_through_an_index(filled: Database) -> None:
    with explained() as plan:
        assert filled.whereabouts.incident("w", "slack", "channel", "channel-77") == "INC-77"
    assert "ix_mirror_effects_place" in "\n".join(plan)
    assert [line for line in plan if looks_up(line, "mirror", "slot", "external_id")], plan
    assert not [line for line in plan if scans(line)], plan


def test_places_of_a_page_of_incidents_are_found_through_indexes(filled: Database) -> None:
    with explained() as plan:
        found = filled.whereabouts.outside("w", "slack", "panel", [f"INC-{n}" for n in range(50, 70)])
    assert found == {f"INC-{n}": f"panel-{n}" for n in range(50, 70)}
    assert not [line for line in plan if scans(line)], plan


def test_each_question_is_one_statement(filled: Database) -> None:
    def statements(use: Callable[[], object]) -> int:
        with counted() as seen:
            use()
        return len([each for each in seen if not each.startswith("BEGIN")])

    asked = [f"INC-{n}" for n in range(1, 51)]
    assert statements(lambda: filled.whereabouts.incident("w", "slack", "channel", "channel-77")) == 1
    assert statements(lambda: filled.whereabouts.outside("w", "slack", "channel", asked[:1])) == 1
    assert statements(lambda: filled.whereabouts.outside("w", "slack", "channel", asked)) == 1


def test_what_is_no_key_and_no_id_is_not_asked_for(database: Database) -> None:
    with counted() as seen:
        assert database.whereabouts.outside("w", "slack", "channel", ["nonsense"]) == {}
        assert database.whereabouts.incident("w", "slack", "channel", "C1\u0000") is None
        assert database.whereabouts.incident("w", "slack", "channel", "\ud800") is None
    assert seen == []


def looks_up(line: str, *columns: str) -> bool:
    """Whether this line of a plan goes to where all these columns have a value."""
    at_once = "Index Cond" in line or "USING INDEX" in line
    return at_once and all(re.search(rf"\b{name}\b\W*=", line) for name in columns)


def scans(line: str) -> bool:
    """Whether this line of a plan reads a whole table, or a whole index."""
    return "Seq Scan" in line or line.strip().startswith("SCAN")


@contextmanager
def explained() -> Iterator[list[str]]:
    """How the database goes about every SELECT that this thread executes meanwhile."""
    me = get_ident()
    lines: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if get_ident() == me and statement.startswith("SELECT"):
            with closing(cursor.connection.cursor()) as another:
                another.execute(f"{EXPLAIN[connection.dialect.name]} {statement}", parameters)
                lines.extend(str(row[-1]) for row in another.fetchall())

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield lines
    finally:
        event.remove(Engine, "before_cursor_execute", note)
