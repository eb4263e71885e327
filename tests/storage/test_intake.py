"""Taking many histories in: few statements, hostile texts, several processes, and a lost answer."""

from __future__ import annotations

import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.storage import Database
from adapters.storage.database import store_at
from adapters.storage.revisions import READER, WRITER
from adapters.system import SystemIds
from incident_core import commands as c
from incident_core.errors import Unavailable
from incident_core.guards.refusal import Refused
from incident_core.model.policy import Policy
from incident_core.ports.intake import History
from incident_core.testing.contracts.commits import HOSTILE
from incident_core.testing.contracts.desk import Desk
from incident_core.usecases.generate import generate
from incident_core.usecases.history import Origin, decided
from incident_core.usecases.verify import verify
from tests.cli.running import Program
from tests.storage.asking import ask, counted
from tests.storage.test_first_use import newer

UNTIL = datetime(2025, 1, 1, tzinfo=UTC)


def made(count: int, seed: int = 1, workspace: str = "w") -> list[History]:
    return list(generate(count, seed, Policy(), UNTIL, workspace=workspace))


def told(desk: Desk, *commands: c.Command) -> History:
    origin = Origin(desk.workspace, "import", desk.envelope().incident_id, desk.clock.now())
    found = decided(desk.policy, origin, commands)
    assert not isinstance(found, Refused)
    return found


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, workspace="w")


def test_it_takes_the_same_number_of_statements_however_many_there_are(database: Database) -> None:
    seen = []
    for seed, count in ((1, 100), (2, 100), (3, 300)):
        with counted() as statements:
            database.intake.take(made(count, seed))
        seen.append(len(statements))
    assert seen[1] == seen[2] < 20


def test_every_table_of_the_views_is_written(database: Database, database_url: str) -> None:
    database.intake.take(made(200))
    written = {"incidents": 200, "documents": 200, "search": 200}
    for table, count in written.items():
        assert ask(database_url, f"SELECT count(*) FROM {table}") == [(count,)]
    assert ask(database_url, "SELECT count(*) FROM access")[0][0] > 0
    assert database.views.rebuild(write=False).differing == ()


def test_any_text_arrives_as_it_was_written(desk: Desk) -> None:
    texts = (
        *HOSTILE,
        "{}",
        "{NULL}",
        "NULL",
        '{"a","b"}',
        "\\N",
        "%s %(x)s %",
        "$1 $$",
        "'",
        '"',
        "\\",
        "a,b",
    )
    histories = [
        told(
            desk,
            desk.command(c.Open, title="x"),
            desk.command(c.SendUpdate, text=text, impact=text),
            desk.command(c.AddTask, text=text),
        )
        for text in texts
    ]
    desk.store.intake.take(histories)
    for number, text in enumerate(texts, start=1):
        incident = desk.load(f"INC-{number}").incident
        assert {incident.updates[0].text, incident.updates[0].impact, incident.tasks[0].text} == {
            text.strip()
        }
    assert desk.store.views.rebuild(write=False).differing == ()
    assert verify(desk.store.ledger).finding is None


def test_a_newer_database_is_not_written(desk: Desk, database_url: str) -> None:
    desk.open("before")
    newer(database_url, oldest_reader=READER, oldest_writer=WRITER + 1)
    with pytest.raises(Unavailable, match="can read but not write"):
        desk.store.intake.take(made(3))
    assert desk.listed() == ["INC-1"]


class CuttingIds(SystemIds):
    """Ends every other connection of the database when it is asked for the third salt."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._left = 3

    def salt(self) -> bytes:
        self._left -= 1
        if self._left == 0:
            ask(self._url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        return super().salt()


def test_a_line_that_is_cut_meanwhile_leaves_nothing_and_the_next_call_succeeds(postgresql_url: str) -> None:
    with closing(Database(store_at(postgresql_url, 30), CuttingIds(postgresql_url))) as database:
        desk = Desk(database, workspace="w")
        with pytest.raises(Unavailable):
            database.intake.take(made(3))
        assert desk.listed() == []
        assert ask(postgresql_url, "SELECT count(*) FROM events") == [(0,)]
        assert [answer.key for answer in database.intake.take(made(3))] == ["INC-1", "INC-2", "INC-3"]
        assert verify(database.ledger).finding is None


def test_processes_that_make_up_and_open_at_the_same_time_leave_no_gap(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    program = Program(database_url, {"INCIDENT_WAIT_SECONDS": "60"}, tmp_path)
    lines = [("generate", "--incidents", "300", "--seed", str(seed), "--yes") for seed in (1, 2, 3)]
    running = [program.start(*line, stdout=subprocess.PIPE) for line in lines]
    desk = Desk(database, workspace="default")
    opened_here = 0
    while any(process.poll() is None for process in running):
        desk.open(f"meanwhile {opened_here}")
        opened_here += 1
    assert [process.wait() for process in running] == [0, 0, 0]
    for process in running:
        process.communicate()
    total = 900 + opened_here
    assert ask(database_url, "SELECT value FROM counters") == [(total,)]
    numbers = "SELECT count(*), count(DISTINCT number), max(number) FROM incidents"
    assert ask(database_url, numbers) == [(total, total, total)]
    assert verify(database.ledger).finding is None
    assert database.views.rebuild(write=False).differing == ()
