"""The first use of a database: a SQLite file makes itself, PostgreSQL says what to type."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from adapters.storage import driver, migrations
from adapters.storage.database import store_at
from adapters.storage.revisions import HEAD, READER, REVISIONS, WRITER
from incident_core.errors import Unavailable
from incident_core.testing.contracts.desk import ANN, CLEO, Desk
from tests.databases import opened, sqlite_address
from tests.storage.asking import ask

USUAL_PATH = """
import sys
from adapters.storage import open_database
from adapters.system import SystemIds
from incident_core.ports.reader import Query
from incident_core.testing.contracts.desk import ANN, Desk
desk = Desk(open_database(sys.argv[1], ids=SystemIds()))
desk.open()
desk.load("INC-1"), desk.listed(limit=3), desk.timeline("INC-1"), desk.found("slow"), desk.store.describe()
print(sorted(name for name in sys.modules if name.partition(".")[0] in ("alembic", "filelock", "mako")))
"""


def test_the_first_use_makes_the_file_its_folder_and_its_tables(tmp_path: Path) -> None:
    path = tmp_path / "a folder with % and ?" / "deeper" / "incidents.db"
    address = "sqlite:///" + str(path).replace("%", "%25").replace("?", "%3F")
    with closing(opened(address)) as database:
        assert (
            database.describe().warnings[0]
            == f"The file {path} does not exist yet; the first command makes it."
        )
        assert not path.parent.exists()
        assert Desk(database).open() == "INC-1"
        found = database.describe()
        assert (found.kind, found.name, found.revision, found.writable) == ("SQLite", str(path), HEAD, True)
        assert found.journal_mode == "WAL"
        assert found.warnings == ()
        assert database.schema.check() == ()


def test_an_empty_file_is_filled(tmp_path: Path) -> None:
    path = tmp_path / "incidents.db"
    path.touch()
    with closing(opened(sqlite_address(path))) as database:
        assert Desk(database).open() == "INC-1"


def test_a_file_whose_making_was_interrupted_is_made(tmp_path: Path) -> None:
    """Killed after the file was there and before its tables were committed."""
    path = tmp_path / "incidents.db"
    with closing(driver.module().connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
    assert path.stat().st_size > 0
    with closing(opened(sqlite_address(path))) as database:
        assert Desk(database).open() == "INC-1"


def test_postgresql_is_not_filled_by_its_first_use_but_says_what_to_type(empty_postgres_url: str) -> None:
    with closing(opened(empty_postgres_url)) as database:
        desk = Desk(database)
        sentence = f"The database {database.name} has no tables yet; run: incident db upgrade"
        for use in (
            desk.open,
            desk.listed,
            lambda: desk.load("INC-1"),
            lambda: database.views.rebuild(write=True),
        ):
            with pytest.raises(Unavailable) as error:
                use()
            assert str(error.value) == sentence
        assert database.schema.check() == (sentence,)
        assert database.describe().revision is None
        assert database.schema.upgrade() == REVISIONS
        assert desk.open() == "INC-1", "the same object, once the tables are there"


def test_a_file_that_is_behind_is_brought_up_to_date_by_its_first_use(sqlite_path: Path) -> None:
    with closing(opened(sqlite_address(sqlite_path))) as database:
        Desk(database, workspace="w").open("Checkout is slow", private=True)
    behind(sqlite_address(sqlite_path))
    with closing(opened(sqlite_address(sqlite_path))) as database:
        assert database.describe().revision == REVISIONS[0], "looking changes nothing"
        desk = Desk(database, workspace="w")
        assert desk.found("checkout") == ["INC-1"]
        assert desk.found("checkout", CLEO) == []
        assert database.describe().revision == HEAD
        assert database.schema.check() == ()


def test_postgresql_that_is_behind_is_left_alone_and_says_what_to_type(postgresql_url: str) -> None:
    behind(postgresql_url)
    with closing(opened(postgresql_url)) as database:
        sentence = (
            f"The database {database.name} is at revision {REVISIONS[0]}, and this program needs {HEAD};"
            " run: incident db upgrade"
        )
        for use in (Desk(database).listed, Desk(database).open):
            with pytest.raises(Unavailable) as error:
                use()
            assert str(error.value) == sentence
        assert database.describe().revision == REVISIONS[0]


def behind(url: str) -> None:
    """As the first program left it."""
    with closing(store_at(url, 30)) as store, store.migrating() as connection:
        migrations.downgrade(connection, REVISIONS[0])


def test_postgresql_says_which_revision_is_behind(postgresql_url: str) -> None:
    ask(postgresql_url, "DELETE FROM alembic_version")
    with (
        closing(opened(postgresql_url)) as database,
        pytest.raises(Unavailable, match="has no tables yet; run:"),
    ):
        Desk(database).listed()


def test_the_usual_path_imports_neither_alembic_nor_a_lock(database_url: str) -> None:
    command = [sys.executable, "-c", USUAL_PATH, database_url]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, today nothing was down. " * 100)
    refused(path, f"The file {path} is not a SQLite database.")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with closing(opened(sqlite_address(tmp_path))) as database:
        for use in (Desk(database).listed, database.describe, database.schema.check, database.schema.upgrade):
            with pytest.raises(Unavailable, match=r"cannot be opened: is a directory\.$"):
                use()


def test_a_damaged_database_is_refused(tmp_path: Path, sqlite_path: Path) -> None:
    path = tmp_path / "damaged.db"
    path.write_bytes(sqlite_path.read_bytes()[:100] + b"\x07" * 5000)
    with closing(opened(sqlite_address(path))) as database, pytest.raises(Unavailable) as error:
        Desk(database).listed()
    assert str(error.value) in (
        f"The database {path} is damaged; restore a copy of it.",
        f"The file {path} is not a SQLite database.",
    )


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(driver.module().connect(path)) as raw:
        raw.execute("CREATE TABLE songs (title TEXT)")
    refused(path, f"The database {path} belongs to another program: its tables are not ours.")


def test_the_alembic_of_another_program_is_not_taken_for_ours(database_url: str) -> None:
    ask(database_url, "DROP TABLE schema_info")
    ask(database_url, "UPDATE alembic_version SET version_num = 'abc'")
    with closing(opened(database_url)) as database, pytest.raises(Unavailable) as error:
        Desk(database).open()
    assert str(error.value).endswith("belongs to another program: its tables are not ours.")


def test_a_newer_database_is_used_as_far_as_it_serves_this_program(database_url: str) -> None:
    with closing(opened(database_url)) as database:
        Desk(database, workspace="w").open("before")
    newer(database_url, oldest_reader=READER, oldest_writer=WRITER)
    with closing(opened(database_url)) as database:
        desk = Desk(database, workspace="w")
        assert desk.open("serves writers") == "INC-2"
        assert any("at revision 9999, and this program knows" in each for each in database.schema.check())
    newer(database_url, oldest_reader=READER, oldest_writer=WRITER + 1)
    with closing(opened(database_url)) as database:
        desk = Desk(database, workspace="w")
        assert desk.listed() == ["INC-2", "INC-1"]
        with pytest.raises(Unavailable) as error:
            desk.open("serves readers only")
        assert str(error.value) == (
            f"The database {database.name} is at revision 9999, which this program can read but not write;"
            " run: pip install --upgrade incident-core"
        )
    newer(database_url, oldest_reader=READER + 1, oldest_writer=WRITER + 1)
    with closing(opened(database_url)) as database:
        desk = Desk(database, workspace="w")
        for use in (desk.listed, desk.open, database.schema.upgrade):
            with pytest.raises(Unavailable) as error:
                use()
            assert str(error.value) == (
                f"The database {database.name} is at revision 9999, which is too new for this program;"
                " run: pip install --upgrade incident-core"
            )
        assert database.describe().revision == "9999"


def test_a_process_that_was_running_before_a_migration_does_not_write_after_it(database_url: str) -> None:
    with closing(opened(database_url)) as database:
        desk = Desk(database, workspace="w")
        desk.open("before")
        newer(database_url, oldest_reader=READER, oldest_writer=WRITER + 1)
        with pytest.raises(Unavailable, match="can read but not write"):
            desk.open("after")
        assert desk.listed() == ["INC-1"]


def newer(url: str, oldest_reader: int, oldest_writer: int) -> None:
    """What a migration of a later program leaves."""
    ask(url, "UPDATE alembic_version SET version_num = '9999'")
    ask(
        url,
        "UPDATE schema_info SET oldest_reader = :reader, oldest_writer = :writer",
        reader=oldest_reader,
        writer=oldest_writer,
    )


def refused(path: Path, sentence: str) -> None:
    before = path.read_bytes()
    with closing(opened(sqlite_address(path))) as database:
        desk = Desk(database)
        uses = (desk.open, desk.listed, lambda: database.log.load("w", "INC-1", ANN), database.schema.upgrade)
        for use in uses:
            with pytest.raises(Unavailable) as error:
                use()
            assert str(error.value) == sentence
    assert path.read_bytes() == before
