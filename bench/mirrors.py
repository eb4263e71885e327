"""Very many incidents behind at once: how fast one worker brings a webhook into step, and several do."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlsplit

from bench.behind import Behind, environ
from bench.places import INCIDENT
from bench.receiving import Came, Document, receiving

INCIDENTS = 1_000
ROUNDS = 5
"""At most: one takes a minute."""

LATENCIES = {0.0: 1_000, 0.02: 400}
"""Seconds after which the receiver answers, and how many effects are timed: the first, with all behind."""

PLAIN = 400
"""Documents that are posted in a loop: the first of those that a worker sent."""

HEADER = (
    "| answered | database | workers | effects a second | least–most | to one worker | to posts in a loop |\n"
    "|---|---|---|---:|---:|---:|---:|"
)


@dataclass(frozen=True, slots=True)
class Case:
    """So many worker processes of so many threads over one kind of database."""

    kind: str
    processes: int
    threads: int = 1

    @property
    def workers(self) -> str:
        """For the table."""
        processes = f"{self.processes} {'process' if self.processes == 1 else 'processes'}"
        return processes if self.threads == 1 else f"{processes}, {self.threads} threads"


ONE = Case("PostgreSQL", 1)
CASES = (Case("SQLite", 1), ONE, Case("PostgreSQL", 2), Case("PostgreSQL", 4), Case("PostgreSQL", 1, 4))


@dataclass(frozen=True, slots=True)
class Round:
    """Effects a second of each case, and documents a second that were posted in a loop."""

    rates: dict[Case, float]
    plain: float


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: a case, with a receiver that answers after `latency` seconds."""

    latency: float
    case: Case
    rounds: tuple[Round, ...]

    def row(self) -> str:
        rates = [each.rates[self.case] for each in self.rounds]
        to_one = median(each.rates[self.case] / each.rates[ONE] for each in self.rounds)
        to_plain = median(each.rates[self.case] / each.plain for each in self.rounds)
        cells = (
            f"after {self.latency * 1e3:.0f} ms" if self.latency else "at once",
            self.case.kind,
            self.case.workers,
            f"{median(rates):.0f}",
            f"{min(rates):.0f}–{max(rates):.0f}",
            f"**{to_one:.2f}×**" if self.case.kind == ONE.kind else "",
            f"{to_plain:.2f}×",
        )
        return f"| {' | '.join(cells)} |"


def measure(behind: Behind, rounds: int) -> Iterator[Line]:
    """Every case with every receiver, in rounds of all of them."""
    for latency, most in LATENCIES.items():
        found = tuple(_round(behind, latency, min(most, behind.effects)) for _ in range(rounds))
        yield from (Line(latency, case, found) for case in CASES)


def brought_into_step(url: str, effects: int, case: Case, latency: float = 0.0) -> Came:
    """What came of real worker processes over this database, up to so many effects."""
    at_once = case.processes * case.threads
    with receiving(effects, at_once=at_once, latency=latency) as receiver, ExitStack() as end:
        for _ in range(case.processes):
            end.enter_context(_worker(url, receiver.url, case.threads))
        return receiver.came()


def _round(behind: Behind, latency: float, effects: int) -> Round:
    rates: dict[Case, float] = {}
    documents: tuple[Document, ...] = ()
    for case in CASES:
        with behind.copies[case.kind]() as url:
            came = brought_into_step(url, effects, case, latency)
        rates[case], documents = came.rate, came.documents[:PLAIN]
    return Round(rates, _posted(documents, latency).rate)


@contextmanager
def _worker(url: str, hook: str, threads: int) -> Iterator[None]:
    words = [INCIDENT, "worker", "--threads", str(threads)]
    env, nowhere = os.environ | environ(url, hook), subprocess.DEVNULL
    with subprocess.Popen(words, env=env, stdout=nowhere, stderr=nowhere) as process:
        try:
            yield
        finally:
            process.terminate()


def _posted(documents: tuple[Document, ...], latency: float) -> Came:
    """The same documents with no engine: requests in a loop, each on its own connection as a worker's are."""
    with receiving(len(documents), at_once=1, latency=latency) as receiver:
        parts = urlsplit(receiver.url)
        for headers, body in documents:
            connection = HTTPConnection(parts.netloc)
            connection.request("POST", parts.path, body, headers)
            connection.getresponse().read()
            connection.close()
        return receiver.came()
