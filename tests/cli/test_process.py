"""What only a real process shows: pipes, signals, closed streams, terminals, and what is imported."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from tests.cli.running import PROGRAM, Program


def test_a_reader_that_goes_away_ends_it_in_silence(incident: Program) -> None:
    for words in (("show", "1"), ("--help",), ("export", "--format", "ndjson"), ("list",)):
        near, far = os.pipe()
        os.close(near)
        running = incident.start(*words, stdout=far, stderr=subprocess.PIPE)
        os.close(far)
        _, err = running.communicate(timeout=60)
        assert (running.returncode, err) == (1, ""), words


def test_errors_that_nobody_reads_keep_their_exit_code(program: Program) -> None:
    near, far = os.pipe()
    os.close(near)
    running = program.start("show", "9", stdout=subprocess.PIPE, stderr=far)
    os.close(far)
    running.communicate(timeout=60)
    assert running.returncode == 4


def test_a_closed_standard_output_is_said_and_nothing_is_done(program: Program) -> None:
    ran = program.process("open", "x", prepare=lambda: os.close(1))
    assert (ran.code, ran.err) == (1, "error: Standard output is closed; nothing was done.\n")
    assert program("list --all").out == ""


def test_a_full_disk_below_standard_output_is_one_sentence(incident: Program) -> None:
    with Path("/dev/full").open("w") as full:
        running = incident.start("show", "1", stdout=full, stderr=subprocess.PIPE)
        _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (
        1, "error: The output could not be written: No space left on device.\n",
    )  # fmt: skip


def test_ctrl_c_is_130_and_one_line(program: Program) -> None:
    """It waits for a head in a named pipe; that the pipe can be opened shows that it has come so far.

    Python loses a signal that comes just before a read, so it has to sleep in that read already.
    """
    fifo = program.folder / "head.json"
    os.mkfifo(fifo)
    running = program.start("audit", "verify", "--against", str(fifo), stderr=subprocess.PIPE)
    with fifo.open("w"):
        while (state := _state(running.pid)) != "S":
            assert state != "Z", "it ended before it was interrupted"
            os.sched_yield()
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (130, "Interrupted.\n")


def test_a_text_that_the_encoding_of_the_output_has_not_is_written_out(program: Program) -> None:
    program(["open", "🔥 Kase"])
    ran = program.process("list", PYTHONIOENCODING="latin-1")
    assert (ran.code, ran.out.rstrip("\n").rpartition("\t")[2]) == (0, "\\U0001f525 Kase")


def test_a_folder_that_was_deleted_is_no_obstacle(program: Program, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    running = subprocess.run(
        ["sh", "-c", f'cd "{gone}" && rmdir "{gone}" && exec "{PROGRAM}" list'],
        check=False, capture_output=True, text=True, env=program.environ(), timeout=60,
    )  # fmt: skip
    assert (running.returncode, "There are no incidents" in running.stderr) == (0, True)


def test_a_list_on_a_terminal_is_a_table_and_right_to_left_titles_are_isolated(program: Program) -> None:
    program(["open", "\u05e9\u05dc\u05d5\u05dd [bold]x[/bold]"])
    program(["open", "turns \u202earound"])
    page = on_terminal(program, "list")
    assert "key" in page
    assert "investigation" in page
    assert "\u2068\u05e9\u05dc\u05d5\u05dd [bold]x[/bold]\u2069" in page
    assert "turns <U+202E>around" in page
    assert "\u202e" not in page


@pytest.mark.parametrize("width", [24, 60, 80])
def test_a_list_fits_a_narrow_terminal_and_never_cuts_a_key(program: Program, width: int) -> None:
    program(["open", "x" * 200])
    page = click.unstyle(on_terminal(program, "list", COLUMNS=str(width)))
    assert all(len(line) <= width for line in page.splitlines())
    assert "INC-1  " in page


def test_a_timeline_on_a_terminal_indents_the_later_lines_of_a_text(incident: Program) -> None:
    incident(["update", "1", "first\nsecond"])
    first, second = on_terminal(incident, "timeline", "1").splitlines()[-2:]
    assert first.endswith("sent update u1: first")
    assert second == " " * 34 + "second"


def test_an_empty_list_on_a_terminal_names_the_database(program: Program) -> None:
    assert f"({program.file})" in on_terminal(program, "list").replace("\n", "")


def test_a_csv_on_a_terminal_steers_nothing(program: Program) -> None:
    program(["open", "turns \u202earound"])
    page = on_terminal(program, "export")
    assert "turns <U+202E>around" in page
    assert page.startswith("key,title,")
    assert "turns \u202earound" in program("export").out


def test_json_spells_out_what_would_turn_a_line_around(program: Program) -> None:
    program(["open", "turns \u202earound"])
    ran = program("show 1 --json")
    assert "\\u202e" in ran.out
    assert ran.json["title"] == "turns \u202earound"


def test_progress_goes_to_the_terminal_and_never_between_the_data(incident: Program) -> None:
    with (incident.folder / "out.csv").open("w") as out:
        shown = on_terminal(incident, "export", stdout=out.fileno())
    assert "exporting" in shown
    assert (incident.folder / "out.csv").read_text().startswith("key,title,")
    assert incident.process("export").err == ""
    for words in (("audit", "verify"), ("db", "rebuild"), ("db", "upgrade")):
        assert incident.process(*words).err == ""


def test_help_imports_nothing_but_click(program: Program) -> None:
    assert imported(program, "--help") & {"sqlalchemy", "rich", "incident_core", "adapters.settings"} == set()


def test_a_piped_list_imports_neither_alembic_nor_rich_nor_the_rules(program: Program) -> None:
    found = imported(program, "list")
    assert found & {"alembic", "rich", "transitions", "incident_core.lifecycle.decide"} == set()
    assert "sqlalchemy" in found


def test_a_verb_imports_neither_alembic_nor_rich(program: Program) -> None:
    found = imported(program, "open", "x")
    assert found & {"alembic", "rich"} == set()
    assert "transitions" in found


def _state(pid: int) -> str:
    """R for a process that runs, S for one that sleeps."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def imported(program: Program, *words: str) -> set[str]:
    """Every module that such a run imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", PROGRAM, *words],
        check=True, capture_output=True, text=True, env=program.environ(), timeout=60,
    )  # fmt: skip
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


def on_terminal(program: Program, *words: str, stdout: int | None = None, **more: str) -> str:
    """What a terminal is sent by such a run."""
    with _terminal() as (screen, far):
        running = subprocess.Popen(
            [PROGRAM, *words],
            stdout=far if stdout is None else stdout, stderr=far, stdin=far,
            env=program.environ(**{"TERM": "xterm", "COLUMNS": "110", "NO_COLOR": "1", **more}),
        )  # fmt: skip
        os.close(far)
        shown = b"".join(_read(screen))
        assert running.wait(timeout=60) == 0, shown
    return shown.decode().replace("\r\n", "\n")


@contextmanager
def _terminal() -> Iterator[tuple[int, int]]:
    screen, far = pty.openpty()
    try:
        yield screen, far
    finally:
        os.close(screen)


def _read(screen: int) -> Iterator[bytes]:
    """Until the last process has closed its side, which Linux tells by an error."""
    while True:
        try:
            data = os.read(screen, 65536)
        except OSError:
            return
        if not data:
            return
        yield data


@pytest.mark.parametrize("words", [("open", "x"), ("list",), ("show", "1"), ("doctor",)])
def test_a_command_runs_from_any_folder(incident: Program, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [PROGRAM, *words],
        check=False,
        capture_output=True,
        text=True,
        env=incident.environ(),
        cwd="/",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
