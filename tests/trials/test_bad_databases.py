"""A database that cannot be used: the program says one clear sentence, ends with 6, and changes nothing.

The adapters' own tests try every fault alone; here the whole program meets them on a real server or disk.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import pytest

from adapters.storage import driver
from adapters.storage.postgres import APPEND_LOCK
from tests.cli.running import Program, Ran
from tests.databases import sqlite_address
from tests.servers.databases import connect
from tests.trials.places import Place
from tests.trials.processes import ended, received, running
from tests.trials.small_disk import Disk, try_disk
from tests.trials.soundness import assert_sound

WRITES = ("open x", "update INC-1 News")
READS = ("list", "show INC-1", "timeline INC-1", "search API", "export", "audit verify")
ALL = (*WRITES, *READS)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program; the test says over which database."""
    return Program("", {"INCIDENT_WAIT_SECONDS": "2"}, tmp_path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password": "wrong"}, "The server refuses the user or the password of"),
        ({"user": "nobody_here"}, "The server refuses the user or the password of"),
        ({"database": "not_there"}, "create it, then run: incident db upgrade"),
        ({"port": "1"}, "the connection was refused"),
        ({"host": "host.invalid"}, "its host name is not known"),
    ],
    ids=["password", "user", "database", "port", "host"],
)
def test_a_server_that_cannot_be_used(
    change: dict[str, str], sentence: str, told_postgresql: Place, program: Program
) -> None:
    before = told_postgresql.content()
    program.url = _changed(told_postgresql.url, change)
    for line in (*ALL, "db upgrade", "db rebuild"):
        ran = _refused(program, line)
        assert sentence in ran.err, line
        assert str(urlsplit(told_postgresql.url).password) not in ran.err
    assert told_postgresql.content() == before


def test_a_server_without_our_tables_says_what_to_type(empty_postgresql: Place, program: Program) -> None:
    program.url = empty_postgresql.url
    for line in (*ALL, "db rebuild"):
        assert _refused(program, line).err.endswith("; run: incident db upgrade\n")
    assert empty_postgresql.content() == {}
    program("db upgrade")
    program("open x")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE alembic_version SET version_num = '9999'; UPDATE schema_info SET oldest_reader = 9999",
         "is too new for this program; run: pip install --upgrade incident-core"),
        ("UPDATE alembic_version SET version_num = 'f00'; DROP TABLE schema_info",
         "belongs to another program"),
    ],
    ids=["newer", "foreign"],
)  # fmt: skip
def test_a_server_with_other_tables_than_ours(
    change: str, sentence: str, told_postgresql: Place, program: Program
) -> None:
    told_postgresql.run(change)
    before = told_postgresql.content()
    program.url = told_postgresql.url
    for line in (*ALL, "db upgrade", "db rebuild"):
        assert sentence in _refused(program, line).err
    assert told_postgresql.content() == before


def test_a_newer_server_that_still_serves_us_is_read_and_not_written(
    told_postgresql: Place, program: Program
) -> None:
    told_postgresql.run("UPDATE alembic_version SET version_num = '9999'")
    told_postgresql.run("UPDATE schema_info SET oldest_writer = 9999")
    before = told_postgresql.content()
    program.url = told_postgresql.url
    for line in READS:
        program(line)
    for line in (*WRITES, "db rebuild"):
        assert "which this program can read but not write" in _refused(program, line).err
    assert told_postgresql.content() == before


