"""The verbs that move an incident on: open, declare, resolve, close, reopen."""

from __future__ import annotations

import click

from adapters.cli.kinds import KEY, WordType
from adapters.cli.options import Given, key, override, verb
from adapters.cli.output import note
from adapters.cli.performing import give
from adapters.cli.shown import cell
from adapters.cli.stale import alone, close_stale, stale_options
from incident_core import commands as c
from incident_core.errors import Unavailable
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.ports.log import Result


@click.command("open")
@click.argument("title")
@click.option("--severity", type=WordType(Severity), default="sev4", show_default=True, help="How bad it is.")
@click.option("--private", is_flag=True, help="Only you, and whom you grant access, can see it.")
@click.option("--drill", is_flag=True, help="An exercise: left out of every figure, never pages anybody.")
@click.option("--declare", is_flag=True, help="Declare it at once; you are its commander.")
@click.option("--impact", metavar="TEXT", help="What people notice of it; told in a first update.")
@click.option("--evidence", metavar="LINK", help="A first piece of evidence.")
@verb
def open_(
    given: Given,
    title: str,
    severity: Severity,
    private: bool,
    drill: bool,
    declare: bool,
    impact: str | None,
    evidence: str | None,
) -> None:
    """Open an investigation; prints its key.

    A title has 1 to 200 characters.

    \b
    Example:
      incident open "API answers slowly" --severity sev3
    """
    kind = {"severity": severity, "private": private, "drill": drill, "declare": declare}
    answer = give(given, c.Open, None, title=title, **kind, impact=impact, evidence=evidence)
    if answer.result is Result.ACCEPTED and not answer.repeated:
        _hint(given, answer.key, title)


def _hint(given: Given, key: str, title: str) -> None:
    """What is open and looks alike; it may be the same thing."""
    from incident_core.usecases.similar import similar

    try:
        found = similar(given.app.reader, given.app.workspace, key, title)
    except Unavailable:  # it was opened, and that was said
        return
    for each in found:
        close = f"incident close {key} --duplicate-of {each.key}"
        note(f"{each.key} is open and looks alike: {cell(each.title or '')}. If it is the same: {close}")


@click.command()
@key
@click.option("--commander", metavar="WHO", help="Who leads. [default: who leads already, else you]")
@verb
def declare(given: Given, key: str, commander: str | None) -> None:
    """Declare: this investigation is an incident.

    Also called incident and escalate.

    \b
    Example:
      incident declare INC-42 --commander bob
    """
    give(given, c.Declare, key, commander=None if commander is None else given.person(commander))


@click.command()
@key
@override
@verb
def resolve(given: Given, key: str) -> None:
    """Resolve: service is restored.

    The roles that the policy requires must be held, unless you override that with a reason.

    \b
    Example:
      incident resolve INC-42 --at "10m ago"
    """
    give(given, c.Resolve, key)


@click.command()
@click.argument("key", type=KEY, required=False)
@click.option(
    "--outcome", type=WordType(Outcome), help="How it ended. [default: fixed, or no_action if never declared]"
)
@click.option("--duplicate-of", type=KEY, metavar="KEY", help="The incident that this one is a duplicate of.")
@stale_options
@override
@verb
def close(
    given: Given,
    key: str | None,
    outcome: Outcome | None,
    duplicate_of: str | None,
    stale: int | None,
    write: bool,
) -> None:
    """Close: nothing is left to do.

    Possible from an investigation, and after an incident was resolved.

    With --stale DAYS and no KEY, all those that nothing has happened to for so long: first it only says
    which; --write closes them, each by the same rules as ever. Those in stage incident are named, and have
    to be resolved first. To look at a private incident as an admin is something that happens to it.

    \b
    Example:
      incident close INC-42 --outcome false_alarm
      incident close --stale 90
    """
    if stale is not None or write:
        alone(key, outcome, duplicate_of, given.at, given.override, stale)
        close_stale(given, stale or 0, write=write)
    elif key is None:
        raise click.UsageError("Name the incident: KEY, or --stale DAYS for all that are quiet")
    else:
        give(given, c.Close, key, outcome=outcome, duplicate_of=duplicate_of)


@click.command()
@key
@click.option("--reason", metavar="TEXT", help="Why; needed.")
@verb
def reopen(given: Given, key: str, reason: str | None) -> None:
    """Reopen: it was not over.

    \b
    Example:
      incident reopen INC-42 --reason "errors are back"
    """
    give(given, c.Reopen, key, reason=reason)
