"""The worker as a process of its own: it tells what was recorded, once, whatever becomes of it meanwhile.

Whoever is killed or frozen is succeeded when the lease is over: with INCIDENT_CRASHES=all on both databases,
otherwise on one.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.cli.running import Program
from tests.databases import BOTH
from tests.integrations.standin import Fate, How, StandIn
from tests.servers.watchdog import wait_until

PATIENCE = 60.0
"""Seconds after which nobody should be waiting any more."""
ALL = os.environ.get("INCIDENT_CRASHES") == "all"


def until(condition: Callable[[], bool]) -> None:
    """Wait for it."""
    assert wait_until(condition, PATIENCE), "it never came"


@contextmanager
def working(program: Program, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A worker that runs until the end of the block."""
    process = program.start("worker", *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def test_once_it_does_what_is_due_and_ends(told: Program, receiver: StandIn) -> None:
    told("open slow --declare")
    told("resolve 1")
    assert told("worker --once").out.startswith("1 incident brought into step")
    types = [request.document["event"]["type"] for request in receiver.kept.values()]
    assert types == ["opened", "declared", "role_assigned", "resolved"]
    assert told("worker --once").out.startswith("0 incidents brought into step")
    assert told("mirrors").err.startswith("Nothing is behind")
    assert [each["shown"] for each in told("mirrors 1 --json").json] == [4]


def test_it_keeps_up_until_it_is_told_to_stop(told: Program, receiver: StandIn) -> None:
    with working(told) as process:
        told("open first")
        until(lambda: receiver.versions == [1])
        told("open second --declare")
        until(lambda: len(receiver.kept) == 4)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err.splitlines()[-1]) == (0, "Ended.")


@pytest.mark.parametrize("database_url", BOTH if ALL else ["postgresql"], indirect=True)
def test_a_killed_worker_is_succeeded_and_nothing_is_lost_or_told_out_of_order(
    told: Program, receiver: StandIn
) -> None:
    told("open slow --declare")
    for number in range(4):
        told(f"update 1 number-{number}")
    receiver.tell(Fate(), Fate(), Fate(how=How.HANG))
    with working(told, "--threads", "1") as process:
        until(lambda: len(receiver.received) == 3)
        process.kill()
    with working(told):
        until(lambda: len(receiver.kept) == 7)
    assert receiver.versions == [1, 2, 3, 4, 5, 6, 7]
    assert len({request.key for request in receiver.received}) == 7


@pytest.mark.parametrize("database_url", BOTH if ALL else ["sqlite"], indirect=True)
def test_a_worker_that_was_frozen_leaves_nothing_twice(told: Program, receiver: StandIn) -> None:
    told("open slow --declare")
    receiver.tell(Fate(how=How.HANG))
    with working(told, "--threads", "1") as frozen:
        until(lambda: len(receiver.received) == 1)
        frozen.send_signal(signal.SIGSTOP)
        with working(told):
            until(lambda: len(receiver.kept) == 3)
            frozen.send_signal(signal.SIGCONT)
            told("resolve 1")
            until(lambda: len(receiver.kept) == 4)
    assert receiver.versions == [1, 2, 3, 4]


def test_two_workers_share_the_work(told: Program, receiver: StandIn) -> None:
    for number in range(8):
        told(f"open number-{number} --declare")
    with working(told), working(told):
        until(lambda: len(receiver.kept) == 24)
    assert len(receiver.received) == 24


def test_what_the_receiver_refuses_for_ever_stops_and_can_be_tried_again_or_skipped(
    told: Program, receiver: StandIn
) -> None:
    told("open slow")
    receiver.tell(Fate(status=400))
    told("worker --once")
    (lag,) = told("mirrors --json").json
    assert (lag["key"], lag["stuck"][0]["stopped"]) == ("INC-1", True)
    assert "stopped" in told("mirrors 1").out
    assert told("mirrors retry 1").out.startswith("1 thing is tried again")
    told("worker --once")
    assert receiver.versions == [1]
    receiver.tell(Fate(status=400))
    told("update 1 more")
    told("worker --once")
    slot = told("mirrors --json").json[0]["stuck"][0]["slot"]
    assert told(f"mirrors skip 1 webhook {slot}").out == f"INC-1: {slot} is skipped in webhook.\n"
    told("worker --once")
    assert (receiver.versions, told("mirrors --json").json) == ([1], [])
    assert "Nothing named" in told(f"mirrors skip 1 webhook {slot}", code=1).err


def test_doctor_says_what_is_behind(told: Program, receiver: StandIn) -> None:
    told("open slow")
    receiver.tell(Fate(status=400))
    assert "webhook; 1 behind, 0 stopped: `incident mirrors` says why" in told("doctor").out
    told("worker --once")
    assert "webhook; 0 behind, 1 stopped" in told("doctor").out
    told("mirrors retry")
    told("worker --once")
    assert "webhook; nothing is behind" in told("doctor").out


def test_without_a_mirror_nothing_is_behind(database_url: str, tmp_path: object) -> None:
    program = Program(database_url, {}, tmp_path)  # type: ignore[arg-type]
    program("open slow")
    done = program("worker --once")
    assert done.out.startswith("0 incidents brought into step, 0 reminders fired")
    assert done.err == "There is no mirror: reminders go to the log only.\n"
    assert program("mirrors").err.startswith("Nothing is behind")
    assert "none is configured; nothing is behind" in program("doctor").out
    assert program("mirrors retry").out.startswith("0 things are tried again")
    assert program("mirrors 7 --json").json == []
