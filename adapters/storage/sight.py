"""Who asks, and what they see: private incidents are for those who are in `access`, and for admins."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, not_, or_, true

from adapters.storage.tables import access, incidents
from incident_core.model.actor import Actor


@dataclass(frozen=True, slots=True)
class Sight:
    """What a viewer sees: what is public and what they were let to, or, an admin, `everything`."""

    viewer: Actor
    everything: bool = False

    @property
    def name(self) -> str:
        """The viewer as they stand in `access`."""
        return str(self.viewer)

    def visible(self) -> ColumnElement[bool]:
        """Whether a row of `incidents` is seen."""
        if self.everything:
            return true()
        granted = exists().where(access.c.incident_id == incidents.c.id, access.c.actor == self.name)
        return or_(not_(incidents.c.private), granted)


def sight_of(viewer: Actor, admins: Collection[Actor]) -> Sight:
    """The sight of this viewer, where these are admins."""
    return Sight(viewer, viewer in admins)
