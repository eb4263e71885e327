"""`incident backfill`: files as people have them, a dry run first, nothing twice, and clear sentences."""

from __future__ import annotations

import csv
import io
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import Program

HEAD = "key,title,opened_at,opened_by,severity,declared_at,resolved_at,closed_at,role_incident_commander\n"
ONE = "OLD-1,API slow,2024-01-01T10:00:00Z,bob,sev2,2024-01-01T10:05:00Z,2024-01-01T11:00:00Z,,cleo\n"
TWO = "OLD-2,DNS odd,2023-05-01T10:00:00Z,,,,,2023-05-01T12:00:00Z,\n"


def _file(program: Program, text: str, encoding: str = "utf-8") -> Path:
    path = program.folder / "before.csv"
    path.write_bytes(text.encode(encoding))
    return path


def _titles(program: Program) -> list[str]:
    return [row["title"] for row in program("export --format json").json]


def test_a_dry_run_says_what_would_be_done_and_changes_nothing(program: Program) -> None:
    path = _file(program, HEAD + ONE + TWO)
    ran = program(f"backfill {path}")
    assert (
        ran.out
        == f"{path}, our own export: 2 incidents new; add --write to bring them in ({program.file}).\n"
    )
    assert ran.err == ""
    assert _titles(program) == []


def test_written_they_have_their_own_times_and_people(program: Program) -> None:
    path = _file(program, HEAD + ONE + TWO)
    ran = program(f"backfill {path} --write")
    assert ran.out == f"{path}, our own export: 2 incidents brought in ({program.file}).\n"
    newest, oldest = program("export --format json").json
    assert (oldest["key"], oldest["title"], oldest["outcome"]) == ("INC-1", "DNS odd", "no_action")
    assert (newest["key"], newest["severity"], newest["stage"]) == ("INC-2", "sev2", "resolved")
    assert newest["roles"] == {"incident_commander": "cli:cleo"}
    assert newest["durations"]["time_to_resolve"] == 3300
    assert (newest["opened_by"], oldest["opened_by"]) == ("cli:bob", "cli:ann")
    last = program("timeline 2 --json").json[-1]
    assert (last["type"], last["source"], last["actor"]) == ("imported", "import", "cli:ann")


def test_a_second_time_it_does_nothing_and_says_so(program: Program) -> None:
    path = _file(program, HEAD + ONE + TWO)
    program(f"backfill {path} --write")
    before = program("export --timeline").out
    for flag in ("", "--write"):
        ran = program(f"backfill {path} {flag}")
        assert "0 incidents" in ran.out
        assert "2 there already" in ran.out
    assert program("export --timeline").out == before
    _file(program, HEAD + ONE.replace("slow", "fast") + TWO)
    ran = program(f"backfill {path} --write")
    assert "(not changed, though the file says something else now: OLD-1)" in ran.out
    assert program("export --timeline").out == before


def test_where_one_row_is_bad_none_is_written(program: Program) -> None:
    bad = ONE.replace("OLD-1", "OLD-3").replace("2024-01-01T10:05", "2023-01-01T10:05")
    path = _file(program, f'{HEAD}{TWO}\n"OLD-4","two\nlines",,,,,,,\n{bad}')
    ran = program(f"backfill {path} --write", code=1)
    assert ran.err.splitlines() == [
        "line 4: opened_at is empty.",
        "line 6: declared_at (2023-01-01T10:05:00.000000Z) is before "
        "opened_at (2024-01-01T10:00:00.000000Z).",
    ]
    assert "1 incident new, 2 rows cannot be taken; nothing was written" in ran.out
    assert _titles(program) == []


def test_of_many_faults_the_first_are_shown_and_the_others_counted(program: Program) -> None:
    path = _file(program, HEAD + "".join(f"OLD-{number},,,,,,,,\n" for number in range(30)))
    ran = program(f"backfill {path}", code=1)
    assert len(ran.err.splitlines()) == 21
    assert ran.err.splitlines()[-1] == "… and 40 more."
    assert "30 rows cannot be taken" in ran.out
    told = program(f"backfill {path} --json", code=1).json
    assert (len(told["faults"]), told["new"], told["written"]) == (60, 0, 0)
    assert told["faults"][0] == {"line": 2, "sentence": "title is empty."}


def test_what_would_be_done_is_also_told_as_json(program: Program) -> None:
    path = _file(program, HEAD.strip() + ",Priority\n" + ONE.strip() + ",high\n")
    told = program(f"backfill {path} --json --write").json
    assert told == {
        "heading": "our own export", "new": 1, "there": 0, "changed": [], "faults": [],
        "ignored": ["Priority"], "written": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (HEAD + ONE + TWO, "utf-8-sig"),
        ((HEAD + ONE + TWO).replace("\n", "\r\n"), "utf-8"),
        ((HEAD + ONE + TWO).replace("\n", "\r"), "utf-8"),
        ((HEAD + ONE + TWO).replace(",", ";"), "utf-8-sig"),
        ((HEAD + ONE + TWO).replace(",", "\t"), "utf-8"),
        ("\n\n" + HEAD + "\n,,,,,,,,\n" + ONE + "\n" + TWO + "\n\n", "utf-8"),
        ((HEAD + ONE + TWO).rstrip("\n"), "utf-8"),
    ],
    ids=["byte-order mark", "crlf", "cr", "semicolons", "tabs", "blank lines", "no last line end"],
)
def test_files_as_spreadsheets_write_them_are_understood(program: Program, text: str, encoding: str) -> None:
    program(f"backfill {_file(program, text, encoding)} --write")
    assert _titles(program) == ["API slow", "DNS odd"]


