"""A Redis for each process that runs tests; one that may be broken; and programs whose record is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import Program
from tests.integrations.standin import StandIn, standing_in
from tests.queues.station import telling
from tests.servers.redis import RedisServer, from_environment
from tests.slack.conftest import sandbox

__all__ = ["sandbox"]


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The server of this run: our own, or the one that TEST_REDIS_URL names; each test has its queue."""
    with from_environment() as server:
        yield server.url


@pytest.fixture
def fragile() -> Iterator[RedisServer]:
    """A server of our own, which the test may kill, freeze and fill."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def receiver() -> Iterator[StandIn]:
    with standing_in() as stand_in:
        yield stand_in


@pytest.fixture
def told(sqlite_url: str, redis_url: str, receiver: StandIn, tmp_path: Path) -> Program:
    """The program on a SQLite file, with Redis, and the receiver as its webhook."""
    return Program(sqlite_url, telling(receiver, redis_url), tmp_path)


@pytest.fixture
def told_postgresql(postgresql_url: str, redis_url: str, receiver: StandIn, tmp_path: Path) -> Program:
    """The same on PostgreSQL."""
    return Program(postgresql_url, telling(receiver, redis_url), tmp_path)
