"""Every migration goes up, down and up again with data, and the program knows where it leads."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, inspect, select

import adapters
from adapters.storage import migrations
from adapters.storage.database import store_at
from adapters.storage.revisions import HEAD, REVISIONS
from adapters.storage.store import Store
from incident_core import commands as c
from incident_core import events as e
from incident_core.errors import IncidentError, Invalid, Unavailable
from incident_core.model.actor import Actor
from incident_core.ports.reader import Query
from incident_core.testing.contracts.desk import ANN, BOB, CLEO, Desk
from tests.databases import opened
from tests.storage.asking import ask

CHECKOUT = Path(adapters.__file__).parent.parent


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = store_at(database_url, 30)
    yield store
    store.close()


def test_the_program_knows_every_migration_in_order() -> None:
    assert migrations.revisions() == REVISIONS
    assert REVISIONS[-1] == HEAD


def test_migrations_make_what_the_program_declares(database_url: str) -> None:
    with closing(opened(database_url)) as database:
        assert database.schema.check() == ()


def test_a_part_that_is_missing_or_different_is_named(database_url: str) -> None:
    ask(database_url, "DROP INDEX ix_incidents_opened")
    ask(database_url, "ALTER TABLE timers ADD COLUMN color TEXT")
    ask(database_url, "DROP TABLE holds")
    ask(database_url, "CREATE TABLE somebody_elses (id INTEGER)")
    with closing(opened(database_url)) as database:
        assert sorted(database.schema.check()) == [
            "The column timers.color is not declared by this program.",
            "The index ix_incidents_opened is missing.",
            "The table holds is missing.",
        ]


def test_a_broken_reference_in_a_file_is_found(sqlite_url: str) -> None:
    ask(sqlite_url, "INSERT INTO access (incident_id, actor) VALUES (:id, 'cli:ann')", id="0" * 32)
    with closing(opened(sqlite_url)) as database:
        assert database.schema.check() == ("row 1 of access refers to a row of incidents that is not there",)


def test_upgrading_again_does_nothing(database_url: str) -> None:
    told: list[str] = []
    with closing(opened(database_url)) as database:
        assert database.schema.upgrade(told.append) == ()
        assert told == []


def test_progress_is_told_of_every_revision(empty_postgres_url: str, tmp_path: Path) -> None:
    for url in (empty_postgres_url, f"sqlite:///{tmp_path}/new.db"):
        told: list[str] = []
        with closing(opened(url)) as database:
            assert database.schema.upgrade(told.append) == REVISIONS
        assert told == list(REVISIONS)


@pytest.mark.parametrize(
    ("kind", "damage", "sentence"),
    [
        ("postgresql", "DROP INDEX ix_search_words", "The index ix_search_words is missing."),
        ("postgresql", "DROP INDEX ix_search_title", "The index ix_search_title is missing."),
        ("sqlite", "DROP TABLE search_words", "The table search_words is missing."),
        ("sqlite", "DROP TRIGGER search_words_update", "The trigger search_words_update is missing."),
    ],
)
def test_a_part_of_the_full_text_index_that_is_missing_is_named(
    request: pytest.FixtureRequest, kind: str, damage: str, sentence: str
) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    ask(url, damage)
    with closing(opened(url)) as database:
        assert database.schema.check() == (sentence,)


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_migration_goes_up_down_and_up_again_and_keeps_the_data_of_others(
    store: Store, database_url: str, revision: str
) -> None:
    """Down and up gives the same tables; what is no view keeps its rows, and views are made again."""
    fill(database_url)
    before = REVISIONS[REVISIONS.index(revision) - 1] if revision != REVISIONS[0] else "base"
    with store.migrating() as connection:
        migrations.downgrade(connection, revision)
        tables, rows = shape(connection), contents(connection)
    with store.migrating() as connection:
        migrations.downgrade(connection, before)
        kept = record(contents(connection))
    with store.migrating() as connection:
        assert migrations.upgrade(connection, to=revision) == (revision,)
        assert shape(connection) == tables
        after = contents(connection)
    assert len(kept) == {"base": 0, "0004": 12, "0005": 12, "0006": 13, "0007": 14}.get(before, 10)
    kept = {name: each for name, each in kept.items() if name not in MADE_ANEW.get(revision, ())}
    assert {name: rows[name] for name in kept} == kept
    assert {name: after[name] for name in kept} == kept
    with store.migrating() as connection:
        migrations.upgrade(connection)
        assert migrations.differences(connection) == ()
    with closing(opened(database_url)) as database:
        assert database.views.rebuild(write=False).differing == ()


def test_a_database_of_the_first_revision_shows_the_same_after_it_was_upgraded(
    store: Store, database_url: str
) -> None:
    fill(database_url)
    with closing(opened(database_url)) as database:
        before = shown(Desk(database, workspace="w"))
    assert before[BOB] != before[CLEO]
    with store.migrating() as connection:
        migrations.downgrade(connection, REVISIONS[0])
    with closing(opened(database_url)) as database:
        assert database.schema.upgrade() == REVISIONS[1:]
        assert shown(Desk(database, workspace="w")) == before
        assert database.schema.check() == ()
        assert database.views.rebuild(write=False).differing == ()
        assert Desk(database, workspace="w").open() == "INC-3"


def test_an_upgrade_says_whose_everything_is_that_was_there(store: Store, database_url: str) -> None:
    """As commits of the program of today would have; more incidents than are read at once."""
    with closing(opened(database_url)) as database:
        desk = Desk(database, workspace="w")
        for number in range(6):
            key = desk.open(private=number % 2 == 0, by=BOB, declare=number < 4)
            for owner in (ANN, BOB, CLEO, None):
                desk.do(c.AddFollowUp, key, by=BOB, text='"follow_ups":[{', owner=owner)
            desk.do(c.Claim, key, by=BOB, role="technical_lead")
        desk.do(c.FinishFollowUp, "INC-1", by=BOB, item="f2")
        desk.do(c.Retract, "INC-2", by=BOB, entry="f1", reason="a mistake")
        desk.do(c.Grant, "INC-3", by=BOB, who=ANN)
        for key in ("INC-2", "INC-3"):
            desk.do(c.Resolve, key, by=BOB)
        for key in ("INC-2", "INC-6"):
            desk.do(c.Close, key, by=BOB)
        for _ in range(520):
            desk.open(declare=True)
        desk.do(c.Claim, "INC-526", by=CLEO, role="technical_lead")
        expected = [database.reader.duties("w", actor) for actor in (ANN, BOB, CLEO)]
    rows = ask(database_url, "SELECT * FROM duties ORDER BY incident_id, kind, name")
    assert len(rows) > 500
    with store.migrating() as connection:
        migrations.downgrade(connection, "0005")
    with closing(opened(database_url)) as database:
        assert database.schema.upgrade() == REVISIONS[5:]
        assert ask(database_url, "SELECT * FROM duties ORDER BY incident_id, kind, name") == rows
        assert [database.reader.duties("w", actor) for actor in (ANN, BOB, CLEO)] == expected
        assert database.views.rebuild(write=False).differing == ()


@pytest.mark.parametrize("damage", ["{", "[]", '{"roles": 1}'])
def test_a_document_that_is_damaged_does_not_keep_anybody_from_upgrading(
    store: Store, database_url: str, damage: str
) -> None:
    fill(database_url)
    with closing(opened(database_url)) as database:
        Desk(database, workspace="w").open("third", declare=True)
    with store.migrating() as connection:
        migrations.downgrade(connection, "0005")
    ask(database_url, "UPDATE documents SET document = :damage", damage=damage)
    with closing(opened(database_url)) as database:
        assert database.schema.upgrade() == REVISIONS[5:]
        assert len(database.views.rebuild(write=True).differing) == 3
        assert database.views.rebuild(write=False).differing == ()
        assert [each.key for each in database.reader.duties("w", ANN).roles] == ["INC-3"]


def test_an_upgrade_that_cannot_make_the_views_again_leaves_everything_as_it_was(
    store: Store, database_url: str
) -> None:
    fill(database_url)
    with store.migrating() as connection:
        migrations.downgrade(connection, REVISIONS[0])
    ask(database_url, "UPDATE events SET schema = 99 WHERE seq = 5")
    with store.migrating() as connection:
        before = shape(connection), contents(connection)
    with closing(opened(database_url)) as database, pytest.raises(IncidentError):
        database.schema.upgrade()
    with store.migrating() as connection:
        assert (shape(connection), contents(connection)) == before


def shown(desk: Desk) -> dict[Actor, object]:
    """What somebody who sees the private incident and somebody who does not are shown."""
    words = ("strasse", "🔥", "private", "why")
    return {
        viewer: (
            desk.lines(viewer),
            [desk.found(word, viewer) for word in words],
            [desk.store.reader.show("w", key, viewer) for key in ("INC-1", "INC-2")],
            list(desk.store.reader.documents("w", Query(), viewer)),
        )
        for viewer in (BOB, CLEO)
    }


def test_everything_is_undone_when_a_migration_is(store: Store, database_url: str) -> None:
    fill(database_url)
    with store.migrating() as connection:
        migrations.downgrade(connection, "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    with closing(opened(database_url)) as database:
        database.schema.upgrade()
        assert Desk(database, workspace="w").open() == "INC-1"


def test_a_migration_that_fails_leaves_nothing(store: Store, database_url: str) -> None:
    fill(database_url)
    with store.reading() as connection:
        before = shape(connection), contents(connection)
    with pytest.raises(ZeroDivisionError), store.migrating() as connection:
        undo_and_fail(connection)
    with store.reading() as connection:
        assert (shape(connection), contents(connection)) == before


def undo_and_fail(connection: Connection) -> None:
    migrations.downgrade(connection, "base")
    raise ZeroDivisionError


def test_a_migration_that_would_break_a_reference_is_not_committed(sqlite_url: str) -> None:
    fill(sqlite_url)
    with closing(store_at(sqlite_url, 30)) as store:
        with pytest.raises(
            Unavailable, match=r"^The migration would break .*: row \d of texts refers to a row"
        ):
            lose_events(store)
        with store.reading() as connection:
            assert connection.exec_driver_sql("SELECT min(seq) FROM events").scalar() == 1


def lose_events(store: Store) -> None:
    with store.migrating() as connection:
        connection.exec_driver_sql("DELETE FROM events")


def test_a_new_migration_is_written_in_a_checkout(tmp_path: Path) -> None:
    """In a copy of this one: a column is declared that no migration has made yet."""
    for name in ("adapters", "incident_core", "alembic"):
        shutil.copytree(CHECKOUT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    tables = tmp_path / "adapters" / "storage" / "tables_outside.py"
    declared = tables.read_text()
    timers = '    Column("fired_at", Time()),\n'
    assert timers in declared
    tables.write_text(declared.replace(timers, timers + '    Column("fired_by", Id()),\n'))
    path = staged(tmp_path, 'who "fired" it')
    assert path == tmp_path / "alembic" / "versions" / f"m{len(REVISIONS) + 1:04}_who_fired_it.py"
    text = path.read_text()
    assert text.startswith('"""who \'fired\' it."""\n')
    assert f"down_revision = '{HEAD}'" in text
    assert "sa.Column('fired_by', sa.Uuid(), nullable=True)" in text
    assert staged(tmp_path, "and another").name == f"m{len(REVISIONS) + 2:04}_and_another.py"


