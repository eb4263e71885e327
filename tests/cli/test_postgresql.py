"""The same program on PostgreSQL: migrated by command, and until then it says so in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Program
from tests.databases import empty_postgres_url, postgres_server

__all__ = ["empty_postgres_url", "postgres_server"]


@pytest.fixture
def empty(empty_postgres_url: str, tmp_path: Path) -> Program:
    """The program over a database without tables."""
    return Program(empty_postgres_url, {}, tmp_path)


def test_it_says_what_to_type_until_it_was_migrated_and_then_runs_the_same_story(empty: Program) -> None:
    for line in ("list", "open x", "show 1", "audit verify", "db rebuild"):
        ran = empty(line, code=6)
        assert (ran.out, ran.err.count("\n")) == ("", 1), ran
        assert "incident db upgrade" in ran.err
    assert "no tables yet; incident db upgrade makes them" in empty("doctor", code=1).out
    assert empty("db upgrade").out.startswith("applied ")
    for line in ("open x --declare", "status 1 monitoring", "resolve 1", "close 1"):
        empty(line)
    assert empty("show 1 --json").json["outcome"] == "fixed"
    assert empty("audit verify").code == 0
    assert "bad" not in empty("doctor").out
    assert len(empty("timeline 1").out.splitlines()) == 6
