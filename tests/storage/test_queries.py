"""How much is asked of the database does not grow with what is in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.storage import Database, duties, follow_ups, matching
from adapters.storage.database import store_at
from adapters.storage.mirrors import DUE, FOUND
from adapters.storage.mirrors_effects import NEWER
from adapters.storage.sight import Sight, sight_of
from adapters.storage.streams import STREAM, stream_of
from incident_core import commands as c
from incident_core import events as e
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.ports.mirrors import Claim, Come, Effect
from incident_core.ports.reader import Query
from incident_core.testing.contracts.desk import ANN, BOB, Desk
from tests.databases import opened
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
        "titles": (1, lambda: desk.store.reader.titles("w", 20)),
        "count": (1, lambda: desk.store.reader.count("w", Query(), ANN)),
        "search": (1 if sqlite else 3, lambda: desk.found("slow api")),
        "search for beginnings": (2 if sqlite else 3, lambda: desk.found("sl* ap*")),
        "documents": (3, lambda: list(desk.store.reader.documents("w", Query(), ANN))),
        "rebuild": (12 if sqlite else 11, lambda: desk.store.views.rebuild(write=False)),
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


def test_a_commit_tells_all_mirrors_in_one_statement(database_url: str) -> None:
    def tell(mirrors: tuple[str, ...]) -> int:
        with closing(opened(database_url, mirrors=mirrors)) as database:
            desk = Desk(database, workspace="w")
            key = desk.open()
            return statements(lambda: desk.do(c.AddTask, key, text="x"))

    none, one, many = (tell(names) for names in ((), ("chat",), ("chat", "pager", "page", "webhook")))
    assert one == many == none + 1


def test_what_a_worker_asks_does_not_grow_with_what_was_said(database_url: str) -> None:
    with closing(opened(database_url, mirrors=("chat",))) as database:
        desk = Desk(database, workspace="w")
        for _ in range(20):
            desk.open()
        few, many = settling(desk, 1), settling(desk, 200)
    selects = {"idle": 1, "claim": 2, "gap": 4, "renew": 1, "save": 3, "note": 2, "settle": 1}
    assert few == many == selects


def settling(desk: Desk, count: int) -> dict[str, int]:
    """How many statements each step takes with so many effects, or so many claims."""
    at, mirrors = desk.clock.now(), desk.store.mirrors
    until = at + timedelta(seconds=15)
    effects = [Effect(f"say:place:{number}") for number in range(1, count + 1)]
    notes = [Effect(f"stray:place:{number}") for number in range(count)]
    claims: list[Claim] = []
    limit = min(count, 10)
    uses: dict[str, Callable[[], object]] = {
        "idle": lambda: mirrors.claim(("another",), at, until, limit),
        "claim": lambda: claims.extend(mirrors.claim(("chat",), at, until, limit)),
        "save": lambda: mirrors.save(claims[0], effects, {"say": at, "make": at}),
        "gap": lambda: mirrors.gap(claims[0]),
        "renew": lambda: mirrors.renew(claims[0], until),
        "note": lambda: mirrors.note(claims[0], notes),
        "settle": lambda: mirrors.settle(claims[0], 0, Come(1), None, None),
    }
    return {name: statements(use) for name, use in uses.items()}


def test_a_refusal_is_three_short_statements(desk: Desk) -> None:
    desk.open()
    loaded = desk.load("INC-1")
    locks = 1 if desk.store.describe().kind == "PostgreSQL" else 0  # type: ignore[attr-defined]
    assert statements(lambda: desk.store.log.commit(desk.refusal(loaded, name="no"))) == 2 + locks


ADMIN = Sight(BOB, everything=True)
COLUMN = {"stages": "stage", "severities": "severity"}
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
    lines = planned(sqlite_url, matching.summaries("w", query, Sight(BOB))).splitlines()
    public = [line for line in lines if "incidents USING" in line and "ix_incidents_public" in line]
    private = [line for line in lines if "incidents USING" in line and "(id=?)" in line]
    newest = [line for line in lines if "incidents USING" in line and "ix_incidents_private" in line]
    assert len(public) == max(1, len(query.stages)) * max(1, len(query.severities))
    assert len(private) == 1
    assert len(newest) == (len(public) if query.limit else 0)
    assert len([line for line in lines if "incidents" in line]) == len(public) + len(private) + len(newest)
    assert [line for line in lines if "access USING" in line and "(actor=?)" in line]


@pytest.mark.parametrize("query", QUERIES, ids=[str(place) for place in range(len(QUERIES))])
def test_a_list_of_an_admin_walks_indexes_and_looks_at_no_other_incident(
    sqlite_url: str, query: Query
) -> None:
    lines = planned(sqlite_url, matching.summaries("w", query, ADMIN)).splitlines()
    walks = max(1, len(query.stages)) * max(1, len(query.severities))
    columns = [name for name in ("stages", "severities") if getattr(query, name)]
    index = "_".join(("", *(COLUMN[name] for name in columns)))
    by = " AND ".join(f"{each}=?" for each in ("workspace", *(COLUMN[name] for name in columns)))
    about = [line for line in lines if "incidents USING" in line]
    for kind in ("public", "private"):
        wanted = f"SEARCH incidents USING INDEX ix_incidents_{kind}{index} ({by})"
        assert [line for line in about if wanted in line] == [wanted] * walks
    assert len(about) == 2 * walks
    assert not [line for line in lines if "access" in line]


@pytest.mark.parametrize("query", QUERIES, ids=[str(place) for place in range(len(QUERIES))])
def test_what_an_admin_counts_is_read_from_indexes(sqlite_url: str, query: Query) -> None:
    lines = planned(sqlite_url, matching.count("w", query, ADMIN)).splitlines()
    about = [line for line in lines if "incidents" in line]
    assert len(about) == 2
    for kind, line in zip(("public", "private"), about, strict=True):
        assert f"COVERING INDEX ix_incidents_{kind}" in line
        assert ("stage=?" in line, "severity=?" in line) == (bool(query.stages), bool(query.severities))


def test_an_admin_sees_the_same_in_pages_however_much_is_private(database_url: str) -> None:
    with closing(opened(database_url, policy=Policy(admins=frozenset({ANN})))) as database:
        desk = Desk(database, workspace="w")
        for number in range(60):
            key = desk.open(private=number % 3 != 0, by=BOB, severity=list(Severity)[number % 4])
            if number % 5 == 0:
                desk.do(c.Close, key, by=BOB)
        for query in (Query(), *QUERIES, Query(stages=frozenset({Stage.CLOSED}), private=True)):
            everything = desk.store.reader.list("w", replace(query, limit=None), ANN)
            assert desk.store.reader.list("w", replace(query, limit=7), ANN) == everything[:7]
            assert everything == desk.store.reader.list("w", replace(query, limit=None), BOB)
            assert desk.store.reader.count("w", query, ANN) == len(everything)


def test_an_admin_finds_an_incident_by_index(sqlite_url: str) -> None:
    assert "SCAN" not in planned(sqlite_url, stream_of("w", "INC-1", ADMIN))


def test_duties_are_found_in_their_order_by_index(sqlite_url: str) -> None:
    for statement in (duties.ROLES, duties.FOLLOW_UPS):
        plan = planned(sqlite_url, statement)
        assert "duties USING INDEX ix_duties_actor (workspace=? AND actor=? AND kind=?)" in plan
        assert "SCAN" not in plan
        assert "TEMP B-TREE FOR LAST" in plan, "only what is equal has to be sorted"
    assert "SCAN" not in planned(sqlite_url, duties.DOCUMENTS, first_seqs=[1, 2])


def test_duties_take_the_same_number_of_statements_however_many_there_are(desk: Desk) -> None:
    def asked() -> int:
        return statements(lambda: desk.store.reader.duties("w", ANN))

    desk.open(by=BOB)  # the first use of a database takes a look at it
    assert asked() == 2
    desk.do(c.AddFollowUp, desk.open(declare=True), text="x", owner=ANN)
    assert asked() == 3
    for _ in range(30):
        key = desk.open(declare=True)
        for _ in range(3):
            desk.do(c.AddFollowUp, key, text="x", owner=ANN)
    assert asked() == 3


def test_titles_are_found_in_their_order_by_index(sqlite_url: str) -> None:
    plan = planned(sqlite_url, matching.TITLES, workspace="w", most=20)
    assert plan.count("incidents USING INDEX ix_incidents_public_stage") == 2, plan
    assert "SCAN incidents" not in plan


@pytest.mark.parametrize("viewer", [BOB, ANN], ids=["somebody", "an admin"])
def test_open_follow_ups_are_found_in_their_order_by_index(sqlite_url: str, viewer: Actor) -> None:
    """Nothing is sorted but what the few walks have found."""
    sight = sight_of(viewer, {ANN})
    plan = planned(sqlite_url, follow_ups.asked("w", sight, 20, None, None))
    assert "duties USING INDEX ix_duties_over (workspace=? AND kind=?)" in plan
    assert "SCAN duties" not in plan
    assert "SCAN incidents" not in plan
    assert plan.count("TEMP B-TREE") == (1 if viewer is ANN else 2), plan
    over = planned(sqlite_url, follow_ups.asked("w", sight, 20, None, datetime.now(UTC)))
    assert "ix_duties_over (workspace=? AND kind=? AND over_by<?)" in over
    theirs = planned(sqlite_url, follow_ups.asked("w", sight, 20, BOB, None))
    assert "ix_duties_actor (workspace=? AND actor=? AND kind=?)" in theirs
    if viewer is BOB:
        assert "access USING COVERING INDEX ix_access_actor" in plan


def test_open_follow_ups_take_two_statements_however_many_there_are(desk: Desk) -> None:
    def asked() -> int:
        return statements(lambda: desk.store.reader.follow_ups("w", ANN, 20))

    desk.open(by=BOB)
    assert asked() == 1
    for _ in range(10):
        key = desk.open()
        for _ in range(3):
            desk.do(c.AddFollowUp, key, text="x", owner=ANN)
    assert asked() == 2


def test_a_commit_writes_nothing_about_duties_that_stay_as_they_are(desk: Desk) -> None:
    key = desk.open(declare=True)
    desk.do(c.AddFollowUp, key, text="x", owner=ANN)
    with counted() as seen:
        desk.do(c.AddTask, key, text="x")
        desk.do(c.SendUpdate, key, text="x")
        desk.do(c.Close, desk.open(), by=BOB)
    assert not [each for each in seen if "duties" in each]


def test_groups_are_one_statement_whichever_way(desk: Desk) -> None:
    desk.open()
    groups = desk.store.groups
    assert statements(lambda: groups.keep("w", "S1", [ANN] * 500, desk.clock.now())) == 1
    assert statements(lambda: groups.members("w", [f"S{number}" for number in range(50)])) == 1
    assert statements(lambda: groups.members("w", [])) == 0


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
    assert "SCAN" not in planned(sqlite_url, stream_of("w", "INC-1", Sight(ANN)))


def test_what_is_due_is_found_in_its_order_by_index(sqlite_url: str) -> None:
    plan = planned(sqlite_url, DUE, now=None, mirrors=["chat"], most=None)
    assert "mirrors USING INDEX ix_mirrors_due" in plan
    assert "TEMP B-TREE FOR LAST" in plan or "TEMP B-TREE" not in plan, "only what is equal has to be sorted"


def test_a_gap_finds_its_rows_by_index(sqlite_url: str) -> None:
    plan = planned(sqlite_url, NEWER)
    assert plan.count("mirror_effects USING INDEX ix_mirror_effects_version") == 2
    assert "SCAN" not in plan
    assert "version>?" in plan
    assert "SCAN" not in planned(sqlite_url, FOUND)
    assert "SCAN" not in planned(sqlite_url, STREAM)


def planned(url: str, statement: Any, **values: object) -> str:
    """How SQLite goes about it, whatever the values are."""
    with closing(store_at(url, 30)) as store, store.reading() as connection:
        given = statement.params(**values)
        compiled = given.compile(connection.engine, compile_kwargs={"render_postcompile": True})
        nothing = (None,) * len(compiled.positiontup)
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", nothing)
        return "\n".join(row.detail for row in rows)
