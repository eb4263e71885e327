"""The events of incidents, as questions to the database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam

from adapters.storage.keys import number_of
from adapters.storage.rows import Recorded, reading, recorded
from adapters.storage.tables import events, incidents
from adapters.storage.view import visible
from incident_core.model.actor import Actor

_STREAM = reading().where(events.c.incident_id == bindparam("incident_id")).order_by(events.c.version)


def stream(connection: Connection, incident_id: UUID) -> list[Recorded]:
    """Every event of one incident, in order of version."""
    return list(recorded(connection.execute(_STREAM, {"incident_id": incident_id})))


def stream_of(workspace: str, key: str, viewer: Actor, *more: Any) -> Select[Any] | None:
    """Every event of the incident with this key, no rows where the viewer can see none; None for no key."""
    number = number_of(key)
    if number is None:
        return None
    return (
        reading(*more)
        .join(incidents, incidents.c.id == events.c.incident_id)
        .where(incidents.c.workspace == workspace, incidents.c.number == number, visible(viewer))
        .order_by(events.c.version)
    )
