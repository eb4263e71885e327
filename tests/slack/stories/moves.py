"""What two people may do to one incident at once: as it is typed in Slack, and as a command of the core."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations_with_replacement
from typing import Any

from incident_core import commands as c
from incident_core.guards.refusal import Refused
from incident_core.lifecycle.decide import decide
from incident_core.lifecycle.fold import evolve
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.model.role import COMMUNICATIONS_LIAISON, TECHNICAL_LEAD
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status

Made = Callable[[dict[str, Any], Actor], c.Command]


@dataclass(frozen=True)
class Move:
    """`text` is what is typed; `made` is the same command, given who gives it, and Cleo."""

    name: str
    text: str
    made: Made


MOVES = (
    Move("declare", "declare {key}", lambda by, _: c.Declare(**by)),
    Move("raise", "severity {key} sev1", lambda by, _: c.SetSeverity(**by, severity=Severity.SEV1)),
    Move(
        "lower",
        "severity {key} sev4 less than thought",
        lambda by, _: c.SetSeverity(**by, severity=Severity.SEV4, reason="less than thought"),
    ),
    Move("status", "status {key} identified", lambda by, _: c.SetStatus(**by, status=Status.IDENTIFIED)),
    Move("claim", "claim {key} lead", lambda by, _: c.Claim(**by, role=TECHNICAL_LEAD)),
    Move(
        "assign", "assign {key} lead @cleo", lambda by, cleo: c.Assign(**by, role=TECHNICAL_LEAD, holder=cleo)
    ),
    Move("handover", "handover {key} @cleo", lambda by, cleo: c.HandOver(**by, to=cleo)),
    Move("release", "release {key} comms", lambda by, _: c.Release(**by, role=COMMUNICATIONS_LIAISON)),
    Move(
        "evidence",
        "evidence {key} https://x.example/{by}",
        lambda by, _: c.AddEvidence(**by, url=f"https://x.example/{by['actor'].id}"),
    ),
    Move(
        "update",
        "update {key} News of {by}",
        lambda by, _: c.SendUpdate(**by, text=f"News of {by['actor'].id}"),
    ),
    Move("resolve", "resolve {key}", lambda by, _: c.Resolve(**by)),
    Move("close", "close {key}", lambda by, _: c.Close(**by)),
    Move("reopen", "reopen {key} it was not over", lambda by, _: c.Reopen(**by, reason="it was not over")),
)
PAIRS = tuple(combinations_with_replacement(MOVES, 2))


def up_to(stage: Stage, by: dict[str, Any], cleo: Actor) -> Sequence[c.Command]:
    """What brings an incident that was just opened into this stage; Cleo speaks for it."""
    there = {
        Stage.INVESTIGATION: (),
        Stage.INCIDENT: (c.Declare,),
        Stage.RESOLVED: (c.Declare, c.Resolve),
        Stage.CLOSED: (c.Declare, c.Resolve, c.Close),
    }
    return (
        c.Assign(**by, role=COMMUNICATIONS_LIAISON, holder=cleo),
        *(kind(**by) for kind in there[stage]),
    )


def after(policy: Policy, incident: Incident, commands: Sequence[c.Command]) -> Incident:
    """The incident after these commands, one behind the other; what is refused changes nothing."""
    for command in commands:
        events = decide(policy, incident, command)
        for event in () if isinstance(events, Refused) else events:
            incident = evolve(incident, event)
    return incident


def essence(incident: Incident) -> tuple[object, ...]:
    """What does not depend on when it happened, nor on which of two came first beside each other."""
    return (
        incident.stage,
        incident.status,
        incident.severity,
        incident.outcome,
        frozenset(incident.roles.items()),
        frozenset(piece.url for piece in incident.evidence),
        frozenset(update.text for update in incident.updates),
        tuple(visit.stage for visit in incident.stages),
    )


def given(actor: Actor, at: datetime, key: str) -> dict[str, Any]:
    """The fields that every command has."""
    return {"actor": actor, "at": at, "key": key}