def test_a_description_that_cannot_head_a_file_is_refused(sqlite_url: str) -> None:
    with closing(opened(sqlite_url)) as database:
        for description in ("", "  ", "two\nlines", "x" * 201):
            with pytest.raises(Invalid):
                database.schema.stage(description)


def staged(checkout: Path, description: str) -> Path:
    """Stage a migration in this checkout; what it said must be the path alone."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from adapters.storage import open_database\n"
        "from adapters.system import SystemIds\n"
        "print(open_database('sqlite:////nowhere/x.db', ids=SystemIds()).schema.stage(sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, str(checkout), description]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=checkout)
    assert done.stderr == ""
    return Path(done.stdout.strip())


def fill(url: str) -> None:
    """Something in every table that anything is written to."""
    with closing(opened(url)) as database:
        desk = Desk(database, workspace="w")
        desk.open("Straße 🔥", declare=True)
        desk.open("private", by=BOB, private=True)
        desk.do(c.Grant, "INC-2", by=BOB, who=ANN)
        desk.do(c.AddFollowUp, "INC-1", text="index it", owner=ANN)
        desk.do(c.Resolve, "INC-1")
        desk.do(c.Close, "INC-1")
        database.groups.keep("w", "S1", [ANN], desk.clock.now())
        gone = e.TextRedacted(actor=ANN, at=desk.clock.now(), version=1, field="title", reason="why not")
        database.log.commit(desk.batch(desk.load("INC-1"), gone))
    values = {"id": "0" * 32, "at": "2026-11-22T08:45:00.000000Z"}
    for statement in FACTS:
        ask(url, statement, **{name: value for name, value in values.items() if f":{name}" in statement})


FACTS = (
    "INSERT INTO mirrors (incident_id, mirror, workspace, severity, wanted, shown)"
    " VALUES (:id, 'slack', 'w', 'sev1', 3, 2)",
    "INSERT INTO mirror_effects (incident_id, mirror, slot, generation, intended_at)"
    " VALUES (:id, 'slack', 'channel', 1, :at)",
    "INSERT INTO mirror_effects (incident_id, mirror, slot, generation, done, external_id)"
    " VALUES (:id, 'slack', 'panel', 1, true, 'C1/1700000000.000100')",
    "INSERT INTO holds (workspace, mirror, method, until) VALUES ('w', 'slack', 'chat.update', :at)",
    "INSERT INTO external_ids (workspace, system, kind, external_id, incident_id)"
    " VALUES ('w', 'slack', 'channel', 'C1', :id)",
)

MADE_ANEW = {"0003": ("mirrors", "mirror_effects", "holds"), "0004": ("timers", "timers_mark")}
"""What a migration could drop, since nothing was ever written there."""


def record(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The log and the facts, without views and without what changes with the revision."""
    return {
        name: rows
        for name, rows in found.items()
        if name not in ("incidents", "access", "documents", "search", "duties", "schema_info")
        and not name.startswith("search_words")
    }


def contents(connection: Connection) -> dict[str, list[Any]]:
    """Every row of every table."""
    found = MetaData()
    found.reflect(connection)
    return {
        table.name: sorted(map(tuple, connection.execute(select(*_kept(table)))), key=repr)
        for table in found.sorted_tables
        if table.name != "alembic_version"
    }


ADDED = {"mirrors": {"to_remind", "reminded"}, "mirror_effects": {"reminder"}}
"""Columns that a migration added, and that hold nothing yet where it did."""


def _kept(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.name not in ADDED.get(table.name, ())]


def shape(connection: Connection) -> dict[str, Any]:
    """Tables, columns, indexes and constraints."""
    found = inspect(connection)
    return {
        name: [
            sorted(plain(each) for each in look(name))
            for look in (
                found.get_columns,
                found.get_indexes,
                found.get_unique_constraints,
                found.get_foreign_keys,
                found.get_check_constraints,
            )
        ]
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def plain(part: Any) -> str:
    """What was found, with conditions as they are written."""
    options = {name: str(value) for name, value in part.get("dialect_options", {}).items()}
    return repr({**part, "dialect_options": options})
