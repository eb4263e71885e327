"""A backup and its restore on both databases, with the programs that the page on backups names."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import make_url

from adapters.storage.postgres import PostgresStore
from tests.cli.running import Program
from tests.databases import sqlite_address
from tests.servers.binaries import find_binaries
from tests.servers.databases import Server
from tests.servers.errors import CannotStart
from tests.trials.places import Place


def password(url: str) -> dict[str, str]:
    """The environment in which PostgreSQL's own programs find the password of this address, if it has one."""
    found = make_url(url).password
    return {} if found is None else {"PGPASSWORD": str(found)}


def without_password(url: str) -> str:
    """The address as PostgreSQL's own programs take it."""
    store = PostgresStore(make_url(url), 1)
    store.close()
    return store.address


def programs() -> Path:
    """The folder of pg_dump and its like; skips where only a server is at hand, and not its programs."""
    with suppress(CannotStart):
        if (found := find_binaries() / "pg_dump").exists():
            return found.parent
    elsewhere = shutil.which("pg_dump")
    if elsewhere is None:
        pytest.skip("pg_dump is not installed here; a backup of PostgreSQL cannot be tried without it")
    return Path(elsewhere).parent


def postgres_program(name: str, *words: str, url: str) -> None:
    """Run one of PostgreSQL's own programs, with the password of this address."""
    done = subprocess.run(
        [programs() / name, *words],
        check=False, capture_output=True, text=True, timeout=120, env={**os.environ, **password(url)},
    )  # fmt: skip
    assert done.returncode == 0, done


def taken(place: Place, folder: Path) -> Path:
    """A backup of it."""
    target = folder / "backup"
    if place.kind == "sqlite":
        ran = Program(place.url, {}, folder).process("db", "backup", str(target))
        assert ran.code == 0, ran
    else:
        postgres_program(
            "pg_dump", "--format=custom", f"--file={target}", f"--dbname={without_password(place.url)}",
            url=place.url,
        )  # fmt: skip
    return target


def restored(place: Place, backup: Path, server: Server) -> Place:
    """A new database of the same kind that holds what is in the backup."""
    if place.kind == "sqlite":
        return Place(sqlite_address(Path(shutil.copy(backup, backup.with_name("restored.db")))))
    url = server.create_database()
    postgres_program(
        "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction",
        f"--dbname={without_password(url)}", str(backup), url=url,
    )  # fmt: skip
    return Place(url)
