"""The script by which a shell completes what is typed after `incident`."""

from __future__ import annotations

from typing import NamedTuple

import click

from adapters.cli import output
from adapters.cli.root import PROGRAM, cli


class Shell(NamedTuple):
    """How a shell takes the script: in this one only, and in every new one."""

    here: str
    always: str


SHELLS = {
    "bash": Shell(
        "source <(incident completion bash)",
        "echo 'source <(incident completion bash)' >> ~/.bashrc",
    ),
    "zsh": Shell(
        "source <(incident completion zsh)",
        "echo 'source <(incident completion zsh)' >> ~/.zshrc    # below the line with compinit",
    ),
    "fish": Shell(
        "incident completion fish | source",
        "incident completion fish > ~/.config/fish/completions/incident.fish",
    ),
}


@click.command()
@click.argument("shell", type=click.Choice(tuple(SHELLS)), required=False)
def completion(shell: str | None) -> None:
    """Let the shell complete commands, options, keys of incidents, and words such as severities and roles.

    Prints a script for bash (4.4 or later), zsh or fish, with what to type in its first lines; without SHELL
    only those. Keys are asked of the database when Tab is pressed: the newest that you can see, the open
    ones first.

    \b
    Example:
      incident completion bash
    """
    if shell is None:
        for name, how in SHELLS.items():
            output.say(f"{name}:\n{_advice(how)}")
    else:
        output.say(script(shell))


def script(shell: str) -> str:
    """The script; what zsh wants in the first line stays there."""
    from click.shell_completion import ShellComplete, get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None, shell
    # Not its own `source`: bash's looks for the version of whichever bash is there, not of the one that asks.
    text = ShellComplete.source(kind(cli, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE")).strip("\n")
    first, _, rest = text.partition("\n")
    head, body = (first, rest) if first.startswith("#compdef") else ("", text)
    comment = "\n".join(f"# {line.strip()}" for line in _advice(SHELLS[shell]).splitlines())
    return "\n".join(filter(None, (head, comment, body)))


def _advice(how: Shell) -> str:
    return f"  In this shell:       {how.here}\n  In every new shell:  {how.always}"
