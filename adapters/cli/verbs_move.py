"""The verbs that move an incident on: open, declare, resolve, review, close, reopen."""

from __future__ import annotations

import click

from adapters.cli.kinds import KEY, WordType
from adapters.cli.options import Given, key, override, under_key, verb
from adapters.cli.performing import give
from incident_core import commands as c
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity


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
    give(given, c.Open, None, title=title, **kind, impact=impact, evidence=evidence)


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


@click.group()
@key
def review(key: str) -> None:
    """Say that the review (the post-mortem) was held.

    \b
    Example:
      incident review INC-42 done
    """


@review.command("done")
@verb
@under_key
def review_done(given: Given, key: str) -> None:
    """Say that the review was held.

    \b
    Example:
      incident review INC-42 done
    """
    give(given, c.FinishReview, key)


@click.command()
@key
@click.option(
    "--outcome", type=WordType(Outcome), help="How it ended. [default: fixed, or no_action if never declared]"
)
@click.option("--duplicate-of", type=KEY, metavar="KEY", help="The incident that this one is a duplicate of.")
@override
@verb
def close(given: Given, key: str, outcome: Outcome | None, duplicate_of: str | None) -> None:
    """Close: nothing is left to do.

    Possible from an investigation, and after an incident was resolved.

    \b
    Example:
      incident close INC-42 --outcome false_alarm
    """
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
