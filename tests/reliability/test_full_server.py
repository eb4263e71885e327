"""A PostgreSQL whose disk is really full says so, keeps what was confirmed, and goes on with more room."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

import pytest

from adapters.system import SystemClock, SystemIds
from incident_core import commands as c
from incident_core.errors import Unavailable
from tests.databases import migrate
from tests.servers.databases import connect
from tests.servers.postgres import NOBODY, Postgres
from tests.trials.history import ANN, opened, performing
from tests.trials.places import Place
from tests.trials.processes import ended, received, running
from tests.trials.small_disk import Disk, try_disk
from tests.trials.soundness import assert_sound

SMALL, LARGE = 24 << 20, 48 << 20
"""Bytes: an empty database takes some eight million of them."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where a disk can be mounted that a server may use; skips where only root could."""
    if os.geteuid() != 0:
        pytest.skip("only root may give a server a small disk; what it says then is tried in tests/storage")
    path = Path(tempfile.mkdtemp(prefix="incident-disk-"))
    try:
        path.chmod(0o711)
        with running(try_disk, path) as (process, pipe):
            (refusal,) = received(pipe)
            assert ended(process) == 0
        if refusal is not None:
            pytest.skip(
                f"nothing may be mounted here: {refusal}; what a server says is tried in tests/storage"
            )
        yield path
    finally:
        path.rmdir()


def test_what_was_confirmed_stays_and_what_was_refused_is_done_once_there_is_room(
    folder: Path, figure: Callable[[str], None]
) -> None:
    with running(_fill, folder) as (process, pipe):
        sent: dict[str, object] = next(received(pipe))
        assert ended(process) == 0
    assert str(sent["said"]).endswith("cannot grow: its server's disk is full; nothing was changed.")
    assert sent["refused twice"] == sent["said"]
    assert sent["after"] == sent["before"]
    assert isinstance(sent["confirmed"], int)
    assert sent["confirmed"] > 10
    assert sent["events at the end"] == sent["confirmed"] + 2  # that it was opened, and what was refused
    figure(f"{sent['confirmed']} commands until the disk was full")


def _fill(pipe: Connection, folder: Path) -> None:
    """In a process that has the disk to itself, and a server on it; only its own log lies elsewhere."""
    disk = Disk(folder, SMALL)
    folder.chmod(0o777)
    with Postgres() as server:
        url = server.create_database()
        _move(server, url, folder)
        migrate(url)
        place = Place(url)
        with opened(url) as database:
            perform = performing(database.log, SystemClock(), SystemIds())
            perform(c.Open(actor=ANN, at=SystemClock().now(), key="open", title="x"))

            def give(number: int) -> None:
                task = c.AddTask(actor=ANN, at=SystemClock().now(), key=f"{number}", text=token_hex(5000))
                perform(task, "INC-1")

            number, said = _until_refused(give)
            before = place.ask("SELECT seq, hash FROM events ORDER BY seq")
            _, again = _until_refused(lambda _: give(number))
            after = place.ask("SELECT seq, hash FROM events ORDER BY seq")
            disk.grow(LARGE)
            give(number)
        pipe.send({
            "said": said, "refused twice": again, "confirmed": number, "before": before, "after": after,
            "events at the end": assert_sound(place),
        })  # fmt: skip


def _until_refused(give: Callable[[int], None]) -> tuple[int, str]:
    """How many were confirmed, and what is said of the next."""
    for number in count():
        try:
            give(number)
        except Unavailable as fault:
            return number, str(fault)
    raise AssertionError("it counts for ever")


def _move(server: Postgres, url: str, folder: Path) -> None:
    """Let the files of this database lie on the disk."""
    with closing(connect(server.maintenance_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            space = folder / "space"
            space.mkdir()
            os.chown(space, NOBODY, NOBODY)
            cursor.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
            cursor.execute(f"ALTER DATABASE {urlsplit(url).path[1:]} SET TABLESPACE small")
