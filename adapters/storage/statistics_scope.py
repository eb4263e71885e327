"""Which incidents a report is about; every condition is one that an index answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, and_, func, not_, or_, select

from adapters.storage.sight import Sight
from adapters.storage.tables import access, incidents
from incident_core.model.stage import Stage
from incident_core.model.window import Window
from incident_core.ports.statistics import Grouping

WEEK_HOURS = 7 * 24
Condition = ColumnElement[bool]

OPENED_BY: dict[Grouping, ColumnElement[Any]] = {
    Grouping.SEVERITY: incidents.c.severity,
    Grouping.COMMANDER: incidents.c.commander,
    Grouping.WEEK: incidents.c.opened_hour // WEEK_HOURS,
}
"""By what incidents opened are divided; a week is a number, counted from the first."""

DECLARED_BY = {**OPENED_BY, Grouping.WEEK: incidents.c.declared_hour // WEEK_HOURS}
"""By what incidents declared are divided."""

HOUR_OF_WEEK = incidents.c.opened_hour % WEEK_HOURS


@dataclass(frozen=True, slots=True)
class Scope:
    """Incidents of a workspace that this viewer may see, drills apart."""

    workspace: str
    window: Window
    sight: Sight

    def opened(self) -> Condition:
        """Opened in the window."""
        return and_(self._seen(), not_(incidents.c.drill), *self._inside(incidents.c.opened_at))

    def declared(self) -> Condition:
        """First declared in the window."""
        declared_at = incidents.c.declared_at
        # SQLite uses a partial index only where its condition is said.
        return and_(
            self._seen(), not_(incidents.c.drill), declared_at.is_not(None), *self._inside(declared_at)
        )

    def public(self) -> Condition:
        """Those that everybody may see, drills too, whenever opened."""
        return and_(incidents.c.workspace == self.workspace, not_(incidents.c.private))

    def granted(self, *columns: Any) -> Select[Any]:
        """These columns of the others, whenever opened: only what was granted is looked through.

        The workspace is compared in a form that no index has: SQLite would walk through all of it instead.
        """
        others = and_(incidents.c.private, not_(incidents.c.drill))
        if self.sight.everything:
            return select(*columns).where(incidents.c.workspace == self.workspace, others)
        return (
            select(*columns)
            .select_from(access)
            .join(incidents, access.c.incident_id == incidents.c.id)
            .where(
                access.c.actor == self.sight.name,
                others,
                func.coalesce(incidents.c.workspace, "") == self.workspace,
            )
        )

    def beside(self) -> Select[Any]:
        """One row: `drills` opened in the window; now in the stages `investigation` and `incident`.

        And when the `first` and the `last` of all were opened, whoever may see them.
        """
        drills = select(func.count()).where(
            self._seen(), incidents.c.drill, *self._inside(incidents.c.opened_at)
        )
        active = (self._active(stage).label(stage.value) for stage in (Stage.INVESTIGATION, Stage.INCIDENT))
        all_of_them = incidents.c.workspace == self.workspace
        ends = (
            select(end(incidents.c.opened_at)).where(all_of_them).scalar_subquery().label(name)
            for name, end in (("first", func.min), ("last", func.max))
        )
        return select(drills.scalar_subquery().label("drills"), *active, *ends)

    def _active(self, stage: Stage) -> ColumnElement[int]:
        # SQLite uses a partial index only where its condition is said.
        open_ = and_(not_(incidents.c.drill), incidents.c.closed_at.is_(None))
        counted = select(func.count()).where(self._seen(), open_, incidents.c.stage == stage.value)
        return counted.scalar_subquery()

    def _seen(self) -> Condition:
        """Whether the viewer may see it; each private one is looked up by itself.

        Without the offset PostgreSQL would first collect everything that was ever granted to the viewer.
        """
        if self.sight.everything:
            return incidents.c.workspace == self.workspace
        granted = select(access.c.actor).where(
            access.c.incident_id == incidents.c.id, access.c.actor == self.sight.name
        )
        seen = or_(not_(incidents.c.private), granted.offset(0).exists())
        return and_(incidents.c.workspace == self.workspace, seen)

    def _inside(self, when: Column[Any]) -> list[Condition]:
        since, until = self.window.since, self.window.until
        after = [] if since is None else [when >= since]
        return after if until is None else [*after, when < until]
