"""Every row of Case's readme is played by a test that there is."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests.slack.stories.rows import COMMANDS, COMMANDS_TABLE, OTHERS, VARIABLES, VARIABLES_TABLES


def names(table: str) -> list[str]:
    """The first cell of every row."""
    return [line.partition(" | ")[0] for line in table.splitlines()]


@pytest.mark.parametrize(("table", "played"), [(COMMANDS_TABLE, COMMANDS), (VARIABLES_TABLES, VARIABLES)])
def test_every_row_of_a_table_is_played(table: str, played: dict[str, str]) -> None:
    assert names(table) == list(played)


@pytest.mark.parametrize("where", sorted({*COMMANDS.values(), *VARIABLES.values(), *OTHERS.values()}))
def test_a_test_that_is_named_is_there(where: str) -> None:
    module, _, name = where.partition(".")
    assert callable(getattr(import_module(f"tests.slack.stories.{module}"), name))


def test_every_test_of_the_commands_table_uses_the_verb_of_its_row() -> None:
    for row, where in COMMANDS.items():
        assert row.split()[1] in where.partition(".")[2]
