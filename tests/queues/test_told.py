"""What operators are told of a worker that Redis wakes: all of it, at an address of its own."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from adapters.sandbox import Sandbox
from tests.integrations.standin import StandIn
from tests.ops.asked import looked_at, until
from tests.ops.test_metrics import PAGE
from tests.queues.station import LONG, telling
from tests.slack.stories.process import health, program
from tests.slack.stories.town import founded


def test_all_metrics_are_told_and_its_loops_are_watched(
    sandbox: Sandbox, sqlite_url: str, redis_url: str, receiver: StandIn, tmp_path: Path
) -> None:
    slack = founded(sandbox)
    slack.team.fault("conversations.create", "ratelimited", seconds=1.0, times=1)
    incident = program(slack, sqlite_url, tmp_path, **telling(receiver, redis_url))
    incident("open slow")
    incident("open 'slow too'")
    with looked_at(incident, "worker", "--threads", "1") as worker:
        until(lambda: worker.asked("ready") == (200, []))
        until(lambda: incident("mirrors --json").json == [])
        until(lambda: worker.loops().keys() == {"worker-1", "ear"})
        until(lambda: 'incident_queue_rings_total{ended="rung"}' in worker.metrics())
        found = worker.metrics()
        _counted(found)
        kinds = re.findall(
            r"^# TYPE (incident_\w+) (\w+)$", health(worker.address, "metrics")[1], re.MULTILINE
        )
        page = re.findall(r"^\| `(incident_\w+)` \| (\w+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
        assert sorted(kinds) == sorted(page)
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(LONG) == 0


def _counted(found: dict[str, float]) -> None:
    for name, value in {
        'incident_slack_held_total{method="conversations.create"}': 1,
        'incident_slack_calls_total{kind="held",method="conversations.create"}': 1,
        'incident_slack_calls_total{kind="done",method="conversations.create"}': 2,
        'incident_mirror_calls_total{ended="done",method="conversations.create",mirror="slack"}': 2,
        "incident_timers_late": 0,
        "incident_database_up": 1,
    }.items():
        assert found.get(name) == value, (name, found.get(name))
    assert 'incident_mirror_stopped{mirror="webhook"}' in found
    assert 'incident_mirror_lag_seconds{mirror="slack"}' in found
