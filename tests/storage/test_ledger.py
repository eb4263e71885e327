"""The ledger shows what is stored, damaged or not, as of one moment, and never throws at the audit."""

from __future__ import annotations

from contextlib import closing
from threading import Event, Thread

import pytest

from adapters.storage import Database, ledger
from incident_core import commands as c
from incident_core import events as e
from incident_core.record.audit import Audited
from incident_core.testing.contracts.desk import ANN, BOB, Desk
from incident_core.usecases.verify import verify, verify_incident
from tests.databases import opened
from tests.storage.asking import ask


@pytest.fixture
def desk(database: Database) -> Desk:
    """Five events of two incidents; the third is INC-2's first."""
    desk = Desk(database, workspace="w")
    desk.open("first")
    desk.do(c.AddEvidence, "INC-1", url="https://example.com", note="why")
    desk.open("second", by=BOB)
    desk.do(c.AddTask, "INC-2", text="look")
    desk.do(c.AddTask, "INC-1", text="look again")
    return desk


ANYWHERE = [
    ("events", "body = CAST('not JSON' AS {bytes})"),
    ("events", "body = CAST('[1]' AS {bytes})"),
    ("events", "previous = 'short'"),
    ("events", "hash = 'no hash'"),
    ("events", "type = ''"),
    ("events", "actor_id = ' '"),
    ("events", "actor_kind = 'NOBODY'"),
    ("events", "schema = -5"),
    ("events", "version = 2000000000"),
    ("events", "recorded_at = '1970-01-01T00:00:00.000000Z'"),
]
ON_SQLITE = [
    ("events", "event_id = 'nonsense'"),
    ("events", "event_id = x'00ff'"),
    ("events", "incident_id = 7"),
    ("events", "override_id = 'nobody'"),
    ("events", "version = 'two'"),
    ("events", "version = 1.5"),
    ("events", "type = x'ff'"),
    ("events", "workspace = CAST(x'ff' AS TEXT)"),
    ("events", "body = 'a text and no bytes'"),
    ("events", "body = x'ff'"),
    ("events", "occurred_at = 'yesterday'"),
    ("events", "recorded_at = 7"),
    ("events", "occurred_at = '2026-02-31T00:00:00.000000Z'"),
    ("texts", "salt = 'a text and no bytes'"),
    ("texts", "text = 5"),
    ("texts", "text = x'ff'"),
]
ON_POSTGRESQL = [
    ("events", "occurred_at = 'infinity'"),
    ("events", "recorded_at = '0044-03-15 BC'"),
    ("events", "body = ''"),
    ("events", "body = decode('ff', 'hex')"),
]


@pytest.mark.parametrize(("table", "damage"), ANYWHERE + ON_SQLITE + ON_POSTGRESQL)
def test_a_row_that_is_no_event_any_more_is_a_finding_with_its_place(
    desk: Desk, database_url: str, table: str, damage: str
) -> None:
    kind = database_url.partition(":")[0].partition("+")[0]
    if (table, damage) in {"sqlite": ON_POSTGRESQL, "postgresql": ON_SQLITE}[kind]:
        return
    which = "seq = 3" if table == "events" else "event_id = (SELECT event_id FROM events WHERE seq = 3)"
    damage = damage.format(bytes="BLOB" if kind == "sqlite" else "bytea")
    ask(database_url, f"UPDATE {table} SET {damage} WHERE {which}")
    whole, one = verify(desk.store.ledger).finding, of_one(desk, "INC-2").finding
    assert whole is not None
    assert whole.seq == 3
    assert "\n" not in whole.sentence
    assert one is not None
    assert one.seq == (4 if damage == "incident_id = 7" else 3), "or the first that is left of it"
    assert of_one(desk, "INC-1").finding is None


def of_one(desk: Desk, key: str) -> Audited:
    return verify_incident(desk.store.ledger, "w", key)


def test_a_text_of_an_event_that_is_not_there_is_found(
    desk: Desk, sqlite_url: str, database_url: str
) -> None:
    nobody = "f" * 32
    if database_url != sqlite_url:
        ask(database_url, "ALTER TABLE texts DROP CONSTRAINT fk_texts_event_id")
    ask(database_url, "INSERT INTO texts VALUES (:id, 'title', :salt, 'x')", id=nobody, salt=b"salt")
    finding = verify(desk.store.ledger).finding
    assert finding is not None
    assert finding.seq is None
    assert "ffffffff-ffff-ffff-ffff-ffffffffffff, which is not in the log" in finding.sentence


def test_a_text_that_names_no_event_at_all_is_found(sqlite_url: str) -> None:
    ask(sqlite_url, "INSERT INTO texts VALUES ('nonsense', 'title', x'00', 'x')")
    with closing(opened(sqlite_url)) as database:
        finding = verify(database.ledger).finding
    assert finding is not None
    assert finding.sentence == "a text belongs to 'nonsense', which is the name of no event"


@pytest.mark.parametrize("damage", ["DELETE FROM log_head", "UPDATE log_head SET hash = 'x'"])
def test_a_head_that_is_gone_or_damaged_is_found(desk: Desk, database_url: str, damage: str) -> None:
    ask(database_url, damage)
    assert verify(desk.store.ledger).finding is not None


def test_an_audit_of_thousands_of_events_is_streamed_and_sees_one_moment(
    database: Database, database_url: str
) -> None:
    """Somebody writes while it is read: neither the events nor the head are later than its beginning."""
    desk = Desk(database, workspace="w")
    desk.open()
    for place in range(3):
        add(desk, place, ledger.ROWS)
    written = Event()

    def write() -> None:
        with closing(opened(database_url)) as another:
            desk.after(another).do(c.AddTask, "INC-1", text="late")
        written.set()

    with database.ledger.read() as pages:
        stored = pages.events()
        first = [next(stored)[0].seq for _ in range(5)]
        writer = Thread(target=write)
        writer.start()
        assert written.wait(60), "a reader blocks no writer"
        writer.join()
        rest = [sealed.seq for sealed, _ in stored]
        head = pages.head()
    assert first + rest == [*range(1, 3 * ledger.ROWS + 2)]
    assert head.seq == 3 * ledger.ROWS + 1
    assert verify(database.ledger).head.seq == head.seq + 1


def add(desk: Desk, place: int, count: int) -> None:
    """Many events in one commit."""
    now = desk.clock.now()
    added = (e.TaskAdded(actor=ANN, at=now, item=f"{place}-{number}", text="x") for number in range(count))
    desk.store.log.commit(desk.batch(desk.load("INC-1"), *added))
