"""The Whereabouts in a database: what mirrors made outside, found by its name there and by its incident."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from adapters.storage import homes
from adapters.storage.answers import key_of
from adapters.storage.keys import is_storable, number_of
from adapters.storage.store import Store
from adapters.storage.tables import incidents, mirror_effects
from incident_core.ports.whereabouts import Home

_THERE = (
    select(incidents.c.number, mirror_effects.c.external_id)
    .join(mirror_effects, mirror_effects.c.incident_id == incidents.c.id)
    .where(
        incidents.c.workspace == bindparam("workspace"),
        mirror_effects.c.mirror == bindparam("mirror"),
        mirror_effects.c.slot == bindparam("slot"),
        mirror_effects.c.external_id.is_not(None),
        mirror_effects.c.version.is_(None),
        mirror_effects.c.reminder.is_(None),
        mirror_effects.c.done,
    )
)
BY_PLACE = (
    _THERE.where(mirror_effects.c.external_id == bindparam("external_id"))
    .order_by(incidents.c.number.desc())
    .limit(1)
)
BY_PLACES = _THERE.where(
    mirror_effects.c.external_id.in_(bindparam("external_ids", expanding=True))
).order_by(incidents.c.number)
BY_NUMBER = _THERE.where(incidents.c.number.in_(bindparam("numbers", expanding=True)))


@dataclass(frozen=True, slots=True)
class SqlWhereabouts:
    """The Whereabouts over a Store."""

    store: Store

    def incident(self, workspace: str, mirror: str, slot: str, external_id: str) -> str | None:
        """The key of the incident that lives there."""
        if not is_storable(external_id):
            return None
        asked = {"workspace": workspace, "mirror": mirror, "slot": slot, "external_id": external_id}
        with self.store.reading() as connection:
            row = connection.execute(BY_PLACE, asked).first()
        return None if row is None else key_of(row.number)

    def living(
        self, workspace: str, mirror: str, slot: str, external_ids: Sequence[str]
    ) -> Mapping[str, str]:
        """The keys of the incidents that live in these places."""
        places = sorted(filter(is_storable, set(external_ids)))
        if not places:
            return {}
        asked = {"workspace": workspace, "mirror": mirror, "slot": slot, "external_ids": places}
        with self.store.reading() as connection:
            return {row.external_id: key_of(row.number) for row in connection.execute(BY_PLACES, asked)}

    def outside(self, workspace: str, mirror: str, slot: str, keys: Sequence[str]) -> Mapping[str, str]:
        """External ids by key, of those that are there."""
        numbers = sorted({number for key in keys if (number := number_of(key)) is not None})
        if not numbers:
            return {}
        asked = {"workspace": workspace, "mirror": mirror, "slot": slot, "numbers": numbers}
        with self.store.reading() as connection:
            return {key_of(row.number): row.external_id for row in connection.execute(BY_NUMBER, asked)}

    def homes(self, workspace: str, mirror: str, keys: Sequence[str]) -> Sequence[Home]:
        """These incidents, with the lowest number first."""
        numbers = sorted({number for key in keys if (number := number_of(key)) is not None})
        if not numbers:
            return ()
        with self.store.reading() as connection:
            asked = {"workspace": workspace, "numbers": numbers}
            return homes.homes(connection, mirror, connection.execute(homes.BY_NUMBER, asked).all())

    def open(self, workspace: str, mirror: str, after: int, limit: int) -> Sequence[Home]:
        """Incidents that are not closed, with the lowest number first."""
        with self.store.reading() as connection:
            asked = {"workspace": workspace, "after": after, "most": limit}
            return homes.homes(connection, mirror, connection.execute(homes.OPEN, asked).all())
