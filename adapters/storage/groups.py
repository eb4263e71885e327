"""The Groups in a database: one row for each group, replaced as a whole by newer news."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select

from adapters.storage.keys import is_storable
from adapters.storage.mirrors_wanting import upserting
from adapters.storage.store import Store
from adapters.storage.tables import user_groups
from adapters.storage.types import damaged
from incident_core.model.actor import Actor

_KNOWN = select(user_groups.c.name, user_groups.c.members).where(
    user_groups.c.workspace == bindparam("workspace"),
    user_groups.c.name.in_(bindparam("names", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class SqlGroups:
    """The Groups over a Store."""

    store: Store

    def members(self, workspace: str, groups: Collection[str]) -> Mapping[str, frozenset[Actor]]:
        """Who is in each of these groups; those that are not known are left out."""
        names = sorted(filter(is_storable, set(groups)))
        if not names:
            return {}
        with self.store.reading() as connection:
            rows = connection.execute(_KNOWN, {"workspace": workspace, "names": names}).all()
        return {row.name: _members(row.members) for row in rows}

    def keep(self, workspace: str, group: str, members: Collection[Actor], at: datetime) -> None:
        """These, and nobody else, were its members; what was asked earlier than what is kept is left out."""
        text = json.dumps(sorted({str(each) for each in members}), ensure_ascii=False)
        values = {"workspace": workspace, "name": group, "members": text, "asked_at": at}
        with self.store.writing() as connection:
            connection.execute(_keeping(connection.dialect.name), values)


@cache
def _keeping(dialect: str) -> Any:
    insert = upserting(dialect, user_groups)
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["workspace", "name"],
        set_={"members": new.members, "asked_at": new.asked_at},
        where=user_groups.c.asked_at <= new.asked_at,
    )


def _members(text: str) -> frozenset[Actor]:
    try:
        return frozenset(Actor.parse(each) for each in json.loads(text))
    except (ValueError, TypeError, AttributeError) as error:
        raise damaged("members of a group", text) from error
