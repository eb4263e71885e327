"""`incident generate`: made-up incidents, again and again the same, and never beside real ones unasked."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest

from incident_core.usecases.generate import BATCH
from tests.cli.running import Program


def _count(program: Program) -> int:
    return len(program("list --all --limit 100000").out.splitlines())


def test_it_makes_up_incidents_that_everything_else_understands(program: Program) -> None:
    ran = program("generate --incidents 120 --seed 7")
    assert ran.out.startswith("120 incidents made up, with ")
    assert ran.out.endswith(f" events ({program.file}).\n")
    assert _count(program) >= 110
    assert "verified" in program("audit verify").out
    assert "120 incidents compared; none differed" in program("db rebuild --dry-run").out
    assert "generate" in program("export --timeline --format csv").out


def test_given_again_it_does_nothing_and_given_more_it_goes_on(program: Program) -> None:
    program("generate --incidents 30 --seed 7")
    again = program("generate --incidents 30 --seed 7")
    assert again.out == f"0 incidents made up, with 0 events; 30 were there already ({program.file}).\n"
    more = program("generate --incidents 31 --seed 7")
    assert more.out.startswith("1 incident made up, with ")
    program("generate --incidents 5 --seed 8")
    assert "INC-36" in program("list --all").out
    assert "INC-37" not in program("list --all").out


def test_beside_real_incidents_it_asks_for_a_yes(program: Program) -> None:
    program("open real")
    ran = program("generate --incidents 3 --seed 1", code=2)
    assert ran.err.startswith(f"error: {program.file} has incidents that were not made up")
    assert "--yes" in ran.err
    assert _count(program) == 1
    assert program("generate --incidents 3 --seed 1 --yes").out.startswith("3 incidents made up")


def test_commands_about_made_up_incidents_do_not_make_them_real(program: Program) -> None:
    program("generate --incidents 3 --seed 1 --until 2026-01-01T00:00Z")
    key = program("list --all").out.split()[0]
    program(f"reopen {key} --reason 'to try it'")
    assert program("generate --incidents 4 --seed 1").out.startswith("1 incident made up")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--incidents 0 --seed 1", "0 is not in the range x>=1"),
        ("--incidents 5", "Missing option '--seed'"),
        ("--incidents 5 --seed 1 --until 'in 1d'", "is in the future"),
        ("--incidents 5 --seed 1 --per-day 0", "0.0 is not in the range"),
        ("--incidents 1000000 --seed 1 --per-day 0.01", "would begin before the year 2"),
    ],
)
def test_what_cannot_be_made_up_is_said_in_a_sentence(program: Program, line: str, sentence: str) -> None:
    ran = program(f"generate {line}", code=2)
    assert sentence in ran.err
    assert _count(program) == 0


def test_the_last_one_is_opened_before_the_end_that_was_asked_for(program: Program) -> None:
    program("generate --incidents 50 --seed 1 --until 2020-05-01T00:00Z --per-day 10")
    opened = [row["opened_at"] for row in program("export --format json").json]
    assert "2020-04-2" in min(opened)
    assert "2020-04-30" in max(opened)


def test_interrupted_it_keeps_whole_batches_says_so_and_goes_on(program: Program) -> None:
    process = program.start(
        "generate", "--incidents", "100000", "--seed", "1", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while _count(program) < 300 and time.monotonic() < deadline:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert " incidents made up so far, perhaps one batch more. The same command goes on from there." in err
    written = int(err.split("Interrupted; ")[1].split(" ")[0].replace(",", ""))
    assert "verified" in program("audit verify").out
    ran = program("db rebuild --dry-run")
    compared, rest = ran.out.split(" ", maxsplit=1)
    assert rest.startswith("incidents compared; none differed")
    assert 0 <= int(compared.replace(",", "")) - written <= BATCH
