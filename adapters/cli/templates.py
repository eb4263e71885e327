"""What Slack users read: messages by name, what it is given, and whether a folder of own words is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adapters.cli import output
from adapters.cli.options import as_json
from adapters.cli.session import Session

if TYPE_CHECKING:
    from adapters.cli.session import Fault, Said


@click.group()
def templates() -> None:
    """Show what the bot says, and check what this deployment says instead.

    A folder of your own, named by TEMPLATES_DIRECTORY, has files called like ours, with the messages that you
    change and no others.

    \b
    Example:
      incident templates list
      incident templates show lines.declared
      incident templates check ./words
    """


@templates.command("list")
@as_json
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List every message: its name, and what it is given.

    What may be nothing has a ?.

    \b
    Example:
      incident templates list
    """
    messages = session.slack.templates.messages()
    if as_json:
        output.data([{"name": each.name, "given": each.given, "most": each.most} for each in messages])
        return
    width = max(len(each.name) for each in messages)
    for each in messages:
        output.say(f"{each.name:{width}}  {', '.join(each.given)}".rstrip())


@templates.command()
@click.argument("name")
@click.pass_obj
def show(session: Session, name: str) -> None:
    """Print a message as we ship it, or a whole file of them, to copy into a file of your own.

    \b
    Example:
      incident templates show lines.declared
      incident templates show lines
    """
    messages = session.slack.templates.messages()
    found = [each for each in messages if each.name == name or each.file == name.removesuffix(".json")]
    if not found:
        raise _unknown(name, messages)
    output.data({each.name.removeprefix(f"{each.file}."): each.source for each in found})


@templates.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@as_json
@click.pass_obj
@click.pass_context
def check(context: click.Context, session: Session, folder: Path | None, as_json: bool) -> None:
    """Render every message with examples; say what is wrong.

    Looks at the shipped words, and at those of FOLDER.  [default: the folder of TEMPLATES_DIRECTORY]
    Exits with 1 where anything is wrong.

    \b
    Example:
      incident templates check
      incident templates check ./words --json
    """
    checked = session.slack.templates.check(session.settings, folder)
    if as_json:
        faults = [each._asdict() for each in checked.faults]
        output.data({"rendered": checked.rendered, "own": checked.own, "faults": faults})
    else:
        for fault in checked.faults:
            output.say(_line(fault))
        wrong = f"; {len(checked.faults):,} wrong." if checked.faults else ", nothing wrong."
        output.say(f"{checked.rendered:,} messages rendered, {checked.own:,} of them your own{wrong}")
    context.exit(1 if checked.faults else 0)


def _line(fault: Fault) -> str:
    return ": ".join(part for part in fault if part)


def _unknown(name: str, messages: tuple[Said, ...]) -> click.UsageError:
    from difflib import get_close_matches

    known = [*(each.name for each in messages), *{each.file for each in messages}]
    near = get_close_matches(name, known, 1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return click.UsageError(f"There is no message {json.dumps(name)}.{hint}")
