"""A command's commit against one raw insert with the same durability, on both databases."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg2
from sqlalchemy import make_url

from adapters.storage import Database, driver, open_database
from adapters.system import SystemClock, SystemIds
from bench.pairs import Ratio, functions
from incident_core import Actor, Open, Perform, Policy, SendUpdate
from tests.servers.postgres import Postgres

INCIDENTS = 40
ANN = Actor.parse("ann")
BODY = b"x" * 377
"""As large as a typical event."""


def measure(pairs: int) -> Iterator[Ratio]:
    """One ratio on SQLite, one on a PostgreSQL that syncs as it would in production."""
    with tempfile.TemporaryDirectory(prefix="incident-bench-") as folder:
        database = open_database(f"sqlite:///{Path(folder, 'bench.db').as_posix()}", ids=SystemIds())
        yield _compare("SQLite", database, _raw_sqlite(Path(folder, "raw.db")), pairs)
        database.close()
    with Postgres(durable=True) as server:
        database = open_database(server.create_database(), ids=SystemIds())
        database.schema.upgrade()
        yield _compare("PostgreSQL", database, _raw_postgres(server.create_database()), pairs)
        database.close()


def _compare(name: str, database: Database, raw: Callable[[], None], pairs: int) -> Ratio:
    return functions(
        f"`incident update`, loaded, decided and committed ({name})", _commands(database),
        "one raw insert of 377 bytes, same durability", raw,
        pairs=pairs, calls=INCIDENTS,
    )  # fmt: skip


def _commands(database: Database) -> Callable[[], None]:
    """Send an update to the next of some incidents, round and round."""
    clock = SystemClock()
    perform = Perform(database.log, clock, SystemIds(), Policy(), "default", "cli")
    opened = [
        perform(Open(actor=ANN, at=clock.now(), key=str(uuid4()), title="API is slow", declare=True))
        for _ in range(INCIDENTS)
    ]
    keys = itertools.cycle([answer.key for answer in opened])

    def update() -> None:
        perform(SendUpdate(actor=ANN, at=clock.now(), key=str(uuid4()), text="Still slow."), next(keys))

    return update


def _raw_sqlite(path: Path) -> Callable[[], None]:
    connection = driver.module().connect(str(path), isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE raw (id INTEGER PRIMARY KEY, body BLOB)")

    def insert() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO raw (body) VALUES (?)", (BODY,))
        connection.execute("COMMIT")

    return insert


def _raw_postgres(url: str) -> Callable[[], None]:
    parts = make_url(url)
    connection = psycopg2.connect(
        host=parts.host, port=parts.port, user=parts.username, password=parts.password, dbname=parts.database
    )
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE raw (id BIGSERIAL PRIMARY KEY, body BYTEA)")
    connection.commit()

    def insert() -> None:
        cursor.execute("INSERT INTO raw (body) VALUES (%s)", (BODY,))
        connection.commit()

    return insert
