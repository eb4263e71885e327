"""A worker with nothing to do: the CPU that it takes, and the queries that it sends to its database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

from bench.behind import Behind, environ
from bench.mirrors import Case, brought_into_step
from tests.servers.databases import connect

SETTLED = 5.0
"""Seconds until a worker has started, and has looked for work once or twice."""

WATCHED = 30.0
"""Seconds, which the figures are from."""

HEADER = "| idle `incident worker` | CPU a minute | queries a minute |\n|---|---:|---:|"
NOBODY = "http://127.0.0.1:9/hook"


@dataclass(frozen=True, slots=True)
class Idle:
    """One row of the table: `cpu` in seconds; `queries` with each BEGIN and COMMIT. Both a minute."""

    kind: str
    cpu: float
    queries: float

    def row(self) -> str:
        return f"| {self.kind} | {self.cpu:.2f} s | {self.queries:.0f} |"


@dataclass(frozen=True, slots=True)
class Used:
    """What was used until a moment: seconds of CPU, and queries."""

    at: float
    cpu: float
    queries: int


def measure(behind: Behind) -> Iterator[Idle]:
    """A worker of each kind of database, in which every incident is in step; at the same time."""
    with ExitStack() as end:
        urls = {kind: end.enter_context(copy()) for kind, copy in behind.copies.items()}
        for kind, url in urls.items():
            brought_into_step(url, behind.effects, Case(kind, 1))
        asks = {kind: end.enter_context(_watched(url, behind)) for kind, url in urls.items()}
        sleep(SETTLED)
        first = {kind: ask() for kind, ask in asks.items()}
        sleep(WATCHED)
        for kind, ask in asks.items():
            last, before = ask(), first[kind]
            minutes = (last.at - before.at) / 60
            yield Idle(kind, (last.cpu - before.cpu) / minutes, (last.queries - before.queries) / minutes)


@contextmanager
def _watched(url: str, behind: Behind) -> Iterator[Callable[[], Used]]:
    """A worker as it is by default, and what it has used whenever that is asked."""
    log = _logging(url, behind) if urlsplit(url).scheme.startswith("postgresql") else None
    words = [sys.executable, "-m", "bench.watched", "worker"]
    env = os.environ | environ(url, NOBODY)
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        out = process.stdout

        def ask() -> Used:
            process.send_signal(signal.SIGUSR1)
            cpu, sent = out.readline().split()
            queries = int(sent) if log is None else log.read_bytes().count(b"LOG:  statement: ")
            return Used(monotonic(), float(cpu), queries)

        try:
            yield ask
        finally:
            process.terminate()


def _logging(url: str, behind: Behind) -> Path:
    """Where the server notes every statement to this database from now on."""
    name = urlsplit(url).path.lstrip("/")
    with closing(connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET log_statement = 'all'")
    return behind.server.folder / "log"
