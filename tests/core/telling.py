"""Short ways to tell a history in a test: who does what, so many minutes after nine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from hypothesis import settings

from incident_core import commands as c
from incident_core.events import Event
from incident_core.guards.refusal import Refused
from incident_core.lifecycle.decide import decide
from incident_core.lifecycle.fold import advance
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD

OFTEN = settings(deadline=None, max_examples=60)
"""For properties of histories: enough to find what is wrong within a few runs, and no clock."""

C = TypeVar("C", bound=c.Command)

ANN, BOB, CLEO = Actor("cli", "ann"), Actor("cli", "bob"), Actor("slack", "U0CLEO")
NINE = datetime(2026, 11, 22, 9, tzinfo=UTC)
LEAD, TECH = COMMANDER, TECHNICAL_LEAD
ANY_POLICY = Policy()


def at(minutes: float) -> datetime:
    """So many minutes after nine."""
    return NINE + timedelta(minutes=minutes)


def by(actor: Actor, kind: type[C], minutes: float = 0, **given: Any) -> C:
    """A command of `actor`, so many minutes after nine."""
    return kind(actor=actor, at=at(minutes), key="k", **given)


def opened(minutes: float = 0, **given: Any) -> c.Open:
    """Ann opens an investigation."""
    return by(ANN, c.Open, minutes, **{"title": "API is slow", **given})


def asked(incident: Incident, command: c.Command, policy: Policy = ANY_POLICY) -> tuple[Event, ...]:
    """What an allowed command leads to."""
    answer = decide(policy, incident, command)
    assert not isinstance(answer, Refused), [reason.sentence for reason in answer.reasons]
    return answer


def refused(incident: Incident, command: c.Command, policy: Policy = ANY_POLICY) -> list[str]:
    """The codes of a refusal."""
    answer = decide(policy, incident, command)
    assert isinstance(answer, Refused), answer
    return [reason.code for reason in answer.reasons]


def tell(*commands: c.Command, policy: Policy = ANY_POLICY) -> Incident:
    """The incident after these commands, all of them allowed."""
    first = decide(policy, None, commands[0])
    assert not isinstance(first, Refused)
    return then(advance(None, first), *commands[1:], policy=policy)


def then(incident: Incident, *commands: c.Command, policy: Policy = ANY_POLICY) -> Incident:
    """The incident after these too."""
    for command in commands:
        incident = advance(incident, asked(incident, command, policy))
    return incident
