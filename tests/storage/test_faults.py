"""What can be foreseen to go wrong is one clear sentence, and nothing is changed."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Pool, event

from adapters.storage import Database, open_database
from adapters.system import SystemIds
from incident_core import commands as c
from incident_core.errors import Unavailable, UnknownEvent
from incident_core.testing.contracts.desk import Desk
from incident_core.usecases.verify import verify
from tests.databases import migrate, opened, sqlite_address
from tests.servers.databases import Server, connect
from tests.storage.asking import ask

NOBODY = 65534


@pytest.fixture
def reachable(sqlite_template: Path) -> Iterator[Path]:
    """A folder that every user can reach, with a database in it."""
    folder = Path(tempfile.mkdtemp(prefix="incident-storage-"))
    folder.chmod(0o777)
    path = folder / "incidents.db"
    shutil.copy(sqlite_template, path)
    yield path
    folder.chmod(0o777)
    shutil.rmtree(folder)


@contextmanager
def powerless() -> Iterator[None]:
    """As a user whom file permissions bind; root becomes one for as long as the block lasts."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_read_only_file_can_be_read_and_not_written(reachable: Path) -> None:
    with closing(opened(sqlite_address(reachable))) as database:
        key = Desk(database, workspace="w").open()
    reachable.chmod(0o444)
    before = reachable.read_bytes()
    with powerless(), closing(opened(sqlite_address(reachable))) as database:
        desk = Desk(database, workspace="w")
        assert not database.describe().writable
        assert desk.listed() == [key]
        refused(
            lambda: desk.do(c.Declare, key),
            f"The database {reachable} cannot be written: the file or its folder is read-only.",
        )
    assert reachable.read_bytes() == before


def test_a_file_in_a_read_only_folder_is_not_written(reachable: Path) -> None:
    reachable.parent.chmod(0o555)
    before = reachable.read_bytes()
    with powerless(), closing(opened(sqlite_address(reachable))) as database:
        sentence = f"The database {reachable} cannot be written: the file or its folder is read-only."
        refused(Desk(database).open, sentence)
        assert not database.describe().writable
        assert database.describe().warnings == (sentence,)
    assert reachable.read_bytes() == before
    assert [each.name for each in reachable.parent.iterdir()] == ["incidents.db"]


def test_a_file_that_may_not_be_read_is_refused(reachable: Path) -> None:
    reachable.chmod(0)
    with powerless(), closing(opened(sqlite_address(reachable))) as database:
        refused(Desk(database).listed, f"The database {reachable} cannot be opened: permission denied.")


def test_a_new_file_in_a_folder_that_may_not_be_written_is_refused(reachable: Path) -> None:
    reachable.parent.chmod(0o555)
    for path in (reachable.parent / "new.db", reachable.parent / "a" / "b" / "new.db"):
        with powerless(), closing(opened(sqlite_address(path))) as database:
            assert not database.describe().writable
            with pytest.raises(
                Unavailable, match=r"^The (folder|database) .* cannot be made( or changed)?: .*\.$"
            ):
                Desk(database).open()
    assert [each.name for each in reachable.parent.iterdir()] == ["incidents.db"]


def test_a_new_file_where_a_file_stands_in_place_of_its_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "new.db"
    with closing(opened(sqlite_address(path))) as database:
        refused(Desk(database).open, f"The database {path} cannot be opened: not a directory.")


def test_a_full_disk_is_said_and_leaves_everything_as_it_was(sqlite_path: Path) -> None:
    """SQLite's own limit of pages stands for the end of the disk: it fails in the same place."""
    with closing(opened(sqlite_address(sqlite_path))) as database:
        desk = Desk(database, workspace="w")
        key = desk.open()
        before = desk.record()
        with pages_at_most(), closing(opened(sqlite_address(sqlite_path))) as full:
            crowded = desk.after(full)
            refused(
                lambda: fill_up(crowded, key),
                f"The database {sqlite_path} cannot grow: its disk is full; nothing was changed.",
            )
        head, _ = desk.record()
        assert head.count > before[0].count, "some fitted"
        assert desk.load(key).incident.version == head.count
        assert verify(database.ledger).finding is None
        assert database.views.rebuild(write=False).differing == ()
        assert desk.do(c.Declare, key).last_version == head.count + 2, "and it goes on once there is room"


def fill_up(desk: Desk, key: str) -> None:
    while True:
        desk.do(c.AddTask, key, text="x" * 9000)


@contextmanager
def pages_at_most() -> Iterator[None]:
    """New connections find room for no more than a few pages."""

    def limit(raw: Any, _: object) -> None:
        raw.execute("PRAGMA max_page_count = 120")

    event.listen(Pool, "connect", limit)
    try:
        yield
    finally:
        event.remove(Pool, "connect", limit)


