"""The aggregate: everything one incident is, folded from its events; frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from incident_core.model.actor import Actor
from incident_core.model.entry import Evidence, Task, Update
from incident_core.model.outcome import Outcome
from incident_core.model.role import COMMANDER
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status

_OPEN_STAGES = (Stage.INVESTIGATION, Stage.INCIDENT)


class StageEntry(NamedTuple):
    """A stage, when it was entered (UTC), and by whom."""

    stage: Stage
    at: datetime
    by: Actor


class SeverityEntry(NamedTuple):
    """A severity, and since when (UTC)."""

    severity: Severity
    at: datetime


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident. `number` is None until the first commit; texts are None once redacted.

    `stages` is every stage entered, in order; the milestones opened, declared, resolved and closed are
    read off it. `severities` is every severity it had, in order, from the opening on. `vacated` says when
    (UTC) a role that was released, and is empty, was left. `reminders` holds the timers that are snoozed
    (until when, UTC) or stopped (None). `access` says who may see it when it is private.
    """

    number: int | None
    title: str | None
    severity: Severity
    severities: tuple[SeverityEntry, ...]
    drill: bool
    private: bool
    opened_by: Actor
    stages: tuple[StageEntry, ...]
    status: Status | None
    roles: Mapping[str, Actor]
    vacated: Mapping[str, datetime]
    evidence: tuple[Evidence, ...]
    updates: tuple[Update, ...]
    tasks: tuple[Task, ...]
    follow_ups: tuple[Task, ...]
    outcome: Outcome | None
    duplicate_of: str | None
    impact_started_at: datetime | None
    detected_at: datetime | None
    acknowledged_at: datetime | None
    mitigated_at: datetime | None
    review_done_at: datetime | None
    access: frozenset[Actor]
    externals: Mapping[str, str]
    reminders: Mapping[str, datetime | None]
    version: int

    @property
    def key(self) -> str:
        """What people type: INC-42."""
        return "INC-?" if self.number is None else f"INC-{self.number}"

    @property
    def stage(self) -> Stage:
        return self.stages[-1].stage

    @property
    def commander(self) -> Actor | None:
        return self.roles.get(COMMANDER)

    @property
    def opened_at(self) -> datetime:
        return self.stages[0].at

    @property
    def declared_at(self) -> datetime | None:
        """When it first became an incident; reopening does not change it."""
        return next((entry.at for entry in self.stages if entry.stage is Stage.INCIDENT), None)

    @property
    def resolved_at(self) -> datetime | None:
        """When it was last resolved; None while it is open again."""
        return self._ended(Stage.RESOLVED)

    @property
    def closed_at(self) -> datetime | None:
        """When it was last closed; None while it is open again."""
        return self._ended(Stage.CLOSED)

    def seen_by(self, viewer: Actor) -> bool:
        """Whether this viewer may read it: everybody, unless it is private."""
        return not self.private or viewer in self.access

    def _ended(self, stage: Stage) -> datetime | None:
        for entry in reversed(self.stages):
            if entry.stage is stage:
                return entry.at
            if entry.stage in _OPEN_STAGES:
                return None
        return None
