"""Whatever is done to the stored log behind the program's back is found, and the first bad place is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from adapters.storage import Database
from incident_core.record.audit import Finding
from incident_core.record.chain import Sealed
from incident_core.record.codec import SaltedText
from incident_core.testing.memory_clock import FrozenClock
from incident_core.usecases.verify import verify
from tests.cli.running import Program
from tests.trials import tampering as t
from tests.trials.history import LATER, opened, redact
from tests.trials.mutations import mutation
from tests.trials.places import Place

Figure = Callable[[str], None]
Row = dict[str, Any]
_UUID = "0badcafe0badcafe0badcafe0badcafe"
_TIME = "2026-11-21T12:00:00.000000Z"
LENGTH = 20
PLACES = (1, 10, LENGTH)
"""Where single events are changed: the first, one in the middle, the last."""

OTHERS: dict[str, tuple[object, ...]] = {
    "seq": (1000,),
    "event_id": (_UUID,),
    "workspace": ("elsewhere", ""),
    "incident_id": (_UUID,),
    "version": (1000, 0, -1),
    "type": ("closed", "never_heard_of", ""),
    "schema": (2, 0),
    "actor_kind": ("slack", "No Kind", ""),
    "actor_id": ("mallory", " ", "x" * 200),
    "actor_workspace": ("T99", ""),
    "actor_login": ("mallory", ""),
    "source": ("import", ""),
    "command_key": ("another", ""),
    "correlation_id": ("another", ""),
    "override_id": (_UUID,),
    "occurred_at": (_TIME,),
    "recorded_at": (_TIME,),
    "body": (b"{}", b"", b"null", b"[]", b"{", b"\xff\xfe", b'{"title": 1}'),
    "previous": ("0" * 64, "f" * 64, "zz", ""),
    "hash": ("0" * 64, "zz", ""),
}
BROKEN: dict[str, dict[str, tuple[object, ...]]] = {
    "sqlite": {
        **dict.fromkeys(("seq", "version", "schema"), ("four", 1.5, b"\xff")),
        **dict.fromkeys(("event_id", "incident_id", "override_id"), ("no name", "", 7, b"\xff")),
        **dict.fromkeys(("occurred_at", "recorded_at"), ("noon", "2026-13-45T99:99:99.000000Z", "", 7, b"\xff")),
        "body": ("a text", 7),
    },
    "postgresql": {
        **dict.fromkeys(("occurred_at", "recorded_at"), ("infinity", "0044-03-15 BC", "12026-01-01")),
    },
}
"""Values that were never a column's kind: SQLite stores anything, PostgreSQL at least strange times."""


@pytest.fixture
def unlocked(told: Place) -> Place:
    """The history, in a database whose owner removed every constraint from the log."""
    t.unlock(told)
    told.keep()
    return told


@pytest.fixture
def program(told: Place, tmp_path: Path) -> Program:
    """The program over the same database."""
    return Program(told.url, {}, tmp_path)


@pytest.fixture
def program_on_sqlite(told_sqlite: Place, tmp_path: Path) -> Program:
    """The program over a file."""
    return Program(told_sqlite.url, {}, tmp_path)


@pytest.mark.parametrize("column", t.COLUMNS["events"])
def test_a_changed_column_of_an_event_is_found_at_that_event(
    column: str, unlocked: Place, program: Program
) -> None:
    values = (*OTHERS[column], None, *BROKEN[unlocked.kind].get(column, ()))
    changed = 0
    with unlocked.session() as cursor, opened(unlocked.url) as database:
        cells = t.cells(unlocked, cursor, "events", column)
        assert len(cells) == LENGTH
        for seq in PLACES:
            for value in values:
                with cells[seq - 1].holding(value) as differs:
                    if differs:
                        finding = _found(database, program if seq == PLACES[1] else None)
                        assert _names(finding, seq, column, value), (finding, seq, value)
                        changed += 1
    assert changed >= len(PLACES)


