"""SQLite and PostgreSQL keep every contract that the ports in memory keep."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest
from sqlalchemy import Connection, create_engine, text

from adapters.storage import Database, driver
from incident_core.model.policy import Policy
from incident_core.testing.contracts import (
    MIRRORS,
    AdminsContract,
    BacklogContract,
    DutiesContract,
    FindingsContract,
    GroupsContract,
    IntakeContract,
    LedgerContract,
    LogContract,
    MirrorsContract,
    PruningContract,
    ReaderContract,
    StatisticsContract,
    Store,
    StoreContract,
    TimersContract,
    ViewsContract,
    WhereaboutsContract,
)
from tests.databases import opened


@contextmanager
def behind_the_back(url: str) -> Iterator[Connection]:
    """A transaction that the store knows nothing of."""
    options = {"module": driver.module()} if url.startswith("sqlite") else {}
    engine = create_engine(url, **options)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


class _InADatabase(StoreContract):
    """Each test has a database of its own; whoever opens it is another process, as far as it can tell."""

    url: str
    others: list[Database]
    names: tuple[str, ...] = ()
    policy: ClassVar[Policy | None] = None

    def make(self) -> Database:
        self.others = []
        return opened(self.url, mirrors=self.names, policy=self.policy)

    def reopen(self, store: Store) -> Database:
        self.others.append(opened(self.url, mirrors=self.names, policy=self.policy))
        return self.others[-1]

    def close(self, store: Store) -> None:
        assert isinstance(store, Database)
        for database in (store, *self.others):
            database.close()

    def tamper(self, store: Store, workspace: str, key: str) -> None:
        statement = text(
            "UPDATE incidents SET title = 'tampered' WHERE workspace = :workspace AND number = :number"
        )
        with behind_the_back(self.url) as connection:
            values = {"workspace": workspace, "number": int(key.removeprefix("INC-"))}
            assert connection.execute(statement, values).rowcount == 1


class _OnSqlite(_InADatabase):
    @pytest.fixture(autouse=True)
    def _address(self, sqlite_url: str) -> None:
        self.url = sqlite_url


class _OnPostgres(_InADatabase):
    @pytest.fixture(autouse=True)
    def _address(self, postgresql_url: str) -> None:
        self.url = postgresql_url


class TestSqliteLog(_OnSqlite, LogContract):
    pass


class TestSqliteReader(_OnSqlite, ReaderContract):
    pass


class TestSqliteLedger(_OnSqlite, LedgerContract):
    pass


class TestSqliteIntake(_OnSqlite, IntakeContract):
    pass


class TestSqliteViews(_OnSqlite, ViewsContract):
    pass


class TestSqliteStatistics(_OnSqlite, StatisticsContract):
    pass


class TestSqliteDuties(_OnSqlite, DutiesContract):
    pass


class TestSqliteGroups(_OnSqlite, GroupsContract):
    pass


class TestSqliteAdmins(_OnSqlite, AdminsContract):
    policy: ClassVar[Policy] = AdminsContract.policy


class TestSqliteMirrors(_OnSqlite, MirrorsContract):
    names = MIRRORS


class TestSqliteTimers(_OnSqlite, TimersContract):
    names = MIRRORS
    policy: ClassVar[Policy] = TimersContract.policy


class TestSqliteBacklog(_OnSqlite, BacklogContract):
    names = MIRRORS


class TestSqliteWhereabouts(_OnSqlite, WhereaboutsContract):
    names = MIRRORS


class TestSqliteFindings(_OnSqlite, FindingsContract):
    names = MIRRORS


class TestSqlitePruning(_OnSqlite, PruningContract):
    names = MIRRORS
    policy: ClassVar[Policy] = PruningContract.policy


class TestPostgresLog(_OnPostgres, LogContract):
    pass


class TestPostgresReader(_OnPostgres, ReaderContract):
    pass


class TestPostgresLedger(_OnPostgres, LedgerContract):
    pass


class TestPostgresIntake(_OnPostgres, IntakeContract):
    pass


class TestPostgresViews(_OnPostgres, ViewsContract):
    pass


class TestPostgresStatistics(_OnPostgres, StatisticsContract):
    pass


class TestPostgresDuties(_OnPostgres, DutiesContract):
    pass


class TestPostgresGroups(_OnPostgres, GroupsContract):
    pass


class TestPostgresAdmins(_OnPostgres, AdminsContract):
    policy: ClassVar[Policy] = AdminsContract.policy


class TestPostgresMirrors(_OnPostgres, MirrorsContract):
    names = MIRRORS


class TestPostgresTimers(_OnPostgres, TimersContract):
    names = MIRRORS
    policy: ClassVar[Policy] = TimersContract.policy


class TestPostgresBacklog(_OnPostgres, BacklogContract):
    names = MIRRORS


class TestPostgresWhereabouts(_OnPostgres, WhereaboutsContract):
    names = MIRRORS


class TestPostgresFindings(_OnPostgres, FindingsContract):
    names = MIRRORS


class TestPostgresPruning(_OnPostgres, PruningContract):
    names = MIRRORS
    policy: ClassVar[Policy] = PruningContract.policy
