"""The world of a run: PostgreSQL behind a line that can be cut, Redis, a Slack, and the processes between."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.bootstrap_policy import policy
from adapters.sandbox.control import SandboxClient
from adapters.sandbox.control.client import TeamClient
from adapters.settings import Settings
from adapters.slack.manifest import manifest
from incident_core.model.policy import Policy
from tests.chaos.journal import Journal
from tests.chaos.line import Line
from tests.chaos.plan import PEOPLE
from tests.chaos.processes import Processes
from tests.cli.running import Program
from tests.databases import migrate
from tests.servers.postgres import Postgres
from tests.servers.redis import RedisServer

DIGEST = "incidents"
LATENCY = 0.03
"""Seconds that every call takes on the way."""
OPTIONS = {
    "SLACK_COMMANDS_PER_MINUTE": "600",
    "INCIDENTS_DIGEST_CHANNEL": DIGEST,
    "SLACK_READ_HISTORY": "true",
    "COMMS_REMINDER_FIRST": "6s",
    "COMMS_REMINDER_AGAIN": "2h",
    "ROLE_EMPTY_AFTER": "4s",
    "STALE_AFTER": "8s",
    "STALE_AGAIN": "2h",
}
"""Timers fire within seconds, and each only once for what it counts from."""


@dataclass
class SlackProcess:
    """`told` is what it said of itself."""

    process: subprocess.Popen[str]
    told: dict[str, Any]

    @property
    def control(self) -> SandboxClient:
        """All of it."""
        return SandboxClient(self.told["url"])

    @property
    def team(self) -> TeamClient:
        """Its workspace."""
        return self.control.team(self.told["team"])

    def everything(self, folder: Path) -> dict[str, Any]:
        """All that is in it now."""
        path = folder / "slack.json"
        _tell(self.process, str(path))
        _hear(self.process)
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found


@dataclass
class World:
    """`direct` is the address of the database that no line stands before."""

    folder: Path
    postgres: Postgres
    direct: str
    line: Line
    redis: RedisServer
    slack: SlackProcess
    program: Program
    processes: Processes
    journal: Journal

    @property
    def settings(self) -> Settings:
        """What every process reads."""
        return Settings.read({**self.program.settings, "DATABASE_URL": self.direct}, self.folder)

    @property
    def policy(self) -> Policy:
        """The rules that every process has."""
        return policy(self.settings)


def template(postgres: Postgres) -> str:
    """A database with tables, to copy."""
    return postgres.make_template(migrate)


@contextmanager
def world(folder: Path, postgres: Postgres, copied: str, names: tuple[str, ...]) -> Iterator[World]:
    """All of it inside the block; processes with these `names` are begun by whoever wants them."""
    journal = Journal()
    with (
        RedisServer() as redis,
        _slack() as slack,
        postgres.database(copied) as direct,
        Line(direct) as line,
    ):
        settings = {**slack.told["settings"], **OPTIONS, "REDIS_URL": redis.url}
        program = Program(line.url, settings, folder)
        processes = Processes(program, journal, names)
        with closing(processes):
            yield World(folder, postgres, direct, line, redis, slack, program, processes, journal)


@contextmanager
def _slack() -> Iterator[SlackProcess]:
    read = Settings.read({"DATABASE_URL": "sqlite:///unused.db", **OPTIONS}, Path("/nowhere"))
    made_of = {"manifest": manifest(read), "people": PEOPLE, "digest": DIGEST, "latency": LATENCY}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.slack_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        _tell(process, json.dumps(made_of))
        yield SlackProcess(process, json.loads(_hear(process)))
    finally:
        process.kill()
        process.communicate()


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the sandbox has ended"
    return line
