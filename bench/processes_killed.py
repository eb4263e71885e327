"""The worker in charge of an incident is killed in the middle of a call: how long until it is settled.

Two workers run, each with an address of its own for the webhook, so that the call that is under way says who
is in charge. The time is from SIGKILL to nothing being behind in the database.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, SimpleQueue
from statistics import median
from typing import Any
from uuid import uuid4

from adapters.bootstrap import app
from adapters.cli.app import App
from adapters.settings import Settings
from bench.behind import ANN, environ
from bench.processes_mirrors import working
from incident_core import Open, SendUpdate
from incident_core.usecases.settling.settle import GRACE, LEASE
from tests.databases import migrate
from tests.servers.postgres import Postgres

EVENTS = 8
"""Of the incident: as many calls."""
KILLED_AT = (1, 3, 5)
"""The call in whose middle the worker is killed."""
TAKES = 0.1
"""Seconds that each call takes on the other side."""
ALLOWANCE = 1.0
"""Seconds on top of lease, grace and the calls that are left: what is promised."""
PATIENCE = 90.0

HEADER = (
    "| killed in call | `REDIS_URL` | kills | median | longest | goal: lease + grace + calls left + 1 s |\n"
    "|---|---|---:|---:|---:|---:|"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the seconds that it `took` after each kill."""

    call: int
    redis: bool
    took: tuple[float, ...]

    @property
    def goal(self) -> float:
        """Seconds; the call that was under way is one of those that are left."""
        left = (EVENTS - self.call + 1) * TAKES
        return LEASE.total_seconds() + GRACE.total_seconds() + left + ALLOWANCE

    @property
    def missed(self) -> str:
        """Which goal."""
        if max(self.took) <= self.goal:
            return ""
        return f"killed in call {self.call}: settled after {max(self.took):.1f} s, not {self.goal:.1f} s."

    def row(self) -> str:
        cells = (
            f"{self.call} of {EVENTS}",
            "set" if self.redis else "not set",
            str(len(self.took)),
            f"{median(self.took):.1f} s",
            f"{max(self.took):.1f} s",
            f"{self.goal:.1f} s",
        )
        return f"| {' | '.join(cells)} |"


def measure(server: Postgres, redis: str, rounds: int) -> Iterator[Line]:
    """In each round every case at once, each in a database of its own: they wait, and take no CPU."""
    template = server.make_template(migrate)
    cases = [(call, with_redis) for call in KILLED_AT for with_redis in (False, True)]

    def killed(case: tuple[int, bool]) -> float:
        with server.database(template) as url:
            return _took(url, redis if case[1] else "", case[0])

    took: dict[tuple[int, bool], list[float]] = {case: [] for case in cases}
    for _ in range(rounds):
        with ThreadPoolExecutor(len(cases)) as pool:
            for case, seconds in zip(cases, pool.map(killed, cases), strict=True):
                took[case].append(seconds)
    for (call, with_redis), each in took.items():
        yield Line(call, with_redis, tuple(each))


def _took(url: str, redis: str, call: int) -> float:
    with (
        _holding(call) as held,
        working(url, held.address("a"), redis, "1") as first,
        working(url, held.address("b"), redis, "1") as second,
    ):
        workers = {"/a": first, "/b": second}
        for each in workers.values():
            _begun(each)
        made = app(Settings.read(environ(url, held.address("a")) | _redis(redis), Path()))
        try:
            _told(made)
            workers[held.in_charge()].kill()
            began = time.monotonic()
            held.answer()
            _settled(made, began)
            return time.monotonic() - began
        finally:
            made.close()


def _redis(url: str) -> dict[str, str]:
    return {"REDIS_URL": url} if url else {}


def _begun(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    if not process.stderr.readline().startswith("Keeping "):
        raise SystemExit("A worker did not begin.")


def _told(made: App) -> None:
    now = made.clock.now()
    key = made.perform(Open(actor=ANN, at=now, key=str(uuid4()), title="API is slow")).key
    for number in range(1, EVENTS):
        text = f"Still slow, {number}."
        made.perform(SendUpdate(actor=ANN, at=made.clock.now(), key=str(uuid4()), text=text), key)


def _settled(made: App, began: float) -> None:
    while made.backlog().count("default") != (0, 0):
        if time.monotonic() - began > PATIENCE:
            raise SystemExit(f"Nobody had settled it within {PATIENCE:.0f} seconds.")
        time.sleep(0.05)


@dataclass
class _Held:
    """A receiver in which the call with this number is under way until `answer`."""

    number: int
    port: int = 0
    came: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    under_way: SimpleQueue[str] = field(default_factory=SimpleQueue)
    over: threading.Event = field(default_factory=threading.Event)

    def address(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}"

    def in_charge(self) -> str:
        """Whose call is under way, once it is."""
        try:
            return self.under_way.get(timeout=PATIENCE)
        except Empty as error:
            raise SystemExit(f"Call {self.number} did not come within {PATIENCE:.0f} seconds.") from error

    def answer(self) -> None:
        self.over.set()

    def take(self, path: str) -> None:
        with self.lock:
            self.came += 1
            mine = self.came == self.number
        if mine:
            self.under_way.put(path)
            self.over.wait(PATIENCE)
        else:
            time.sleep(TAKES)


@contextmanager
def _holding(number: int) -> Iterator[_Held]:
    held = _Held(number)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            held.take(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """Whoever was killed hung up."""

    with Quiet(("127.0.0.1", 0), Handler) as server:
        held.port = server.server_address[1]
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            yield held
        finally:
            held.answer()
            server.shutdown()
            serving.join()
