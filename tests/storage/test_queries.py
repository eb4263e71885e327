"""How much is asked of the database does not grow with what is in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from adapters.storage import Database, matching
from adapters.storage.database import store_at
from incident_core import commands as c
from incident_core import events as e
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.ports.reader import Query
from incident_core.testing.contracts.desk import ANN, BOB, Desk
from tests.storage.asking import counted


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, workspace="w")


def statements(use: Callable[[], object]) -> int:
    """How many statements it executes, begin and commit aside."""
    with counted() as seen:
        use()
    return len([each for each in seen if not each.startswith("BEGIN")])


def test_reading_takes_the_same_number_of_statements_however_much_there_is(desk: Desk) -> None:
    sqlite = desk.store.describe().kind == "SQLite"  # type: ignore[attr-defined]
    uses: dict[str, tuple[int, Callable[[], object]]] = {
        "answered": (1, lambda: desk.store.log.answered("w", "a key")),
        "load": (1, lambda: desk.load("INC-1")),
        "show": (1, lambda: desk.store.reader.show("w", "INC-1", ANN)),
        "timeline": (1, lambda: desk.timeline("INC-1")),
        "list": (1, lambda: desk.lines(limit=20)),
        "list all": (1, lambda: desk.lines()),
        "count": (1, lambda: desk.store.reader.count("w", Query(), ANN)),
        "search": (1 if sqlite else 3, lambda: desk.found("slow api")),
        "search for beginnings": (2 if sqlite else 3, lambda: desk.found("sl* ap*")),
        "documents": (3, lambda: list(desk.store.reader.documents("w", Query(), ANN))),
        "rebuild": (11 if sqlite else 10, lambda: desk.store.views.rebuild(write=False)),
    }
    desk.open("API is slow")
    few = {name: statements(use) for name, (_, use) in uses.items()}
    for _ in range(40):
        desk.do(c.AddEvidence, desk.open("API is slow", private=True), url="https://example.com", note="n")
        desk.do(c.AddTask, "INC-1", text="x")
    many = {name: statements(use) for name, (_, use) in uses.items()}
    assert few == many
    assert many == {name: expected for name, (expected, _) in uses.items()}


def test_a_commit_takes_the_same_number_of_statements_however_many_events_it_has(desk: Desk) -> None:
    def commit(count: int) -> None:
        now = desk.clock.now()
        notes = (e.TaskAdded(actor=ANN, at=now, item=f"t{place}", text="x") for place in range(count))
        desk.store.log.commit(desk.batch(desk.load("INC-1"), *notes))

    desk.open()
    one, fifty = statements(lambda: commit(1)), statements(lambda: commit(50))
    locks = 1 if desk.store.describe().kind == "PostgreSQL" else 0  # type: ignore[attr-defined]
    assert one == fifty
    # load; the situation; events, texts, head; view, document, words; the answer.
    assert one == 9 + locks


def test_a_refusal_is_three_short_statements(desk: Desk) -> None:
    desk.open()
    loaded = desk.load("INC-1")
    locks = 1 if desk.store.describe().kind == "PostgreSQL" else 0  # type: ignore[attr-defined]
    assert statements(lambda: desk.store.log.commit(desk.refusal(loaded, name="no"))) == 2 + locks


OPEN = frozenset({Stage.INCIDENT, Stage.INVESTIGATION, Stage.RESOLVED})
SEVERE = frozenset({Severity.SEV1, Severity.SEV2})
QUERIES = [
    Query(limit=10),
    Query(stages=OPEN, limit=10),
    Query(severities=SEVERE, limit=10),
    Query(stages=OPEN, severities=SEVERE, limit=10),
    Query(stages=OPEN),
]


@pytest.mark.parametrize("query", QUERIES, ids=[str(place) for place in range(len(QUERIES))])
def test_a_list_walks_an_index_and_looks_at_no_other_incident(sqlite_url: str, query: Query) -> None:
    lines = planned(sqlite_url, matching.summaries("w", query, BOB)).splitlines()
    public = [line for line in lines if "incidents USING" in line and "ix_incidents_public" in line]
    private = [line for line in lines if "incidents USING" in line and "(id=?)" in line]
    newest = [line for line in lines if "incidents USING" in line and "ix_incidents_private" in line]
    assert len(public) == max(1, len(query.stages)) * max(1, len(query.severities))
    assert len(private) == 1
    assert len(newest) == (max(1, len(query.stages)) if query.limit else 0)
    assert len([line for line in lines if "incidents" in line]) == len(public) + len(private) + len(newest)
    assert [line for line in lines if "access USING" in line and "(actor=?)" in line]


def test_a_viewer_with_very_many_grants_sees_the_same_lists(database: Database) -> None:
    desk = Desk(database, workspace="w")
    for number in range(matching.MANY + 5):
        key = desk.open(private=number % 50 != 0, by=BOB)
        if number % 3 == 0:
            desk.do(c.Close, key, by=BOB)
    closed = frozenset({Stage.CLOSED})
    for query in (Query(), Query(stages=OPEN), Query(stages=closed), Query(severities=SEVERE)):
        everything = desk.store.reader.list("w", query, BOB)
        newest = desk.store.reader.list("w", replace(query, limit=20), BOB)
        assert newest == everything[:20]
    assert len(desk.lines(BOB)) == matching.MANY + 5
    assert {line.private for line in desk.lines(ANN, limit=20)} == {False}


def test_a_load_finds_its_rows_by_index(sqlite_url: str) -> None:
    from adapters.storage.streams import stream_of

    assert "SCAN" not in planned(sqlite_url, stream_of("w", "INC-1", ANN))


def planned(url: str, statement: object) -> str:
    """How SQLite goes about it."""
    with closing(store_at(url, 30)) as store, store.reading() as connection:
        compiled = statement.compile(connection.engine, compile_kwargs={"render_postcompile": True})  # type: ignore[attr-defined]
        parameters = tuple(compiled.params[name] for name in compiled.positiontup)
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", parameters)
        return "\n".join(row.detail for row in rows)
