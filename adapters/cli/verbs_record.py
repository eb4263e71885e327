"""The verbs that collect what happens: evidence, updates, and what puts them right."""

from __future__ import annotations

import click

from adapters.cli.kinds import WHEN
from adapters.cli.options import Given, key, verb
from adapters.cli.performing import give
from adapters.cli.when import When
from incident_core import commands as c


@click.command()
@key
@click.argument("url")
@click.option("--note", metavar="TEXT", help="What it shows.")
@verb
def evidence(given: Given, key: str, url: str, note: str | None) -> None:
    """Add a link as evidence; the same link twice is one piece, with the newer note.

    \b
    Example:
      incident evidence INC-42 https://graphs.example.com/d/7 --note "latency doubles"
    """
    give(given, c.AddEvidence, key, url=url, note=note)


@click.command()
@key
@click.argument("text")
@click.option("--impact", metavar="TEXT", help="What people notice of it.")
@click.option(
    "--component", "components", metavar="NAME", multiple=True, help="What is affected; may be repeated."
)
@click.option("--next-due", type=WHEN, help="When the next update is promised: in 30m, or an ISO time.")
@verb
def update(
    given: Given, key: str, text: str, impact: str | None, components: tuple[str, ...], next_due: When | None
) -> None:
    """Send news to those outside the response.

    \b
    Example:
      incident update INC-42 "A fix is being rolled out" --next-due "in 30m"
    """
    due = None if next_due is None else given.moment("next_due", next_due)
    give(given, c.SendUpdate, key, text=text, impact=impact, components=components, next_due=due)


@click.command()
@key
@click.argument("entry", metavar="ID")
@click.argument("text")
@click.option("--impact", metavar="TEXT", help="What people notice of it. [default: as it was]")
@click.option(
    "--component",
    "components",
    metavar="NAME",
    multiple=True,
    help="What is affected; may be repeated. [default: as it was]",
)
@click.option("--next-due", type=WHEN, help="When the next update is promised. [default: as it was]")
@verb
def correct(
    given: Given,
    key: str,
    entry: str,
    text: str,
    impact: str | None,
    components: tuple[str, ...],
    next_due: When | None,
) -> None:
    """Correct an update that was sent; the timeline keeps the old one.

    ID is that of the update, as `incident show` prints it.

    \b
    Example:
      incident correct INC-42 u1 "A fix is being tested, not rolled out"
    """
    due = None if next_due is None else given.moment("next_due", next_due)
    fields = {"text": text, "impact": impact, "components": components, "next_due": due}
    give(given, c.CorrectUpdate, key, update=entry, **fields)


@click.command()
@key
@click.argument("entry")
@click.option("--reason", metavar="TEXT", help="Why; needed.")
@verb
def retract(given: Given, key: str, entry: str, reason: str | None) -> None:
    """Take back evidence, an update, a task or a follow-up that was a mistake.

    ENTRY is its id, as `incident show` prints it. The timeline keeps what was retracted.

    \b
    Example:
      incident retract INC-42 e2 --reason "wrong dashboard"
    """
    give(given, c.Retract, key, entry=entry, reason=reason)
