"""What `incident stats` prints: the same figures as a table, tabbed lines, bars and JSON."""

from __future__ import annotations

import os
import pty
import subprocess
from typing import Any

import pytest

from adapters.cli.figures import newest_weeks
from tests.cli.running import PROGRAM, Program

DAY = "2026-07-06"  # a Monday, in the week 2026-W28
WINDOW = "--since 2026-07-01T00:00Z --until 2026-10-01T00:00Z"


@pytest.fixture
def quarter(program: Program) -> Program:
    """Opened on one Monday: a declared and closed one, an investigation of bob's, a false alarm, a drill."""
    program(f"open first --severity sev2 --at {DAY}T08:00Z")
    program(f"declare 1 --at {DAY}T08:30Z")
    program(f"status 1 monitoring --at {DAY}T09:00Z")
    program(f"resolve 1 --at {DAY}T10:30Z")
    program(f"close 1 --at {DAY}T12:30Z")
    program(f"open second --as bob --at {DAY}T23:59Z")
    program(f"open third --at {DAY}T09:00Z")
    program(f"close 3 --outcome false_alarm --at {DAY}T09:10Z")
    program(f"open fourth --drill --declare --at {DAY}T09:00Z")
    return program


def stats(program: Program, words: str = "") -> Any:
    return program(f"stats {WINDOW} --json {words}").json


def test_the_figures_of_a_quarter(quarter: Program) -> None:
    found = stats(quarter)
    assert found["since"] == "2026-07-01T00:00:00.000000Z"
    assert (found["opened"], found["declared"], found["escalation_rate"]) == (3, 1, 1 / 3)
    assert (found["active_investigations"], found["active_incidents"]) == (1, 0)
    assert found["drills_left_out"] == 1
    assert found["spent_responding"] == 2 * 3600
    assert found["by_severity"] == {"sev1": 0, "sev2": 1, "sev3": 0, "sev4": 2}
    assert {name for name, count in found["by_outcome"].items() if count} == {"fixed", "false_alarm", "none"}
    assert found["by_commander"] == {"nobody": 2, "cli:ann": 1}
    assert found["by_week"] == {"2026-W28": 3}
    monday = found["by_weekday_and_hour"][0]
    assert [hour for hour in range(24) if monday[hour]] == [8, 9, 23]
    assert sum(map(sum, found["by_weekday_and_hour"])) == 3
    assert found["groups"] == []


def test_the_durations_say_how_many_were_left_out_and_why(quarter: Program) -> None:
    found = stats(quarter)["durations"]
    assert found["time_to_resolve"] == {
        "n": 1, "median": 7200.0, "p90": 7200.0, "mean": 7200.0,
        "left_out": {"false_alarm": 1, "duplicate": 0, "unfinished": 0, "missing": 1},
    }  # fmt: skip
    assert found["time_in_investigation"]["left_out"] == {
        "false_alarm": 1, "duplicate": 0, "unfinished": 1, "missing": 0,
    }  # fmt: skip
    assert found["time_to_detect"] == {
        "n": 0, "median": None, "p90": None, "mean": None,
        "left_out": {"false_alarm": 1, "duplicate": 0, "unfinished": 0, "missing": 2},
    }  # fmt: skip


def test_it_can_be_divided(quarter: Program) -> None:
    by_severity = stats(quarter, "--by severity")["groups"]
    assert [(each["name"], each["opened"], each["declared"]) for each in by_severity] == [
        ("sev1", 0, 0),
        ("sev2", 1, 1),
        ("sev3", 0, 0),
        ("sev4", 2, 0),
    ]
    assert by_severity[1]["durations"]["time_to_declare"]["median"] == 1800.0
    assert [each["name"] for each in stats(quarter, "--by commander")["groups"]] == ["nobody", "cli:ann"]
    assert [each["name"] for each in stats(quarter, "--by week")["groups"]] == ["2026-W28"]


