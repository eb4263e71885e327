"""Decide a list of commands, one after the other, into the whole history of a new incident."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from incident_core.commands import Command
from incident_core.errors import Invalid
from incident_core.events import Event
from incident_core.guards.refusal import Refused
from incident_core.lifecycle.decide import decide
from incident_core.lifecycle.fold import advance
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.ports.intake import History
from incident_core.ports.log import Batch, Result
from incident_core.record.chain import Envelope
from incident_core.usecases.fingerprint import fingerprint


@dataclass(frozen=True, slots=True)
class Origin:
    """What the envelopes of one history have in common; `recorded_at` (UTC) is when it is taken in."""

    workspace: str
    source: str
    incident_id: UUID
    recorded_at: datetime


def decided(policy: Policy, origin: Origin, commands: Iterable[Command]) -> History | Refused:
    """The history that these commands lead to, or the first refusal; what changes nothing is left out.

    The first command opens it; raises Invalid otherwise, and where there is none.
    """
    batches: list[Batch] = []
    incident: Incident | None = None
    for command in commands:
        decision = decide(policy, incident, command)
        if isinstance(decision, Refused):
            return decision
        if decision:
            batches.append(_batch(origin, command, batches, incident, decision))
            incident = advance(incident, decision)
    if incident is None:
        raise Invalid("commands", "A history begins with the command open.")
    return History(tuple(batches), incident)


def noted(history: History, event: Event, key: str, request: str) -> History:
    """The history with a fact at its end that no command states, recorded as by the event's actor."""
    envelope = replace(history.batches[-1].envelope, actor=event.actor, command_key=key)
    batch = Batch(envelope, request, history.incident, Result.ACCEPTED, (event,))
    return History((*history.batches, batch), advance(history.incident, batch.events))


def _batch(
    origin: Origin,
    command: Command,
    earlier: list[Batch],
    before: Incident | None,
    events: tuple[Event, ...],
) -> Batch:
    """What the whole history was asked for is its correlation: the opening command's key."""
    opening = earlier[0].envelope.command_key if earlier else command.key
    envelope = Envelope(
        origin.workspace,
        origin.incident_id,
        command.actor,
        origin.source,
        command.key,
        opening,
        origin.recorded_at,
    )
    request = fingerprint(command, None, at_given=True)
    return Batch(envelope, request, before, Result.ACCEPTED, events)
