"""What the database holds at the end, read past the processes: commands, events, effects, reminders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from adapters.storage import open_database
from adapters.system import SystemIds
from incident_core.lifecycle.fold import fold
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.ports.reader import Entry
from tests.servers.databases import connect

WORKSPACE = "default"
SOON = "30 seconds"
"""What is due that soon is waited for."""
WATCHER = Actor("cli", "watcher")

_WAITS = "SELECT count(*) FROM mirrors WHERE next_at IS NOT NULL OR lease_until > now()"
_WILL_FIRE = f"SELECT count(*) FROM timers WHERE NOT stopped AND due_at < now() + interval '{SOON}'"
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_STUCK = (
    "SELECT number, mirrors.shown, mirrors.wanted, mirrors.next_at, mirrors.error, mirrors.lease_until"
    " FROM mirrors LEFT JOIN incidents ON id = incident_id"
    " WHERE mirrors.next_at IS NOT NULL OR shown < wanted OR reminded < to_remind"
)


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing outside, as the engine knows it."""

    slot: str
    done: bool
    stopped: bool
    skipped: bool
    external_id: str | None
    error: str | None


@dataclass(frozen=True)
class Told:
    """One incident: `incident` is the fold of its `entries`, and `effects` are by slot."""

    id: UUID
    incident: Incident
    entries: Sequence[Entry]
    effects: Mapping[str, Effect]


class Record:
    """A database, asked in SQL and folded from its events; `url` is its address."""

    def __init__(self, url: str, policy: Policy) -> None:
        self.url = url
        self._policy = replace(policy, admins=frozenset({WATCHER}))

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        with closing(connect(self.url)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def quiet(self) -> bool:
        """Whether nothing is left to do in Slack, and no timer is about to fire."""
        return [*self.ask(_WAITS), *self.ask(_WILL_FIRE)] == [(0,), (0,)]

    def stuck(self) -> list[tuple[Any, ...]]:
        """What is still to be done."""
        return self.ask(_STUCK)

    def connections(self) -> int:
        """How many others are connected."""
        return int(self.ask(_OTHERS)[0][0])

    @cached_property
    def incidents(self) -> tuple[Told, ...]:
        """All of them, in the order of their numbers."""
        rows = self.ask("SELECT number, id FROM incidents ORDER BY number")
        database = open_database(self.url, ids=SystemIds(), wait_seconds=30.0, policy=self._policy)
        with closing(database):
            found = []
            for number, id_ in rows:
                entries = database.reader.timeline(WORKSPACE, f"INC-{number}", WATCHER)
                assert entries is not None
                incident = replace(fold(each.event for each in entries), number=number)
                found.append(Told(UUID(str(id_)), incident, entries, self._effects(str(id_))))
        return tuple(found)

    def _effects(self, id_: str) -> dict[str, Effect]:
        columns = "slot, done, stopped, skipped, external_id, error"
        rows = self.ask(f"SELECT {columns} FROM mirror_effects WHERE incident_id = %s::uuid", id_)
        return {row[0]: Effect(*row) for row in rows}