def test_a_server_that_is_read_only_is_read(told_postgresql: Place, program: Program) -> None:
    before = told_postgresql.content()
    name = urlsplit(told_postgresql.url).path.lstrip("/")
    told_postgresql.run(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    program.url = told_postgresql.url
    for line in READS:
        program(line)
    for line in WRITES:
        assert "cannot be written: it is read-only" in _refused(program, line).err
    assert told_postgresql.content() == before


@pytest.mark.parametrize("table", ["texts", "incidents", "log_head", "commands"])
def test_a_database_that_lost_a_table(table: str, told: Place, program: Program) -> None:
    """Reads that have no use for it go on."""
    told.run(f"DROP TABLE {table}" + (" CASCADE" if told.kind == "postgresql" else ""))
    before = told.content()
    program.url = told.url
    for line in WRITES:
        assert "lost a part of its tables" in _refused(program, line).err
    assert "Traceback" not in program("db check", code=1).err
    assert told.content() == before


def test_a_locked_database_is_waited_for_no_longer_than_was_said(told: Place, program: Program) -> None:
    """Another process holds the lock; the program is a process too. Reads do not wait."""
    before = told.content()
    program.url = told.url
    program.settings["INCIDENT_WAIT_SECONDS"] = "1"
    begun = monotonic()
    program.process("list")
    usual = monotonic() - begun
    with _locked(told):
        for line in WRITES:
            begun = monotonic()
            ran = program.process(*line.split())
            waited = monotonic() - begun
            _assert_refused(ran, line)
            assert "is busy: somebody else kept it locked for 1 s; try again." in ran.err
            assert 1 <= waited < 1 + 4 * usual + 2
        assert program.process("list").code == 0
    assert told.content() == before
    assert program.process("open", "x").code == 0


def test_a_table_that_somebody_alters_is_waited_for_no_longer_than_was_said(
    told_postgresql: Place, program: Program
) -> None:
    """Not our own lock but PostgreSQL's, which keeps readers out as well."""
    program.url = told_postgresql.url
    program.settings["INCIDENT_WAIT_SECONDS"] = "0.5"
    with closing(connect(told_postgresql.url)) as connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        for line in (*WRITES, "show INC-1", "audit verify"):
            begun = monotonic()
            assert "is busy" in _refused(program, line).err
            assert monotonic() - begun < 10
    assert assert_sound(told_postgresql)


@pytest.fixture
def disk_folder(tmp_path: Path) -> Path:
    """Where a small disk can be mounted; skips where the system lets nobody but root have one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with running(try_disk, folder) as (process, pipe):
        (refusal,) = received(pipe)
        assert ended(process) == 0
    if refusal is not None:
        pytest.skip(f"this user may mount nothing here: {refusal}; a limit on files is tried in tests/cli")
    return folder


def test_a_full_disk_is_one_sentence_and_nothing_is_changed_until_there_is_room(
    disk_folder: Path, told_file: Path
) -> None:
    with running(_write_on_full_disk, disk_folder, told_file) as (process, pipe):
        sent: dict[str, Ran] = next(received(pipe))
        assert ended(process) == 0
    for left in (96, 40, 0):
        _assert_refused(sent[f"{left} KB left"], "update")
    assert "cannot grow: its disk is full; nothing was changed." in sent["96 KB left"].err
    assert sent["room"].code == 0


def _write_on_full_disk(pipe: Connection, folder: Path, told_file: Path) -> None:
    """The same command with less and less room, and at last with enough."""
    disk = Disk(folder, 1 << 20)
    place = Place(sqlite_address(Path(shutil.copy(told_file, folder / "incidents.db"))))
    program = Program(place.url, {}, folder)
    before, sent = place.content(), {}
    words = ("update", "INC-1", "x" * 9000, "--impact", "y" * 9000, "--key", "filling")
    for left in (96, 40, 0):
        _leave(folder, left << 10)
        sent[f"{left} KB left"] = program.process(*words)
        (folder / "ballast").unlink()
        assert place.content() == before
    _leave(folder, 0)
    disk.grow(4 << 20)
    sent["room"] = program.process(*words)
    assert assert_sound(place) == 21
    pipe.send(sent)


def _leave(folder: Path, size: int) -> None:
    """Fill the disk so that about this many bytes are left."""
    free = shutil.disk_usage(folder).free
    (folder / "ballast").write_bytes(bytes(max(0, free - size)))


def test_a_disk_that_is_read_only_is_one_sentence(disk_folder: Path, told_file: Path) -> None:
    with running(_write_on_read_only_disk, disk_folder, told_file) as (process, pipe):
        sent: dict[str, Ran] = next(received(pipe))
        assert ended(process) == 0
    for line in (*WRITES, "open in a new file"):
        _assert_refused(sent[line], line)


def _write_on_read_only_disk(pipe: Connection, folder: Path, told_file: Path) -> None:
    disk = Disk(folder, 4 << 20)
    path = Path(shutil.copy(told_file, folder / "incidents.db"))
    disk.make_read_only()
    before = path.read_bytes()
    program = Program(sqlite_address(path), {}, folder)
    sent = {line: program.process(*line.split()) for line in (*WRITES, "list")}
    assert path.read_bytes() == before
    program.url = sqlite_address(folder / "new" / "incidents.db")
    pipe.send(sent | {"open in a new file": program.process("open", "x")})


@contextmanager
def _locked(place: Place) -> Iterator[None]:
    """Somebody else who appends, and does not come to an end."""
    if place.kind == "sqlite":
        with closing(driver.module().connect(str(place.file), isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
    else:
        with closing(connect(place.url)) as connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})")
            yield


def _changed(url: str, change: dict[str, str]) -> str:
    """The address with something else in one place."""
    parts = urlsplit(url)
    found = {
        "user": parts.username,
        "password": parts.password,
        "host": parts.hostname,
        "port": parts.port,
        "database": parts.path.lstrip("/"),
        **change,
    }
    return "postgresql://{user}:{password}@{host}:{port}/{database}".format(**found)


def _refused(program: Program, line: str) -> Ran:
    ran = program(line, code=6)
    _assert_refused(ran, line)
    return ran


def _assert_refused(ran: Ran, line: str) -> None:
    assert (ran.code, ran.out, ran.err.count("\n")) == (6, "", 1), (line, ran)
    assert ran.err.startswith("error: ")
    assert "Traceback" not in ran.err
