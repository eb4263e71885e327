"""Databases for tests: a SQLite file and a database on a real PostgreSQL, new for each test.

A conftest imports the fixtures it wants; `database` runs a test on both.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.storage import Database, open_database
from adapters.system import SystemIds
from incident_core.model.policy import Policy
from tests.servers.databases import Server
from tests.servers.postgres import from_environment

BOTH = ("sqlite", "postgresql")


def opened(
    url: str,
    wait_seconds: float = 30.0,
    mirrors: tuple[str, ...] = (),
    policy: Policy | None = None,
) -> Database:
    """The database at this address, as the program opens it."""
    return open_database(url, ids=SystemIds(), wait_seconds=wait_seconds, mirrors=mirrors, policy=policy)


def migrate(url: str) -> None:
    """Make the tables."""
    database = opened(url)
    database.schema.upgrade()
    database.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The server of this run: our own, or the one that TEST_DATABASE_URL names."""
    with from_environment() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Server) -> str:
    """A database with tables, to copy."""
    return postgres_server.make_template(migrate)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with tables, to copy."""
    path = tmp_path_factory.mktemp("template") / "incidents.db"
    migrate(sqlite_address(path))
    return path


@pytest.fixture
def empty_postgres_url(postgres_server: Server) -> Iterator[str]:
    """A PostgreSQL database without tables."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture
def postgresql_url(postgres_server: Server, postgres_template: str) -> Iterator[str]:
    """A PostgreSQL database with tables."""
    with postgres_server.database(postgres_template) as url:
        yield url


@pytest.fixture
def sqlite_path(tmp_path: Path, sqlite_template: Path) -> Path:
    """A SQLite file with tables."""
    return Path(shutil.copy(sqlite_template, tmp_path / "incidents.db"))


@pytest.fixture
def sqlite_url(sqlite_path: Path) -> str:
    """The address of a SQLite file with tables."""
    return sqlite_address(sqlite_path)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database with tables: the test runs on both kinds."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with tables, opened: the test runs on both kinds."""
    database = opened(database_url)
    yield database
    database.close()


def sqlite_address(path: Path) -> str:
    """sqlite:////path/to/file"""
    return f"sqlite:///{path}"
