"""The PostgreSQL starter gives databases of their own to tests, and recovers from a kill."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg2
import pytest

from .databases import connect
from .errors import CannotStart
from .external import OVERRIDE
from .postgres import Postgres
from .watchdog import ended, wait_until

LONG = 30.0  # seconds after which a condition will not come true any more


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with Postgres() as running:
        yield running


def ask(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run the statements in one committed transaction; the rows of the last."""
    with closing(connect(url)) as connection, connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


def exists(url: str) -> bool:
    try:
        connect(url).close()
    except psycopg2.OperationalError as error:
        if "does not exist" not in str(error):
            raise
        return False
    return True


def test_it_starts_and_answers_with_the_settings_that_were_asked_for(server: Postgres) -> None:
    names = ("fsync", "full_page_writes", "synchronous_commit", "dynamic_shared_memory_type", "timezone")
    rows = ask(server.maintenance_url, "SELECT " + ", ".join(f"current_setting('{name}')" for name in names))
    assert rows == [("off", "off", "on", "mmap", "UTC")]


def test_case_is_folded_beyond_ascii(server: Postgres) -> None:
    assert ask(server.maintenance_url, "SELECT lower('ÉÄΩ'), 'a' < 'B'") == [("éäω", False)]


def test_a_durable_server_syncs_and_keeps_its_data_off_the_memory_disk() -> None:
    with Postgres(durable=True, settings={"timezone": "Asia/Kathmandu"}) as durable:
        rows = ask(durable.maintenance_url, "SELECT current_setting('fsync'), current_setting('timezone')")
        assert rows == [("on", "Asia/Kathmandu")]
        assert Path("/dev/shm") not in durable.folder.parents


def test_it_does_not_run_as_root_and_its_folder_is_private(server: Postgres) -> None:
    owner = (server.folder / "data" / "postmaster.pid").stat().st_uid
    assert owner != 0
    assert owner == (os.geteuid() or 65534)
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700


def test_a_wrong_password_is_refused(server: Postgres) -> None:
    user, _, address = server.maintenance_url.partition("@")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        connect(user[:-1] + "@" + address)


def test_databases_from_one_template_are_independent(server: Postgres) -> None:
    prepared = []

    def prepare(url: str) -> None:
        prepared.append(url)
        ask(url, "CREATE TABLE notes (text text)", "INSERT INTO notes VALUES ('from the template')")

    template = server.make_template(prepare)
    with server.database(template) as first, server.database(template) as second, server.database() as empty:
        ask(first, "INSERT INTO notes VALUES ('mine')")
        assert ask(first, "SELECT count(*) FROM notes") == [(2,)]
        assert ask(second, "SELECT count(*) FROM notes") == [(1,)]
        assert ask(empty, "SELECT to_regclass('notes')") == [(None,)]
    assert not exists(first)
    assert len(prepared) == 1


def test_a_template_is_copied_although_its_maker_left_a_connection_open(server: Postgres) -> None:
    left_open = []
    template = server.make_template(lambda url: left_open.append(connect(url)))
    with server.database(template) as url:
        assert exists(url)
    left_open[0].close()


def test_a_database_in_use_can_be_dropped(server: Postgres) -> None:
    url = server.create_database()
    with closing(connect(url)):
        server.drop_database(url)
    assert not exists(url)


def test_a_database_that_the_run_did_not_make_is_not_dropped(server: Postgres) -> None:
    with pytest.raises(ValueError, match="postgres is not a database that this run made"):
        server.drop_database("postgres")
    assert exists(server.maintenance_url)


def test_committed_rows_survive_a_kill_and_uncommitted_ones_do_not() -> None:
    with Postgres() as server:
        url = server.create_database()
        ask(url, "CREATE TABLE notes (text text)", "INSERT INTO notes VALUES ('committed')")
        with closing(connect(url)) as connection, connection.cursor() as cursor:
            cursor.execute("INSERT INTO notes VALUES ('not committed')")
            server.kill()
            with pytest.raises(psycopg2.OperationalError):
                connect(url)
            server.restart()
            with pytest.raises(psycopg2.OperationalError):
                cursor.execute("SELECT 1")
        assert ask(url, "SELECT text FROM notes") == [("committed",)]
        assert "not properly shut down" in (server.folder / "log").read_text()


def test_a_kill_ends_a_busy_backend_too() -> None:
    """Left alone it works for as long as its query takes, and keeps the server from starting again."""
    with Postgres() as server, closing(connect(server.maintenance_url)) as connection:
        backend = connection.info.backend_pid
        busy = Thread(target=be_busy, args=(connection,))
        busy.start()
        active = f"SELECT count(*) FROM pg_stat_activity WHERE pid = {backend} AND state = 'active'"
        assert wait_until(lambda: ask(server.maintenance_url, active) == [(1,)], LONG)
        server.kill()
        assert wait_until(lambda: ended(backend), 5)
        busy.join(LONG)
        assert not busy.is_alive()


def be_busy(connection: Any) -> None:
    with suppress(psycopg2.OperationalError), connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN WHILE clock_timestamp() < now() + interval '20 s' LOOP END LOOP; END $$")


def test_an_orderly_restart_keeps_the_address_and_does_not_wait_for_clients() -> None:
    with Postgres() as server:
        before = server.maintenance_url, server.pid
        with closing(connect(server.maintenance_url)):
            server.restart()
        assert server.maintenance_url == before[0]
        assert server.pid != before[1]
        assert "not properly shut down" not in (server.folder / "log").read_text()
        assert exists(server.maintenance_url)


def test_another_server_gets_our_databases_and_loses_them_again(server: Postgres) -> None:
    def databases() -> set[str]:
        return {name for (name,) in ask(server.maintenance_url, "SELECT datname FROM pg_database")}

    before = databases()
    url = server.maintenance_url.replace("+psycopg2", "") + "?application_name=tests"
    with Postgres.external(url) as external:
        template = external.make_template(lambda new: None)
        made = external.create_database(template)
        assert made.startswith("postgresql+psycopg2://")
        assert ask(made, "SHOW application_name") == [("tests",)]
        assert len(databases() - before) == 2
    assert databases() == before


def test_another_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(CannotStart) as error:
        Postgres.external("postgresql://ann:secret@127.0.0.1:1/test").start()
    assert OVERRIDE in str(error.value)
    assert "127.0.0.1" in str(error.value)
    assert "secret" not in str(error.value)
    assert "\n" not in str(error.value)


def test_another_user_who_may_not_create_databases_is_told_so(server: Postgres) -> None:
    ask(server.maintenance_url, "CREATE ROLE guest LOGIN PASSWORD 'guest'")
    url = f"postgresql://guest:guest@127.0.0.1:{server.port}/postgres"
    with pytest.raises(CannotStart) as error:
        Postgres.external(url).start()
    assert "the user guest, who may not create databases" in str(error.value)
