"""Timers and the worker's process: what is due is said once, to the log and to every mirror."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.running import Program
from tests.integrations.standin import Fate, StandIn
from tests.worker.test_process import PATIENCE, until

PAST = "2020-01-01T10:00Z"


@dataclass
class Workers:
    """Workers over one database, each with a log of its own."""

    program: Program
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self) -> None:
        """One more, which has fired what is due."""
        with self._log(len(self.processes)).open("w") as err:
            self.processes.append(
                self.program.start("worker", "--threads", "1", stdout=subprocess.DEVNULL, stderr=err)
            )
        self.fired()

    def fired(self) -> None:
        """Wait until nothing is left to fire."""
        until(lambda: all(each["fired_at"] for each in self.program("timers --json").json))

    def signal(self, which: signal.Signals) -> None:
        for process in self.processes:
            process.send_signal(which)

    def end(self) -> list[list[str]]:
        """Their logs, once they have ended as they were told to."""
        self.signal(signal.SIGTERM)
        assert {process.wait(PATIENCE) for process in self.processes} == {0}
        return [self._log(number).read_text().splitlines() for number in range(len(self.processes))]

    def kill(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait(PATIENCE)

    def _log(self, number: int) -> Path:
        return self.program.folder / f"worker-{number}.log"


@pytest.fixture
def workers(database_url: str, tmp_path: Path) -> Iterator[Workers]:
    """None yet, and no mirror."""
    found = Workers(Program(database_url, {}, tmp_path))
    yield found
    found.kill()


def test_two_workers_that_wake_up_together_say_each_reminder_once_between_them(workers: Workers) -> None:
    for _ in range(2):
        late(workers.program)
        workers.start()
        workers.signal(signal.SIGSTOP)  # it waits for the next one: nothing is due
    for _ in range(6):
        late(workers.program)
    workers.signal(signal.SIGCONT)
    workers.fired()
    logs = workers.end()
    lines = [line.partition(" WARNING incident.timers: ")[2] for log in logs for line in log]
    said = sorted(line for line in lines if line.startswith("INC-"))
    assert said == [f"INC-{number}: no update since 2020-01-01T10:00:00.000000Z." for number in range(1, 9)]
    for log in logs:
        assert (log[0], log[-1]) == ("There is no mirror: reminders go to the log only.", "Ended.")


def late(program: Program) -> None:
    """An incident about which nobody has said anything for years."""
    program(f"open slow --severity sev1 --declare --at {PAST}")


def test_a_reminder_reaches_the_webhook_once_after_what_happened_before(
    told: Program, receiver: StandIn
) -> None:
    told(f"open slow --severity sev1 --declare --at {PAST}")
    told("timers 1 stop stale")
    assert told("worker --once").out.startswith("1 incident brought into step, 1 reminder fired")
    *events, last = [request.document for request in receiver.kept.values()]
    assert [document["event"]["type"] for document in events][-1] == "reminder_stopped"
    assert (last["incident"]["key"], last["reminder"]["timer"]) == ("INC-1", "comms")
    assert told("worker --once").out.startswith("0 incidents brought into step, 0 reminders fired")
    assert len(receiver.received) == len(events) + 1


def test_a_reminder_that_was_not_taken_is_shown_and_can_be_sent_again(
    told: Program, receiver: StandIn
) -> None:
    told(f"open slow --at {PAST}")
    receiver.tell(Fate(), Fate(status=503))
    told("worker --once")
    (lag,) = told("mirrors --json").json
    assert (lag["key"], lag["unsaid"], lag["error"] is None) == ("all", 1, False)
    assert told("mirrors ALL").out.startswith("all\twebhook\t0\t0\t1\t")
    assert "webhook; 1 behind, 0 stopped" in told("doctor").out
    receiver.tell(Fate(status=400))
    told("mirrors retry all")
    told("worker --once")
    assert "webhook; 0 behind, 1 stopped" in told("doctor").out
    told("mirrors retry all")
    told("worker --once")
    last = list(receiver.kept.values())[-1].document
    assert (last["incident"], [each["key"] for each in last["reminder"]["listed"]]) == (None, ["INC-1"])
    assert told("mirrors --json").json == []
    assert [lag["unsaid"] for lag in told("mirrors all --json").json] == [0]


def test_a_mirror_that_is_new_begins_with_what_is_open(told: Program, receiver: StandIn) -> None:
    told("open slow", WEBHOOK_URL="")
    assert told("mirrors 1 --json").json == []
    told("worker --once")
    assert [lag["shown"] for lag in told("mirrors 1 --json").json] == [1]
    assert receiver.received == []
    told("severity 1 sev2")
    told("worker --once")
    assert receiver.versions == [2]
