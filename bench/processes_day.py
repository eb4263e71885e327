"""The memory of a bot that does nothing, and after a day of people, events and reconnects, sped up.

The bot is told of its allocator what a deployment tells it (docs/deployment.md).

RSS and USS are the kernel's: what is resident, and what of it is the process' alone. What is used for the
first time takes memory once; so growth is counted from the end of the first quarter to the end of the last.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.sandbox.control.client import SandboxClient, TeamClient
from bench.slack import PEOPLE, bot_process, connected, general_of, sandboxed
from tests.databases import migrate
from tests.servers.postgres import Postgres

QUARTERS = 4
AT_ONCE = 4
"""People who are at it side by side."""
MOST = 0.5
"""MB of USS that a thousand interactions may add: what the allocator of a process with many threads keeps."""
DEPLOYED = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0:glibc.malloc.arena_max=2"}
"""What every deployment is told to tell the C library; a test holds it against the Dockerfile."""
SETTLED = 3.0
"""Seconds without anybody, before the kernel is asked."""
PATIENCE = 120.0
TYPED = (
    "list", "show INC-{key}", "update INC-{key} Still slow {number}", "help", "timeline INC-{key}",
    "list", "status INC-{key} {status}", "explain INC-{key}", "list", "severity INC-{key} {severity}",
)  # fmt: skip
ENOUGH = 1_000
"""Interactions after the first quarter: fewer say nothing about growth."""
OPEN_EVERY = 20
"""One command of so many opens an incident."""
_STATUSES = ("investigating", "identified", "monitoring")

HEADER = (
    "| a bot on PostgreSQL | commands | events | reconnects | RSS | USS |"
    " USS more for 1,000 interactions | goal |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|"
)


@dataclass(frozen=True, slots=True)
class Day:
    """What happens on it."""

    commands: int = 4_800
    events: int = 2_880
    reconnects: int = 48

    @property
    def interactions(self) -> int:
        """Whatever the bot is sent."""
        return self.commands + self.events


@dataclass(frozen=True, slots=True)
class Memory:
    """In MB."""

    rss: float
    uss: float


@dataclass(frozen=True, slots=True)
class Line:
    """One row: how much had happened until then; `growth` in MB for 1,000 interactions, in the last row."""

    what: str
    part: Day
    memory: Memory
    growth: float | None = None

    @property
    def missed(self) -> str:
        """Which goal."""
        if self.growth is None or self.growth <= MOST:
            return ""
        return f"the bot's memory grows by {self.growth:.2f} MB for 1,000 interactions, not {MOST:.2f} MB."

    def row(self) -> str:
        cells = (
            self.what,
            f"{self.part.commands:,}",
            f"{self.part.events:,}",
            str(self.part.reconnects),
            f"{self.memory.rss:.1f} MB",
            f"{self.memory.uss:.1f} MB",
            "" if self.growth is None else f"**{self.growth:+.2f} MB**",
            "" if self.growth is None else f"{MOST:.2f} MB",
        )
        return f"| {' | '.join(cells)} |"


def measure(server: Postgres, day: Day) -> Iterator[Line]:
    """Idle, and after each quarter of the day."""
    with server.database() as url, _place(url) as place:
        time.sleep(SETTLED)
        yield Line("idle, just connected", Day(0, 0, 0), place.memory())
        first: Memory | None = None
        for quarter in range(1, QUARTERS + 1):
            place.live(day, quarter)
            time.sleep(SETTLED)
            memory = place.memory()
            first = first or memory
            part = Day(*(each * quarter // QUARTERS for each in (day.commands, day.events, day.reconnects)))
            growth = None
            more = day.interactions * (QUARTERS - 1) / QUARTERS
            if quarter == QUARTERS and more >= ENOUGH:
                growth = (memory.uss - first.uss) / more * 1000
            yield Line(f"{24 * quarter // QUARTERS} hours", part, memory, growth)


@dataclass(frozen=True, slots=True)
class _Place:
    """A workspace, and the bot in it."""

    control: SandboxClient
    team: TeamClient
    general: str
    app: str
    pid: int
    rooms: tuple[str, ...]

    def memory(self) -> Memory:
        """From the kernel."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
        found = {
            name: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines)
        }
        return Memory(found["Rss"], found["Private_Clean"] + found["Private_Dirty"])

    def live(self, day: Day, quarter: int) -> None:
        """A quarter of it: what is sent by several people, in turn; reconnects evenly in between."""
        parts = max(1, day.reconnects // QUARTERS)
        commands, events = day.commands // QUARTERS // parts, day.events // QUARTERS // parts
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for part in range(parts):
                start = ((quarter - 1) * parts + part) * max(commands, events)
                sent = [pool.submit(self._command, start + each) for each in range(commands)]
                sent += [pool.submit(self._event, start + each) for each in range(events)]
                for each in sent:
                    each.result()
                self._reconnect()

    def _command(self, number: int) -> None:
        person = self.team.person(PEOPLE[number % len(PEOPLE)])
        text = f"open Slow {number}" if number % OPEN_EVERY == 0 else TYPED[number % len(TYPED)]
        text = text.format(
            key=1 + number // OPEN_EVERY // 2,
            number=number,
            status=_STATUSES[number % 3],
            severity=f"sev{2 + number % 3}",
        )
        until = time.monotonic() + PATIENCE
        while not person.command("/incident", text, self.general).acked:
            if time.monotonic() > until:
                raise SystemExit(f"The bot does not answer: {text}")

    def _event(self, number: int) -> None:
        """Somebody looks at the bot's page, or renames a channel."""
        if number % 2:
            self.team.person(PEOPLE[number % len(PEOPLE)]).open_home(self.app)
        else:
            self.team.person("ann").rename(self.rooms[number // 2 % len(self.rooms)], f"room-{number}")

    def _reconnect(self) -> None:
        """Slack asks for a new connection, as it does from time to time."""
        before = set(self.control.connections(self.app))
        self.control.disconnect(self.app)
        until = time.monotonic() + PATIENCE
        while not (now := set(self.control.connections(self.app))) or now & before:
            if time.monotonic() > until:
                raise SystemExit("The bot does not connect again.")
            time.sleep(0.05)


@contextmanager
def _place(url: str) -> Iterator[_Place]:
    with ExitStack() as end:
        migrate(url)
        control, settings = end.enter_context(sandboxed(latency=0.0))
        team = control.team()
        general = general_of(team)
        for name in PEOPLE:
            team.add_user(name)
            team.person(name).join(general)
        team.add_channel("incidents", by="ann")
        rooms = tuple(team.person("ann").create_channel(f"room-{letter}") for letter in "abcd")
        more = {
            "DATABASE_URL": url,
            "INCIDENTS_DIGEST_CHANNEL": "incidents",
            "SLACK_COMMANDS_PER_MINUTE": "600",
            "SLACK_LOOK_EVERY": "1",  # in a day of two minutes, as often as it can be
            **DEPLOYED,
        }
        bot = end.enter_context(bot_process({**os.environ, **settings, **more}))
        connected(team.person("ann"), general, bot)
        app = next(call.app_id for call in team.calls() if call.app_id)
        yield _Place(control, team, general, app, bot.pid, rooms)
