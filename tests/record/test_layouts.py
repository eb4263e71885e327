"""What an export shows: its columns, Case's words, cells that no spreadsheet runs; and it reads back."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_core import commands as c
from incident_core.model.outcome import Outcome
from incident_core.record.document import Document, document
from incident_core.record.exports import as_csv, as_json, as_ndjson, from_csv, from_json, from_ndjson
from incident_core.record.layouts import CASE, TIMELINE, Layout, default
from incident_core.record.sheet import cell, csv_line, csv_rows, guarded, json_line, unguarded
from incident_core.testing.contracts import ANN, BOB, Desk
from incident_core.testing.memory import Memory, MemoryStore
from incident_core.testing.strategies import histories
from incident_core.testing.values import ROLES

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SIXTEEN = (
    "Investigation Name,Title,Status,Channel ID,Created By,Created At,Closed By,Closed At,Events Count,"
    "Duration (hours),Escalated to Incident,Incident Commander,Escalated At,Resolved By,Resolved At,"
    "Resolution Time (hours)"
)
SIGNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
TEXTS = st.text(
    st.sampled_from("'\"=+-@\t\r\n,; \u3000x1é🔥ש\u202e\uff1d") | st.characters(exclude_categories=["Cs"])
)


def rows_of(layout: Layout, found: list[Document]) -> list[Document]:
    return [layout.row(each, NOW) for each in found]


def csv_of(layout: Layout, found: list[Document]) -> str:
    return "".join(as_csv(layout, rows_of(layout, found)))


@given(TEXTS)
def test_a_guarded_text_is_no_formula_and_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).lstrip().startswith(tuple(SIGNS))
    assert not guarded(text).startswith(tuple(SIGNS))


@given(TEXTS, TEXTS)
def test_two_texts_never_make_the_same_cell(one: str, other: str) -> None:
    """Also where one of them already begins with the quote that the other is given."""
    for first, second in ((one, other), (one, f"'{one}"), (f"'{one}", f"''{one}")):
        assert (guarded(first) == guarded(second)) == (first == second)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", ["", " ", "'", "''", "' '", "\u3000"])
def test_whatever_stands_before_a_sign_does_not_hide_it(before: str, sign: str) -> None:
    assert guarded(f"{before}{sign}x") == f"'{before}{sign}x"


@pytest.mark.parametrize("text", ["plain", "'quoted'", "a=b", "1-2", "", "é", "🔥", '"', "it's", "(x)", "#"])
def test_an_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert guarded(text) == text


@given(st.lists(TEXTS, min_size=2))
def test_a_record_reads_back_whatever_is_in_its_cells(cells: list[str]) -> None:
    line = csv_line(cells)
    assert line.endswith("\r\n")
    assert list(csv_rows(io.StringIO(line, newline=""))) == [cells]


def test_a_record_is_written_as_rfc_4180_has_it() -> None:
    assert csv_line(["a", "b,c", 'd"e', "f\rg", "h\ni", "", " j"]) == 'a,"b,c","d""e","f\rg","h\ni",, j\r\n'


def test_a_cell_says_what_a_value_is() -> None:
    values: tuple[object, ...] = (
        None,
        "",
        "=x",
        0,
        7,
        True,
        False,
        0.0,
        5400.0,
        0.5,
        1e-6,
        86_400_000.000001,
        [],
        {},
        ["=x"],
    )
    assert [cell(each) for each in values] == [
        "", "", "'=x", "0", "7", "true", "false", "0", "5400", "0.5", "0.000001", "86400000.000001", "", "",
        '["=x"]',
    ]  # fmt: skip


@given(st.timedeltas(timedelta(0), timedelta(days=3_650_000)))
def test_a_length_of_time_reads_back_to_the_microsecond(length: timedelta) -> None:
    assert float(cell(length.total_seconds())) == length.total_seconds()


@given(st.recursive(TEXTS | st.none() | st.booleans() | st.integers(), st.lists))
def test_json_is_one_line_that_steers_no_terminal_and_reads_back(value: object) -> None:
    line = json_line(value)
    assert json.loads(line) == value
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\u2066-\u2069\u200e\u200f\u061c]", line)


@st.composite
def many_documents(draw: st.DrawFn) -> list[Document]:
    """Whole incidents with hostile texts, some of which were redacted."""
    found = [document(draw(histories()).incident) for _ in range(draw(st.integers(0, 3)))]
    for each in found:
        if draw(st.booleans()):
            each["title"] = None
        for kind, fields in (("evidence", ("url", "note")), ("updates", ("text", "impact"))):
            entries: Any = each[kind]
            for entry in entries:
                entry.update(dict.fromkeys(draw(st.sets(st.sampled_from(fields)))))
        each["externals"] = draw(st.dictionaries(st.sampled_from(("slack", "pagerduty")), TEXTS))
    return found


@given(many_documents(), st.sampled_from(((), ROLES, ("scribe",))))
@settings(max_examples=150, deadline=None)
def test_an_export_reads_back_to_the_same_incidents(found: list[Document], roles: tuple[str, ...]) -> None:
    layout = default(roles)
    rows = rows_of(layout, found)
    assert list(from_csv(io.StringIO(csv_of(layout, found), newline=""))) == found
    assert from_json("".join(as_json(rows))) == found
    assert list(from_ndjson("".join(as_ndjson(rows)).splitlines())) == found


@given(many_documents(), st.sampled_from((default(ROLES), CASE)))
@settings(max_examples=100, deadline=None)
def test_every_record_has_as_many_cells_as_the_header_and_none_is_a_formula(
    found: list[Document], layout: Layout
) -> None:
    header, *records = csv.reader(io.StringIO(csv_of(layout, found), newline=""), strict=True)
    assert tuple(header) == layout.header
    assert [len(record) for record in records] == [len(header)] * len(found)
    assert not [each for record in records for each in record if each.lstrip().startswith(tuple(SIGNS))]


def test_what_is_no_export_of_all_fields_says_what_is_missing() -> None:
    with pytest.raises(ValueError, match=r"^This is no export .* no column acknowledged_at\.$"):
        list(from_csv(["key,title\r\n"]))
    with pytest.raises(ValueError, match="This is not CSV"):
        list(from_csv(['"key"x\r\n']))


def case_of(desk: Desk) -> dict[str, str]:
    text = csv_of(CASE, [document(desk.load("INC-1").incident)])
    return next(csv.DictReader(io.StringIO(text, newline="")))


def test_case_shows_sixteen_columns_with_its_own_words() -> None:
    desk = Desk(MemoryStore.over(Memory()))
    assert ",".join(CASE.header) == SIXTEEN
    noon = desk.clock.now()
    desk.open("API is slow")
    for number in range(3):
        desk.do(c.AddEvidence, "INC-1", url=f"https://example.com/{number}", note="n")
    desk.do(c.Retract, "INC-1", entry="e2", reason="wrong graph")
    assert list(case_of(desk).values()) == [
        "INC-1", "API is slow", "open", "", "cli:ann", at(noon), "", "", "2", "", "No", "", "", "", "", "",
    ]  # fmt: skip
    desk.clock.move(timedelta(minutes=30))
    desk.do(c.Declare, "INC-1", by=BOB)
    assert case_of(desk)["Status"] == "escalated"
    assert case_of(desk)["Resolution Time (hours)"] == ""
    desk.clock.move(timedelta(minutes=100))
    desk.do(c.Resolve, "INC-1", by=ANN)
    assert (case_of(desk)["Status"], case_of(desk)["Duration (hours)"]) == ("resolved", "")
    desk.clock.move(timedelta(hours=24))
    desk.do(c.Close, "INC-1", by=BOB, outcome=Outcome.FIXED)
    declared, resolved = noon + timedelta(minutes=30), noon + timedelta(minutes=130)
    closed = resolved + timedelta(hours=24)
    assert list(case_of(desk).values()) == [
        "INC-1", "API is slow", "closed", "", "cli:ann", at(noon), "cli:bob", at(closed), "2", "26.17", "Yes",
        "cli:bob", at(declared), "cli:ann", at(resolved), "1.67",
    ]  # fmt: skip
    desk.do(c.Reopen, "INC-1", reason="it is back")
    again = case_of(desk)
    ends = ("Closed By", "Closed At", "Duration (hours)", "Resolved By", "Resolved At")
    assert (again["Status"], again["Escalated At"]) == ("escalated", at(declared))
    assert [again[name] for name in ends] == [""] * 5


def at(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_case_names_the_channel_by_its_name_in_slack() -> None:
    desk = Desk(MemoryStore.over(Memory()))
    desk.open()
    found = document(desk.load("INC-1").incident) | {"externals": {"pagerduty": "P1", "slack": "C012"}}
    assert CASE.row(found, NOW)["Channel ID"] == "C012"


def test_case_says_hours_as_numbers_in_json() -> None:
    desk = Desk(MemoryStore.over(Memory()))
    desk.open()
    desk.clock.move(timedelta(minutes=90))
    desk.do(c.Close, "INC-1")
    row = CASE.row(document(desk.load("INC-1").incident), NOW)
    assert (row["Duration (hours)"], row["Events Count"], tuple(row)) == (1.5, 0, CASE.header)


def test_who_declared_resolved_and_closed_it_is_told_and_forgotten_when_it_is_open_again() -> None:
    desk = Desk(MemoryStore.over(Memory()))
    desk.open()
    desk.do(c.Declare, "INC-1", by=BOB)
    desk.do(c.Resolve, "INC-1", by=ANN)
    desk.do(c.Reopen, "INC-1", reason="it is back", by=BOB)
    assert people(desk) == ["cli:bob", "", ""]
    desk.do(c.Resolve, "INC-1", by=BOB)
    desk.do(c.Close, "INC-1", by=ANN)
    assert people(desk) == ["cli:bob", "cli:bob", "cli:ann"]


def people(desk: Desk) -> list[str]:
    text = csv_of(default(()), [document(desk.load("INC-1").incident)])
    row = next(csv.DictReader(io.StringIO(text, newline="")))
    return [row["declared_by"], row["resolved_by"], row["closed_by"]]


def test_the_page_about_exports_tells_every_column_of_every_layout() -> None:
    page = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
    tables = re.findall(r"^\| column \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", page, re.MULTILINE)
    told = [
        [tuple(re.findall(r"`(.+?)` \| (.+) \|", line)[0]) for line in table.splitlines()] for table in tables
    ]
    role = default(("incident_commander",))
    assert told == [
        [(each.name, each.meaning) for each in layout.columns] for layout in (role, CASE, TIMELINE)
    ]
