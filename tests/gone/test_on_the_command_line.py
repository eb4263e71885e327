"""On the command line the same is told, within INCIDENT_WAIT_SECONDS, which are ten unless it is set."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.running import Program
from tests.gone.server import Mortal, in_time


@pytest.fixture
def program(server: Mortal, tmp_path: Path) -> Program:
    """The program, which waits as long as the bot does."""
    return Program(server.address, {"INCIDENT_WAIT_SECONDS": "2"}, tmp_path)


@pytest.mark.parametrize("how", ["stopped", "frozen"])
def test_a_server_that_went_away_is_said_in_time_and_nothing_is_recorded(
    program: Program, server: Mortal, how: str
) -> None:
    program(f"open Before --key before-{how}")
    gone = server.stopped() if how == "stopped" else server.frozen()
    with gone, in_time():
        ran = program(f"open {how} --key {how}", code=6)
        assert re.match(r"error: (No server answers at|The server of) .*\n$", ran.err), ran.err
    assert f"\t{how}\n" not in program("list").out
    assert "used before" not in program(f"open {how} --key {how}").out


def test_a_commit_that_is_not_answered_leaves_it_open_with_the_key_to_find_out(
    program: Program, server: Mortal
) -> None:
    with server.slow_commits(), in_time():
        ran = program("open Slowly --key slowly", code=6)
    assert ran.err.startswith("error: It is not known whether this was recorded. Repeat it with --key slowly")
    assert program("open Slowly --key slowly").out.startswith("INC-")
    assert program("list").out.count("Slowly") == 1