def test_a_disk_that_fails_during_the_commit_leaves_it_open_whether_it_was_done(sqlite_url: str) -> None:
    """A limit on the size of files, which the system reports as a failed write."""
    command = [sys.executable, "-c", UNTIL_IT_FAILS, sqlite_url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    key, kept, sentence = done.stdout.strip().split(maxsplit=2)
    assert sentence == f"It is not known whether this was recorded. Repeat it with --key {key} to find out."
    with closing(opened(sqlite_url)) as database:
        assert verify(database.ledger).finding is None
        recorded = database.log.answered("w", key) is not None
        loaded = Desk(database, workspace="w").load("INC-1")
        assert loaded.incident.version == int(kept) + recorded


UNTIL_IT_FAILS = """
import resource, sys
from tests.databases import opened
from tests.storage.test_faults import fill_up
from incident_core.errors import OutcomeUnknown
from incident_core.testing.contracts.desk import Desk
desk = Desk(opened(sys.argv[1]), workspace="w")
limit = resource.getrlimit(resource.RLIMIT_FSIZE)
incident = desk.open()
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, limit[1]))
try:
    fill_up(desk, incident)
except OutcomeUnknown as error:
    resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    print(error.key, int(error.key.rpartition("-")[2]) - 1, error)
"""


REFUSED = "The server refuses the user or the password of {name}."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password": "wrong"}, REFUSED),
        ({"user": "nobody_here"}, REFUSED),
        ({"password": None}, "The server wants a password for {name}, and none is set."),
        ({"database": "not_there"}, "There is no database {name}; create it, then run: incident db upgrade"),
        ({"port": 1}, "No server answers at {name}: the connection was refused."),
        ({"host": "host.invalid"}, "The server of {name} cannot be found: its host name is not known."),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_server_that_cannot_be_used_is_named_without_its_password(
    postgresql_url: str, change: dict[str, Any], sentence: str
) -> None:
    with closing(opened(changed(postgresql_url, change))) as database:
        desk = Desk(database)
        for use in (
            desk.open,
            desk.listed,
            database.describe,
            database.schema.upgrade,
            database.schema.check,
        ):
            refused(use, sentence.format(name=database.name))
        assert str(urlsplit(postgresql_url).password) not in database.name


def changed(url: str, change: dict[str, Any]) -> str:
    """The address with something else in one place; what is None is left out."""
    parts = urlsplit(url)
    found = {
        "user": parts.username,
        "password": parts.password,
        "host": parts.hostname,
        "port": parts.port,
        "database": parts.path.lstrip("/"),
    } | change
    login = found["user"] + (f":{found['password']}" if found["password"] else "")
    return f"postgresql://{login}@{found['host']}:{found['port']}/{found['database']}"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("53100", "The database {name} cannot grow: its server's disk is full; nothing was changed."),
        ("53300", "The server of {name} has no connection left; try again later."),
        ("57014", "The database {name} is busy: somebody else kept it locked for 30 s; try again."),
        ("57P01", "The server of {name} is being stopped; try again later."),
        ("25006", "The database {name} cannot be written: it is read-only, as the copy of another one is."),
    ],
)
def test_what_the_server_reports_while_writing_is_said_and_nothing_is_changed(
    postgresql_url: str, code: str, sentence: str
) -> None:
    """The server really raises it: from a trigger on the table of events."""
    raising(postgresql_url, code)
    with closing(opened(postgresql_url)) as database:
        desk = Desk(database, workspace="w")
        refused(desk.open, sentence.format(name=database.name))
        assert desk.record()[0].count == 0
        ask(postgresql_url, "DROP TRIGGER refuse ON events")
        assert desk.open() == "INC-1"


def raising(url: str, code: str, table: str = "events") -> None:
    ask(
        url,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN RAISE EXCEPTION 'as you wish' USING ERRCODE = '{code}'; END $$",
    )
    ask(url, f"CREATE TRIGGER refuse BEFORE INSERT ON {table} EXECUTE FUNCTION refuse()")


