"""Many processes: commands, mirrors, a worker that is killed, an outage of Slack, and a day of a bot.

A goal that is missed is printed with its table, and fails the run once everything was measured and written.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Protocol

from bench import processes_commands as commands
from bench import processes_day as day
from bench import processes_killed as killed
from bench import processes_mirrors as mirrors
from bench import processes_outage as outage
from bench.behind import Behind, behind
from tests.servers.redis import RedisServer


class Row(Protocol):
    """A row of a table; `missed` says which goal it misses, or nothing."""

    @property
    def missed(self) -> str:
        """One sentence."""
        ...

    def row(self) -> str:
        """As Markdown."""
        ...


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; `incidents` are those that are behind when workers are timed.

    `redis`: whether REDIS_URL is set, in turn.
    """

    rounds: int
    commands: int
    processes: tuple[int, ...]
    incidents: int
    effects: dict[float, int]
    kills: int
    redis: tuple[bool, ...]
    outage: outage.Outage
    day: day.Day


USUAL = Size(
    rounds=2, commands=240, processes=(1, 2, 4), incidents=200, effects={0.0: 400, 0.02: 160}, kills=2,
    redis=(False, True),
    outage=outage.Outage(), day=day.Day(),
)  # fmt: skip
SMALL = Size(
    rounds=1, commands=12, processes=(2,), incidents=8, effects={0.0: 12}, kills=0, redis=(True,),
    outage=outage.Outage(incidents=4, variants=outage.VARIANTS[:1]),
    day=day.Day(commands=16, events=8, reconnects=4),
)  # fmt: skip
"""To see that it runs; nobody is killed, since a lease takes its fifteen seconds."""

_Print = Callable[[str, Iterator[str]], list[str]]


def measure(size: Size, printed: _Print) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """The tables by name, each `printed` as it is measured; and which goals were missed."""
    tables: dict[str, list[str]] = {}
    missed: list[str] = []

    def table(name: str, header: str, rows: Iterator[Row]) -> None:
        _note(name)
        tables[f"processes-{name}"] = printed(header, _shown(rows, missed))

    with behind(size.incidents) as found, RedisServer() as redis:
        _on_postgresql(size, found, redis.url, table)
        table("outage", outage.HEADER, outage.measure(found.server, size.outage))
        table("day", day.HEADER, day.measure(found.server, size.day))
    _note("done")
    return tables, tuple(missed)


def _on_postgresql(
    size: Size, found: Behind, redis: str, table: Callable[[str, str, Iterator[Row]], None]
) -> None:
    copies = found.copies["PostgreSQL"]
    cases = tuple(product(size.redis, size.processes))
    rows = commands.measure(copies, redis, cases, size.commands, size.rounds)
    table("commands", commands.HEADER, rows)
    rows_of = mirrors.measure(copies, redis, cases, size.effects, size.rounds)
    table("mirrors", mirrors.HEADER, rows_of)
    if size.kills:
        table("killed", killed.HEADER, killed.measure(found.server, redis, size.kills))


def _shown(rows: Iterator[Row], missed: list[str]) -> Iterator[str]:
    for row in rows:
        yield row.row()
        if row.missed:
            missed.append(row.missed)


def report(missed: Sequence[str]) -> None:
    """Raises SystemExit where a goal was missed."""
    if missed:
        raise SystemExit("\n".join(["Goals that were missed:", *missed]))


def _note(name: str) -> None:
    """Where the run is, and how busy the machine is: others may be at work on it."""
    now = datetime.now(UTC).strftime("%H:%M:%S")
    print(f"{now} load {os.getloadavg()[0]:.1f}: {name} …", file=sys.stderr, flush=True)
