"""The Findings in a database: what is new is written with the reminders that say it, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, insert, select, text, update

from adapters.storage.answers import key_of
from adapters.storage.keys import number_of
from adapters.storage.mirrors_wanting import remind, upserting
from adapters.storage.rows import Values
from adapters.storage.sight import sight_of
from adapters.storage.store import Store
from adapters.storage.tables import findings, holds, incidents, reminders
from adapters.storage.timers import FIRING_LOCK
from incident_core.model.actor import Actor
from incident_core.model.severity import Severity
from incident_core.ports.findings import Finding, Kept, What
from incident_core.ports.ids import Ids
from incident_core.ports.timers import everything

LOOK = "look"
"""What stands in the place of a method in `holds`, for as long as nobody has to look."""

_NUMBERED = text(f"SELECT pg_advisory_xact_lock({FIRING_LOCK})")
_INCIDENT = select(incidents.c.id, incidents.c.severity, incidents.c.version).where(
    incidents.c.workspace == bindparam("workspace"), incidents.c.number == bindparam("number")
)
_OPEN = select(findings.c.name, findings.c.what, findings.c.detail).where(
    findings.c.incident_id == bindparam("incident_id"),
    findings.c.mirror == bindparam("mirror"),
    findings.c.over_at.is_(None),
)
_OVER = (
    update(findings)
    .where(findings.c.name.in_(bindparam("names", expanding=True)), findings.c.over_at.is_(None))
    .values(over_at=bindparam("now", type_=findings.c.over_at.type))
)
_NEWEST = (
    select(reminders.c.incident_id, func.max(reminders.c.number).label("newest"))
    .where(reminders.c.incident_id.in_(bindparam("ids", expanding=True)))
    .group_by(reminders.c.incident_id)
)


@dataclass(frozen=True, slots=True)
class SqlFindings:
    """The Findings over a Store; `admins` see everything."""

    store: Store
    ids: Ids
    admins: frozenset[Actor] = frozenset()

    def keep(
        self,
        workspace: str,
        mirror: str,
        key: str,
        looked: Collection[What],
        found: Mapping[What, str],
        now: datetime,
    ) -> Kept:
        """What was found of what was looked for, and nothing else, is so."""
        with self.store.writing() as connection:
            if connection.dialect.name == "postgresql":  # one numbers reminders at a time
                connection.execute(_NUMBERED)
            asked = {"workspace": workspace, "number": number_of(key)}
            incident = connection.execute(_INCIDENT, asked).first()
            if incident is None:
                return Kept()
            rows = connection.execute(_OPEN, {"incident_id": incident.id, "mirror": mirror}).all()
            known = {What(row.what): row for row in rows if What(row.what) in looked}
            over = [row for what, row in known.items() if found.get(what) != row.detail]
            if over:
                connection.execute(_OVER, {"names": [row.name for row in over], "now": now})
            new = tuple(
                what
                for what in sorted(set(found) & set(looked))
                if what not in known or known[what].detail != found[what]
            )
            for what in new:
                self._write(connection, workspace, mirror, incident, what, found[what], now)
        return Kept(new, tuple(sorted(What(row.what) for row in over if What(row.what) not in found)))

    def open(self, workspace: str, limit: int, viewer: Actor | None = None) -> tuple[Finding, ...]:
        """What is so now, the oldest first."""
        statement = (
            select(findings, incidents.c.number)
            .join(incidents, incidents.c.id == findings.c.incident_id)
            .where(findings.c.workspace == workspace, findings.c.over_at.is_(None))
            .order_by(findings.c.noticed_at, incidents.c.number, findings.c.what)
            .limit(limit)
        )
        if viewer is not None:
            statement = statement.where(sight_of(viewer, self.admins).visible())
        with self.store.reading() as connection:
            return tuple(map(finding, connection.execute(statement)))

    def turn(self, workspace: str, mirror: str, now: datetime, until: datetime) -> bool:
        """Whether whoever asks is to look now."""
        values = {"workspace": workspace, "mirror": mirror, "method": LOOK, "until": until}
        with self.store.writing() as connection:
            taken = _taking(connection.dialect.name)
            return connection.execute(taken, {**values, "now": now}).rowcount > 0

    def _write(
        self,
        connection: Connection,
        workspace: str,
        mirror: str,
        incident: Any,
        what: What,
        detail: str,
        now: datetime,
    ) -> None:
        name = f"found:{self.ids.uuid()}"
        about = {"workspace": workspace, "incident_id": incident.id, "mirror": mirror}
        row = {**about, "name": name, "what": what.value, "detail": detail, "noticed_at": now}
        connection.execute(insert(findings), [row])
        told = {incident.id: incident} if what is What.COMMANDER_LEFT else {}
        _tell(connection, workspace, mirror, name, {everything(workspace): None, **told}, now)


def _tell(
    connection: Connection,
    workspace: str,
    mirror: str,
    name: str,
    told: Mapping[UUID, Any],
    now: datetime,
) -> None:
    """A reminder for each of these, which the mirror is to say."""
    rows = connection.execute(_NEWEST, {"ids": list(told)})
    newest = {row.incident_id: row.newest for row in rows}
    written = [
        {
            "incident_id": id_,
            "number": newest.get(id_, 0) + 1,
            "workspace": workspace,
            "timer": name,
            "since": now,
            "due_at": now,
            "fired_at": now,
        }
        for id_ in told
    ]
    connection.execute(insert(reminders), written)
    remind(connection, (mirror,), list(_reminded(written, told)), now)


def _reminded(written: list[Values], told: Mapping[UUID, Any]) -> Iterator[Values]:
    for each in written:
        row = told[each["incident_id"]]
        severity = Severity.SEV4.value if row is None else row.severity
        yield {**each, "severity": severity, "version": 0 if row is None else row.version}


@cache
def _taking(dialect: str) -> Any:
    insert_ = upserting(dialect, holds)
    return insert_.on_conflict_do_update(
        index_elements=["workspace", "mirror", "method"],
        set_={"until": insert_.excluded.until},
        where=holds.c.until <= bindparam("now", type_=holds.c.until.type),
    )


def finding(row: Row[Any]) -> Finding:
    """The finding of one row, which has the number of its incident."""
    at, over = row.noticed_at, row.over_at is not None
    return Finding(key_of(row.number), row.mirror, What(row.what), row.detail, at, over)
