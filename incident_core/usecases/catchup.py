"""What somebody who joins late has to know of an incident, told from its record alone; read in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incident_core.errors import NotFound
from incident_core.events import Looked
from incident_core.guards.refusal import Reason
from incident_core.lifecycle.available import Verdict, available
from incident_core.lifecycle.fold import fold
from incident_core.model.actor import Actor
from incident_core.model.entry import Evidence, Task, Update
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.model.policy import Policy
from incident_core.model.stage import Stage
from incident_core.ports.reader import Entry, Reader
from incident_core.ports.timers import Armed, Timers

RECENT = timedelta(minutes=30)
"""What was recorded so long ago, or less, has changed since."""
NEWEST, CHANGES, REMINDERS = 3, 10, 5
"""How many updates and pieces of evidence are named; how many changes; how many reminders."""
_LOOKED_AT = 50
_NEXT: Mapping[Stage, Move] = {
    Stage.INVESTIGATION: Move.CLOSE,
    Stage.INCIDENT: Move.RESOLVE,
    Stage.RESOLVED: Move.CLOSE,
}


@dataclass(frozen=True, slots=True)
class Catchup:
    """`incident` as it is at `at`; lists in the order in which things happened, texts None once redacted.

    `since` is when it came into its stage. `roles` has those that the rules know, and any other that is held.
    `updates`, `evidence` and `changes` are the newest, and the numbers behind them are how many there are in
    all. `tasks` are open. `missing` stands against `next_move` (None: there is none). `reminders` are those
    that will fire, the next first. All times in UTC.
    """

    incident: Incident
    at: datetime
    since: datetime
    roles: tuple[tuple[str, Actor | None], ...]
    impact: str | None
    updates: tuple[Update, ...]
    tasks: tuple[Task, ...]
    evidence: tuple[Evidence, ...]
    evidence_in_all: int
    changes: tuple[Entry, ...]
    changes_in_all: int
    next_move: Move | None
    missing: tuple[Reason, ...]
    reminders: tuple[Armed, ...]


def catching_up(
    reader: Reader, timers: Timers, policy: Policy, workspace: str, key: str, viewer: Actor, now: datetime
) -> Catchup:
    """As this viewer may see it. Raises NotFound and Unavailable."""
    entries = reader.timeline(workspace, key, viewer)
    if not entries:
        raise NotFound(key)
    armed = timers.armed(workspace, viewer, key, _LOOKED_AT)
    return caught_up(policy, entries, armed, viewer, now)


def caught_up(
    policy: Policy, entries: Sequence[Entry], armed: Sequence[Armed], viewer: Actor, now: datetime
) -> Catchup:
    """The same of these entries, which are all of the incident's, in order of version; and of its timers."""
    incident = fold(entry.event for entry in entries)
    updates = [each for each in incident.updates if not each.retracted]
    evidence = [each for each in incident.evidence if not each.retracted]
    changes = [each for each in entries if now - each.recorded_at <= RECENT and _tells(each)]
    move = _NEXT.get(incident.stage)
    return Catchup(
        incident=incident,
        at=now,
        since=incident.stages[-1].at,
        roles=_roles(policy, incident),
        impact=updates[-1].impact if updates else None,
        updates=tuple(updates[-NEWEST:]),
        tasks=tuple(each for each in incident.tasks if each.done_at is None and not each.retracted),
        evidence=tuple(evidence[-NEWEST:]),
        evidence_in_all=len(evidence),
        changes=tuple(changes[-CHANGES:]),
        changes_in_all=len(changes),
        next_move=move,
        missing=() if move is None else _missing(policy, incident, viewer, now, move),
        reminders=tuple(each for each in armed if each.due_at is not None and not each.stopped)[:REMINDERS],
    )


def _tells(entry: Entry) -> bool:
    """That an admin has looked says nothing about the incident."""
    return not isinstance(entry.event, Looked)


def _roles(policy: Policy, incident: Incident) -> tuple[tuple[str, Actor | None], ...]:
    others = sorted(incident.roles.keys() - set(policy.roles))
    return tuple((role, incident.roles.get(role)) for role in (*policy.roles, *others))


def _missing(
    policy: Policy, incident: Incident, viewer: Actor, now: datetime, move: Move
) -> tuple[Reason, ...]:
    at = max(now, incident.stages[-1].at)
    found = available(policy, incident, viewer, at, move)
    against = (each for each in found if each.verdict in (Verdict.NEEDS, Verdict.REFUSED))
    return tuple(dict.fromkeys(reason for each in against for reason in each.reasons))
