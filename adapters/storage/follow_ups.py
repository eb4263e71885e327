"""Follow-ups that are open in all that somebody can see, the one whose day was over first before the others.

Public ones are a walk along an index; private ones are found through what the viewer was granted. Where only
somebody's own are wanted, those are looked through.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, union_all

from adapters.storage.duties import OPEN, OPEN_PRIVATE, documents_of, owed, seconds
from adapters.storage.sight import Sight
from adapters.storage.tables import access, duties, incidents
from incident_core.model.actor import Actor
from incident_core.ports.reader import FollowUp

_FOUND = (
    duties.c.incident_id, duties.c.name, duties.c.actor, duties.c.over_by, duties.c.number, duties.c.place,
)  # fmt: skip
_LOOKED_THROUGH = duties.c.over_by + 0
"""In a form that no index has: a few are looked through and sorted, instead of all walked past in order."""


def open_ones(
    connection: Connection,
    workspace: str,
    sight: Sight,
    limit: int,
    owner: Actor | None,
    over_at: datetime | None,
) -> tuple[FollowUp, ...]:
    """At most `limit`; `owner`: only theirs, `over_at`: only those whose day was over then."""
    rows = connection.execute(asked(workspace, sight, limit, owner, over_at)).all()
    whole = documents_of(connection, {row.first_seq for row in rows})
    return tuple(_follow_up(row, whole) for row in rows)


def asked(
    workspace: str, sight: Sight, limit: int, owner: Actor | None, over_at: datetime | None
) -> Select[Any]:
    """The statement, whose rows have what `owed` needs, and the owner."""
    over_by = duties.c.over_by if owner is None else _LOOKED_THROUGH
    wanted = [duties.c.workspace == workspace]
    wanted += [] if owner is None else [duties.c.actor == str(owner)]
    wanted += [] if over_at is None else [over_by <= seconds(over_at)]
    walks = [_walk(over_by, duties.c.kind == kind, *wanted) for kind in _kinds(sight)]
    if not sight.everything:
        walks.append(_granted(sight, workspace, owner, over_at))
    merged = union_all(*(select(each.limit(limit).subquery()) for each in walks)).subquery()
    place = (merged.c.over_by, merged.c.number, merged.c.place)
    about = (incidents.c.first_seq, incidents.c.drill, incidents.c.private)
    found = select(merged.c.name, merged.c.actor, merged.c.number, *about)
    return found.join(incidents, incidents.c.id == merged.c.incident_id).order_by(*place).limit(limit)


def _kinds(sight: Sight) -> Sequence[str]:
    """What this viewer sees without being granted it."""
    return (OPEN, OPEN_PRIVATE) if sight.everything else (OPEN,)


def _walk(over_by: ColumnElement[int], *wanted: ColumnElement[bool]) -> Select[Any]:
    return select(*_FOUND).where(*wanted).order_by(over_by, duties.c.number, duties.c.place)


def _granted(sight: Sight, workspace: str, owner: Actor | None, over_at: datetime | None) -> Select[Any]:
    """What was granted to the viewer, and nothing else, is looked through."""
    wanted = [access.c.actor == sight.name, func.coalesce(duties.c.workspace, "") == workspace]
    wanted += [] if owner is None else [func.coalesce(duties.c.actor, "") == str(owner)]
    wanted += [] if over_at is None else [seconds(over_at) >= _LOOKED_THROUGH]
    found = _walk(_LOOKED_THROUGH, duties.c.kind == OPEN_PRIVATE, *wanted)
    return found.select_from(access.join(duties, access.c.incident_id == duties.c.incident_id))


def _follow_up(row: Any, whole: dict[int, str]) -> FollowUp:
    each = owed(row, whole)
    owner = Actor.parse(row.actor) if row.actor else None
    return FollowUp(each.key, each.item, each.text, owner, each.due, each.drill, each.private)
