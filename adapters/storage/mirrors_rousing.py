"""Rousing: what failed so often that it waits for long is tried again, once the outside has answered."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, select, update

from adapters.storage.tables import mirror_effects, mirrors
from incident_core.ports.mirrors import ROUSED, TIRED, Claim

MOST = 500
"""Incidents at a time: what is roused rouses the others when it has been done."""

_TIRED = and_(
    mirror_effects.c.error.is_not(None),
    mirror_effects.c.attempts >= TIRED,
    mirror_effects.c.stopped.is_(False),
    mirror_effects.c.skipped.is_(False),
    mirror_effects.c.next_at > bindparam("now"),
)


def rouse(connection: Connection, claim: Claim, now: datetime) -> int:
    """How many incidents that were."""
    asked = {"of_workspace": claim.workspace, "of_mirror": claim.mirror, "now": now}
    found = connection.execute(_asleep(), asked).scalars().all()
    if found:
        named = {"of_mirror": claim.mirror, "found": found, "now": now}
        connection.execute(_again(), named)
        connection.execute(_due(), named)
    return len(found)


@cache
def _asleep() -> Any:
    """Locked in the order of their ids: of two who rouse the same ones, neither waits for the other."""
    same = and_(
        mirror_effects.c.incident_id == mirrors.c.incident_id, mirror_effects.c.mirror == mirrors.c.mirror
    )
    return (
        select(mirrors.c.incident_id)
        .where(
            mirrors.c.workspace == bindparam("of_workspace"),
            mirrors.c.mirror == bindparam("of_mirror"),
            mirrors.c.next_at > bindparam("now"),
            exists().where(same, _TIRED),
        )
        .order_by(mirrors.c.incident_id)
        .limit(MOST)
        .with_for_update(of=mirrors)
    )


@cache
def _again() -> Any:
    return (
        update(mirror_effects)
        .where(
            mirror_effects.c.incident_id.in_(bindparam("found", expanding=True)),
            mirror_effects.c.mirror == bindparam("of_mirror"),
            _TIRED,
        )
        .values(attempts=ROUSED, next_at=None)
    )


@cache
def _due() -> Any:
    ours = mirrors.c.incident_id.in_(bindparam("found", expanding=True))
    return (
        update(mirrors)
        .where(ours, mirrors.c.mirror == bindparam("of_mirror"))
        .values(next_at=bindparam("now"), revision=mirrors.c.revision + 1)
    )
