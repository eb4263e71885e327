"""What is known of the outside, in a database: who waits for whom, and what is left of what was removed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from adapters.storage import Database
from adapters.storage.database import store_at
from adapters.storage.postgres import HOLD
from adapters.storage.revisions import READER, WRITER
from adapters.storage.store import Store
from incident_core import commands as c
from incident_core import events as e
from incident_core.errors import Unavailable
from incident_core.ports.mirror import Call, Kind
from incident_core.ports.mirrors import Claim, Come, Effect
from incident_core.testing.contracts.desk import ANN, Desk
from tests.databases import opened, sqlite_address
from tests.servers.watchdog import wait_until
from tests.storage.asking import ask
from tests.storage.test_first_use import newer

SECRET = "hunter2 is the password"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(opened(database_url, mirrors=("chat",))) as database:
        yield database


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, workspace="w")


def claimed(desk: Desk) -> Claim:
    at = desk.clock.now()
    (claim,) = desk.store.mirrors.claim(("chat",), at, at + timedelta(seconds=15), 1)
    return claim


def saying(slot: str) -> Call:
    return Call(f"key of {slot}", Kind.SAY, slot, "say", {"text": SECRET})


def test_a_worker_does_not_wait_for_those_who_append_to_postgresql(postgresql_url: str) -> None:
    with (
        closing(opened(postgresql_url, 1, mirrors=("chat",))) as database,
        closing(store_at(postgresql_url, 30)) as other,
    ):
        desk = Desk(database, workspace="w")
        desk.open()
        with other.appending("their key"):
            claim = claimed(desk)
            database.mirrors.save(claim, [Effect("place", done=True)], {"say": desk.clock.now()})
            database.mirrors.note(claim, [Effect("stray:place:x", external_id="x")])
            database.mirrors.settle(claim, 0, Come(1), None, None)
            with pytest.raises(Unavailable, match="busy"):
                desk.open()


def test_those_who_append_do_not_wait_for_a_worker_of_another_incident(postgresql_url: str) -> None:
    with (
        closing(opened(postgresql_url, 1, mirrors=("chat",))) as database,
        closing(store_at(postgresql_url, 30)) as other,
    ):
        desk = Desk(database, workspace="w")
        desk.open()
        with other.writing() as connection:
            connection.exec_driver_sql("SELECT 1 FROM mirrors FOR UPDATE")
            assert desk.open() == "INC-2"
            assert claimed(desk).incident_id == desk.load("INC-2").incident_id, "the other is passed over"
            with pytest.raises(Unavailable, match="busy"):
                desk.do(c.AddTask, "INC-1", text="x")


def test_a_worker_that_fell_silent_does_not_keep_its_rows(postgresql_url: str) -> None:
    with (
        closing(opened(postgresql_url, 30, mirrors=("chat",))) as database,
        closing(store_at(postgresql_url, 30)) as silent,
    ):
        desk = Desk(database, workspace="w")
        desk.open()
        claim = claimed(desk)
        begun = monotonic()
        with pytest.raises(Unavailable):
            stay_silent(silent, desk, claim)
        assert monotonic() - begun < HOLD + 5
        gap = database.mirrors.gap(claim)
        assert (gap.shown.version, list(gap.effects)) == (0, ["place"])


def stay_silent(store: Store, desk: Desk, claim: Claim) -> None:
    """Begin to write, and do something else before the commit."""
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE mirrors SET shown = 1")
        desk.store.mirrors.save(claim, [Effect("place", done=True)], {})


@pytest.mark.parametrize("damage", ["DROP TABLE mirrors", "commands"])
def test_what_a_mirror_wants_is_written_with_the_events_or_not_at_all(
    desk: Desk, database_url: str, damage: str
) -> None:
    key = desk.open()
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    ask(database_url, REFUSING[kind] if damage == "commands" else damage)
    with pytest.raises((Unavailable, IntegrityError)):
        desk.do(c.AddTask, key, name="no", text="x")
    assert desk.load(key).incident.version == 1
    if damage == "commands":
        assert ask(database_url, "SELECT wanted, revision FROM mirrors") == [(1, 0)]


REFUSING = {
    "sqlite": "CREATE TRIGGER never BEFORE INSERT ON commands WHEN new.key = 'no'"
    " BEGIN SELECT raise(ABORT, 'never'); END",
    "postgresql": "ALTER TABLE commands ADD CHECK (key <> 'no')",
}
"""What lets a commit fail after it told the mirrors."""


def test_a_redacted_text_is_not_left_in_a_call_that_is_not_made_again(desk: Desk, database_url: str) -> None:
    key, other = desk.open(SECRET), desk.open(SECRET)
    claims = [claimed(desk), claimed(desk)]
    assert {desk.load(each).incident_id for each in (key, other)} == {each.incident_id for each in claims}
    for claim in claims:
        stopped = Effect("say:place:1", intent=saying("say:place:1"), stopped=True, error="not allowed")
        begun = Effect("say:place:2", intent=saying("say:place:2"))
        desk.store.mirrors.save(claim, [stopped, begun], {})
    gone = e.TextRedacted(actor=ANN, at=desk.clock.now(), version=1, field="title", reason="a token")
    desk.store.log.commit(desk.batch(desk.load(key), gone))
    found = {each.incident_id: desk.store.mirrors.gap(each).effects for each in claims}
    here, there = (found[desk.load(each).incident_id] for each in (key, other))
    assert here["say:place:1"] == Effect("say:place:1", stopped=True, error="not allowed")
    assert here["say:place:2"].intent == replace(saying("say:place:2"), content={}), (
        "its end is not known yet"
    )
    assert there["say:place:1"].intent == saying("say:place:1")


def test_of_a_call_whose_end_is_not_known_what_it_is_looked_for_by_is_left(desk: Desk) -> None:
    key = desk.open(SECRET)
    claim = claimed(desk)
    names = {"to": "channel", "name": "inc-1-api", "private": True, "users": ["U1", "U2"]}
    content = {**names, "text": SECRET, "topic": f"INC-1 {SECRET}", "blocks": [{"text": SECRET}], "n": None}
    begun = Effect("panel", intent=replace(saying("panel"), content=content))
    desk.store.mirrors.save(claim, [begun], {})
    gone = e.TextRedacted(actor=ANN, at=desk.clock.now(), version=1, field="title", reason="a token")
    desk.store.log.commit(desk.batch(desk.load(key), gone))
    intent = desk.store.mirrors.gap(claim).effects["panel"].intent
    assert intent is not None
    assert intent.content == names


def test_a_redaction_and_a_worker_that_writes_do_not_wait_for_each_other(postgresql_url: str) -> None:
    """A worker holds its mirror before it writes an effect: so does the redaction."""
    with closing(opened(postgresql_url, mirrors=("chat",))) as database:
        desk = Desk(database, workspace="w")
        key = desk.open(SECRET)
        claim = claimed(desk)
        database.mirrors.save(claim, [Effect("say:place:1", intent=saying("say:place:1"))], {})
        gone = e.TextRedacted(actor=ANN, at=desk.clock.now(), version=1, field="title", reason="a token")
        batch = desk.batch(desk.load(key), gone)
        with ThreadPoolExecutor(1) as pool, held(postgresql_url) as worker:
            worker.execute(text("SELECT mirror FROM mirrors FOR UPDATE"))
            redacting = pool.submit(database.log.commit, batch)
            assert wait_until(lambda: redacting.done() or blocked(postgresql_url), 30)
            worker.execute(text("UPDATE mirror_effects SET attempts = 1"))
            worker.commit()
            assert redacting.result(30).key == key


@contextmanager
def held(url: str) -> Iterator[Connection]:
    """A connection of somebody else."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def blocked(url: str) -> bool:
    """Whether anybody waits for a lock."""
    return bool(ask(url, "SELECT 1 FROM pg_locks WHERE NOT granted"))


