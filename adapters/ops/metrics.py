"""What a process counts, in the text format of Prometheus; the only module that knows its library.

Labels have few values, all of them ours: moves, codes, methods, mirrors. None is a name, a title or a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from platform import python_version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as KIND
from prometheus_client.registry import Collector

from adapters.ops.asking import Asking
from adapters.ops.server import Page
from incident_core.ports.backlog import Behind

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)

KEEP = 10.0
"""Seconds for which the database is not asked again."""

PATIENCE = 1.5
"""Seconds that the database has for its answers."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database knows, as of a moment; `seconds` of a mirror: how long its oldest incident waits."""

    behind: Sequence[tuple[Behind, float]]
    late: int


class Metrics:
    """Counts of one process. `ask` asks the database; `mirrors` are those of this deployment."""

    def __init__(self, version: str, database: str, mirrors: Sequence[str], ask: Callable[[], Facts]) -> None:
        # They are a second series for each counter, which nobody asks for.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = registry = CollectorRegistry()
        for own in (ProcessCollector, PlatformCollector, GCCollector):
            own(registry=registry)
        build = Gauge(
            "incident_build_info", "Which program this is.", ["version", "database", "python"],
            registry=registry,
        )  # fmt: skip
        build.labels(version, database, python_version()).set(1)
        self._commands(registry)
        self._outside(registry)
        registry.register(FromDatabase(mirrors, ask))

    def _commands(self, registry: CollectorRegistry) -> None:
        self._command = Counter(
            "incident_commands", "Commands, by how they ended.", ["move", "result", "source"],
            registry=registry,
        )  # fmt: skip
        self._refusal = Counter(
            "incident_refusals", "Reasons for which commands were refused.", ["code"], registry=registry
        )
        self._command_seconds = Histogram(
            "incident_command_seconds", "How long commands took.", ["source"], buckets=SECONDS,
            registry=registry,
        )  # fmt: skip

    def _outside(self, registry: CollectorRegistry) -> None:
        self._mirror_call = Counter(
            "incident_mirror_calls", "Calls that keep mirrors in step.", ["mirror", "method", "ended"],
            registry=registry,
        )  # fmt: skip
        self._slack_call = Counter(
            "incident_slack_calls", "Calls of Slack's methods.", ["method", "kind"], registry=registry
        )
        self._slack_held = Counter(
            "incident_slack_held", "Calls that Slack wanted later (429).", ["method"], registry=registry
        )
        self._slack_seconds = Histogram(
            "incident_slack_call_seconds", "How long Slack took.", ["method"], buckets=SECONDS,
            registry=registry,
        )  # fmt: skip
        self._connections = Gauge(
            "incident_socket_connections",
            "Connections of the app, as Slack counted when it greeted this process.",
            registry=registry,
        )
        self._greeted = False
        self._reconnects = Counter(
            "incident_socket_reconnects", "How often this process was connected anew.", registry=registry
        )
        self._rings = Counter(
            "incident_queue_rings", "Rings for other processes, through Redis.", ["ended"], registry=registry
        )

    def command(self, move: str, result: str, source: str, seconds: float) -> None:
        """One command."""
        self._command.labels(move, result, source).inc()
        self._command_seconds.labels(source).observe(seconds)

    def refusal(self, code: str) -> None:
        """One reason."""
        self._refusal.labels(code).inc()

    def mirror_call(self, mirror: str, method: str, ended: str) -> None:
        """One call of a mirror."""
        self._mirror_call.labels(mirror, method, ended).inc()

    def slack_call(self, method: str, kind: str, seconds: float) -> None:
        """One call of Slack's."""
        self._slack_call.labels(method, kind).inc()
        self._slack_seconds.labels(method).observe(seconds)
        if kind == "held":
            self._slack_held.labels(method).inc()

    def ring(self, ended: str) -> None:
        """One ring."""
        self._rings.labels(ended).inc()

    def connected(self, connections: int) -> None:
        """One greeting."""
        self._connections.set(connections)
        if self._greeted:
            self._reconnects.inc()
        self._greeted = True

    def page(self) -> Page:
        """All of it; the database is waited for a moment, and left out where it does not answer."""
        return Page(200, KIND, generate_latest(self.registry))


class FromDatabase(Collector):
    """Gauges of what all processes have in common."""

    def __init__(self, mirrors: Sequence[str], ask: Callable[[], Facts]) -> None:
        self._mirrors = mirrors
        self._facts = Asking(ask, KEEP, PATIENCE)

    def describe(self) -> Iterable[Metric]:
        """Their names, without asking."""
        return _families()

    def collect(self) -> Iterable[Metric]:
        """Their values; only whether it answers, where it does not."""
        facts = self._facts()
        up, lag, age, stopped, late = _families()
        up.add_metric((), 0 if facts is None else 1)
        if facts is None:
            return (up,)
        known = {behind.mirror: (behind, seconds) for behind, seconds in facts.behind}
        for name in sorted({*self._mirrors, *known}):
            behind, seconds = known.get(name, (Behind(name, 0, None, 0), 0.0))
            lag.add_metric((name,), behind.incidents)
            age.add_metric((name,), seconds)
            stopped.add_metric((name,), behind.stopped)
        late.add_metric((), facts.late)
        return up, lag, age, stopped, late


def _families() -> tuple[GaugeMetricFamily, ...]:
    by_mirror = ["mirror"]
    return (
        GaugeMetricFamily("incident_database_up", "Whether the database answered in time.", labels=[]),
        GaugeMetricFamily("incident_mirror_lag", "Incidents that a mirror is behind with.", labels=by_mirror),
        GaugeMetricFamily(
            "incident_mirror_lag_seconds", "How long the oldest of them has waited.", labels=by_mirror
        ),
        GaugeMetricFamily(
            "incident_mirror_stopped",
            "Things in a mirror that only a person can go on with.",
            labels=by_mirror,
        ),
        GaugeMetricFamily("incident_timers_late", "Timers that are due and have not fired.", labels=[]),
    )
