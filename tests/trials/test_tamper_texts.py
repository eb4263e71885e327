"""Whatever is done to stored texts or to the head of the log is found; a redaction is no fault."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from incident_core.testing.memory_clock import FrozenClock
from incident_core.usecases.verify import verify
from tests.cli.running import Program
from tests.trials import tampering as t
from tests.trials.finding import found, found_in
from tests.trials.forgeries import BROKEN, LENGTH, TIME, UUID
from tests.trials.history import LATER, opened, redact
from tests.trials.mutations import mutation
from tests.trials.places import Place
from tests.trials.tampering import Row

Figure = Callable[[str], None]


@pytest.mark.parametrize("column", ["text", "salt", "field"])
def test_a_changed_text_is_found_at_its_event(column: str, unlocked: Place, program: Program) -> None:
    others: dict[str, tuple[object, ...]] = {
        "text": ("", "Another", "\ud7ff", None),
        "salt": (b"", b"0" * 16, None),
        "field": ("title", "", "never heard of", "impact", None),
    }
    broken: dict[str, tuple[object, ...]] = {
        "text": (b"\xff", b"We know", 7),
        "salt": ("salt", 7),
        "field": (b"\xff", 7),
    }
    values = others[column] + (broken[column] if unlocked.kind == "sqlite" else ())
    seqs = {row["event_id"]: row["seq"] for row in t.rows(unlocked, "events")}
    with unlocked.session() as cursor, opened(unlocked.url) as database:
        names = t.cells(unlocked, cursor, "texts", "event_id")
        for name, cell in zip(names, t.cells(unlocked, cursor, "texts", column), strict=True):
            for value in values:
                with cell.holding(value) as differs:
                    if differs:
                        assert found(database, None).seq == seqs[name.original], value
        with cell.holding(None):
            found(database, program)


def test_a_text_that_is_no_utf_8_any_more_is_found(told_sqlite: Place, tmp_path: Path) -> None:
    """Also where it is shown as before, since the sign for what cannot be read was in it anyway."""
    program = Program(told_sqlite.url, {}, tmp_path)
    with told_sqlite.session() as cursor, opened(told_sqlite.url) as database:
        texts = t.cells(told_sqlite, cursor, "texts", "text")
        [cell] = [each for each in texts if "\ufffd" in each.original]
        damaged = cell.original.encode().replace(b"\xef\xbf\xbd", b"\xff")
        with cell.holding(damaged, "CAST(? AS TEXT)") as differs:
            assert differs
            found(database, program)


def test_a_deleted_text_is_found_at_its_event(unlocked: Place, program: Program) -> None:
    seqs = {row["event_id"]: row["seq"] for row in t.rows(unlocked, "events")}
    texts = t.rows(unlocked, "texts")
    for row in texts:
        unlocked.restore()
        unlocked.run("DELETE FROM texts WHERE event_id = ? AND field = ?", row["event_id"], row["field"])
        finding = found_in(unlocked, program)
        assert (finding.seq, "is missing" in finding.sentence) == (seqs[row["event_id"]], True)
    assert len(texts) > 10


def test_texts_that_changed_places_are_found(unlocked: Place, program: Program) -> None:
    """Two of one event, and two of different events."""
    texts = {row["text"]: row for row in t.rows(unlocked, "texts")}
    assert texts["We know"]["event_id"] == texts["api\nweb"]["event_id"]
    for first, second in (("We know", "api\nweb"), ("שלום", "Nothing yet")):
        for columns in (("text", "salt"), ("text",), ("salt",)):
            unlocked.restore()
            for here, there in permutations((texts[first], texts[second])):
                for column in columns:
                    unlocked.run(
                        f"UPDATE texts SET {column} = ? WHERE event_id = ? AND field = ?",
                        there[column], here["event_id"], here["field"],
                    )  # fmt: skip
            found_in(unlocked, program)


def test_an_added_text_is_found(unlocked: Place, program: Program) -> None:
    """For an event that tells of none, of another field, of no event at all, or a second time."""
    events, text = t.rows(unlocked, "events"), t.rows(unlocked, "texts")[0]
    declared = next(row for row in events if row["type"] == "declared")
    opened_ = next(row for row in events if row["type"] == "opened")
    twice = [{**text, "text": "Another"}, text]
    for added, seq in (
        ([{**text, "event_id": declared["event_id"], "field": "title"}], declared["seq"]),
        ([{**text, "event_id": opened_["event_id"], "field": "reason"}], opened_["seq"]),
        ([{**text, "event_id": UUID}], None),
        (twice, _seq_of(events, text)),
        (twice[::-1], _seq_of(events, text)),
    ):
        unlocked.restore()
        if added[0]["field"] == text["field"] and added[0]["event_id"] == text["event_id"]:
            unlocked.run(
                "DELETE FROM texts WHERE event_id = ? AND field = ?", text["event_id"], text["field"]
            )
        for row in added:
            t.insert(unlocked, "texts", row)
        assert found_in(unlocked, program).seq == seq


@pytest.mark.parametrize("column", ["seq", "count", "hash", "recorded_at"])
def test_a_changed_head_is_found_at_the_end_of_the_log(
    column: str, unlocked: Place, program: Program
) -> None:
    values: dict[str, tuple[object, ...]] = {
        "seq": (LENGTH - 1, LENGTH + 1, 0, -1, None),
        "count": (LENGTH - 1, LENGTH + 1, 0, None),
        "hash": ("0" * 64, "zz", "", None),
        "recorded_at": (TIME, None),
    }
    with unlocked.session() as cursor, opened(unlocked.url) as database:
        [cell] = t.cells(unlocked, cursor, "log_head", column)
        for value in (*values[column], *BROKEN[unlocked.kind].get(column, ())):
            with cell.holding(value) as differs:
                assert differs
                assert found(database, program).seq in (LENGTH, LENGTH + 1), value


def test_a_head_that_is_gone_or_there_twice_is_found(unlocked: Place, program: Program) -> None:
    [row] = t.rows(unlocked, "log_head")
    for heads in (
        [],
        [{**row, "id": 2}, row],
        [row, {**row, "id": 2, "seq": 3}],
        [{**row, "id": 0, "count": 7}, row],
    ):
        unlocked.restore()
        unlocked.run("DELETE FROM log_head")
        for each in heads:
            t.insert(unlocked, "log_head", each)
        assert found_in(unlocked, program).seq == LENGTH + 1


def test_a_redacted_text_is_no_fault_and_its_return_is_one(told: Place, program: Program) -> None:
    """The history has one redaction already; here is a second, and then the texts come back."""
    title, *others = _texts_of(told, 1)
    with opened(told.url) as database:
        redact(database.log, FrozenClock(LATER), "INC-1", version=1, field="title", name="redaction")
    assert _texts_of(told, 1) == others
    assert f"{LENGTH + 1} events verified" in program("audit verify").out
    assert program("db rebuild --dry-run").code == 0
    assert told.ask("SELECT title FROM incidents WHERE workspace = 'default' AND number = 1") == [(None,)]
    t.insert(told, "texts", title)
    finding = found_in(told, program)
    assert (finding.seq, finding.sentence) == (
        LENGTH + 1, f"event {LENGTH + 1} redacted a text that is still there",
    )  # fmt: skip


def test_any_change_of_any_cell_is_found(
    unlocked: Place, chance: Random, rounds: int, figure: Figure
) -> None:
    """One cell is changed at a time; whatever the database does not take for the same value is found.

    All columns but `id` of log_head, which says nothing: there is one row.
    """
    refused, same, noticed = 0, 0, 0
    with unlocked.session() as cursor, opened(unlocked.url) as database:
        for _ in range(250 * rounds):
            table = chance.choices(t.LOG, (6, 3, 1))[0]
            column = chance.choice([name for name in t.COLUMNS[table] if (table, name) != ("log_head", "id")])
            cells = t.cells(unlocked, cursor, table, column)
            cell, other = chance.choice(cells), chance.choice(cells)
            value, mark = mutation(cell.original, other.original, chance, unlocked.kind)
            try:
                with cell.holding(value, mark) as differs:
                    if differs:
                        assert verify(database.ledger).finding, (table, column, cell.original, value)
                        noticed += 1
                    same += not differs
            except unlocked.no_such_value:
                refused += 1
    assert verify(database.ledger).finding is None
    figure(f"{noticed} changes found; {same} were none, {refused} the database did not take")


def _texts_of(place: Place, seq: int) -> list[Row]:
    event_id = t.rows(place, "events")[seq - 1]["event_id"]
    return [row for row in t.rows(place, "texts") if row["event_id"] == event_id]


def _seq_of(events: list[Row], text: Row) -> int:
    return next(int(row["seq"]) for row in events if row["event_id"] == text["event_id"])
