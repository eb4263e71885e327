"""Every row of Case's readme, and every sentence of incident-bot's, is played by a test that there is."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

import pytest

from tests.slack.stories.rows import COMMANDS, COMMANDS_TABLE, OTHERS, VARIABLES, VARIABLES_TABLES

FOLDER = "tests.slack.stories"
RUNNING = ("rows_running", "rows_around")
"""The modules with what incident-bot's readme says: each of their tables maps a quotation to a test."""


def names(table: str) -> list[str]:
    """The first cell of every row."""
    return [line.partition(" | ")[0] for line in table.splitlines()]


def running() -> Iterator[tuple[str, str]]:
    """Every quotation of incident-bot's readme, and the test that shows it."""
    for module in RUNNING:
        if find_spec(f"{FOLDER}.{module}") is None:
            continue
        for name, table in vars(import_module(f"{FOLDER}.{module}")).items():
            if name.isupper() and isinstance(table, dict):
                yield from table.items()


@pytest.mark.parametrize(("table", "played"), [(COMMANDS_TABLE, COMMANDS), (VARIABLES_TABLES, VARIABLES)])
def test_every_row_of_a_table_is_played(table: str, played: dict[str, str]) -> None:
    assert names(table) == list(played)


@pytest.mark.parametrize(
    "where",
    sorted({*COMMANDS.values(), *VARIABLES.values(), *OTHERS.values(), *(where for _, where in running())}),
)
def test_a_test_that_is_named_is_there(where: str) -> None:
    module, _, name = where.partition(".")
    assert name.startswith("test_")
    assert callable(getattr(import_module(f"{FOLDER}.{module}"), name))


def test_what_incident_bot_says_of_running_an_incident_is_there() -> None:
    quoted = [each for each, _ in running()]
    assert len(quoted) >= 30
    assert all(each.strip() for each in quoted)


def test_every_test_of_the_commands_table_uses_the_verb_of_its_row() -> None:
    for row, where in COMMANDS.items():
        assert row.split()[1] in where.partition(".")[2]
