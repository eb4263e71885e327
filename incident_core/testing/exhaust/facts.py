"""What the rules can see of an incident; two incidents with the same facts must be decided alike."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime

from incident_core.model.entry import Task
from incident_core.model.incident import Incident
from incident_core.model.stage import Stage

Facts = tuple[Hashable, ...]


def facts(incident: Incident, *, corrected: bool = True) -> Facts:
    """Everything a rule may look at, times as they are; the walk meets each of these once.

    Where no time will be `corrected`, it does not matter which of the times belong to the same stage.
    """
    times = (*moments(incident), *_put_off(incident))
    return (*_plain(incident), *times, *(_places(incident) if corrected else ()))


def shape(incident: Incident, *, corrected: bool = True) -> Facts:
    """The same with the order of the times instead of the times: rules do nothing but compare them."""
    times = (*moments(incident), *_put_off(incident))
    places = _places(incident) if corrected else ()
    rank = {at: place for place, at in enumerate(sorted({at for at in times if at is not None}))}
    return (*_plain(incident), *(None if at is None else rank[at] for at in times), *places)


def moments(incident: Incident) -> tuple[datetime | None, ...]:
    """The times that a rule can compare: milestones, and the stages next to those that are milestones.

    Of a long history with many reopenings only the first, the declared and the last stage matter, with
    their neighbours; that is what keeps the walk finite.
    """
    stages = incident.stages
    declared = next((place for place, entry in enumerate(stages) if entry.stage is Stage.INCIDENT), None)
    near = (1, -2, -1) if declared is None else (1, declared - 1, declared, declared + 1, -2, -1)
    found = [stages[place].at if -len(stages) <= place < len(stages) else None for place in (0, *near)]
    found += [None] * (7 - len(found))
    marks = (
        incident.impact_started_at,
        incident.detected_at,
        incident.acknowledged_at,
        incident.mitigated_at,
    )
    return (*found, *marks)


def _plain(incident: Incident) -> Facts:
    return (
        incident.stage,
        incident.status,
        incident.severity,
        incident.declared_at is not None,
        incident.outcome,
        incident.duplicate_of,
        tuple(sorted((role, str(holder)) for role, holder in incident.roles.items())),
        incident.access,
        incident.private,
        incident.review_done_at is not None,
        tuple((piece.id, piece.url, piece.retracted) for piece in incident.evidence),
        tuple((update.id, update.retracted) for update in incident.updates),
        tuple(_item(task) for task in incident.tasks),
        tuple(_item(task) for task in incident.follow_ups),
        tuple(sorted(incident.reminders)),
    )


def _put_off(incident: Incident) -> tuple[datetime | None, ...]:
    """Until when each timer that was put off is snoozed, in the order of their names; None: stopped."""
    return tuple(until for _, until in sorted(incident.reminders.items()))


def _places(incident: Incident) -> Facts:
    """Which of the stages of `moments` are the same stage: to correct one of these times corrects both."""
    stages = incident.stages
    declared = next((place for place, entry in enumerate(stages) if entry.stage is Stage.INCIDENT), None)
    if declared is None:
        return (None, min(len(stages), 4))
    return (min(declared, 3), min(len(stages) - declared, 4))


def _item(task: Task) -> Facts:
    return (task.id, task.retracted) if task.retracted else (task.id, task.owner, task.done_at is not None)
