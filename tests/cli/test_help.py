"""Every command has help with an example that can be typed, and a place in the documentation."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
import pytest

from adapters.cli import reference
from adapters.cli.root import ALIASES, ROWS, cli
from tests.cli.running import Program


def _examples(command: click.Command) -> list[str]:
    _, _, rest = (command.help or "").partition("Example:\n")
    return [line.strip() for line in rest.splitlines() if line.strip()]


COMMANDS = {path: command for path, command, _ in reference.commands()}
EXAMPLES = [line for command in COMMANDS.values() for line in _examples(command)]
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_has_a_line_and_a_page_of_help_with_an_example(path: str) -> None:
    command = COMMANDS[path]
    text = command.help or ""
    first = text.partition("\n")[0]
    assert 10 < len(first) <= 100, first
    assert first.endswith((".", "…"))
    assert _examples(command), "an example is missing"


@pytest.mark.parametrize("path", COMMANDS)
def test_help_is_printed_for_every_command(program: Program, path: str) -> None:
    words = ["1" if word == "KEY" else word for word in path.split()[1:]]
    for flag in ("--help", "-h"):
        ran = program([*words, flag])
        assert ran.out.startswith("Usage: incident ")
        assert "Example:" in ran.out


@pytest.mark.parametrize("path", COMMANDS)
def test_every_option_and_argument_is_explained(path: str) -> None:
    for each in COMMANDS[path].params:
        if isinstance(each, click.Option):
            assert each.help, f"{path} {each.opts}"


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_can_be_typed(line: str) -> None:
    program, *words = shlex.split(line)
    assert program == "incident"
    _parse(cli, words)


def test_the_line_in_the_list_of_commands_agrees_with_the_help_of_the_command() -> None:
    for name, row in ROWS.items():
        first = (COMMANDS_BY_WORD[name].help or "").partition("\n")[0]
        assert row.line.rstrip(".").split(":")[0].split(",")[0].split(" as ")[0] in first, name


COMMANDS_BY_WORD = {path.split()[1]: command for path, command in COMMANDS.items() if len(path.split()) == 2}


def test_the_program_lists_every_command_and_its_aliases(program: Program) -> None:
    page = program("--help").out
    for word in (*ROWS, *ALIASES):
        assert word in page


def test_the_version_is_printed(program: Program) -> None:
    assert program("--version").out.startswith("incident ")


def test_the_documentation_is_what_the_commands_say() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert page == reference.page(), "type: python -m adapters.cli.reference > docs/commands.md"


def test_every_command_of_the_contract_is_there() -> None:
    promised = {
        "open", "declare", "severity", "status", "assign", "claim", "release", "handover", "evidence",
        "update", "task", "followup", "resolve", "review", "close", "reopen", "title", "times", "retract",
        "show", "timeline", "list", "search", "explain", "export", "lifecycle", "audit", "db", "doctor",
        "config", "access", "private", "correct", "redact", "stats", "backfill", "generate", "completion",
        "mirrors", "worker", "timers", "sandbox", "slack", "templates", "catchup", "followups",
        "health",
    }  # fmt: skip
    assert set(ROWS) == promised
    assert ALIASES == {"incident": "declare", "escalate": "declare", "transfer": "handover"}
    nested = {path.replace(" KEY", "").removeprefix("incident ") for path in COMMANDS}
    assert {
        "task add", "task assign", "task done", "followup add", "followup assign", "followup done",
        "review done", "times set", "access grant", "access revoke", "audit verify", "audit head",
        "db upgrade", "db check", "db rebuild", "db stage", "db compact", "db prune", "db backup",
        "timers show", "timers snooze", "timers stop", "slack manifest", "slack run", "templates list",
        "templates show", "templates check",
    } <= nested  # fmt: skip


def _parse(command: click.Command, words: list[str], parent: click.Context | None = None) -> None:
    """Understand the words as the program would, without doing anything; raises UsageError."""
    context = command.make_context("incident", words, parent=parent)
    if isinstance(command, click.Group):
        _, inner, rest = command.resolve_command(context, context._protected_args + context.args)
        assert inner is not None
        _parse(inner, rest, context)
