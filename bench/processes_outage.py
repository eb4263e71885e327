"""Ten minutes without Slack while incidents are opened, and how long until everything is there afterwards.

The ten minutes are not waited for: the clock of the workers and that of the sandbox are the machine's, moved
forward together whenever nothing is due. So what is waited for is what the program would wait for, and what
is worked is worked. Until Slack is back it answers every call with HTTP 503.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import uuid4

from adapters.bootstrap import opened, outside
from adapters.bootstrap_policy import policy
from adapters.queue.beside import side_by_side
from adapters.sandbox.control.client import SandboxClient, TeamClient
from adapters.settings import Settings
from adapters.storage import Database
from adapters.system import SystemClock, SystemIds
from bench.places import INCIDENT
from bench.slack import sandboxed
from incident_core import Actor, Open, Perform, Severity
from incident_core.ports.mirror import Mirror
from incident_core.usecases.work import Work
from tests.databases import migrate
from tests.servers.postgres import Postgres

THREADS = 4
"""Workers that make calls."""
AWAY = 600.0
"""Seconds without Slack."""
FOR_EVER = 1_000_000
"""Calls that fail: all."""
LIMIT = 5_000
"""Times that the clock is moved on, at most."""
_SEVERITIES = tuple(Severity)

HEADER = (
    "| Slack is back | limits | calls in vain meanwhile | opener invited, median | all settled | goal |"
    " calls | 429s |\n"
    "|---|---|---:|---:|---:|---:|---:|---:|"
)


@dataclass(frozen=True, slots=True)
class Variant:
    """Whether Slack limits calls; whether somebody types `incident mirrors retry`; the goal in seconds."""

    tiers: bool
    told: bool
    goal: float


VARIANTS = (Variant(False, True, 60.0), Variant(False, False, 60.0), Variant(True, False, 660.0))


@dataclass(frozen=True, slots=True)
class Outage:
    """How many incidents are opened meanwhile, evenly, and what is tried."""

    incidents: int = 200
    variants: tuple[Variant, ...] = VARIANTS


@dataclass(frozen=True, slots=True)
class Line:
    """One row; seconds by the clock since Slack was back."""

    variant: Variant
    vain: int
    invited: float
    settled: float
    calls: int
    refused: int

    @property
    def missed(self) -> str:
        """Which goal."""
        if self.settled <= self.variant.goal:
            return ""
        return (
            f"ten minutes without Slack: settled after {self.settled:.0f} s, not {self.variant.goal:.0f} s."
        )

    def row(self) -> str:
        cells = (
            "and `incident mirrors retry` is typed" if self.variant.told else "and nobody does anything",
            "Slack's" if self.variant.tiers else "none",
            f"{self.vain:,}",
            _span(self.invited),
            _span(self.settled),
            _span(self.variant.goal),
            f"{self.calls:,}",
            f"{self.refused:,}",
        )
        return f"| {' | '.join(cells)} |"


def _span(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def measure(server: Postgres, size: Outage) -> Iterator[Line]:
    """Each in a database and a workspace of its own."""
    template = server.make_template(migrate)
    for variant in size.variants:
        with server.database(template) as url, _place(url) as place:
            yield _survived(place, variant, size.incidents)


class _Clock(SystemClock):
    """The machine's, moved forward together with the sandbox's."""

    def __init__(self, control: SandboxClient) -> None:
        self._control, self._moved = control, timedelta()

    def now(self) -> datetime:
        return super().now() + self._moved

    def until(self, when: datetime) -> None:
        """Go forward to then, unless it is past."""
        by = when - self.now()
        if by > timedelta():
            self._control.move(by.total_seconds())
            self._moved += by


@dataclass(frozen=True, slots=True)
class _Place:
    """A workspace, a database, and the workers between them."""

    team: TeamClient
    clock: _Clock
    database: Database
    mirrors: dict[str, Mirror]
    perform: Perform
    environ: dict[str, str]
    pool: ThreadPoolExecutor

    def open(self, number: int) -> None:
        """Somebody opens the next."""
        actor = Actor("slack", self.team.person("ann").id)
        severity = _SEVERITIES[number % len(_SEVERITIES)]
        now = self.clock.now()
        title = f"API is slow {number}"
        self.perform(Open(actor=actor, at=now, key=str(uuid4()), title=title, severity=severity))

    def work(self) -> None:
        """Do what is due now."""
        for each in [self.pool.submit(self._work) for _ in range(THREADS)]:
            each.result()

    def _work(self) -> None:
        store = self.database
        Work(store.mirrors, self.mirrors, self.clock, store.timers, side_by_side, claims=1)()

    def settle(self) -> None:
        """Do everything, and go on to when something is due again."""
        for _ in range(LIMIT):
            self.work()
            lags = self.database.backlog.lags("default", None, FOR_EVER)
            due = [lag.next_at for lag in lags if lag.next_at is not None]
            if not due:
                return
            self.clock.until(min(due))
        raise SystemExit("It never becomes quiet.")


def _survived(place: _Place, variant: Variant, incidents: int) -> Line:
    place.open(incidents)  # whoever works has met Slack before
    place.settle()
    place.team.tiers(variant.tiers)
    place.team.fault("*", "status", status=503, times=FOR_EVER)
    place.team.clear_calls()
    began = place.clock.now()
    for number in range(incidents):
        place.clock.until(began + timedelta(seconds=AWAY * number / incidents))
        place.open(number)
        place.work()
    place.clock.until(began + timedelta(seconds=AWAY))
    vain = len(place.team.calls())
    return _recovered(place, variant, vain)


def _recovered(place: _Place, variant: Variant, vain: int) -> Line:
    place.team.clear_faults()
    place.team.clear_calls()
    back = place.clock.now()
    if variant.told:
        subprocess.run(
            [INCIDENT, "mirrors", "retry"], env=place.environ, check=True, stdout=subprocess.DEVNULL
        )
    place.settle()
    settled = (place.clock.now() - back).total_seconds()
    calls = place.team.calls()
    invited = [
        (call.answered or 0.0) - back.timestamp()
        for call in calls
        if call.method == "conversations.invite" and call.outcome == "ok"
    ]
    refused = sum(call.status == 429 for call in calls)
    return Line(variant, vain, median(invited), settled, len(calls), refused)


@contextmanager
def _place(url: str) -> Iterator[_Place]:
    with (
        tempfile.TemporaryDirectory(prefix="incident-bench-") as folder,
        sandboxed(latency=0.0) as (control, told),
        ThreadPoolExecutor(THREADS) as pool,
        ExitStack() as end,
    ):
        environ = {**told, "DATABASE_URL": url, "INCIDENTS_DIGEST_CHANNEL": "incidents"}
        settings, ids, clock = Settings.read(environ, Path(folder)), SystemIds(), _Clock(control)
        rules = policy(settings)
        database = end.enter_context(closing(opened(settings, ids, rules)))
        team = control.team()
        team.add_channel("incidents", by="ann")
        perform = Perform(database.log, clock, ids, rules, settings.workspace, "slack")
        mirrors = outside(settings, clock)
        yield _Place(team, clock, database, mirrors, perform, {**os.environ, **environ}, pool)