@pytest.mark.parametrize(
    ("text", "encoding", "sentence"),
    [
        ("", "utf-8", " is empty."),
        ("\n \n", "utf-8", " is empty."),
        (HEAD + ONE.replace("API", "Übel"), "latin-1", " is not UTF-8; save it as CSV in UTF-8."),
        (HEAD + ONE, "utf-16", " is not UTF-8; save it as CSV in UTF-8."),
        (HEAD + ONE + '"no end', "utf-8", " is not CSV from line 3 on: unexpected end of data."),
        ("title,opened_at\n", "utf-8", "The file has no column key: "),
        ("once upon a time\n", "utf-8", "The file has no column key and no column title"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_sentence(
    program: Program, text: str, encoding: str, sentence: str
) -> None:
    ran = program(f"backfill {_file(program, text, encoding)}", code=2)
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_file_that_is_not_there_is_said_to_be_so(program: Program) -> None:
    assert program("backfill nowhere.csv", code=1).err == "error: nowhere.csv: No such file or directory.\n"


def test_only_a_heading_is_no_incident(program: Program) -> None:
    assert "0 incidents new; nothing was written" in program(f"backfill {_file(program, HEAD)}").out


def test_times_without_a_zone_are_in_the_one_that_is_named(program: Program) -> None:
    path = _file(program, "key,title,opened_at\nOLD-1,x,2024-07-01 10:00:00\n")
    assert "say which it is with --zone NAME" in program(f"backfill {path}", code=1).err
    program(f"backfill {path} --zone Europe/Berlin --write")
    assert program("show 1 --json").json["opened_at"] == "2024-07-01T08:00:00.000000Z"
    ran = program(f"backfill {path} --zone Atlantis", code=2)
    assert "'Atlantis' is no time zone: write UTC or Europe/Berlin." in ran.err


def test_people_are_understood_as_the_settings_say(program: Program) -> None:
    program.settings["INCIDENT_PEOPLE"] = "cli:bob=slack:U0BOB12345"
    text = "key,title,opened_at,opened_by\na,x,2024-01-01T00:00Z,bob\nb,x,2024-01-02T00:00Z,U012AB3CD\n"
    program(f"backfill {_file(program, text + 'c,x,2024-01-03T00:00Z,<@U012AB3CD>')} --write")
    opened = [row["opened_by"] for row in program("export --format json").json]
    assert opened == ["slack:U012AB3CD", "slack:U012AB3CD", "slack:U0BOB12345"]


def test_it_reads_standard_input(program: Program) -> None:
    with program.start("backfill", "-", "--write", stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        out, _ = process.communicate(HEAD + ONE, timeout=60)
    assert process.returncode == 0
    assert out.startswith("-, our own export: 1 incident brought in")


@pytest.mark.parametrize("layout", ["default", "case"])
def test_our_own_export_comes_back_in_another_database(program: Program, layout: str) -> None:
    program("generate --incidents 300 --seed 3")
    path = program.folder / "all.csv"
    program(f"export --layout {layout} -o {path}")
    other = Program(f"sqlite:///{program.folder / 'other.db'}", {}, program.folder)
    other(f"backfill {path} --write")
    before, after = (_by_origin(each, layout) for each in (program, other))
    assert len(after) == len(before) > 250
    assert after == before
    assert "there already" in other(f"backfill {path} --write").out
    assert "none differed" in other("db rebuild --dry-run").out


def _by_origin(program: Program, layout: str) -> list[list[str]]:
    """What both layouts keep, in the order of opening."""
    rows = list(csv.DictReader(io.StringIO(program(f"export --layout {layout}").out, newline="")))
    lost = {"Channel ID", "Events Count", "Investigation Name", "key", "duplicate_of", "version", "stages"}
    lost |= {"evidence", "updates", "tasks", "follow_ups"}
    lost |= {"time_in_investigation", "time_in_incident", "time_in_resolved"}  # up to now, and each visit
    kept = [{name: text for name, text in row.items() if name not in lost} for row in rows]
    return sorted([str(row[name]) for name in sorted(row)] for row in kept)


def test_interrupted_it_keeps_whole_batches_and_goes_on_from_there(program: Program) -> None:
    body = "".join(f"OLD-{number},x,2024-01-01T00:00:{number % 60:02d}Z\n" for number in range(20_000))
    path = _file(program, "key,title,opened_at\n" + body)
    process = program.start("backfill", str(path), "--write", stderr=subprocess.PIPE)
    while len(program("list --all --limit 300").out.splitlines()) < 250:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "brought in so far, perhaps one batch more. The same command goes on from there." in err
    assert "verified" in program("audit verify").out
    assert "there already" in program(f"backfill {path}").out
