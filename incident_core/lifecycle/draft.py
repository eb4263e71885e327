"""An incident that is being folded: a mutable draft, frozen once; `changes` is what each event does to it."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import Any

from incident_core import events as e
from incident_core.model.actor import Actor
from incident_core.model.entry import Evidence, Task, Update
from incident_core.model.incident import Incident, SeverityEntry, StageEntry
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status


class Draft:
    """An incident that is being folded; entries are kept by id, so that adding one costs the same always."""

    __slots__ = (
        "access", "acknowledged_at", "detected_at", "drill", "duplicate_of", "evidence", "externals",
        "follow_ups", "impact_started_at", "mitigated_at", "number", "opened_by",
        "outcome", "private", "reminders", "review_done_at", "roles", "severities", "severity",
        "stages", "status", "tasks", "title", "updates", "vacated", "version",
    )  # fmt: skip

    number: int | None
    title: str | None
    severity: Severity
    severities: list[SeverityEntry]
    drill: bool
    private: bool
    opened_by: Actor
    stages: list[StageEntry]
    status: Status | None
    roles: dict[str, Actor]
    vacated: dict[str, datetime]
    evidence: dict[str, Evidence]
    updates: dict[str, Update]
    tasks: dict[str, Task]
    follow_ups: dict[str, Task]
    outcome: Outcome | None
    duplicate_of: str | None
    impact_started_at: datetime | None
    detected_at: datetime | None
    acknowledged_at: datetime | None
    mitigated_at: datetime | None
    review_done_at: datetime | None
    access: set[Actor]
    externals: dict[str, str]
    reminders: dict[str, datetime | None]
    version: int

    def entries(self) -> tuple[dict[str, Any], ...]:
        """The four collections whose entries can be retracted."""
        return self.evidence, self.updates, self.tasks, self.follow_ups


PLAIN = (
    "number", "title", "severity", "drill", "private", "opened_by", "status", "outcome", "duplicate_of",
    "impact_started_at", "detected_at", "acknowledged_at", "mitigated_at", "review_done_at", "version",
)  # fmt: skip
"""The fields that a draft has just as the incident has them."""


def thaw(incident: Incident) -> Draft:
    """A draft that can be changed without changing `incident`."""
    draft = Draft()
    for name in PLAIN:
        setattr(draft, name, getattr(incident, name))
    draft.stages = list(incident.stages)
    draft.severities = list(incident.severities)
    draft.roles, draft.vacated = dict(incident.roles), dict(incident.vacated)
    draft.evidence = {entry.id: entry for entry in incident.evidence}
    draft.updates = {entry.id: entry for entry in incident.updates}
    draft.tasks = {entry.id: entry for entry in incident.tasks}
    draft.follow_ups = {entry.id: entry for entry in incident.follow_ups}
    draft.access = set(incident.access)
    draft.externals = dict(incident.externals)
    draft.reminders = dict(incident.reminders)
    return draft


def freeze(draft: Draft) -> Incident:
    """The incident that the draft has become."""
    return Incident(
        number=draft.number,
        title=draft.title,
        severity=draft.severity,
        severities=tuple(draft.severities),
        drill=draft.drill,
        private=draft.private,
        opened_by=draft.opened_by,
        stages=tuple(draft.stages),
        status=draft.status,
        roles=MappingProxyType(draft.roles),
        vacated=MappingProxyType(draft.vacated),
        evidence=tuple(draft.evidence.values()),
        updates=tuple(draft.updates.values()),
        tasks=tuple(draft.tasks.values()),
        follow_ups=tuple(draft.follow_ups.values()),
        outcome=draft.outcome,
        duplicate_of=draft.duplicate_of,
        impact_started_at=draft.impact_started_at,
        detected_at=draft.detected_at,
        acknowledged_at=draft.acknowledged_at,
        mitigated_at=draft.mitigated_at,
        review_done_at=draft.review_done_at,
        access=frozenset(draft.access),
        externals=MappingProxyType(draft.externals),
        reminders=MappingProxyType(draft.reminders),
        version=draft.version,
    )


def begin(event: e.Opened) -> Draft:
    """The draft of a history whose first event this is."""
    draft = Draft()
    for name in PLAIN:
        setattr(draft, name, None)
    draft.number, draft.title, draft.severity = event.number, event.title, event.severity
    draft.drill, draft.private, draft.opened_by = event.drill, event.private, event.actor
    draft.stages = [StageEntry(Stage.INVESTIGATION, event.at, event.actor)]
    draft.severities = [SeverityEntry(event.severity, event.at)]
    draft.roles, draft.vacated = {}, {}
    draft.evidence, draft.updates, draft.tasks, draft.follow_ups = {}, {}, {}, {}
    draft.access, draft.externals, draft.reminders = {event.actor}, {}, {}
    draft.version = 1
    return draft
