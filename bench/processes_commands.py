"""Commands a second that several processes record in one PostgreSQL, on incidents of their own or on one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle, product
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from adapters.bootstrap import app
from adapters.cli.app import App
from adapters.settings import Settings
from bench.behind import ANN, environ
from bench.idle import NOBODY
from bench.rates import rates
from incident_core import Open, SendUpdate

OWN = 10
"""Incidents of each process, where each has its own."""
WARM = 3
PATIENCE = 120.0

HEADER = (
    "| commands on | `REDIS_URL` | processes | commands a second | least–most | to one process |\n"
    "|---|---|---|---:|---:|---:|"
)


@dataclass(frozen=True, slots=True)
class Case:
    """`same`: all give commands for one incident."""

    same: bool
    redis: bool
    processes: int


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a case, and commands a second of every case in each round."""

    case: Case
    one: Case
    rounds: tuple[Mapping[Case, float], ...]
    missed: str = ""

    def row(self) -> str:
        cells = (
            "the same incident" if self.case.same else "incidents of their own",
            "set" if self.case.redis else "not set",
            str(self.case.processes),
            *rates([(each[self.case], each[self.one]) for each in self.rounds]),
        )
        return f"| {' | '.join(cells)} |"


def measure(
    copies: Callable[[], AbstractContextManager[str]],
    redis: str,
    how: tuple[tuple[bool, int], ...],
    total: int,
    rounds: int,
) -> Iterator[Line]:
    """So many commands in all in each case, whoever gives them. `how`: with Redis or not, and by how many."""
    cases = [Case(same, *each) for same, each in product((False, True), how)]
    with copies() as url:
        found = tuple({case: _rate(url, redis, case, total) for case in cases} for _ in range(rounds))
    for case in cases:
        yield Line(case, Case(case.same, case.redis, how[0][1]), found)


def _rate(url: str, redis: str, case: Case, total: int) -> float:
    env = _environ(url, redis if case.redis else "")
    made = app(Settings.read(env, Path()))
    key = _opened(made) if case.same else None
    made.close()
    with ExitStack() as end:
        lines = [end.enter_context(_giving(env, key, total // case.processes)) for _ in range(case.processes)]
        for line in lines:
            _heard(line)
        began = perf_counter()
        for line in lines:
            line.send("go")
        for line in lines:
            _heard(line)
        return total // case.processes * case.processes / (perf_counter() - began)


def _environ(url: str, redis: str) -> dict[str, str]:
    return {**environ(url, NOBODY), **({"REDIS_URL": redis} if redis else {})}


def _heard(line: Connection) -> None:
    if not line.poll(PATIENCE):
        raise SystemExit(f"A process that gives commands said nothing within {PATIENCE:.0f} seconds.")
    line.recv()


@contextmanager
def _giving(env: dict[str, str], key: str | None, count: int) -> Iterator[Connection]:
    spawned = get_context("spawn")
    ours, theirs = spawned.Pipe()
    process = spawned.Process(target=_give, args=(theirs, env, key, count), daemon=True)
    process.start()
    try:
        yield ours
    finally:
        process.kill()
        process.join()


def _give(told: Connection, env: dict[str, str], key: str | None, count: int) -> None:
    made = app(Settings.read(env, Path()))
    keys = cycle([key] if key else [_opened(made) for _ in range(OWN)])
    for _ in range(WARM):
        _update(made, next(keys))
    told.send("ready")
    told.recv()
    for _ in range(count):
        _update(made, next(keys))
    told.send("done")
    made.close()


def _opened(made: App) -> str:
    answer = made.perform(Open(actor=ANN, at=made.clock.now(), key=str(uuid4()), title="API is slow"))
    assert answer.key is not None
    return answer.key


def _update(made: App, key: str) -> None:
    made.perform(SendUpdate(actor=ANN, at=made.clock.now(), key=str(uuid4()), text="Still slow."), key)
