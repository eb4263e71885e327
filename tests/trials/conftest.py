"""The databases of the trials, on both kinds, and the figures that they report at the end of a run."""

from __future__ import annotations

import os
import random
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.running import Program
from tests.databases import BOTH, sqlite_address
from tests.figures import FIGURE
from tests.servers.databases import Server
from tests.trials.history import tell
from tests.trials.places import Place
from tests.trials.tampering import unlock

ROUNDS = "INCIDENT_TRIAL_ROUNDS"
"""How many times as much chance the trials try; `make trials` sets it."""
SEED = "INCIDENT_TRIAL_SEED"
"""The seed of that chance, as a failed trial reported it."""


@pytest.fixture(scope="session")
def told_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that holds the history."""
    path = tmp_path_factory.mktemp("told") / "incidents.db"
    tell(sqlite_address(path))
    return path


@pytest.fixture(scope="session")
def told_template(postgres_server: Server) -> str:
    """A PostgreSQL database that holds the history, to copy."""
    return postgres_server.make_template(tell)


@pytest.fixture
def told_sqlite(told_file: Path, tmp_path: Path) -> Place:
    """A file with the history."""
    return Place(sqlite_address(Path(shutil.copy(told_file, tmp_path / "incidents.db"))))


@pytest.fixture
def told_postgresql(postgres_server: Server, told_template: str) -> Iterator[Place]:
    """A database with the history."""
    with postgres_server.database(told_template) as url:
        yield Place(url)


@pytest.fixture(params=BOTH)
def told(request: pytest.FixtureRequest) -> Place:
    """A database with the history: the test runs on both kinds."""
    place: Place = request.getfixturevalue(f"told_{request.param}")
    return place


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> Place:
    """A file that is not there yet, nor its folder."""
    return Place(sqlite_address(tmp_path / "new" / "incidents.db"))


@pytest.fixture
def empty_postgresql(empty_postgres_url: str) -> Place:
    """A database without tables."""
    return Place(empty_postgres_url)


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest) -> Place:
    """A database that nobody has used yet: the test runs on both kinds."""
    place: Place = request.getfixturevalue(f"empty_{request.param}")
    return place


@pytest.fixture
def unlocked(told: Place) -> Place:
    """The history, in a database whose owner removed every constraint from the log."""
    unlock(told)
    told.keep()
    return told


@pytest.fixture
def program(told: Place, tmp_path: Path) -> Program:
    """The program over the database with the history."""
    return Program(told.url, {}, tmp_path)


@pytest.fixture
def rounds() -> int:
    """How many times the usual amount of chance is wanted."""
    return int(os.environ.get(ROUNDS, "1"))


@pytest.fixture
def chance() -> random.Random:
    """A source of chance, whose seed a failure reports."""
    seed = os.environ.get(SEED) or secrets.token_hex(4)
    print(f"{SEED}={seed}")  # noqa: T201 - pytest shows it where the test fails
    return random.Random(seed)


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Report a figure: it is printed at the end of a run of this folder."""
    return lambda words: record_property(FIGURE, words)
