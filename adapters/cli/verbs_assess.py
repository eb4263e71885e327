"""The verbs that say how bad it is and who does what: severity, status, and the roles."""

from __future__ import annotations

import click

from adapters.cli.kinds import ROLE, WordType
from adapters.cli.options import Given, key, verb
from adapters.cli.performing import give
from incident_core import commands as c
from incident_core.model.role import COMMANDER
from incident_core.model.severity import Severity
from incident_core.model.status import Status


@click.command()
@key
@click.argument("severity", type=WordType(Severity))
@click.option("--reason", metavar="TEXT", help="Why; lowering from sev1 or sev2 usually needs it.")
@verb
def severity(given: Given, key: str, severity: Severity, reason: str | None) -> None:
    """Raise or lower the severity; sev1 is the worst.

    \b
    Example:
      incident severity INC-42 sev2
    """
    give(given, c.SetSeverity, key, severity=severity, reason=reason)


@click.command()
@key
@click.argument("status", type=WordType(Status))
@verb
def status(given: Given, key: str, status: Status) -> None:
    """Say how far the response has come.

    \b
    Example:
      incident status INC-42 identified
    """
    give(given, c.SetStatus, key, status=status)


@click.command()
@key
@click.argument("role", type=ROLE)
@click.argument("person", metavar="WHO")
@verb
def assign(given: Given, key: str, role: str, person: str) -> None:
    """Give a role to somebody, whoever holds it now.

    \b
    Example:
      incident assign INC-42 technical_lead bob
    """
    give(given, c.Assign, key, role=role, holder=given.person(person))


@click.command()
@key
@click.argument("role", type=ROLE)
@verb
def claim(given: Given, key: str, role: str) -> None:
    """Take a role yourself, whoever holds it now.

    \b
    Example:
      incident claim INC-42 communications_liaison
    """
    give(given, c.Claim, key, role=role)


@click.command()
@key
@click.argument("role", type=ROLE)
@verb
def release(given: Given, key: str, role: str) -> None:
    """Leave a role empty.

    The commander of an incident can be handed over, but not released.

    \b
    Example:
      incident release INC-42 technical_lead
    """
    give(given, c.Release, key, role=role)


@click.command()
@key
@click.argument("person", metavar="WHO")
@click.option("--role", type=ROLE, default=COMMANDER, show_default=True, help="The role that changes hands.")
@verb
def handover(given: Given, key: str, person: str, role: str) -> None:
    """Hand a role over to another person.

    Also called transfer.

    \b
    Example:
      incident handover INC-42 carol
    """
    give(given, c.HandOver, key, role=role, to=given.person(person))
