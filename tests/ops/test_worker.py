"""A worker as operators see it: a process with an address, on both databases."""

from __future__ import annotations

import json
import signal
import socket
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest

from tests.cli.running import Program
from tests.databases import BOTH
from tests.integrations.standin import Fate, How, StandIn
from tests.ops.asked import looked_at, until
from tests.queues.station import telling
from tests.servers.databases import Server


@pytest.mark.parametrize("database_url", BOTH, indirect=True)
def test_a_worker_tells_how_it_is_what_it_does_and_notes_the_head_of_the_log(
    database_url: str, receiver: StandIn, tmp_path: Path
) -> None:
    heads = tmp_path / "heads"
    more = {"AUDIT_HEAD_FILE": str(heads), "LOG_FORMAT": "json", "LOG_LEVEL": "info"}
    program = Program(database_url, {**telling(receiver), **more}, tmp_path)
    receiver.tell(Fate(status=400))
    program("open 'The payroll is public'")
    with looked_at(program, "worker") as worker:
        until(lambda: worker.asked("ready") == (200, []))
        assert program("health live").out == f"{worker.address} is live.\n"
        until(lambda: len(receiver.received) == 1)
        until(heads.exists)
        until(lambda: bool(heads.read_text()))
        assert "nothing was changed" in program(f"audit verify --against {heads}").out
        until(lambda: worker.metrics().get('incident_mirror_stopped{mirror="webhook"}') == 1)
        found = worker.metrics()
        calls = [name for name in found if name.startswith("incident_mirror_calls_total")]
        assert ['ended="never"' in name for name in calls] == [True]
        assert (found["incident_database_up"], found["incident_timers_late"]) == (1, 0)
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(60) == 0
        (call,) = [each for each in worker.records() if each["logger"] == "incident.mirror"]
        assert (call["incident"], call["version"], call["ended"]) == ("INC-1", 1, "never")
        assert "payroll" not in worker.said.read_text()
    assert json.loads(heads.read_text())["seq"] == 1
    gone = program("health ready", code=1)
    assert gone.err == f"{worker.address} is not ready: nobody answers (Connection refused).\n"


def test_from_the_signal_on_it_is_not_ready_but_lives_until_its_last_call_has_ended(
    sqlite_url: str, receiver: StandIn, tmp_path: Path
) -> None:
    program = Program(sqlite_url, telling(receiver), tmp_path)
    receiver.tell(Fate(how=How.SLOW))
    program("open slow")
    with looked_at(program, "worker") as worker:
        until(lambda: len(receiver.received) == 1)
        assert worker.asked("ready") == (200, [])
        worker.process.send_signal(signal.SIGTERM)
        until(lambda: worker.asked("ready") == (503, ["The process is stopping."]))
        assert worker.asked("live") == (200, [])
        receiver.over.set()
        assert worker.process.wait(60) == 0
    assert program("worker --once").out.startswith(("0 incidents", "1 incident "))
    assert len(receiver.received) == 1, "its lease was given back with what it did"


def test_while_the_database_is_away_it_is_not_ready_and_lives(
    postgres_server: Server, postgres_template: str, tmp_path: Path
) -> None:
    url = postgres_server.create_database(postgres_template)
    program = Program(url, {}, tmp_path)
    with looked_at(program, "worker") as worker:
        until(lambda: worker.asked("ready") == (200, []))
        postgres_server.drop_database(url)
        until(lambda: worker.asked("ready") == (503, ["The database cannot be used."]))
        assert worker.asked("live") == (200, [])
        assert program("health ready", code=1).err.endswith("is not ready: The database cannot be used.\n")


def test_while_the_database_hangs_every_question_is_answered_all_the_same(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"postgresql://ann:hunter2@127.0.0.1:{silent.getsockname()[1]}/incidents"
        program = Program(url, {"INCIDENT_WAIT_SECONDS": "600"}, tmp_path)
        with looked_at(program, "worker") as worker:
            began = monotonic()
            until(lambda: worker.asked("ready") == (503, ["The database does not answer."]))
            found = worker.metrics()
            assert worker.asked("live") == (200, [])
            assert monotonic() - began < 60
            assert found["incident_database_up"] == 0
            assert not [name for name in found if name.startswith("incident_mirror_lag")]
            assert "hunter2" not in worker.said.read_text()


def test_an_address_that_is_taken_is_one_sentence_and_nothing_is_begun(
    sqlite_url: str, tmp_path: Path
) -> None:
    program = Program(sqlite_url, {}, tmp_path)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        ran = program.process("worker", OPS_ADDRESS=f":{port}")
    assert ran.code == 6
    assert ran.err.splitlines()[-1] == (
        f"error: OPS_ADDRESS cannot be used: 127.0.0.1:{port} (Address already in use)."
    )


@pytest.mark.parametrize("wrong", ["nowhere", "127.0.0.1:0", "::1:80", "localhost:99999", "a b:80"])
def test_an_address_that_is_none_is_refused(sqlite_url: str, tmp_path: Path, wrong: str) -> None:
    program = Program(sqlite_url, {"OPS_ADDRESS": wrong}, tmp_path)
    ran = program("worker --once", code=2)
    assert "OPS_ADDRESS (environment) must be a place to listen at, such as 127.0.0.1:9100" in ran.err


def test_without_an_address_there_is_nobody_to_ask(sqlite_url: str, tmp_path: Path) -> None:
    ran = Program(sqlite_url, {}, tmp_path)("health live", code=1)
    assert ran.err == "OPS_ADDRESS is not set: there is nobody to ask.\n"
