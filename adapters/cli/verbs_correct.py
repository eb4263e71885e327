"""The verbs that correct the record or say who may read it: title, times, access; the old value stays."""

from __future__ import annotations

import click

from adapters.cli.kinds import WHEN, WordType
from adapters.cli.options import Given, key, under_key, verb
from adapters.cli.performing import give
from adapters.cli.when import When
from incident_core import commands as c
from incident_core.model.milestone import Milestone


@click.command()
@key
@click.argument("text")
@verb
def title(given: Given, key: str, text: str) -> None:
    """Correct the title; the timeline keeps the old one.

    \b
    Example:
      incident title INC-42 "Checkout answers slowly"
    """
    give(given, c.CorrectTitle, key, title=text)


@click.group()
@key
def times(key: str) -> None:
    """Correct when a milestone was.

    \b
    Example:
      incident times INC-42 set impact_started_at "2h ago"
    """


@times.command("set")
@click.argument("milestone", type=WordType(Milestone))
@click.argument("when", type=WHEN)
@verb
@under_key
def times_set(given: Given, key: str, milestone: Milestone, when: When) -> None:
    """Say when a milestone was; the timeline keeps the old time.

    \b
    Example:
      incident times INC-42 set impact_started_at "2h ago"
    """
    give(given, c.CorrectMilestone, key, milestone=milestone, when=given.moment("when", when))


@click.command()
@key
@verb
def private(given: Given, key: str) -> None:
    """Hide it from all but those who are in it, for good.

    Those are who opened it, holds a role or was granted access, and you.

    \b
    Example:
      incident private INC-42
    """
    give(given, c.MakePrivate, key)


@click.group()
@key
def access(key: str) -> None:
    """Say who may see a private incident.

    \b
    Example:
      incident access INC-42 grant bob
    """


@access.command("grant")
@click.argument("person", metavar="WHO")
@verb
@under_key
def grant(given: Given, key: str, person: str) -> None:
    """Let somebody see it while it is private.

    \b
    Example:
      incident access INC-42 grant bob
    """
    give(given, c.Grant, key, who=given.person(person))


@access.command("revoke")
@click.argument("person", metavar="WHO")
@verb
@under_key
def revoke(given: Given, key: str, person: str) -> None:
    """Take that sight away again.

    \b
    Example:
      incident access INC-42 revoke bob
    """
    give(given, c.Revoke, key, who=given.person(person))
