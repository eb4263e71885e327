"""A redacted text is gone from every table, and nothing else is."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from adapters.storage import Database
from adapters.storage.tables import metadata
from incident_core import commands as c
from incident_core import events as e
from incident_core.model.severity import Severity
from incident_core.testing.contracts.desk import ANN, BOB, Desk
from incident_core.usecases.verify import verify
from tests.databases import opened, sqlite_address
from tests.storage.asking import ask

SECRET = "hunter2 is the password"


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, workspace="w")


def test_no_table_holds_a_redacted_text_or_its_salt(desk: Desk, database_url: str) -> None:
    key = desk.open(SECRET)
    desk.do(c.AddEvidence, key, url="https://example.com", note="kept")
    before = everything(database_url)
    assert SECRET in before
    redact(desk, key, 1, "title")
    after = everything(database_url)
    assert "hunter2" not in after.casefold()
    assert "kept" in after
    texts = {event_id for event_id, _, _, _ in rows(database_url, "texts")}
    assert len(texts) == 2, "the note and the reason"
    assert desk.lines()[0].title is None
    assert desk.found("hunter2") == []
    assert desk.found("kept") == [key]
    assert verify(desk.store.ledger).finding is None
    assert desk.store.views.rebuild(write=False).differing == ()


def test_a_redacted_text_is_not_left_in_a_corner_of_the_file(sqlite_path: Path) -> None:
    with closing(opened(sqlite_address(sqlite_path))) as database:
        desk = Desk(database, workspace="w")
        for number in range(30):
            desk.open(f"{SECRET}, number {number}")
        assert b"hunter2" in read_all(sqlite_path)
        for number in range(1, 31):
            redact(desk, f"INC-{number}", 1, "title")
    assert b"unter2" not in read_all(sqlite_path), "the index leaves out how the word before began"


def test_no_copy_of_a_redacted_word_is_left_in_the_full_text_index(sqlite_url: str) -> None:
    """Each change of an incident leaves one of each of its words until they are merged."""
    with closing(opened(sqlite_url)) as database:
        desk = Desk(database, workspace="w")
        for _ in range(5):
            desk.open(SECRET)
        for number in range(1, 16):
            desk.do(c.AddTask, f"INC-{number % 5 + 1}", text="x")
        assert b"unter2" in full_text(sqlite_url)
        for number in range(1, 5):
            redact(desk, f"INC-{number}", 1, "title")
        assert b"unter2" in full_text(sqlite_url)
        redact(desk, "INC-5", 1, "title")
        assert b"unter2" not in full_text(sqlite_url)
        assert b"password" not in full_text(sqlite_url)
        assert desk.found("secret x") == [f"INC-{number}" for number in range(5, 0, -1)]


def full_text(url: str) -> bytes:
    """Everything that the index consists of."""
    return b"".join(block for (block,) in ask(url, "SELECT block FROM search_words_data"))


def read_all(path: Path) -> bytes:
    """The file and what lies beside it."""
    return b"".join(each.read_bytes() for each in path.parent.iterdir())


def test_one_of_several_texts_of_an_event_can_be_redacted(desk: Desk) -> None:
    key = desk.open()
    desk.do(c.SendUpdate, key, text="we are on it", impact=SECRET)
    redact(desk, key, 2, "impact")
    [update] = desk.load(key).incident.updates
    assert (update.text, update.impact) == ("we are on it", None)
    assert desk.timeline(key)[1].redacted == ("impact",)


def test_a_title_that_was_corrected_later_stays_when_the_first_is_redacted(desk: Desk) -> None:
    key = desk.open(SECRET)
    desk.do(c.CorrectTitle, key, title="A better one")
    redact(desk, key, 1, "title")
    assert desk.lines()[0].title == "A better one"
    assert desk.found("better") == [key]


def test_a_redaction_of_what_is_not_there_changes_nothing_else(desk: Desk) -> None:
    key, other = desk.open(SECRET), desk.open("another", by=BOB)
    for version, field in ((1, "nothing"), (9, "title"), (0, "title")):
        redact(desk, key, version, field)
    assert desk.load(key).incident.title == SECRET
    assert desk.load(other).incident.title == "another"


def test_a_text_can_be_redacted_by_the_command_that_brings_it(desk: Desk, database_url: str) -> None:
    key = desk.open()
    loaded = desk.load(key)
    now = desk.clock.now()
    brought = e.TitleCorrected(actor=ANN, at=now, title=SECRET)
    gone = e.TextRedacted(actor=ANN, at=now, version=2, field="title", reason="typed into the wrong window")
    desk.store.log.commit(desk.batch(loaded, brought, gone))
    assert "hunter2" not in everything(database_url)
    assert desk.lines()[0].title is None


def test_a_text_can_be_redacted_by_the_command_that_opens_the_incident(desk: Desk, database_url: str) -> None:
    now = desk.clock.now()
    began = e.Opened(actor=ANN, at=now, title=SECRET, severity=Severity.SEV4, private=False, drill=False)
    task = e.TaskAdded(actor=ANN, at=now, item="t1", text="kept")
    gone = e.TextRedacted(actor=ANN, at=now, version=1, field="title", reason="typed into the wrong window")
    desk.store.log.commit(desk.batch(None, began, task, gone))
    assert "hunter2" not in everything(database_url)
    assert desk.found("kept window") == ["INC-1"]
    assert desk.store.views.rebuild(write=False).differing == ()


def test_words_that_other_texts_still_have_are_still_found(desk: Desk) -> None:
    key = desk.open("the password of hunter2")
    desk.do(c.AddTask, key, text="change the password")
    assert desk.found("password hunter2 change") == [key]
    redact(desk, key, 1, "title")
    assert desk.found("hunter2") == desk.found("hunt*") == []
    assert desk.found("the password change") == [key]


def test_the_digest_of_a_command_is_gone_with_its_text_and_no_other(desk: Desk, database_url: str) -> None:
    """A short text could be guessed from it."""
    key = desk.open(SECRET, name="telling")
    desk.do(c.AddTask, key, name="harmless", text="kept")
    redact(desk, key, 1, "title")
    requests = dict(ask(database_url, "SELECT key, request FROM commands"))
    assert requests["telling"] == ""
    assert len(requests["harmless"]) == 64


def redact(desk: Desk, key: str, version: int, field: str) -> None:
    event = e.TextRedacted(actor=ANN, at=desk.clock.now(), version=version, field=field, reason="a secret")
    desk.store.log.commit(desk.batch(desk.load(key), event))


def everything(url: str) -> str:
    """Every row of every table."""
    return "\n".join(repr(row) for table in metadata.sorted_tables for row in rows(url, table.name))


def rows(url: str, name: str) -> list[tuple[object, ...]]:
    """Every row of a table, as it is stored."""
    return [
        tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
        for row in ask(url, f"SELECT * FROM {name}")
    ]
