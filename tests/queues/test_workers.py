"""Many processes and one Redis: who commits wakes who works, whatever becomes of Redis meanwhile."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from time import monotonic

import pytest
from redis import Redis

from adapters.queue.redis_queue import RedisQueue, connect
from tests.cli.running import Program
from tests.integrations.standin import Fate, How, StandIn
from tests.queues.station import LONG, process, queue_of, said, station, telling, until, working
from tests.servers.redis import RedisServer


def test_a_command_wakes_a_worker_of_another_process(told: Program, receiver: StandIn) -> None:
    with station(told):
        for number in range(1, 4):
            told(f"open number-{number}")
            until(lambda number=number: len(receiver.kept) == number)  # type: ignore[misc]


def test_a_worker_wakes_those_of_another_process_where_its_own_are_busy(
    told_postgresql: Program, receiver: StandIn
) -> None:
    """One thread each: while a call of the first is under way, the second makes the next."""
    told = told_postgresql
    with station(told, threads=1), station(told, threads=1):
        receiver.tell(Fate(how=How.HANG))
        told("open first")
        until(lambda: len(receiver.received) == 1)
        told("open second")
        until(lambda: len(receiver.kept) == 2)
        receiver.over.set()


def test_what_was_rung_while_nobody_listened_is_found_by_who_begins(told: Program, receiver: StandIn) -> None:
    told("open slow")
    with station(told):
        until(lambda: len(receiver.kept) == 1)


def flushed(server: RedisServer, client: Redis) -> None:
    client.flushall()


def stopped(server: RedisServer, client: Redis) -> None:
    server.kill()


def frozen(server: RedisServer, client: Redis) -> None:
    server.freeze()


def full(server: RedisServer, client: Redis) -> None:
    client.config_set("maxmemory", "1")


def read_only(server: RedisServer, client: Redis) -> None:
    client.replicaof("127.0.0.1", "1")


def another_password(server: RedisServer, client: Redis) -> None:
    client.config_set("requirepass", "another-password")
    client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")  # type: ignore[no-untyped-call]


MANY = 80
"""Calls that take longer than a signal takes to be heard."""

BREAKS = [(flushed, full, another_password), (stopped, frozen, read_only)]


@pytest.mark.parametrize("breaks", BREAKS, ids=lambda some: "-".join(each.__name__ for each in some))
def test_redis_may_be_broken_at_any_moment_and_is_used_again_afterwards(
    sqlite_url: str,
    fragile: RedisServer,
    receiver: StandIn,
    tmp_path: Path,
    breaks: Sequence[Callable[[RedisServer, Redis], None]],
) -> None:
    """Commands are recorded in time, mirrors settle, and one line says so each time."""
    told = Program(sqlite_url, telling(receiver, fragile.url), tmp_path)
    with process(told, "worker") as worker:
        for number, each in enumerate(breaks):
            follows(told, receiver, f"open before-{each.__name__}")
            with closing(fragile.client()) as client:
                each(fragile, client)
            began = monotonic()
            follows(told, receiver, f"open during-{each.__name__}")
            assert monotonic() - began < LONG / 2, "a command waits half a second at most, a worker two"
            follows(told, receiver, f"open after-{each.__name__}")
            fragile.restart()
            with closing(connect(fragile.url)) as again:
                until(lambda again=again: RedisQueue(again, queue_of(told)).listening() == 1)  # type: ignore[misc]
            until(lambda: lost(told) == sum(line.endswith(": Redis is used again.") for line in said(told)))
            assert lost(told) <= number + 1
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(LONG) == 0
    lines = said(told)
    assert len(lines) == 2 + 2 * lost(told), lines
    assert fragile.password not in "".join(lines)


def follows(program: Program, receiver: StandIn, line: str) -> None:
    """The command is recorded without a word of Redis, and the receiver is told."""
    before = len(receiver.kept)
    assert program(line).err == ""
    until(lambda: len(receiver.kept) > before)


def lost(program: Program) -> int:
    """How often a process said that Redis cannot be used."""
    return sum(": Redis cannot be used: " in line for line in said(program))


def test_a_worker_that_begins_while_redis_is_away_works_and_uses_it_later(
    sqlite_url: str, fragile: RedisServer, receiver: StandIn, tmp_path: Path
) -> None:
    told = Program(sqlite_url, telling(receiver, fragile.url), tmp_path)
    fragile.kill()
    told("open slow")
    with station(told):
        until(lambda: len(receiver.kept) == 1)
        fragile.restart()
        with closing(connect(fragile.url)) as again:
            until(lambda: RedisQueue(again, queue_of(told)).listening() == 1)
        told("declare 1")
        until(lambda: len(receiver.kept) == 3)


@pytest.mark.parametrize("with_redis", [True, False])
def test_told_to_end_a_worker_ends_its_call_and_gives_back_what_it_had(
    told: Program, receiver: StandIn, with_redis: bool
) -> None:
    """Nobody has to wait for its lease: the next one goes on where it stopped, and repeats nothing."""
    if not with_redis:
        told.settings.pop("REDIS_URL")
    told("open slow --declare")
    for number in range(MANY):
        told(f"update 1 number-{number}")
    receiver.tell(Fate(how=How.SLOW))
    with process(told, "worker", "--threads", "1") as worker:
        until(lambda: len(receiver.received) == 1)
        worker.send_signal(signal.SIGTERM)
        receiver.over.set()
        assert worker.wait(LONG) == 0
    assert said(told)[-1] == "Ended."
    assert len(receiver.received) < MANY, "it went on to the end"
    with working(told) as made:
        assert made.once().settled == 1
    assert receiver.versions == list(range(1, MANY + 4))
    assert len(receiver.received) == MANY + 3


def test_who_ends_wakes_the_others_for_what_is_left(told_postgresql: Program, receiver: StandIn) -> None:
    told = told_postgresql
    receiver.tell(Fate(how=How.SLOW))
    with ExitStack() as ending:
        ending.enter_context(station(told, threads=1))
        told("open slow --declare")
        until(lambda: len(receiver.received) == 1)
        with station(told, threads=1):
            receiver.over.set()
            ending.close()
            until(lambda: receiver.versions == [1, 2, 3])
    assert len(receiver.received) == 3