def test_what_was_redacted_is_not_left_in_a_corner_of_the_file(sqlite_path: Path) -> None:
    with closing(opened(sqlite_address(sqlite_path), mirrors=("chat",))) as database:
        desk = Desk(database, workspace="w")
        key = desk.open("API")
        slots = [f"say:place:{number}" for number in range(1, 40)]
        effects = [Effect(slot, intent=saying(slot), stopped=True) for slot in slots]
        database.mirrors.save(claimed(desk), effects, {})
        assert b"hunter2" in sqlite_path.read_bytes() + Path(f"{sqlite_path}-wal").read_bytes()
        gone = e.TextRedacted(actor=ANN, at=desk.clock.now(), version=1, field="title", reason="a token")
        database.log.commit(desk.batch(desk.load(key), gone))
    assert b"hunter2" not in sqlite_path.read_bytes()


def test_a_worker_that_was_running_before_a_migration_claims_nothing_after_it(
    desk: Desk, database_url: str
) -> None:
    desk.open()
    claimed(desk)
    desk.open()
    newer(database_url, oldest_reader=READER, oldest_writer=WRITER + 1)
    with pytest.raises(Unavailable, match="can read but not write"):
        claimed(desk)
    assert ask(database_url, "SELECT lease_token FROM mirrors ORDER BY lease_token") == [(0,), (1,)]


@pytest.mark.parametrize("damage", ["not JSON", "[1]", '{"key": "k"}', '{"kind": "none"}', '{"kind": "say"}'])
def test_a_call_that_was_damaged_is_told_in_a_sentence(desk: Desk, database_url: str, damage: str) -> None:
    desk.open()
    claim = claimed(desk)
    desk.store.mirrors.save(claim, [Effect("place", intent=saying("place"))], {})
    ask(database_url, "UPDATE mirror_effects SET intent = :damage", damage=damage)
    with pytest.raises(Unavailable, match=r"^What was begun with 'place' is damaged; restore a copy"):
        desk.store.mirrors.gap(claim)


def test_rebuilding_the_views_changes_nothing_that_is_known_of_the_outside(
    desk: Desk, database_url: str
) -> None:
    desk.open()
    claim = claimed(desk)
    desk.store.mirrors.save(claim, [Effect("place", intent=saying("place"))], {"say": claim.until})
    before = desk.store.mirrors.gap(claim)
    ask(database_url, "UPDATE incidents SET title = 'tampered', severity = 'sev1'")
    desk.store.views.rebuild(write=True)
    assert desk.store.mirrors.gap(claim) == before
