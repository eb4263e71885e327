"""Workers of this process over a real database and a real Redis, which hardly ever look by themselves."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from adapters.bootstrap import Working, opened, outside
from adapters.bootstrap_policy import mark, policy
from adapters.bootstrap_queue import bell_of_workers, queue_name
from adapters.queue.threads import Rung
from adapters.settings import Settings
from adapters.system import SystemClock, SystemIds
from tests.cli.running import Program
from tests.integrations.standin import StandIn
from tests.servers.watchdog import wait_until

LONG = 60.0
"""Seconds after which a condition will not come true any more."""

NEVER = 3600.0
"""Seconds between two looks of a worker that is to be woken, and by nothing else."""


def telling(receiver: StandIn, redis_url: str = "") -> dict[str, str]:
    """Settings with which this receiver is told of every event."""
    settings = {
        "WEBHOOK_URL": receiver.url,
        "WEBHOOK_SECRET": "a secret of more than sixteen signs",
        "WEBHOOK_ALLOW_PRIVATE": "true",
    }
    return {**settings, "REDIS_URL": redis_url} if redis_url else settings


def until(condition: Callable[[], bool]) -> None:
    """Wait for it."""
    assert wait_until(condition, LONG), "it never came"


def settings_of(program: Program) -> Settings:
    """What a process of this program would read."""
    return Settings.read({"DATABASE_URL": program.url, **program.settings}, program.folder)


@contextmanager
def working(program: Program) -> Iterator[Working]:
    """The workers of this program, composed as the program does it; nothing is begun."""
    settings, clock = settings_of(program), SystemClock()
    rules = policy(settings)
    with closing(opened(settings, SystemIds(), rules)) as database:
        yield Working(database, outside(settings, clock), clock, mark(rules), settings)


@contextmanager
def station(program: Program, threads: int = 2) -> Iterator[None]:
    """A process' worth of workers inside this one, which look when they begin, and when they are woken."""
    with working(program) as made:
        bell = bell_of_workers(made.settings, made.database.name)
        workers = made.threads(threads, bell)
        workers.poll = NEVER
        rung = Rung(workers, bell)
        rung.start()
        try:
            until(lambda: bell.free(LONG))
            yield
        finally:
            rung.stop()


def queue_of(program: Program) -> str:
    """What the queue of this program is called."""
    with working(program) as made:
        return queue_name(made.settings.workspace, made.database.name)


@contextmanager
def process(program: Program, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A process of the program, killed at the end of the block if it still runs; `said` is what it says."""
    with (program.folder / "said").open("a") as said:
        begun = program.start(*words, stdout=said, stderr=said)
    try:
        yield begun
    finally:
        begun.kill()
        begun.wait(LONG)


def said(program: Program) -> list[str]:
    """The lines that processes of this program have said so far."""
    return (program.folder / "said").read_text().splitlines()
