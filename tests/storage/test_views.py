"""A view that was changed is found, mended, and nothing but views is touched."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from adapters.storage import Database
from adapters.storage.full_text import NAME
from adapters.storage.mending import PAGE
from incident_core import commands as c
from incident_core.model.policy import Policy
from incident_core.ports.views import Rebuilt
from incident_core.testing.contracts.desk import ANN, BOB, CLEO, Desk
from tests.databases import opened
from tests.storage.asking import ask
from tests.storage.test_migrations import FACTS
from tests.storage.test_redaction import rows

VIEWS = ("incidents", "access", "documents", "search", "duties")
EVERYTHING_ELSE = (
    "events", "texts", "commands", "log_head", "counters",
    "mirrors", "mirror_effects", "holds", "timers", "external_ids", "user_groups", "schema_info",
)  # fmt: skip


@pytest.fixture
def desk(database: Database, database_url: str) -> Desk:
    """Three incidents, the second private, and something in every table of facts."""
    desk = Desk(database, workspace="w")
    desk.do(c.Declare, desk.open("first"))
    desk.open("second", by=BOB, private=True)
    desk.do(c.Grant, "INC-2", by=BOB, who=ANN)
    desk.open("third", by=CLEO)
    desk.do(c.AddFollowUp, "INC-3", text="index it", owner=BOB)
    desk.store.groups.keep("w", "S1", [ANN], desk.clock.now())
    values = {"id": "0" * 32, "at": "2026-11-22T08:45:00.000000Z"}
    for statement in FACTS:
        ask(
            database_url,
            statement,
            **{name: each for name, each in values.items() if f":{name}" in statement},
        )
    return desk


@pytest.mark.parametrize(
    ("damage", "differing"),
    [
        ("UPDATE incidents SET title = 'another' WHERE number = 1", ["INC-1"]),
        ("UPDATE incidents SET title = NULL WHERE number = 1", ["INC-1"]),
        ("UPDATE incidents SET severity = 'sev1', stage = 'closed'", ["INC-1", "INC-2", "INC-3"]),
        ("UPDATE incidents SET declared_at = NULL WHERE number = 1", ["INC-1"]),
        ("UPDATE incidents SET updated_at = opened_at, version = 7 WHERE number = 1", ["INC-1"]),
        ("UPDATE incidents SET private = NOT private WHERE number = 2", ["INC-2"]),
        ("UPDATE incidents SET workspace = 'another' WHERE number = 3", ["INC-3"]),
        ("UPDATE incidents SET number = number + 100", ["INC-1", "INC-2", "INC-3"]),
        ("UPDATE incidents SET number = -number", ["INC-1", "INC-2", "INC-3"]),
        ("DELETE FROM access", ["INC-2"]),
        ("UPDATE access SET actor = 'cli:eve' WHERE actor = 'cli:bob'", ["INC-2"]),
        ("INSERT INTO access SELECT incident_id, 'cli:eve' FROM access WHERE actor = 'cli:bob'", ["INC-2"]),
        ("DELETE FROM search", ["INC-1", "INC-2", "INC-3"]),
        ("UPDATE search SET words = 'found by this' WHERE title = 'first'", ["INC-1"]),
        ("UPDATE search SET title = 'other' WHERE title = 'third'", ["INC-3"]),
        ("UPDATE search SET words = 'first' WHERE title <> 'first'", ["INC-2", "INC-3"]),
        ("DELETE FROM documents WHERE first_seq > 1", ["INC-2", "INC-3"]),
        ("UPDATE documents SET document = '{}' WHERE first_seq = 1", ["INC-1"]),
        ("DELETE FROM duties", ["INC-1", "INC-3"]),
        ("UPDATE duties SET actor = 'cli:eve' WHERE kind = 'role'", ["INC-1"]),
        ("UPDATE duties SET number = 77, place = 9, workspace = 'another' WHERE name = 'f1'", ["INC-3"]),
        (
            "INSERT INTO duties SELECT id, 'role', 'scribe', 'w', 'cli:eve', 2, 0, NULL FROM incidents"
            " WHERE number = 2",
            ["INC-2"],
        ),
        ("UPDATE duties SET over_by = 1 WHERE kind = 'open'", ["INC-3"]),
        ("UPDATE incidents SET opened_hour = opened_hour + 1 WHERE number = 3", ["INC-3"]),
        ("UPDATE incidents SET last_seq = 1 WHERE number = 1", ["INC-1"]),
    ],
)
def test_whatever_was_changed_is_found_and_mended(
    desk: Desk, database_url: str, damage: str, differing: list[str]
) -> None:
    expected = contents(database_url, VIEWS)
    ask(database_url, damage)
    assert sorted(desk.store.views.rebuild(write=False).differing) == differing
    assert contents(database_url, VIEWS) != expected, "looking changes nothing"
    assert sorted(desk.store.views.rebuild(write=True).differing) == differing
    assert contents(database_url, VIEWS) == expected
    assert desk.store.views.rebuild(write=False) == Rebuilt(3, ())


def test_two_incidents_that_changed_places_are_put_back(desk: Desk, database_url: str) -> None:
    expected = contents(database_url, VIEWS)
    for statement in (
        "UPDATE incidents SET number = 99 WHERE number = 1",
        "UPDATE incidents SET number = 1 WHERE number = 3",
        "UPDATE incidents SET number = 3 WHERE number = 99",
    ):
        ask(database_url, statement)
    assert sorted(desk.store.views.rebuild(write=True).differing) == ["INC-1", "INC-3"]
    assert contents(database_url, VIEWS) == expected


def test_views_that_are_gone_are_made_again_and_strangers_are_removed(desk: Desk, database_url: str) -> None:
    """One of the strangers has taken the number of an incident."""
    expected = contents(database_url, VIEWS)
    for name in ("search", "documents", "access", "duties", "incidents"):
        ask(database_url, f"DELETE FROM {name}")
    assert desk.listed() == []
    stranger(database_url, "e" * 32, 1)
    stranger(database_url, "f" * 32, 77)
    rebuilt = desk.store.views.rebuild(write=True)
    assert (rebuilt.incidents, sorted(rebuilt.differing)) == (3, ["INC-1", "INC-2", "INC-3", "INC-77"])
    assert contents(database_url, VIEWS) == expected
    assert desk.listed() == ["INC-3", "INC-2", "INC-1"]


def stranger(url: str, incident_id: str, number: int) -> None:
    """A view of an incident that the log knows nothing of."""
    ask(
        url,
        "INSERT INTO incidents (id, workspace, number, stage, severity, drill, private, opened_by,"
        " opened_at, updated_at, version, first_seq, last_seq, opened_hour, spent_investigating,"
        " spent_responding, stage_since) VALUES (:id, 'w', :number, 'incident', 'sev1', :no, :no, 'cli:eve',"
        " :at, :at, 1, :number, :number, 0, 0, 0, 0)",
        id=incident_id,
        number=number,
        at="2026-11-22T08:45:00.000000Z",
        no=False,
    )
    ask(url, "INSERT INTO access (incident_id, actor) VALUES (:id, 'cli:eve')", id=incident_id)
    ask(
        url,
        "INSERT INTO duties (incident_id, kind, name, workspace, actor, number, place)"
        " VALUES (:id, 'role', 'scribe', 'w', 'cli:eve', :number, 0)",
        id=incident_id,
        number=number,
    )
    ask(url, "INSERT INTO documents (first_seq, document) VALUES (:number, '{}')", number=number)
    ask(url, "INSERT INTO search (first_seq, title, words) VALUES (:number, '', 'eve')", number=number)


@pytest.mark.parametrize(
    "damage",
    [
        "INSERT INTO search_words (search_words, rowid, title, words)"
        " SELECT 'delete', first_seq, title, words FROM search WHERE title = 'first'",
        "INSERT INTO search_words (rowid, title, words) VALUES (1, '', 'another')",
        "INSERT INTO search_words (search_words) VALUES ('delete-all')",
    ],
)
def test_a_full_text_index_that_disagrees_with_its_table_is_found_and_made_again(
    sqlite_url: str, damage: str
) -> None:
    with closing(opened(sqlite_url)) as database:
        desk = Desk(database, workspace="w")
        desk.open("first")
        ask(sqlite_url, damage)
        assert (desk.found("first"), desk.found("another")) != (["INC-1"], [])
        for write in (False, False, True):
            assert database.views.rebuild(write=write).differing == (NAME,)
        assert database.views.rebuild(write=False).differing == ()
        assert (desk.found("first"), desk.found("another")) == (["INC-1"], [])


def test_facts_and_the_record_are_not_touched(desk: Desk, database_url: str) -> None:
    ask(database_url, "DELETE FROM search")
    ask(database_url, "UPDATE incidents SET title = 'another'")
    before = contents(database_url, EVERYTHING_ELSE)
    desk.store.views.rebuild(write=True)
    assert contents(database_url, EVERYTHING_ELSE) == before
    assert all(before.values()), "there was something to touch"


def test_the_next_change_of_an_incident_mends_its_row(desk: Desk, database_url: str) -> None:
    """The view is written from what was decided on, not from what was stored."""
    ask(database_url, "UPDATE incidents SET severity = 'sev1', title = 'another'")
    ask(database_url, "UPDATE documents SET document = '{}'")
    desk.do(c.Resolve, "INC-1")
    assert sorted(desk.store.views.rebuild(write=False).differing) == ["INC-2", "INC-3"]


def test_the_next_change_of_a_duty_mends_what_stands_in_its_place(desk: Desk, database_url: str) -> None:
    ask(
        database_url,
        "INSERT INTO duties SELECT id, 'role', 'scribe', 'w', 'cli:eve', 9, 0, NULL FROM incidents"
        " WHERE number = 1",
    )
    ask(database_url, "UPDATE duties SET actor = 'cli:eve'")
    desk = Desk(desk.store, Policy(roles=("incident_commander", "scribe")), "w")
    desk.do(c.HandOver, "INC-1", to=BOB)
    desk.do(c.Claim, "INC-1", role="scribe")
    assert desk.store.views.rebuild(write=False).differing == ("INC-3",)


def test_a_rebuild_goes_page_by_page_and_lets_others_write_in_between(sqlite_url: str) -> None:
    with closing(opened(sqlite_url)) as database:
        desk = Desk(database, workspace="w")
        many = PAGE + 5
        for _ in range(many):
            desk.open()
        ask(sqlite_url, "UPDATE incidents SET title = 'another' WHERE number = 1")
        told: list[tuple[int, int]] = []

        def write_between(done: int, of: int) -> None:
            told.append((done, of))
            desk.do(c.Declare, "INC-7")

        rebuilt = database.views.rebuild(write=True, progress=write_between)
        assert rebuilt == Rebuilt(many, ("INC-1",))
        assert told == [(PAGE, many), (many, many)]
        assert database.views.rebuild(write=False).differing == ()


def test_a_private_incident_is_hidden_again_by_a_rebuild(desk: Desk, database_url: str) -> None:
    ask(database_url, "UPDATE incidents SET private = :no", no=False)
    assert "INC-2" in desk.listed(CLEO)
    desk.store.views.rebuild(write=True)
    assert "INC-2" not in desk.listed(CLEO)
    assert "INC-2" in desk.listed(ANN)


def contents(url: str, names: tuple[str, ...]) -> dict[str, list[tuple[object, ...]]]:
    by_value: Callable[[tuple[object, ...]], str] = repr
    return {name: sorted(rows(url, name), key=by_value) for name in names}
