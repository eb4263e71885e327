"""Export: every incident whole, in three shapes, safe for a spreadsheet; a file is written whole or not."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from adapters.bootstrap import app
from adapters.cli.app import App
from adapters.settings import Settings
from incident_core.errors import Unavailable
from incident_core.model.actor import Actor
from incident_core.ports.reader import Query
from incident_core.record.document import Document
from tests.cli.running import PROGRAM, Program


@pytest.fixture
def filled(program: Program) -> Program:
    """Two incidents, one of them with everything."""
    program("open x --at 2026-01-01T00:00Z --declare")
    program("task 1 add 'fail over'")
    program("resolve 1 --at 2026-01-01T01:30Z --override none")
    program("open y --drill")
    return program


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_one_row_per_incident_with_every_field_and_duration(filled: Program) -> None:
    drill, resolved = _rows(filled("export").out)
    document = filled("show 1 --json").json
    for name in ("key", "title", "stage", "severity", "opened_at", "resolved_at"):
        assert resolved[name] == document[name]
    assert (resolved["drill"], resolved["version"], resolved["mitigated_at"]) == ("false", "5", "")
    assert resolved["role_incident_commander"] == "cli:ann"
    assert resolved["time_to_resolve"] == resolved["time_in_incident"] == "5400"
    assert json.loads(resolved["tasks"]) == document["tasks"]
    assert (drill["left_out"], drill["tasks"], drill["time_to_resolve"]) == ("drill", "", "")


def test_json_and_ndjson_hold_the_same_documents_as_show(filled: Program) -> None:
    documents = [filled.document(number) for number in ("2", "1")]
    rows = filled("export --format json").json
    assert [{name: row[name] for name in documents[0]} for row in rows] == documents
    lines = [json.loads(line) for line in filled("export --format ndjson").out.splitlines()]
    assert [line["key"] for line in lines] == ["INC-2", "INC-1"]
    assert lines[1]["time_in_stage"]["incident"] == 5400


def test_nothing_to_export_is_a_header_an_empty_array_or_nothing(program: Program) -> None:
    assert len(program("export").out.splitlines()) == 1
    assert program("export --format json").json == []
    ran = program("export --format ndjson")
    assert ran.out == ""
    assert str(program.file) in ran.err


@pytest.mark.parametrize("title", ["=1+1", "+x", "-x", "@sum(1)", "\uff1dx", " =x"])
def test_a_cell_that_a_spreadsheet_would_run_begins_with_a_quote(program: Program, title: str) -> None:
    program(["open", "--", title])
    (row,) = _rows(program("export").out)
    assert row["title"] == f"'{title.strip()}"
    assert program("export --format json").json[0]["title"] == title.strip()


def test_an_ordinary_cell_is_left_as_it_is(program: Program) -> None:
    program(["open", 'a, "b" = c'])
    assert _rows(program("export").out)[0]["title"] == 'a, "b" = c'


def test_holders_of_roles_that_the_policy_forgot_are_still_there(program: Program) -> None:
    program.settings["INCIDENT_ROLES"] = "scribe"
    program("open x")
    program("assign 1 scribe bob")
    assert _rows(program("export").out)[0]["role_scribe"] == "cli:bob"
    del program.settings["INCIDENT_ROLES"]
    assert json.loads(_rows(program("export").out)[0]["other_roles"]) == {"scribe": "cli:bob"}


def test_a_file_is_written_and_replaces_the_old_one(filled: Program) -> None:
    target = filled.folder / "out.csv"
    target.write_text("old")
    ran = filled(f"export -o {target}")
    assert (ran.out, ran.err) == ("", f"2 incidents written to {target}.\n")
    assert [row["key"] for row in _rows(target.read_text())] == ["INC-2", "INC-1"]
    assert _drafts(filled.folder) == []


def test_a_file_behind_a_link_is_replaced_and_the_link_stays(filled: Program) -> None:
    target, link = filled.folder / "real.csv", filled.folder / "link.csv"
    target.write_text("old")
    link.symlink_to(target)
    filled(f"export -o {link}")
    assert link.is_symlink()
    assert target.read_text().startswith("key,title,")


def test_an_export_that_fails_midway_keeps_the_old_file(filled: Program) -> None:
    target = filled.folder / "out.csv"
    target.write_text("old")
    filled.compose = _failing_midway
    ran = filled(f"export -o {target}", code=6)
    assert ran.err == "error: The line went dead.\n"
    assert target.read_text() == "old"
    assert _drafts(filled.folder) == []


def test_a_fault_midway_is_told_beside_the_data_also_in_json(filled: Program) -> None:
    filled.compose = _failing_midway
    for line in ("export --json", "list --all --json"):
        ran = filled(line, code=6)
        assert ran.out.startswith("[\n")
        assert ran.err == "error: The line went dead.\n"


@pytest.mark.parametrize("name", ["no/such/folder/out.csv", "."])
def test_a_file_that_cannot_be_written_is_named_in_one_sentence(filled: Program, name: str) -> None:
    ran = filled(f"export -o {filled.folder / name}", code=1)
    assert ran.err.startswith(f"error: {filled.folder / name}: ")
    assert len(ran.err.splitlines()) == 1


def test_a_pipe_is_written_to_and_not_replaced(filled: Program) -> None:
    fifo = filled.folder / "pipe"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        filled(f"export -o {fifo}")
        assert os.read(reader, 65536).startswith(b"key,title,")
    finally:
        os.close(reader)
    assert fifo.is_fifo()


def test_only_what_the_viewer_may_see_is_exported(filled: Program) -> None:
    filled("open secret --private")
    assert "secret" not in filled("export --as bob").out
    assert "secret" in filled("export").out


def test_only_those_opened_in_the_window_and_in_the_stage_are_exported(filled: Program) -> None:
    for options, keys in (
        ("--since 2026-01-01T00:00Z --until 2026-01-01T00:01Z", ["INC-1"]),
        ("--until 2026-01-01T00:00Z", []),
        ("--since '1h ago'", ["INC-2"]),
        ("--stage resolved", ["INC-1"]),
        ("--stage resolved --stage Investigation", ["INC-2", "INC-1"]),
        ("--stage resolved --since '1h ago'", []),
    ):
        assert [row["key"] for row in _rows(filled(f"export {options}").out)] == keys, options
        told = {row["key"] for row in _rows(filled(f"export --timeline {options}").out)}
        assert told == set(keys), options
    assert filled("export --stage closed").err == f"There are no such incidents ({filled.file}).\n"


def test_a_window_that_ends_before_it_begins_is_one_sentence(filled: Program) -> None:
    ran = filled("export --since 2026-01-02T00:00Z --until 2026-01-01T00:00Z", code=2)
    assert ran.out == ""
    assert ran.err.splitlines() == [
        "error: 2026-01-01T00:00:00.000000Z is before 2026-01-02T00:00:00.000000Z, where it begins."
    ]


def test_the_layout_case_has_the_same_sixteen_names_in_csv_and_json(filled: Program) -> None:
    drill, resolved = _rows(filled("export --layout case").out)
    assert [row["Investigation Name"] for row in (drill, resolved)] == ["INC-2", "INC-1"]
    assert (resolved["Status"], resolved["Resolution Time (hours)"]) == ("resolved", "1.50")
    plain = filled("export --layout case --json").json
    assert [list(row) for row in plain] == [list(drill), list(resolved)]
    assert plain[1]["Resolution Time (hours)"] == 1.5


def test_a_timeline_has_a_row_for_each_event(filled: Program) -> None:
    rows = _rows(filled("export --timeline").out)
    assert [row["type"] for row in rows] == [
        "opened", "declared", "role_assigned", "task_added", "resolved", "opened",
    ]  # fmt: skip
    assert [row["seq"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert json.loads(rows[3]["details"])["text"] == "fail over"
    lines = [json.loads(line) for line in filled("export --timeline --format ndjson").out.splitlines()]
    assert lines[3]["details"] == json.loads(rows[3]["details"])
    assert (lines[0]["redacted"], lines[0]["overridden"]) == ([], False)


def test_case_shows_incidents_and_no_events(filled: Program) -> None:
    target = filled.folder / "out.csv"
    ran = filled(f"export --timeline --layout case -o {target}", code=2)
    assert ran.err.splitlines()[0] == (
        "error: --layout case has a row for each incident, and --timeline one for each event."
    )
    assert not target.exists()


def test_lines_end_with_crlf_in_files_and_pipes_and_text_is_utf_8_whatever_the_locale(
    filled: Program,
) -> None:
    filled(["open", "zürich 🔥"])
    target = filled.folder / "out.csv"
    filled(f"export -o {target}")
    environ = filled.environ(PYTHONUTF8="0", LC_ALL="C", PYTHONIOENCODING="latin-1")
    piped = subprocess.run([PROGRAM, "export"], check=True, capture_output=True, env=environ).stdout
    for written in (target.read_bytes(), piped):
        assert written.count(b"\n") == written.count(b"\r\n") == 4
        assert "zürich 🔥".encode() in written


def test_an_export_that_is_interrupted_keeps_the_old_file_and_leaves_no_draft(filled: Program) -> None:
    target = filled.folder / "out.csv"
    target.write_text("old")
    filled.compose = partial(_failing_midway, fault=KeyboardInterrupt())
    ran = filled(f"export -o {target}", code=130)
    assert ran.err == "Interrupted.\n"
    assert target.read_text() == "old"
    assert _drafts(filled.folder) == []


def _drafts(folder: Path) -> list[Path]:
    return list(folder.glob("*.part")) + list(folder.glob(".*.part"))


def _failing_midway(settings: Settings, fault: BaseException | None = None) -> App:
    made = app(settings)

    class Failing:
        """The real reader, whose line goes dead after one incident."""

        def count(self, workspace: str, query: Query, viewer: Actor) -> int:
            return made.reader.count(workspace, query, viewer)

        def documents(self, workspace: str, query: Query, viewer: Actor) -> Iterator[Document]:
            yield next(iter(made.reader.documents(workspace, query, viewer)))
            raise fault or Unavailable("The line went dead.")

    return replace(made, reader=Failing())  # type: ignore[arg-type]