@pytest.mark.parametrize(("one", "two"), [(1, 2), (6, 7), (1, LENGTH), (LENGTH - 1, LENGTH)])
def test_events_that_changed_places_are_found_at_the_first(
    one: int, two: int, unlocked: Place, program: Program
) -> None:
    t.swap(unlocked, one, two)
    assert _found_in(unlocked, program).seq == one


@pytest.mark.parametrize("after", [0, 1, 10, LENGTH - 1])
def test_a_forged_event_is_found_where_it_was_put_or_right_behind(
    after: int, unlocked: Place, program: Program
) -> None:
    """It follows the event before it and has its own hash; the others moved up to make room."""
    t.forge(unlocked, after)
    finding = _found_in(unlocked, program)
    assert finding.seq in (after + 1, after + 2)
    t.mend_head(unlocked)
    assert _found_in(unlocked, program) == finding


def test_a_forged_event_at_the_end_is_found_by_the_head(unlocked: Place, program: Program) -> None:
    t.forge(unlocked, LENGTH)
    assert _found_in(unlocked, program).seq == LENGTH + 2


@pytest.mark.parametrize("seq", PLACES)
@pytest.mark.parametrize("version", [0, 1, 50])
def test_a_second_event_with_the_same_number_is_found(
    seq: int, version: int, unlocked: Place, program: Program
) -> None:
    twin = t.rows(unlocked, "events")[seq - 1]
    t.insert(unlocked, "events", {**twin, "version": twin["version"] + version})
    finding = _found_in(unlocked, program)
    assert finding.seq in (seq, seq + 1)
    assert f"event {seq}" in finding.sentence or f"event {seq + 1}" in finding.sentence


