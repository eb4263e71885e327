"""Looking at the program itself: the lifecycle, and every setting in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from adapters.cli import output
from adapters.cli.faults import Midway
from adapters.cli.options import as_json
from adapters.cli.session import Session
from adapters.cli.shown import harmless

if TYPE_CHECKING:
    from adapters.settings import BadSettings, SettingLine


@click.command()
@click.option(
    "--format", "form", type=click.Choice(("text", "mermaid")), default="text", show_default=True,
    help="The rules as text, or the states as a Mermaid diagram.",
)  # fmt: skip
def lifecycle(form: str) -> None:
    """Print the lifecycle: every state, move and rule, from the table that decides.

    \b
    Example:
      incident lifecycle --format mermaid
    """
    from incident_core.lifecycle.diagram import mermaid, rules_text

    output.say((mermaid() if form == "mermaid" else rules_text()).rstrip("\n"))


@click.command()
@as_json
@click.pass_obj
def config(session: Session, as_json: bool) -> None:
    """Print every setting in force and where it came from; secrets are masked.

    Piped, it is one line per setting: name, value and source, with tabs between them. What is refused, and
    keeps every other command from running, is named at the end with what to use instead.

    \b
    Example:
      incident config
    """
    lines, malformed = _settings(session)
    if as_json:
        output.data([line._asdict() for line in lines])
    else:
        _tell(lines)
    if malformed is not None:
        raise Midway(malformed)
    if not as_json:
        for sentence in session.found.refused:
            output.note(f"refused: {sentence}")


def _settings(session: Session) -> tuple[tuple[SettingLine, ...], BadSettings | None]:
    """The lines, also of settings that cannot be used; and what is wrong with these."""
    from adapters.settings import BadSettings

    try:
        return session.found.explain(), None
    except BadSettings as fault:
        return fault.lines, fault


def _tell(lines: tuple[SettingLine, ...]) -> None:
    if not output.on_terminal():
        for line in lines:
            output.say("\t".join((line.name, line.value, line.source)))
        return
    names = max(len(line.name) for line in lines)
    for line in lines:
        output.say(f"{line.name:{names}}  {harmless(line.value) or '-'}  ({line.source})")
