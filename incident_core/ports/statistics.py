"""Statistics: what a window of time came to, for one viewer; drills are left out of everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from incident_core.model.actor import Actor
from incident_core.model.window import Window

NOBODY = "nobody"
"""Counts by commander: those without one. No actor is called that: their names have a colon."""

NO_OUTCOME = "none"
"""Counts by outcome: those that are not closed."""


class Grouping(StrEnum):
    """What a report can be divided by."""

    SEVERITY = "severity"
    COMMANDER = "commander"
    WEEK = "week"


class LeftOut(StrEnum):
    """Why a length of time is not counted; the first of these that applies."""

    FALSE_ALARM = "false_alarm"
    DUPLICATE = "duplicate"
    UNFINISHED = "unfinished"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: `n` were counted; None where there were none.

    Median and p90 by nearest rank: the smallest value that at least that part of all do not exceed. The
    mean is rounded down to the microsecond. `left_out` has a count for every reason.
    """

    n: int
    median: timedelta | None
    p90: timedelta | None
    mean: timedelta | None
    left_out: Mapping[LeftOut, int]


@dataclass(frozen=True, slots=True)
class Group:
    """One severity, commander (or NOBODY) or ISO week (2026-W47)."""

    name: str
    opened: int
    declared: int
    spreads: Mapping[str, Spread]

    @property
    def escalation_rate(self) -> float | None:
        """Declared by opened; None where none was opened."""
        return self.declared / self.opened if self.opened else None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about the incidents that were opened in the window, and that the viewer may see.

    Except `active_...` (in that stage now, whenever opened) and `declared` (first declared in the window,
    whenever opened). `drills` were opened in the window, and are counted nowhere else. `spent_...` adds up
    the time in the stages investigation and incident, up to now, whatever the outcome.

    `spreads` are by name: every duration, then time_in_investigation, time_in_incident, time_in_resolved:
    all visits together, UNFINISHED while the incident is in that stage, MISSING where it never was. A
    duration is never UNFINISHED, but MISSING while one of its milestones is.

    Counts are of incidents opened: every severity and outcome in its own order, also those that none has,
    NO_OUTCOME last; those weeks that there are, in order of time; those commanders that there are, the
    busiest first, then by name. `by_hour` is weekday (Monday first) by hour, in UTC. Commander, severity
    and outcome are those of now.

    `groups` are empty unless asked for, in the same order; a commander or week is also there where it has
    only declared ones. In groups by week `declared` counts those declared in that week, and `opened` those
    opened in it.
    """

    window: Window
    active_investigations: int
    active_incidents: int
    opened: int
    declared: int
    drills: int
    spent_investigating: timedelta
    spent_responding: timedelta
    spreads: Mapping[str, Spread]
    by_week: Mapping[str, int]
    by_severity: Mapping[str, int]
    by_outcome: Mapping[str, int]
    by_commander: Mapping[str, int]
    by_hour: tuple[tuple[int, ...], ...]
    groups: tuple[Group, ...] = ()

    @property
    def escalation_rate(self) -> float | None:
        """Declared by opened; None where none was opened."""
        return self.declared / self.opened if self.opened else None


class Statistics(Protocol):
    """Every method may raise Unavailable."""

    def report(
        self, workspace: str, window: Window, viewer: Actor, now: datetime, by: Grouping | None = None
    ) -> Report:
        """What the window came to, as of one moment; `now` (UTC) ends what still lasts."""
        ...
