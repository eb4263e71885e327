"""Looking at the program itself: the lifecycle, and every setting in force."""

from __future__ import annotations

import click

from adapters.cli import output
from adapters.cli.options import as_json
from adapters.cli.session import Session
from adapters.cli.shown import harmless


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

    Piped, it is one line per setting: name, value and source, with tabs between them.

    \b
    Example:
      incident config
    """
    lines = session.settings.explain()
    if as_json:
        output.data([line._asdict() for line in lines])
        return
    if not output.on_terminal():
        for line in lines:
            output.say("\t".join((line.name, line.value, line.source)))
        return
    names = max(len(line.name) for line in lines)
    for line in lines:
        output.say(f"{line.name:{names}}  {harmless(line.value) or '-'}  ({line.source})")
