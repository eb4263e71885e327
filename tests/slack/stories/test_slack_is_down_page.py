"""docs/slack-is-down.md: every command of the page is typed, and prints what stands there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from adapters.sandbox import Sandbox
from tests.cli.running import Program
from tests.servers.watchdog import wait_until
from tests.slack.stories.town import founded

PAGE = Path(__file__).parents[3] / "docs" / "slack-is-down.md"
BACK = "## When Slack is back"
ELIDED = "…"
SOON = 60.0
MASKS = (
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
    (r"https?://(slack\.com|127\.0\.0\.1:\d+)/api/", "SLACK"),
    (r"\(/[^)]*\.db\)", "(DATABASE)"),
    (r"\(T[A-Z0-9]+\)", "(WORKSPACE)"),
    (r"resolved, \d+[a-z]+( \d+[a-z]+)* after", "resolved, LENGTH after"),
    (r"channel \d+ TIME", "channel TRIES TIME"),
    (r"^\d+ things? (is|are) tried", "SOME are tried"),
)
"""What is another each time."""


@dataclass(frozen=True)
class Typed:
    """A command of the page, the lines below it, and whether Slack is back by then."""

    line: str
    printed: tuple[str, ...]
    back: bool


def commands(page: str) -> Iterator[Typed]:
    for part, back in zip(page.split(BACK), (False, True), strict=True):
        for block in re.findall(r"```console\n(.*?)```", part, re.DOTALL):
            for _, lines in groupby(_numbered(block), key=lambda each: each[0]):
                first, *below = (line for _, line in lines)
                yield Typed(first.removeprefix("$ "), tuple(below), back)


def _numbered(block: str) -> Iterator[tuple[int, str]]:
    """Each line, with the number of the command that it belongs to."""
    number = 0
    for line in block.splitlines():
        number += line.startswith("$ ")
        yield number, line


def masked(line: str) -> str:
    """Without what is another each time, nor how wide a column is."""
    line = " ".join(line.split())
    for pattern, name in MASKS:
        line = re.sub(pattern, name, line)
    return line


def fits(printed: list[str], expected: list[str]) -> bool:
    """Whether that was printed; an elided line stands for any number of others."""
    if not expected:
        return not printed
    if expected[0] == ELIDED:
        return any(fits(printed[skipped:], expected[1:]) for skipped in range(len(printed) + 1))
    return bool(printed) and printed[0] == expected[0] and fits(printed[1:], expected[1:])


def test_what_is_compared_tells_one_output_from_another() -> None:
    assert fits(["a", "b", "c"], ["a", ELIDED])
    assert fits(["a", "b", "c"], [ELIDED, "c"])
    assert not fits(["a", "b", "c"], ["a", "c"])
    assert not fits(["a", "b"], ["a"])
    assert masked("x  2026-11-22 08:45:10Z (/tmp/x.db)") == "x TIME (DATABASE)"


def test_every_command_of_the_page_prints_what_stands_there(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    slack = founded(sandbox)
    program = Program(sqlite_url, dict(slack.settings), tmp_path)
    slack.team.fault("*", "status", times=100_000, status=503)
    away = True
    typed = list(commands(PAGE.read_text(encoding="utf-8")))
    assert len(typed) >= 14
    for each in typed:
        if each.back and away:
            slack.team.clear_faults()
            away = False
        printed = program.anyhow(shlex.split(each.line)[1:])
        assert fits([*map(masked, printed.splitlines())], [*map(masked, each.printed)]), (each, printed)
        if each.line.endswith("mirrors retry"):
            assert wait_until(lambda: _settled(program), SOON)
        elif not each.back:
            program("worker --once")  # the one that runs beside
    rooms = [room.name for room in slack.team.channels() if room.name.startswith("inc-")]
    assert rooms[0] == "inc-1-checkout-fails"


def _settled(program: Program) -> bool:
    program("worker --once")
    return "Nothing is behind" in program("mirrors").err
