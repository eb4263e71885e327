"""The metrics: what is counted, and docs/operations.md, which names each of them with its labels."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from adapters.bootstrap_ops import need
from adapters.ops.metrics import Facts, Metrics
from adapters.ops.watching import Watching, plain
from incident_core import commands as c
from incident_core.errors import NotFound, Unavailable
from incident_core.ports.backlog import Behind
from incident_core.testing.contracts.desk import Desk
from incident_core.testing.memory import Memory, MemoryStore

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


def _metrics(facts: Facts | None = None) -> Metrics:
    def ask() -> Facts:
        if facts is None:
            raise Unavailable("It is gone.")
        return facts

    return Metrics("1.2", "sqlite", ["slack", "webhook"], ask)


def _values(metrics: Metrics) -> dict[str, float]:
    lines = metrics.page().content.decode().splitlines()
    pairs = (line.rpartition(" ") for line in lines if line.startswith("incident_"))
    return {name: float(value) for name, _, value in pairs}


def test_commands_are_counted_by_how_they_ended_and_refusals_by_their_reasons() -> None:
    metrics = _metrics()
    watching, desk = Watching(metrics), Desk(MemoryStore.over(Memory()))

    def give(kind: type[c.Command], key: str | None = None, name: str | None = None) -> None:
        more: dict[str, Any] = {"title": "slow"} if kind is c.Open else {}
        command = desk.command(kind, name=name, **more)
        watching.commanded(command, "slack", command.key, lambda: desk.perform(command, key))

    give(c.Open, name="one")
    give(c.Open, name="one")
    give(c.Declare, "INC-1")
    give(c.Declare, "INC-1")
    give(c.Close, "INC-1")
    with pytest.raises(NotFound):
        give(c.Declare, "INC-9")
    found = _values(metrics)
    for move, result in [
        ("open", "accepted"),
        ("open", "repeated"),
        ("declare", "accepted"),
        ("declare", "unchanged"),
        ("close", "refused"),
        ("declare", "not_found"),
    ]:
        assert found[f'incident_commands_total{{move="{move}",result="{result}",source="slack"}}'] == 1
    assert sum(value for name, value in found.items() if name.startswith("incident_refusals_total")) == 1
    assert found['incident_command_seconds_count{source="slack"}'] == 6


def test_calls_connections_and_rings_are_counted() -> None:
    metrics = _metrics()
    watching = Watching(metrics)
    watching.slack("chat.update", "held", 0.2)
    watching.slack("chat.update", "done", 0.2)
    watching.connected(3)
    watching.connected(2)
    for done in (True, False, True):
        watching.rang(done)
    found = _values(metrics)
    assert found['incident_slack_calls_total{kind="held",method="chat.update"}'] == 1
    assert found['incident_slack_held_total{method="chat.update"}'] == 1
    assert found['incident_slack_call_seconds_count{method="chat.update"}'] == 2
    assert (found["incident_socket_connections"], found["incident_socket_reconnects_total"]) == (2, 1)
    assert found['incident_queue_rings_total{ended="rung"}'] == 2
    assert found['incident_queue_rings_total{ended="failed"}'] == 1


def test_what_the_database_knows_is_there_for_every_mirror_while_it_answers() -> None:
    known = Facts([(Behind("slack", 3, None, 2), 4.5)], late=7)
    found = _values(_metrics(known))
    assert found["incident_database_up"] == 1
    assert found['incident_mirror_lag{mirror="slack"}'] == 3
    assert found['incident_mirror_lag_seconds{mirror="slack"}'] == 4.5
    assert found['incident_mirror_stopped{mirror="slack"}'] == 2
    assert found['incident_mirror_lag{mirror="webhook"}'] == 0
    assert found["incident_timers_late"] == 7


def test_while_it_does_not_its_gauges_are_left_out() -> None:
    found = _values(_metrics())
    assert found["incident_database_up"] == 0
    assert not [name for name in found if name.startswith(("incident_mirror_lag", "incident_timers_late"))]


def test_the_database_is_asked_once_in_ten_seconds_however_often_somebody_looks() -> None:
    asked = []

    def ask() -> Facts:
        asked.append(1)
        return Facts((), 0)

    metrics = Metrics("1", "sqlite", (), ask)
    for _ in range(5):
        metrics.page()
    assert asked == [1]


def test_whoever_looks_does_not_wait_for_a_database_that_hangs() -> None:
    over = Event()

    def ask() -> Facts:
        over.wait(60)
        return Facts((), 0)

    try:
        assert _values(Metrics("1", "sqlite", (), ask))["incident_database_up"] == 0
    finally:
        over.set()


@pytest.mark.parametrize(
    ("method", "label"), [("chat.update", "chat.update"), ("chat.postMessage:C012", "chat.postMessage")]
)
def test_a_label_names_a_method_and_never_a_channel(method: str, label: str) -> None:
    assert plain(method) == label


def test_the_page_names_every_metric_with_its_kind_and_its_labels() -> None:
    row = re.compile(r"^\| `(incident_\w+)` \| (\w+) \| ([^|]*) \|", re.MULTILINE)
    rows = row.findall(PAGE.read_text(encoding="utf-8"))
    told = {(name, kind, tuple(sorted(re.findall(r"`(\w+)`", given)))) for name, kind, given in rows}
    assert told == set(_there())


def _there() -> list[tuple[str, str, tuple[str, ...]]]:
    metrics = _metrics(Facts([(Behind("slack", 1, None, 1), 1.0)], 1))
    watching, desk = Watching(metrics), Desk(MemoryStore.over(Memory()))
    watching.slack("chat.update", "held", 0.1)
    watching.rang(True)
    metrics.mirror_call("slack", "chat.update", "done")
    desk.open()
    refused = desk.command(c.Resolve)
    watching.commanded(refused, "cli", refused.key, lambda: desk.perform(refused, "INC-1"))
    found = []
    for family in metrics.registry.collect():
        if family.name.startswith("incident_"):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            labels = {label for sample in family.samples for label in sample.labels} - {"le"}
            found.append((name, family.type, tuple(sorted(labels))))
    return found


def test_without_the_extra_the_setting_is_refused_with_what_to_install() -> None:
    with pytest.raises(Unavailable) as error:
        need("no_such_module")
    expected = "OPS_ADDRESS needs no_such_module; run: pip install 'incident-core[metrics]'"
    assert str(error.value) == expected
    need("prometheus_client")
