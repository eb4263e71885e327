"""Incidents with all that one mirror knows of them outside: two questions for any number of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, select, union_all

from adapters.storage.mirrors_effects import effect
from adapters.storage.tables import incidents, mirror_effects
from incident_core.model.actor import Actor
from incident_core.model.stage import Stage
from incident_core.ports.mirrors import Effect
from incident_core.ports.whereabouts import Home

_ROW = select(
    incidents.c.id,
    incidents.c.number,
    incidents.c.title,
    incidents.c.stage,
    incidents.c.private,
    incidents.c.commander,
).where(incidents.c.workspace == bindparam("workspace"))
BY_NUMBER = _ROW.where(incidents.c.number.in_(bindparam("numbers", expanding=True))).order_by(
    incidents.c.number
)
KNOWN = select(mirror_effects).where(
    mirror_effects.c.incident_id.in_(bindparam("ids", expanding=True)),
    mirror_effects.c.mirror == bindparam("mirror"),
    mirror_effects.c.version.is_(None),
    mirror_effects.c.reminder.is_(None),
)


def _next(stage: Stage, *, private: bool) -> Select[Any]:
    chosen = incidents.c.private if private else ~incidents.c.private
    page = _ROW.where(incidents.c.stage == stage.value, chosen, incidents.c.number > bindparam("after"))
    return select(page.order_by(incidents.c.number).limit(bindparam("most")).subquery())


# Each walks an index of its own, so that what is closed is not looked at.
_PARTS = union_all(
    *(
        _next(stage, private=private)
        for stage in Stage
        if stage is not Stage.CLOSED
        for private in (False, True)
    )
).subquery()
OPEN = select(_PARTS).order_by(_PARTS.c.number).limit(bindparam("most"))


def homes(connection: Connection, mirror: str, rows: Sequence[Any]) -> tuple[Home, ...]:
    """Those of these rows of incidents."""
    known: dict[UUID, dict[str, Effect]] = defaultdict(dict)
    if rows:
        for each in connection.execute(KNOWN, {"ids": [row.id for row in rows], "mirror": mirror}):
            known[each.incident_id][each.slot] = effect(each)
    return tuple(
        Home(
            row.id,
            row.number,
            row.title,
            Stage(row.stage),
            row.private,
            None if row.commander is None else Actor.parse(row.commander),
            known[row.id],
        )
        for row in rows
    )
