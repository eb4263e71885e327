"""The composition of what operators look at: the metrics, the health and the log of a process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING

from adapters.ops.about import begin
from adapters.ops.pulse import Pulse
from adapters.ops.watching import Watching
from adapters.system import SystemClock
from incident_core.errors import Unavailable
from incident_core.ports.observer import NOBODY, Observer

if TYPE_CHECKING:
    from adapters.ops.attended import Service
    from adapters.ops.health import Look
    from adapters.ops.metrics import Facts, Metrics
    from adapters.settings import Settings
    from adapters.storage import Database

LATE = timedelta(seconds=10)
"""A timer that was due so long ago is late: workers look every two seconds."""


def log(settings: Settings) -> None:
    """Write the log of this process as the settings say."""
    from adapters.ops.logs import configure

    configure(settings.log_format, settings.log_level)


@dataclass(frozen=True, slots=True)
class Ops:
    """What one process tells of itself; `watching` and `metrics` are None where nobody wants to know."""

    settings: Settings
    database: Database
    watching: Watching | None
    metrics: Metrics | None
    pulse: Pulse = field(default_factory=Pulse)

    @property
    def observer(self) -> Observer:
        """What is there when a command is performed, and when a mirror is called."""
        return self.watching or NOBODY

    @property
    def came(self) -> Callable[[], None]:
        """Is told that something new came in."""
        return begin if self.watching is not None else lambda: None

    def slack(self, method: str, kind: str, seconds: float) -> None:
        """A call of one of Slack's methods ended."""
        if self.watching is not None:
            self.watching.slack(method, kind, seconds)

    def rang(self, done: bool) -> None:
        """Other processes were rung for, or could not be."""
        if self.watching is not None:
            self.watching.rang(done)

    def connected(self, connections: int) -> None:
        """Slack counts so many connections of the app."""
        if self.watching is not None:
            self.watching.connected(connections)

    def attended(self, service: Service, *looks: Look) -> Service:
        """The service, with the server of OPS_ADDRESS beside it where that is set."""
        if self.metrics is None:
            return service
        from adapters.ops.attended import Attended
        from adapters.ops.health import Health
        from adapters.ops.server import Server, verdict
        from adapters.setting_kinds import host_and_port

        health = Health(self.pulse, self._database, looks)
        pages = {
            "/live": lambda: verdict(health.live(), loops=health.loops()),
            "/ready": lambda: verdict(health.ready()),
            "/metrics": self.metrics.page,
        }
        return Attended(service, Server(*host_and_port(self.settings.ops_address), pages), health)

    def _database(self) -> str | None:
        try:
            return self._room() or self.database.fault()
        except Unavailable:  # it may name hosts and files, and whoever asks may be anybody
            return "The database cannot be used."

    def _room(self) -> str | None:
        if not self.settings.database_url.startswith("sqlite"):
            return None
        from pathlib import Path

        from adapters.ops import room

        return room.fault(Path(self.database.name))


def ops_of(settings: Settings, database: Database, mirrors: Sequence[str]) -> Ops:
    """What a process of these settings tells of itself; `mirrors` are the names of those it has.

    Raises Unavailable where OPS_ADDRESS is set, and the extra for it is not installed.
    """
    metrics = _metrics(settings, database, mirrors) if settings.ops_address else None
    wanted = metrics is not None or settings.log_level in ("debug", "info")
    return Ops(settings, database, Watching(metrics) if wanted else None, metrics)


def _metrics(settings: Settings, database: Database, mirrors: Sequence[str]) -> Metrics:
    need("prometheus_client")
    from adapters.cli.version import version
    from adapters.ops.metrics import Metrics

    kind = settings.database_url.partition(":")[0].partition("+")[0]
    clock = SystemClock()

    def ask() -> Facts:
        return _facts(database, settings.workspace, clock.now())

    return Metrics(version(), kind, mirrors, ask)


def _facts(database: Database, workspace: str, now: datetime) -> Facts:
    from adapters.ops.metrics import Facts

    behind = database.backlog.behind(workspace)
    waits = [0.0 if each.since is None else (now - each.since).total_seconds() for each in behind]
    late = database.timers.late(workspace, now - LATE)
    return Facts([(each, max(0.0, wait)) for each, wait in zip(behind, waits, strict=True)], late)


def need(module: str) -> None:
    """Raises Unavailable where it is not installed."""
    if find_spec(module) is None:
        raise Unavailable(f"OPS_ADDRESS needs {module}; run: pip install 'incident-core[metrics]'")