def test_piped_it_is_tabbed_lines_below_headings(quarter: Program) -> None:
    lines = quarter(f"stats {WINDOW} --by severity").out.splitlines()
    assert lines[:3] == [
        "# Opened since 2026-07-01 00:00:00Z, before 2026-10-01 00:00:00Z",
        "figure\tvalue",
        "investigations active now\t1",
    ]
    assert "escalation rate (declared ÷ opened)\t33.3%" in lines
    heading = "what\tn\tmedian\tp90\tmean\tfalse alarm\tduplicate\tunfinished\tmissing"
    assert lines[lines.index("# How long it took") + 1] == heading
    assert "time_to_resolve\t1\t2h\t2h\t2h\t1\t0\t0\t1" in lines
    assert "2026-W28\t3" in lines
    assert "sev2\t1\t1\t100.0%" in lines
    monday = next(line for line in lines if line.startswith("Mon\t"))
    assert monday.split("\t")[9:11] == ["1", "1"]


def test_on_a_terminal_it_is_tables_that_fit(quarter: Program) -> None:
    page = on_terminal(quarter, "stats", *WINDOW.split())
    assert "time_to_resolve" in page
    assert "1 false alarm, 1 missing" in " ".join(page.split())
    assert max(map(len, page.splitlines())) <= 80


def test_plotted_it_is_bars_and_the_hours_are_shades(quarter: Program) -> None:
    page = on_terminal(quarter, "stats", "--plot", *WINDOW.split())
    bars = {line.split()[0]: line.count("█") for line in page.splitlines() if "█" in line}
    assert bars["sev4"] > bars["sev2"] > 0
    monday = next(line for line in page.splitlines() if line.startswith("Mon"))
    assert [place for place, shade in enumerate(monday[5:]) if shade == "█"][::3] == [24, 27, 69]
    assert "blank: none, █: up to 1 in that hour of the week" in page


def test_the_last_ninety_days_are_the_default_and_all_time_is_an_option(quarter: Program) -> None:
    quarter("open now")
    assert quarter("stats --json").json["opened"] == 1
    assert quarter("stats --json --all").json["opened"] == 4
    assert quarter("stats --json --all").json["since"] is None


def test_nothing_is_said_in_a_sentence(program: Program) -> None:
    ran = program("stats")
    assert ran.out.splitlines()[2:5] == [
        "investigations active now\t0",
        "incidents active now\t0",
        "opened\t0",
    ]
    assert ran.err == f"No incident was opened in that time ({program.file}).\n"
    assert program("stats --json").err == ""


def test_bad_windows_are_told_in_a_sentence(program: Program) -> None:
    ran = program("stats --since 2026-10-01T00:00Z --until 2026-07-01T00:00Z", code=2)
    assert "2026-07-01T00:00:00.000000Z is before 2026-10-01T00:00:00.000000Z" in ran.err
    assert "--since or --all, not both" in program("stats --all --since '1d ago'", code=2).err
    assert "is outside the years" in program("stats --since '999999999w ago'", code=2).err
    assert program("stats --json --until 0001-01-02T00:00Z").json["since"] is None


def test_private_incidents_are_counted_for_those_who_can_see_them(program: Program) -> None:
    program("open secret --private --as bob")
    assert program("stats --json").json["opened"] == 0
    assert program("stats --json --as bob").json["opened"] == 1


def test_weeks_in_which_nothing_happened_are_shown_between_others() -> None:
    assert newest_weeks({}, 3) == {}
    assert newest_weeks({"2025-W52": 1, "2026-W02": 2}, 9) == {"2025-W52": 1, "2026-W01": 0, "2026-W02": 2}
    assert newest_weeks({"2020-W53": 1, "2021-W02": 2}, 2) == {"2021-W01": 0, "2021-W02": 2}
    assert list(newest_weeks({"0001-W01": 1, "9999-W52": 1}, 1)) == ["9999-W52"]


def on_terminal(program: Program, *words: str) -> str:
    """What a person sees, in 80 columns without colours."""
    outer, inner = pty.openpty()
    try:
        with subprocess.Popen(
            [PROGRAM, *words],
            stdout=inner,
            env=program.environ(COLUMNS="80", NO_COLOR="1"),
            cwd=program.folder,
        ) as process:
            os.close(inner)
            page = _read(outer)
        assert process.returncode == 0, page
        return page
    finally:
        os.close(outer)


def _read(outer: int) -> str:
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(outer, 65536)
        except OSError:  # the other end was closed
            break
        if not part:
            break
        parts.append(part)
    text = b"".join(parts).decode()
    for code in ("\x1b[1m", "\x1b[2m", "\x1b[0m"):
        text = text.replace(code, "")
    return text.replace("\r\n", "\n")
