"""A line, a server or a writer that fails in the midst of a command: nobody waits long, nothing is half done.

What becomes of a command whose answer is lost is tried in tests/trials, at every statement.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from time import monotonic

import pytest

from adapters.storage.database import store_at
from adapters.storage.postgres import HOLD
from adapters.storage.store import Store
from incident_core.errors import OutcomeUnknown, Unavailable
from incident_core.testing.contracts.desk import Desk
from tests.databases import migrate, opened
from tests.servers.postgres import Postgres
from tests.storage.asking import ask
from tests.storage.test_waits import locked

SOON = 3.0  # seconds; a wait to the end would be 60
OPEN = """
import sys, threading, traceback
from tests.databases import opened
from incident_core.testing.contracts.desk import Desk

def tell(main=threading.get_ident()):
    while all(frame.name != "patiently" for frame in traceback.extract_stack(sys._current_frames()[main])):
        pass
    print("waiting", flush=True)

desk = Desk(opened(sys.argv[1], 60))
desk.listed()
threading.Thread(target=tell, daemon=True).start()
desk.open()
"""


def test_a_writer_that_fell_silent_does_not_keep_the_lock(postgresql_url: str) -> None:
    """It was stopped, put to sleep or cut off: the server takes the lock back, and nothing of it is left."""
    with closing(store_at(postgresql_url, 30)) as silent, closing(opened(postgresql_url)) as database:
        desk = Desk(database, workspace="w")
        begun = monotonic()
        with pytest.raises(OutcomeUnknown):  # all that the driver says is that the line is gone
            stay_silent(silent, lambda: desk.open())
        assert monotonic() - begun < HOLD + 5
        assert desk.listed() == ["INC-1"]
        assert ask(postgresql_url, "SELECT value FROM counters") == [(1,)]


def stay_silent(store: Store, meanwhile: Callable[[], object]) -> None:
    """Begin to write, and do something else before the commit."""
    with store.appending("its key") as connection:
        connection.exec_driver_sql("INSERT INTO counters VALUES ('w', 'incident', 7)")
        meanwhile()


def test_a_server_that_was_restarted_is_not_noticed() -> None:
    """The connections that were kept are dead; the next command makes new ones."""
    with Postgres() as server:
        url = server.create_database()
        migrate(url)
        with closing(opened(url)) as database:
            desk = Desk(database, workspace="w")
            desk.open()
            server.kill()
            with pytest.raises(Unavailable, match=r"^No server answers at .*refused\.$"):
                desk.open()
            server.restart()
            assert desk.open() == "INC-2"


def test_a_writer_that_waits_hears_an_interruption(database_url: str) -> None:
    with locked(database_url), waiting(database_url) as process:
        begun = monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert monotonic() - begun < SOON
        assert "KeyboardInterrupt" in errors
    with closing(opened(database_url)) as database, database.ledger.read() as pages:
        assert pages.head().count == 0


def waiting(url: str) -> subprocess.Popen[str]:
    """A process that wants to write."""
    process = subprocess.Popen(
        [sys.executable, "-c", OPEN, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "waiting\n"
    return process