@pytest.mark.parametrize("which", ["first", "middle", "last"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("texts", ["with its texts", "alone"])
def test_a_deleted_event_is_found_where_it_is_missing(
    which: str, number: int, texts: str, unlocked: Place, program: Program
) -> None:
    incident_id = unlocked.one("SELECT id FROM incidents WHERE workspace = 'default' AND number = ?", number)
    theirs = [row for row in t.rows(unlocked, "events") if row["incident_id"] == incident_id]
    gone = theirs[{"first": 0, "middle": len(theirs) // 2, "last": -1}[which]]
    unlocked.run("DELETE FROM events WHERE seq = ?", gone["seq"])
    if texts == "with its texts":
        unlocked.run("DELETE FROM texts WHERE event_id = ?", gone["event_id"])
    _assert_missing(_found_in(unlocked, program), gone["seq"])


@pytest.mark.parametrize("length", [1, 7, LENGTH - 1])
def test_a_cut_tail_is_found_by_the_head_and_with_the_head_by_one_that_was_noted(
    length: int, unlocked: Place, program: Program
) -> None:
    noted = _noted(program)
    t.cut(unlocked, length)
    finding = _found_in(unlocked, program)
    assert finding.seq == length + 1
    assert f"ends at event {length}" in finding.sentence
    t.mend_head(unlocked)
    _assert_only_against(program, noted, f"the log ends at event {length}, a head was noted at {LENGTH}")


def test_a_log_that_was_emptied_is_found_by_a_head_that_was_noted(unlocked: Place, program: Program) -> None:
    noted = _noted(program)
    t.cut(unlocked, 0)
    assert "ends at event 0" in _found_in(unlocked, program).sentence
    unlocked.run("DELETE FROM log_head")
    _assert_only_against(program, noted, f"the log ends at event 0, a head was noted at {LENGTH}")


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_removed_incident_is_found_by_the_gap_it_leaves_and_closed_up_by_a_noted_head(
    number: int, unlocked: Place, program: Program
) -> None:
    noted = _noted(program)
    incident_id = unlocked.one("SELECT id FROM incidents WHERE workspace = 'default' AND number = ?", number)
    theirs = [row["seq"] for row in t.rows(unlocked, "events") if row["incident_id"] == incident_id]
    left = t.remove_incident(unlocked, incident_id)
    assert left == LENGTH - len(theirs)
    finding = _found_in(unlocked, program)
    _assert_missing(finding, theirs[0])
    t.mend_head(unlocked)
    assert _found_in(unlocked, program).sentence == finding.sentence
    t.rewrite(unlocked, _as_it_is)
    _assert_only_against(program, noted, "")


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
                        assert _found(database, None).seq == seqs[name.original], value
        with cell.holding(None):
            _found(database, program)


def test_a_text_that_is_no_utf_8_any_more_is_found(told_sqlite: Place, program_on_sqlite: Program) -> None:
    """Also where it is shown as before, since the sign for what cannot be read was in it anyway."""
    with told_sqlite.session() as cursor, opened(told_sqlite.url) as database:
        texts = t.cells(told_sqlite, cursor, "texts", "text")
        [cell] = [each for each in texts if "\ufffd" in each.original]
        damaged = cell.original.encode().replace(b"\xef\xbf\xbd", b"\xff")
        with cell.holding(damaged, "CAST(? AS TEXT)") as differs:
            assert differs
            _found(database, program_on_sqlite)


def test_a_deleted_text_is_found_at_its_event(unlocked: Place, program: Program) -> None:
    seqs = {row["event_id"]: row["seq"] for row in t.rows(unlocked, "events")}
    texts = t.rows(unlocked, "texts")
    for row in texts:
        unlocked.restore()
        unlocked.run("DELETE FROM texts WHERE event_id = ? AND field = ?", row["event_id"], row["field"])
        finding = _found_in(unlocked, program)
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
            assert _found_in(unlocked, program)


def test_an_added_text_is_found(unlocked: Place, program: Program) -> None:
    """For an event that tells of none, of another field, of no event at all, or a second time."""
    events, text = t.rows(unlocked, "events"), t.rows(unlocked, "texts")[0]
    declared = next(row for row in events if row["type"] == "declared")
    opened_ = next(row for row in events if row["type"] == "opened")
    twice = [{**text, "text": "Another"}, text]
    for added, seq in (
        ([{**text, "event_id": declared["event_id"], "field": "title"}], declared["seq"]),
        ([{**text, "event_id": opened_["event_id"], "field": "reason"}], opened_["seq"]),
        ([{**text, "event_id": _UUID}], None),
        (twice, _seq_of(events, text)),
        (twice[::-1], _seq_of(events, text)),
    ):
        unlocked.restore()
        if added[0]["field"] == text["field"] and added[0]["event_id"] == text["event_id"]:
            unlocked.run("DELETE FROM texts WHERE event_id = ? AND field = ?", text["event_id"], text["field"])
        for row in added:
            t.insert(unlocked, "texts", row)
        assert _found_in(unlocked, program).seq == seq


@pytest.mark.parametrize("column", ["seq", "count", "hash", "recorded_at"])
def test_a_changed_head_is_found_at_the_end_of_the_log(column: str, unlocked: Place, program: Program) -> None:
    values: dict[str, tuple[object, ...]] = {
        "seq": (LENGTH - 1, LENGTH + 1, 0, -1, None),
        "count": (LENGTH - 1, LENGTH + 1, 0, None),
        "hash": ("0" * 64, "zz", "", None),
        "recorded_at": (_TIME, None),
    }
    with unlocked.session() as cursor, opened(unlocked.url) as database:
        [cell] = t.cells(unlocked, cursor, "log_head", column)
        for value in (*values[column], *BROKEN[unlocked.kind].get(column, ())):
            with cell.holding(value) as differs:
                assert differs
                assert _found(database, program).seq in (LENGTH, LENGTH + 1), value


def test_a_head_that_is_gone_or_there_twice_is_found(unlocked: Place, program: Program) -> None:
    [row] = t.rows(unlocked, "log_head")
    for heads in ([], [{**row, "id": 2}, row], [row, {**row, "id": 2, "seq": 3}], [{**row, "id": 0, "count": 7}, row]):
        unlocked.restore()
        unlocked.run("DELETE FROM log_head")
        for each in heads:
            t.insert(unlocked, "log_head", each)
        assert _found_in(unlocked, program).seq == LENGTH + 1


def test_a_consistent_rewrite_is_found_only_against_a_head_that_was_noted(
    unlocked: Place, program: Program
) -> None:
    noted = _noted(program)
    for place, changed in (
        (1, lambda sealed, texts: t.retold(sealed, texts, "title", "Nothing happened")),
        (5, lambda sealed, texts: (replace(sealed, occurred_at=LATER), texts)),
        (LENGTH, lambda sealed, texts: (replace(sealed, body=b"{}"), {})),
    ):
        unlocked.restore()
        t.rewrite(unlocked, lambda sealed, texts: changed(sealed, texts) if sealed.seq == place else (sealed, texts))  # noqa: B023
        _assert_only_against(program, noted, f"event {LENGTH} is not the one whose hash was noted")


def test_a_log_that_went_on_since_its_head_was_noted_is_sound(unlocked: Place, program: Program) -> None:
    noted = _noted(program)
    program("open more")
    assert f"{LENGTH + 1} events verified" in program(["audit", "verify", "--against", str(noted)]).out


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
    finding = _found_in(told, program)
    assert (finding.seq, finding.sentence) == (
        LENGTH + 1, f"event {LENGTH + 1} redacted a text that is still there",
    )  # fmt: skip


def test_any_change_of_any_cell_is_found(
    unlocked: Place, chance: Random, rounds: int, figure: Figure
) -> None:
    """One cell is changed at a time; whatever the database does not take for the same value is found.

    All columns but `id` of log_head, which says nothing: there is one row.
    """
    refused, same, found = 0, 0, 0
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
                        found += 1
                    same += not differs
            except unlocked.no_such_value:
                refused += 1
    assert verify(database.ledger).finding is None
    figure(f"{found} changes found; {same} were none, {refused} the database did not take")


def test_one_incident_is_verified_by_itself(unlocked: Place, program: Program) -> None:
    seq = unlocked.one("SELECT max(seq) FROM events WHERE type = 'update_sent'")
    t.change(unlocked, seq, "source", "import")
    assert f"at event {seq} " in program("audit verify INC-1", code=1).err
    assert program("audit verify INC-2").code == 0


def _names(finding: Finding, seq: int, column: str, value: object) -> bool:
    """Whether the finding names the event, by its number or by what stands in place of it."""
    if column == "seq" and not isinstance(value, int) and finding.seq is None:
        return finding.sentence.startswith(f"event {value} cannot be read")
    return f"event {seq} " in finding.sentence and (column == "seq" or finding.seq == seq)


def _assert_missing(finding: Finding, seq: int) -> None:
    """The gap is named by the number that is missing; that of the last by where the log ends."""
    wanted = f"event {seq} is missing" if seq < LENGTH else f"the log ends at event {seq - 1}"
    assert finding.sentence.startswith(wanted), finding


def _assert_only_against(program: Program, noted: Path, sentence: str) -> None:
    """The log is consistent in itself; only the head that was noted knows better."""
    assert program("audit verify").err == ""
    ran = program(["audit", "verify", "--against", str(noted)], code=1)
    assert "bad at event" in ran.err
    assert sentence in ran.err


def _noted(program: Program) -> Path:
    """The head of the log, noted in a file by the program."""
    noted = program.folder / "head.json"
    program(["audit", "head", "-o", str(noted)])
    return noted


def _as_it_is(sealed: Sealed, texts: dict[str, SaltedText]) -> tuple[Sealed, dict[str, SaltedText]]:
    return sealed, texts


def _texts_of(place: Place, seq: int) -> list[Row]:
    event_id = t.rows(place, "events")[seq - 1]["event_id"]
    return [row for row in t.rows(place, "texts") if row["event_id"] == event_id]


def _seq_of(events: list[Row], text: Row) -> int:
    return next(int(row["seq"]) for row in events if row["event_id"] == text["event_id"])


def _found_in(place: Place, program: Program) -> Finding:
    with opened(place.url) as database:
        return _found(database, program)


def _found(database: Database, program: Program | None) -> Finding:
    """What the audit finds; and the program says, with exit code 1."""
    finding = verify(database.ledger).finding
    assert finding is not None
    if program is not None:
        ran = program("audit verify", code=1)
        assert finding.sentence in ran.err
        assert ran.err.count("\n") == 1
        assert "Traceback" not in ran.err
    return finding
