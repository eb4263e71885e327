"""How fast several `incident worker` processes bring a webhook into step, with REDIS_URL and without."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product

from bench.behind import environ
from bench.places import INCIDENT
from bench.rates import rates
from bench.receiving import receiving

HEADER = (
    "| answered | `REDIS_URL` | workers | effects a second | least–most | to one worker |\n"
    "|---|---|---|---:|---:|---:|"
)


@dataclass(frozen=True, slots=True)
class Case:
    """So many workers of one thread, and a receiver that answers after `latency` seconds."""

    latency: float
    redis: bool
    processes: int


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a case, and effects a second of every case in each round."""

    case: Case
    one: Case
    rounds: tuple[Mapping[Case, float], ...]
    missed: str = ""

    def row(self) -> str:
        cells = (
            f"after {self.case.latency * 1e3:.0f} ms" if self.case.latency else "at once",
            "set" if self.case.redis else "not set",
            f"{self.case.processes} {'process' if self.case.processes == 1 else 'processes'}",
            *rates([(each[self.case], each[self.one]) for each in self.rounds]),
        )
        return f"| {' | '.join(cells)} |"


def measure(
    copies: Callable[[], AbstractContextManager[str]],
    redis: str,
    how: tuple[tuple[bool, int], ...],
    effects: Mapping[float, int],
    rounds: int,
) -> Iterator[Line]:
    """Every case in rounds of all; `how`: with Redis or not, and how many workers.

    `effects` are how many are timed, by the receiver's latency.
    """
    cases = [Case(latency, *each) for latency, each in product(effects, how)]
    found = tuple(
        {case: _rate(copies, redis if case.redis else "", case, effects[case.latency]) for case in cases}
        for _ in range(rounds)
    )
    for case in cases:
        yield Line(case, Case(case.latency, case.redis, how[0][1]), found)


def _rate(copies: Callable[[], AbstractContextManager[str]], redis: str, case: Case, effects: int) -> float:
    with (
        copies() as url,
        receiving(effects, at_once=case.processes, latency=case.latency) as receiver,
        ExitStack() as end,
    ):
        for _ in range(case.processes):
            end.enter_context(working(url, receiver.url, redis, "1"))
        return receiver.came().rate


@contextmanager
def working(url: str, hook: str, redis: str, threads: str) -> Iterator[subprocess.Popen[str]]:
    """A worker; killed at the end of the block. Its first line on `stderr` says that it has begun."""
    env = {**os.environ, **environ(url, hook), **({"REDIS_URL": redis} if redis else {})}
    process = subprocess.Popen(
        [INCIDENT, "worker", "--threads", threads],
        env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
