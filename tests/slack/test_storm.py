"""Thirty at one instant under Slack's limits: nobody waits longer than they ask, the worst least of all."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.sandbox.control.facts import Called
from incident_core.model.severity import Severity
from tests.slack.faults.scene import Scene

STORM, AT_ONCE, WORKERS = 30, 20, 8
EVERY = 3.0
"""Seconds after which Slack takes one more of what it takes twenty of at once."""
WAITING = [*[Severity.SEV4] * 3, *[Severity.SEV2] * 3, Severity.SEV3, *[Severity.SEV1] * 3]


@pytest.fixture
def limited(scene: Scene) -> Iterator[Scene]:
    """A workspace that limits calls, at a clock that goes on only when nothing can be done."""
    scene.slack.team.tiers(True)
    scene.slack.control.freeze()
    yield scene
    scene.slack.control.thaw()


def _settle(scene: Scene) -> None:
    """Several workers side by side, until all is quiet."""
    with ThreadPoolExecutor(WORKERS) as pool:
        _work(scene, pool)
        while scene.wait():
            _work(scene, pool)


def _work(scene: Scene, pool: ThreadPoolExecutor | None = None) -> None:
    if pool is None:
        scene.work()
        return
    for each in [pool.submit(scene.work) for _ in range(WORKERS)]:
        each.result()


def _done(scene: Scene, method: str) -> list[Called]:
    calls = [call for call in scene.slack.team.calls(method) if call.outcome == "ok"]
    return sorted(calls, key=lambda call: call.answered or 0.0)


def test_in_a_storm_the_limits_are_used_and_the_worst_do_not_wait_for_the_others(limited: Scene) -> None:
    began = limited.slack.control.now()
    opened = {_open(limited, severity): severity for severity in [*[Severity.SEV3] * AT_ONCE, *WAITING]}
    _settle(limited)
    made = _done(limited, "conversations.create")
    invited = [call.answered or 0.0 for call in _done(limited, "conversations.invite")]
    assert len(made) == len(invited) == STORM
    assert max(invited[:AT_ONCE]) - began < 1.0
    least = len(WAITING) * EVERY
    assert least - EVERY <= limited.slack.control.now() - began <= least + 10
    order = [opened[_number(call)] for call in made[AT_ONCE:]]
    waited = sorted(opened.values(), key=list(Severity).index)[AT_ONCE:]
    assert order == waited
    refused = [call for call in limited.slack.team.calls() if call.status == 429]
    assert len(refused) < 10 * STORM, "waiting is not asking again and again"
    assert not limited.store.backlog.lags("default", None, 100)


def test_who_comes_later_and_is_worse_does_not_wait_for_those_who_wait_already(limited: Scene) -> None:
    for _ in range(AT_ONCE):
        _open(limited, Severity.SEV3)
    _work(limited)
    opened = {_open(limited, severity): severity for severity in WAITING}
    _settle(limited)
    made = _done(limited, "conversations.create")[AT_ONCE:]
    assert [opened[_number(call)] for call in made] == sorted(WAITING, key=list(Severity).index)


def _open(scene: Scene, severity: Severity) -> int:
    scene.open("Storm", severity=severity)
    return int(scene.key.removeprefix("INC-"))


def _number(call: Called) -> int:
    return int(call.args["name"].split("-")[1])
