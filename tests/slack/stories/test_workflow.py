"""The long workflow in both modes and on both databases: what is shown and what is recorded, line by line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from tests.slack.stories.town import Town, town
from tests.slack.stories.workflow import KEY, left, played

EXPECTED = Path(__file__).with_name("workflow.txt")


@pytest.mark.parametrize("http", [False, True], ids=["sockets", "http"])
def test_from_open_to_the_third_close_every_line_is_as_expected(
    sandbox: Sandbox, database_url: str, tmp_path: Path, http: bool
) -> None:
    with town(sandbox, database_url, tmp_path, http=http) as home:
        told = [*played(home), *left(home)]
        assert told == EXPECTED.read_text(encoding="utf-8").splitlines()
        assert timeline(home) == told[told.index("# The timeline in Slack") + 1 :]
        assert home.room(KEY).archived
        verified = home.program("audit verify").out
        assert verified.startswith("the whole log: 23 events verified, nothing was changed")
        assert home.program("db rebuild --dry-run").code == 0
        assert "Nothing is behind" in home.program("mirrors").err


def timeline(home: Town) -> list[str]:
    """What the command line says of it, in the words of Slack: people mentioned, links with their words."""
    lines = home.plain(home.program(f"timeline {KEY}").out).splitlines()
    found = []
    for line in lines:
        _, _, who, what = line.split("\t")
        found.append(re.sub(r"slack:(\w+)", r"<@\1>", f"{who} {what}"))
    return [re.sub(r"(https://\S+)", r"\1 (\1)", line) for line in found]
