"""`incident db backup`: a whole, verified copy under its name, or one sentence and nothing."""

from __future__ import annotations

import os
import resource
import signal
import stat
from contextlib import closing
from pathlib import Path

import pytest

from adapters.storage import driver
from adapters.storage.sqlite_file import State, look
from tests.cli.running import Program
from tests.databases import opened, sqlite_address
from tests.storage.asking import ask
from tests.trials.places import Place
from tests.trials.soundness import assert_sound


def over(program: Program, path: Path) -> Program:
    """The same program over another file."""
    return Program(sqlite_address(path), {}, program.folder)


def beside(program: Program) -> set[str]:
    """What lies in the folder of the program, but for what is the database's own."""
    own = program.file.name
    return {each.name for each in program.folder.iterdir() if not each.name.startswith(own)}


def test_the_copy_is_what_the_database_was_and_can_be_used_in_its_place(incident: Program) -> None:
    target = incident.folder / "backup.db"
    assert incident(f"db backup {target}").out == f"{target}: 4 events verified, a copy of {incident.file}.\n"
    before = Place(incident.url).content()
    assert Place(sqlite_address(target)).content() == before
    incident("resolve 1")
    copy = over(incident, target)
    assert copy("show 1 --json").json["stage"] == "incident"
    assert copy("open Another").out.startswith("INC-2")
    assert copy("db check").code == 0
    assert_sound(Place(copy.url))


def test_only_its_owner_may_read_it_it_keeps_its_journal_and_nothing_else_is_left(incident: Program) -> None:
    target = incident.folder / "backup.db"
    incident(f"db backup {target}")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert look(target) is look(incident.file)
    assert beside(incident) == {"backup.db"}


def test_a_file_with_a_rollback_journal_is_copied_as_one(incident: Program) -> None:
    with closing(driver.module().connect(incident.file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    target = incident.folder / "backup.db"
    incident(f"db backup {target}")
    assert look(target) is State.ROLLBACK
    assert_sound(Place(sqlite_address(target)))


def test_a_file_that_is_there_is_replaced_only_when_told_and_who_may_read_it_stays(incident: Program) -> None:
    target = incident.folder / "backup.db"
    target.write_bytes(b"somebody's")
    target.chmod(0o640)
    ran = incident(f"db backup {target}", code=2)
    assert ran.err == f"error: {target} is there already; name another file, or add --force to replace it.\n"
    assert target.read_bytes() == b"somebody's"
    as_json = incident(f"db backup {target} --force --json").json
    assert as_json == {
        "file": str(target),
        "verified": True,
        "head": {"seq": 4, "count": 4, "hash": incident("audit head").json["hash"]},
    }
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert_sound(Place(sqlite_address(target)))
    assert beside(incident) == {"backup.db"}


def test_a_link_leads_to_the_file_that_is_replaced(incident: Program) -> None:
    real, link = incident.folder / "real.db", incident.folder / "link.db"
    real.write_bytes(b"older")
    link.symlink_to(real)
    incident(f"db backup {link} --force")
    assert link.is_symlink()
    assert_sound(Place(sqlite_address(real)))


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("incidents.db", 2, "belongs to the database itself"),
        ("incidents.db-wal", 2, "belongs to the database itself"),
        ("a-folder", 2, "is not a file"),
        ("open.db", 2, "somebody has open"),
        ("missing/backup.db", 1, "No such file or directory"),
        ("-", 2, "a backup is a file: name one"),
    ],
)
def test_what_cannot_be_a_backup_is_refused_and_left_as_it_is(
    incident: Program, name: str, code: int, says: str
) -> None:
    (incident.folder / "a-folder").mkdir()
    (incident.folder / "open.db").write_bytes(b"x")
    (incident.folder / "open.db-wal").write_bytes(b"not yet written back")
    before, there = Place(incident.url).content(), beside(incident)
    target = name if name == "-" else str(incident.folder / name)
    ran = incident(["db", "backup", target, "--force"], code=code)
    assert says in ran.err
    assert ran.err.count("\n") == (2 if name == "-" else 1)
    assert beside(incident) == there
    assert Place(incident.url).content() == before


@pytest.mark.parametrize("there", [False, True], ids=["no file", "an empty file"])
def test_where_nothing_is_there_is_nothing_to_back_up_and_nothing_is_made(
    tmp_path: Path, there: bool
) -> None:
    path = tmp_path / "incidents.db"
    if there:
        path.touch()
    ran = Program(sqlite_address(path), {}, tmp_path)(f"db backup {tmp_path}/backup.db", code=6)
    assert "there is nothing to back up" in ran.err
    assert [each.name for each in tmp_path.iterdir()] == (["incidents.db"] if there else [])


