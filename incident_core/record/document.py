"""One incident as plain JSON values, as `--json` prints it; times in ISO 8601 with Z."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from incident_core.model.actor import Actor
from incident_core.model.entry import Evidence, Task, Update
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone, durations, milestone
from incident_core.model.outcome import Outcome
from incident_core.model.stage import Stage
from incident_core.model.times import to_iso

Document = dict[str, object]


def document(incident: Incident) -> Document:
    """Everything about the incident; null where not set or redacted, durations in seconds."""
    return {
        "key": incident.key,
        "title": incident.title,
        "stage": incident.stage.value,
        "status": None if incident.status is None else incident.status.value,
        "severity": incident.severity.value,
        "drill": incident.drill,
        "private": incident.private,
        "opened_by": str(incident.opened_by),
        "stages": [
            {"stage": entry.stage.value, "at": to_iso(entry.at), "by": str(entry.by)}
            for entry in incident.stages
        ],
        "roles": {role: str(holder) for role, holder in sorted(incident.roles.items())},
        "evidence": [_evidence(entry) for entry in incident.evidence],
        "updates": [_update(entry) for entry in incident.updates],
        "tasks": [_task(entry) for entry in incident.tasks],
        "follow_ups": [_task(entry) for entry in incident.follow_ups],
        "outcome": None if incident.outcome is None else incident.outcome.value,
        "duplicate_of": incident.duplicate_of,
        **{each.value: _time(milestone(incident, each)) for each in Milestone},
        "review_done_at": _time(incident.review_done_at),
        "durations": {
            name: None if length is None else length.total_seconds()
            for name, length in durations(incident).items()
        },
        "externals": dict(sorted(incident.externals.items())),
        "version": incident.version,
    }


def time_in_stage(document: Document, until: datetime) -> dict[str, float]:
    """Seconds in each stage it was in but closed, all visits together, the present one up to `until`."""
    spent: dict[str, float] = {}
    entered = _stages(document)
    ends = [at for _, at in entered[1:]] + [max(until, entered[-1][1])]
    for (stage, at), end in zip(entered, ends, strict=True):
        if stage != Stage.CLOSED:
            spent[stage] = spent.get(stage, 0.0) + (end - at).total_seconds()
    return spent


def left_out(document: Document) -> str | None:
    """Why durations leave this one out: drill, false_alarm or duplicate; None where they count it."""
    if document["drill"]:
        return "drill"
    outcome = document["outcome"]
    return str(outcome) if outcome in (Outcome.FALSE_ALARM, Outcome.DUPLICATE) else None


def _stages(document: Document) -> list[tuple[str, datetime]]:
    stages: Any = document["stages"]
    return [(entry["stage"], datetime.fromisoformat(entry["at"])) for entry in stages]


def _time(when: datetime | None) -> str | None:
    return None if when is None else to_iso(when)


def _name(actor: Actor | None) -> str | None:
    return None if actor is None else str(actor)


def _evidence(entry: Evidence) -> Document:
    return {
        "id": entry.id,
        "url": entry.url,
        "note": entry.note,
        "added_by": str(entry.added_by),
        "added_at": _time(entry.added_at),
        "retracted": entry.retracted,
    }


def _update(entry: Update) -> Document:
    return {
        "id": entry.id,
        "text": entry.text,
        "impact": entry.impact,
        "components": list(entry.components),
        "next_due": _time(entry.next_due),
        "sent_by": str(entry.sent_by),
        "sent_at": _time(entry.sent_at),
        "retracted": entry.retracted,
    }


def _task(entry: Task) -> Document:
    return {
        "id": entry.id,
        "text": entry.text,
        "owner": _name(entry.owner),
        "due": None if entry.due is None else {"on": entry.due.on.isoformat(), "zone": entry.due.zone},
        "added_at": _time(entry.added_at),
        "done_at": _time(entry.done_at),
        "done_by": _name(entry.done_by),
        "retracted": entry.retracted,
    }
