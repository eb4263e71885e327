"""The database as the program uses it: opened by its address, with a port for each purpose."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from adapters.storage.store import Description, Store
from incident_core.errors import Unavailable

if TYPE_CHECKING:
    from adapters.storage.schema import Schema
    from adapters.storage.timers_arming import Derive
    from incident_core.model.actor import Actor
    from incident_core.model.policy import Policy
    from incident_core.ports.backlog import Backlog
    from incident_core.ports.findings import Findings
    from incident_core.ports.groups import Groups
    from incident_core.ports.ids import Ids
    from incident_core.ports.intake import Intake
    from incident_core.ports.ledger import Ledger
    from incident_core.ports.log import Log
    from incident_core.ports.mirrors import Mirrors
    from incident_core.ports.pruning import Pruning
    from incident_core.ports.reader import Reader
    from incident_core.ports.statistics import Statistics
    from incident_core.ports.timers import Timers
    from incident_core.ports.views import Views
    from incident_core.ports.whereabouts import Whereabouts


class Database:
    """The ports over one database; nothing is connected before its first use.

    Each port is imported when it is asked for: a list needs no more than the reader, and starts sooner.
    """

    def __init__(
        self, store: Store, ids: Ids, mirrors: Sequence[str] = (), policy: Policy | None = None
    ) -> None:
        self._store = store
        self._ids = ids
        self._told = tuple(mirrors)
        self._policy = policy

    @cached_property
    def log(self) -> Log:
        """The durable record."""
        from adapters.storage.log import SqlLog

        return SqlLog(self._store, self._ids, self._derive, self._told, self._admins)

    @cached_property
    def reader(self) -> Reader:
        """What can be seen."""
        from adapters.storage.reader import SqlReader

        return SqlReader(self._store, self._admins)

    @cached_property
    def ledger(self) -> Ledger:
        """The raw log, for the audit."""
        from adapters.storage.ledger import SqlLedger

        return SqlLedger(self._store)

    @cached_property
    def views(self) -> Views:
        """What can be made again."""
        from adapters.storage.views import SqlViews

        return SqlViews(self._store)

    @cached_property
    def statistics(self) -> Statistics:
        """What a window of time came to."""
        from adapters.storage.statistics import SqlStatistics

        return SqlStatistics(self._store, self._admins)

    @cached_property
    def intake(self) -> Intake:
        """Whole histories, many at a time."""
        from adapters.storage.intake import SqlIntake

        return SqlIntake(self._store, self._ids, self._derive)

    @cached_property
    def mirrors(self) -> Mirrors:
        """What is known of the outside, and who may change it."""
        from adapters.storage.mirrors import SqlMirrors

        return SqlMirrors(self._store)

    @cached_property
    def timers(self) -> Timers:
        """What is due to be said at a time."""
        from adapters.storage.timers import SqlTimers

        return SqlTimers(self._store, self._told, self._derive, self._admins)

    @cached_property
    def backlog(self) -> Backlog:
        """How far the mirrors have come."""
        from adapters.storage.backlog import SqlBacklog

        return SqlBacklog(self._store, self._admins)

    @cached_property
    def whereabouts(self) -> Whereabouts:
        """Where incidents live outside."""
        from adapters.storage.whereabouts import SqlWhereabouts

        return SqlWhereabouts(self._store)

    @cached_property
    def findings(self) -> Findings:
        """What somebody did by hand outside."""
        from adapters.storage.findings import SqlFindings

        return SqlFindings(self._store, self._ids, self._admins)

    @cached_property
    def groups(self) -> Groups:
        """Who is in the user groups of the outside."""
        from adapters.storage.groups import SqlGroups

        return SqlGroups(self._store)

    @cached_property
    def pruning(self) -> Pruning:
        """What nobody needs any more."""
        from adapters.storage.pruning import SqlPruning

        return SqlPruning(self._store)

    @cached_property
    def schema(self) -> Schema:
        """The tables as a whole."""
        from adapters.storage.schema import Schema

        return Schema(self._store)

    @cached_property
    def _derive(self) -> Derive:
        from incident_core.lifecycle.timers import timers
        from incident_core.model.policy import Policy

        return partial(timers, self._policy or Policy())

    @property
    def _admins(self) -> frozenset[Actor]:
        return frozenset() if self._policy is None else self._policy.admins

    @property
    def name(self) -> str:
        """For people: the file's path, or the URL without its password."""
        return self._store.name

    def describe(self) -> Description:
        """What the database is and in which state; changes nothing. Raises Unavailable."""
        return self._store.describe()

    def fault(self) -> str | None:
        """Why nothing could be recorded now, in a sentence; None where it could. Raises Unavailable."""
        from adapters.storage.standing import verdict

        sentence = verdict(self._store.look(), writing=True)
        if sentence is not None:
            return f"The database {sentence}"
        return None if self.describe().writable else "The database can only be read."

    def close(self) -> None:
        """Give every connection back."""
        self._store.close()


def open_database(
    url: str,
    *,
    ids: Ids,
    wait_seconds: float = 10.0,
    mirrors: Sequence[str] = (),
    policy: Policy | None = None,
) -> Database:
    """The database at `url`, sqlite:///path or postgresql://user:password@host/name; connects at first use.

    No use of it waits longer than `wait_seconds` for others. `mirrors` are the names of those that this
    deployment runs: they are told of every commit; `policy` says which timers a commit arms, and who are
    admins (None: the usual timers, and nobody). Raises Unavailable for another kind of address, and where
    PostgreSQL's driver is not installed.
    """
    return Database(store_at(url, wait_seconds), ids, mirrors, policy)


def store_at(url: str, wait: float) -> Store:
    """What lies below the ports, for those who change or test tables."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise Unavailable("The address of the database cannot be read.") from error
    kind = address.get_backend_name()
    if kind == "sqlite" and address.database not in (None, "", ":memory:"):
        from adapters.storage.sqlite import SqliteStore

        if address.query:
            raise Unavailable(
                "The address of a SQLite database takes no options: leave out what follows the ?."
            )
        return SqliteStore(Path(str(address.database)).absolute(), wait)
    if kind in ("postgresql", "postgres"):
        from adapters.storage.postgres import PostgresStore

        return PostgresStore(address, wait)
    raise Unavailable("The address of the database must begin with postgresql:// or sqlite:///.")
