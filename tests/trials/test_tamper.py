"""Whatever is done to stored events behind the program's back is found, and the first bad place is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from incident_core.record.audit import Finding
from incident_core.record.chain import Sealed
from incident_core.record.codec import SaltedText
from tests.cli.running import Program
from tests.trials import tampering as t
from tests.trials.finding import found, found_in
from tests.trials.forgeries import BROKEN, LENGTH, OTHERS
from tests.trials.history import LATER, opened
from tests.trials.places import Place

PLACES = (1, 10, LENGTH)
"""Where single events are changed: the first, one in the middle, the last."""


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
                        finding = found(database, program if seq == PLACES[1] else None)
                        assert _names(finding, seq, column, value), (finding, seq, value)
                        changed += 1
    assert changed >= len(PLACES)


@pytest.mark.parametrize(
    ("alter", "code", "sentence"),
    [
        ("events ALTER event_id TYPE text", 6, "has columns of other kinds than ours"),
        ("events ALTER occurred_at TYPE text", 6, "has columns of other kinds than ours"),
        ("events ALTER body TYPE text USING 'x'", 1, "bad at event 1 "),
        ("events ALTER version TYPE text", 1, "bad at event 1 "),
        ("texts ALTER salt TYPE text USING 'x'", 1, "bad at event 1 "),
        ("log_head ALTER count TYPE text USING 'many'", 1, "bad at event 21: the log ends at event 20"),
        ("events DROP source", 6, "lost a part of its tables"),
    ],
)
def test_columns_of_other_kinds_are_one_sentence(
    alter: str, code: int, sentence: str, told_postgresql: Place, tmp_path: Path
) -> None:
    """On SQLite the kind of a column says little about what is in it; see BROKEN."""
    t.unlock(told_postgresql)
    told_postgresql.run(f"ALTER TABLE {alter}")
    ran = Program(told_postgresql.url, {}, tmp_path)("audit verify", code=code)
    assert sentence in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(("one", "two"), [(1, 2), (6, 7), (1, LENGTH), (LENGTH - 1, LENGTH)])
def test_events_that_changed_places_are_found_at_the_first(
    one: int, two: int, unlocked: Place, program: Program
) -> None:
    t.swap(unlocked, one, two)
    assert found_in(unlocked, program).seq == one


@pytest.mark.parametrize("after", [0, 1, 10, LENGTH - 1])
def test_a_forged_event_is_found_where_it_was_put_or_right_behind(
    after: int, unlocked: Place, program: Program
) -> None:
    """It follows the event before it and has its own hash; the others moved up to make room."""
    t.forge(unlocked, after)
    finding = found_in(unlocked, program)
    assert finding.seq in (after + 1, after + 2)
    t.mend_head(unlocked)
    assert found_in(unlocked, program) == finding


def test_a_forged_event_at_the_end_is_found_by_the_head(unlocked: Place, program: Program) -> None:
    t.forge(unlocked, LENGTH)
    assert found_in(unlocked, program).seq == LENGTH + 2


@pytest.mark.parametrize("seq", PLACES)
@pytest.mark.parametrize("version", [0, 1, 50])
def test_a_second_event_with_the_same_number_is_found(
    seq: int, version: int, unlocked: Place, program: Program
) -> None:
    twin = t.rows(unlocked, "events")[seq - 1]
    t.insert(unlocked, "events", {**twin, "version": twin["version"] + version})
    finding = found_in(unlocked, program)
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
    _assert_missing(found_in(unlocked, program), gone["seq"])


@pytest.mark.parametrize("length", [1, 7, LENGTH - 1])
def test_a_cut_tail_is_found_by_the_head_and_with_the_head_by_one_that_was_noted(
    length: int, unlocked: Place, program: Program
) -> None:
    noted = _noted(program)
    t.cut(unlocked, length)
    finding = found_in(unlocked, program)
    assert finding.seq == length + 1
    assert f"ends at event {length}" in finding.sentence
    t.mend_head(unlocked)
    _assert_only_against(program, noted, f"the log ends at event {length}, a head was noted at {LENGTH}")


def test_a_log_that_was_emptied_is_found_by_a_head_that_was_noted(unlocked: Place, program: Program) -> None:
    noted = _noted(program)
    t.cut(unlocked, 0)
    assert "ends at event 0" in found_in(unlocked, program).sentence
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
    finding = found_in(unlocked, program)
    _assert_missing(finding, theirs[0])
    t.mend_head(unlocked)
    assert found_in(unlocked, program).sentence == finding.sentence
    t.rewrite(unlocked, _as_it_is)
    _assert_only_against(program, noted, "")


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
        t.rewrite(unlocked, _at(place, changed))
        _assert_only_against(program, noted, f"event {LENGTH} is not the one whose hash was noted")


def test_a_log_that_went_on_since_its_head_was_noted_is_sound(unlocked: Place, program: Program) -> None:
    noted = _noted(program)
    program("open more")
    assert f"{LENGTH + 1} events verified" in program(["audit", "verify", "--against", str(noted)]).out


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


def _at(seq: int, changed: t.Change) -> t.Change:
    """The change, of one event only."""
    return lambda sealed, texts: changed(sealed, texts) if sealed.seq == seq else (sealed, texts)


def _as_it_is(sealed: Sealed, texts: dict[str, SaltedText]) -> tuple[Sealed, dict[str, SaltedText]]:
    return sealed, texts