def test_a_record_that_is_not_sound_is_no_backup_unless_that_is_wanted(incident: Program) -> None:
    ask(incident.url, "UPDATE texts SET text = 'Nothing happened'")
    target = incident.folder / "backup.db"
    ran = incident(f"db backup {target}", code=1)
    assert ran.err.startswith(
        "error: No backup was made, since the record is not sound: event 1: the text 'title'"
    )
    assert beside(incident) == set()
    said = incident(f"db backup {target} --no-verify").out
    assert said == f"{target}: 4 events, a copy of {incident.file}.\n"
    assert Place(sqlite_address(target)).content() == Place(incident.url).content()


def test_without_verifying_a_head_that_is_not_the_log_s_is_found_all_the_same(incident: Program) -> None:
    ask(incident.url, "UPDATE log_head SET seq = 3")
    ran = incident(f"db backup {incident.folder}/backup.db --no-verify", code=1)
    assert ran.err == "error: No backup was made: the head of the copy is not that of the record.\n"
    assert beside(incident) == set()


def test_a_database_of_an_older_revision_is_copied_as_it_is(incident: Program) -> None:
    """Upgrading begins with a backup: it must not be what upgrades."""
    from adapters.storage import migrations
    from adapters.storage.sqlite import SqliteStore

    store = SqliteStore(incident.file, 10)
    with store.migrating() as connection:
        migrations.downgrade(connection, "0003")
    store.close()
    before = Place(incident.url).shape()
    target = incident.folder / "backup.db"
    assert "4 events verified" in incident(f"db backup {target}").out
    assert Place(incident.url).shape() == before
    assert Place(sqlite_address(target)).shape() == before
    assert over(incident, target)("list --json").json[0]["key"] == "INC-1"


@pytest.fixture
def large(incident: Program) -> Program:
    """So much that SQLite is at work for a while."""
    ask(incident.url, "CREATE TABLE ballast (id INTEGER PRIMARY KEY, filling TEXT)")
    rows = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000)"
    ask(incident.url, f"INSERT INTO ballast {rows} SELECT x, hex(randomblob(40)) FROM n")
    return incident


def test_an_interruption_leaves_nothing(large: Program) -> None:
    """SQLite itself is at work when it comes."""
    incident, target = large, large.folder / "backup.db"
    heard: list[int] = []

    def interrupt(done: int, total: int | None) -> None:
        heard.append(done)
        os.kill(os.getpid(), signal.SIGINT)

    with closing(opened(incident.url)) as database, pytest.raises(KeyboardInterrupt):
        database.schema.backup(target, interrupt, over=False, whole=True)
    assert heard
    assert beside(incident) == set()
    assert_sound(Place(incident.url))


def test_a_disk_that_is_full_is_one_sentence_and_nothing_is_left(incident: Program) -> None:
    """The system lets the process write files of so many bytes only: less than the copy has."""
    target = incident.folder / "backup.db"
    limit = incident.file.stat().st_size // 2
    ran = incident.process(
        "db", "backup", str(target), prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    )
    assert (ran.code, ran.out) == (6, "")
    assert ran.err.startswith(f"error: The backup {target} cannot be written: ")
    assert ran.err.count("\n") == 1
    assert beside(incident) == set()


def test_postgresql_says_what_to_type_without_the_password(tmp_path: Path) -> None:
    address = "postgresql://ann:s3cret@db.example:5433/incidents?sslmode=require&application_name=x"
    ran = Program(address, {}, tmp_path)(f"db backup {tmp_path}/a.dump", code=2)
    assert ran.err == (
        "error: PostgreSQL is backed up by its own program; type: pg_dump --format=custom"
        f" --file={tmp_path}/a.dump '--dbname=postgresql://ann@db.example:5433/incidents?sslmode=require'\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_the_pages_that_are_written(large: Program) -> None:
    told: list[tuple[int, int | None]] = []
    with closing(opened(large.url)) as database:
        database.schema.backup(
            large.folder / "backup.db", lambda *at: told.append(at), over=False, whole=True
        )
    assert sorted(told) == told
    assert len({done for done, _ in told}) > 1
    assert all(total is not None and 0 <= done <= total for done, total in told)
