"""Where the answer to a commit is lost, nobody claims to know; the same key finds out."""

from __future__ import annotations

from contextlib import closing
from time import monotonic

import pytest

from adapters.storage.postgres import HOLD
from incident_core import commands as c
from incident_core.errors import OutcomeUnknown, Unavailable
from incident_core.testing.contracts.desk import Desk
from incident_core.usecases.verify import verify
from tests.servers.postgres import Postgres
from tests.storage.databases import migrate, opened
from tests.storage.proxy import Break, line

# The commit of what was written: every read before it ends with one as well.
COMMIT = (b"INSERT INTO commands", b"COMMIT")


@pytest.mark.parametrize("when", [Break.BEFORE_IT_ARRIVES, Break.AFTER_IT_WAS_DONE])
def test_a_lost_commit_is_repeated_with_its_key_and_done_once(postgresql_url: str, when: Break) -> None:
    with closing(opened(postgresql_url)) as direct, line(postgresql_url, when, *COMMIT) as (broken, address):
        desk = Desk(direct, workspace="w")
        desk.open()
        with closing(opened(address)) as database:
            near = desk.after(database)
            near.listed()
            broken.armed.set()
            command = near.command(c.AddTask, name="the key", text="once")
            with pytest.raises(OutcomeUnknown) as error:
                near.perform(command, "INC-1")
            assert error.value.key == "the key"
            assert broken.broken.is_set()
            done = when is Break.AFTER_IT_WAS_DONE
            assert (direct.log.answered("w", "the key") is not None) is done
            broken.broken.clear()
            answer = near.perform(command, "INC-1")
            assert (answer.repeated, answer.last_version) == (done, 2)
        assert len(desk.load("INC-1").incident.tasks) == 1
        assert verify(direct.ledger).finding is None


@pytest.mark.parametrize("when", [Break.BEFORE_IT_ARRIVES, Break.AFTER_IT_WAS_DONE])
@pytest.mark.parametrize("words", [b"pg_advisory_xact_lock", b"INSERT INTO events", b"UPDATE log_head"])
def test_a_line_that_breaks_before_the_commit_surely_changed_nothing(
    postgresql_url: str, words: bytes, when: Break
) -> None:
    with closing(opened(postgresql_url)) as direct, line(postgresql_url, when, words) as (broken, address):
        desk = Desk(direct, workspace="w")
        desk.open()
        with closing(opened(address)) as database:
            near = desk.after(database)
            near.listed()
            broken.armed.set()
            with pytest.raises(Unavailable) as error:
                near.do(c.AddTask, "INC-1", name="the key", text="once")
            assert str(error.value) == f"The connection to {database.name} was lost; nothing was changed."
            assert not isinstance(error.value, OutcomeUnknown)
            assert direct.log.answered("w", "the key") is None
            broken.broken.clear()
            assert near.do(c.AddTask, "INC-1", name="the key", text="once").last_version == 2


def test_a_writer_that_vanished_does_not_keep_the_lock(postgresql_url: str) -> None:
    """Its machine was cut off or put to sleep: the server hears nothing, and soon takes the lock back."""
    with closing(opened(postgresql_url)) as direct:
        desk = Desk(direct, workspace="w")
        desk.open()
        with (
            line(postgresql_url, Break.WITHOUT_A_WORD, b"INSERT INTO texts") as (broken, address),
            closing(opened(address)) as database,
        ):
            near = desk.after(database)
            near.listed()
            broken.armed.set()
            with pytest.raises(Unavailable):
                near.do(c.AddTask, "INC-1", text="lost")
            assert broken.kept, "the server still has its half of the line"
            begun = monotonic()
            assert desk.do(c.AddTask, "INC-1", text="kept").last_version == 2
            assert monotonic() - begun < HOLD + 5


def test_a_server_that_was_restarted_is_not_noticed() -> None:
    """The connections that were kept are dead; the next command makes new ones."""
    with Postgres() as server:
        url = server.create_database()
        migrate(url)
        with closing(opened(url)) as database:
            desk = Desk(database, workspace="w")
            desk.open()
            server.kill()
            with pytest.raises(Unavailable, match="No server answers at"):
                desk.open()
            server.restart()
            assert desk.open() == "INC-2"
            assert verify(database.ledger).finding is None