def test_a_read_only_server_can_be_read(postgresql_url: str) -> None:
    with closing(opened(postgresql_url)) as database:
        Desk(database, workspace="w").open()
    name = urlsplit(postgresql_url).path.lstrip("/")
    ask(postgresql_url, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    with closing(opened(postgresql_url)) as database:
        desk = Desk(database, workspace="w")
        assert desk.listed() == ["INC-1"]
        assert not database.describe().writable
        refused(
            desk.open,
            f"The database {database.name} cannot be written: it is read-only,"
            " as the copy of another one is.",
        )


def test_a_user_without_rights_is_told_what_the_server_says(
    postgres_server: Server, empty_postgres_url: str
) -> None:
    name = f"guest_{secrets.token_hex(4)}"
    ask(empty_postgres_url, f"CREATE ROLE {name} LOGIN PASSWORD 'guest'")
    ask(empty_postgres_url, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    try:
        url = changed(empty_postgres_url, {"user": name, "password": "guest"})
        with closing(opened(url)) as database:
            refused(
                database.schema.upgrade,
                f"The database {database.name} does not let this user do that:"
                " permission denied for schema public.",
            )
            migrate(empty_postgres_url)
            refused(
                Desk(database).listed,
                f"The database {database.name} does not let this user do that:"
                " permission denied for table alembic_version.",
            )
    finally:
        ask(empty_postgres_url, f"DROP ROLE {name}")


def test_a_database_of_another_encoding_is_not_filled(empty_postgres_url: str) -> None:
    name = f"latin_{secrets.token_hex(4)}"
    on_its_own(empty_postgres_url, f"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    try:
        with closing(opened(changed(empty_postgres_url, {"database": name}))) as database:
            refused(
                database.schema.upgrade,
                f"The database {database.name} has the encoding LATIN1; create it with UTF8.",
            )
    finally:
        on_its_own(empty_postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


def on_its_own(url: str, statement: str) -> None:
    """A statement that no transaction may hold."""
    with closing(connect(url)) as connection:
        connection.autocommit = True
        connection.cursor().execute(statement)


def test_a_table_that_was_lost_is_said(database_url: str) -> None:
    ask(database_url, "DROP TABLE search")
    with closing(opened(database_url)) as database, pytest.raises(Unavailable) as error:
        Desk(database).open()
    assert "lost a part of its tables" in str(error.value)
    assert str(error.value).endswith("; restore a copy of it.")


def test_a_log_that_goes_on_behind_its_head_is_not_written_over(
    database: Database, database_url: str
) -> None:
    desk = Desk(database, workspace="w")
    desk.open()
    ask(database_url, "UPDATE log_head SET seq = 0")
    with pytest.raises(Unavailable, match=r"contradicts itself .*; run: incident audit verify$"):
        desk.open()
    ask(database_url, "DELETE FROM log_head")
    refused(desk.open, "The head of the log is missing; run: incident audit verify")


def test_events_that_are_damaged_are_said_and_not_thrown(database: Database, database_url: str) -> None:
    desk = Desk(database, workspace="w")
    desk.do(c.Declare, desk.open())
    for body in (b"not JSON", b"[]", b'{"title": 5, "severity": "sev9"}'):
        ask(database_url, "UPDATE events SET body = :body WHERE seq = 1", body=body)
        for use in (lambda: desk.load("INC-1"), lambda: desk.timeline("INC-1")):
            refused(use, "Event 1 is damaged; run: incident audit verify")
    ask(database_url, "DELETE FROM texts")
    ask(database_url, "DELETE FROM events WHERE seq = 1")
    refused(lambda: desk.load("INC-1"), "The events of event 2 are damaged; run: incident audit verify")
    ask(database_url, "UPDATE events SET type = 'sung', schema = 7")
    with pytest.raises(UnknownEvent, match="does not know events of type 'sung', version 7; upgrade it"):
        desk.load("INC-1")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("opened_at = 'yesterday'", "The database is damaged: 'yesterday' is stored as time;"),
        ("opened_at = 7", "The database is damaged: '7' is stored as time;"),
        ("title = CAST(x'ff' AS TEXT)", "The database {name} holds a text that is not UTF-8;"),
    ],
)
def test_a_view_that_is_damaged_is_said_and_can_be_rebuilt(
    sqlite_url: str, damage: str, sentence: str
) -> None:
    with closing(opened(sqlite_url)) as database:
        desk = Desk(database, workspace="w")
        desk.open()
        ask(sqlite_url, f"UPDATE incidents SET {damage}")
        refused(desk.lines, f"{sentence.format(name=database.name)} run: incident audit verify")
        assert database.views.rebuild(write=True).differing == ("INC-1",)
        assert desk.listed() == ["INC-1"]


@pytest.mark.parametrize(
    "url",
    ["mysql://ann@host/incidents", "sqlite://", "sqlite:///:memory:", "nonsense", "sqlite:////a.db?mode=ro"],
)
def test_another_kind_of_address_is_refused(url: str) -> None:
    with pytest.raises(Unavailable, match=r"^The address of .*\.$"):
        open_database(url, ids=SystemIds())


def test_no_text_of_anybody_is_in_an_error_that_nobody_foresaw(postgresql_url: str) -> None:
    raising(postgresql_url, "22012", "texts")
    with closing(opened(postgresql_url)) as database:
        with pytest.raises(Exception, match="as you wish") as error:
            Desk(database).open("the secret plan")
        assert "secret plan" not in str(error.value)


def refused(use: Callable[[], object], sentence: str) -> None:
    with pytest.raises(Unavailable) as error:
        use()
    assert str(error.value) == sentence
