"""Two people at the same moment: Slack shows what the record says every time; and no call waits for nothing.

With INCIDENT_PAIRS=all or INCIDENT_CRASHES=all fifty rounds on both databases; otherwise a few.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from adapters.queue.beside import side_by_side
from adapters.sandbox import Sandbox
from adapters.sandbox.person.seen import SeenMessage
from incident_core import commands as c
from incident_core.model.severity import Severity
from incident_core.model.status import Status
from incident_core.ports.mirror import Call, Outcome
from incident_core.usecases.verify import verify
from incident_core.usecases.work import Work
from tests.slack.faults.enumerating import STORY, does, staged
from tests.slack.faults.scene import Scene
from tests.slack.stories.test_two_at_once import shown_wrongly
from tests.slack.stories.town import SOON, Town, town, wait_for

ALL = "all" in (os.environ.get("INCIDENT_PAIRS"), os.environ.get("INCIDENT_CRASHES"))
ROUNDS = 50 if ALL else 10
STATUSES = (Status.IDENTIFIED, Status.MONITORING)
SEVERITIES = (Severity.SEV3, Severity.SEV4)
"""Each round has another than the one before, and none of them needs a reason."""

Act = Callable[[], bool]


@pytest.mark.parametrize(("kind", "rounds"), [("sqlite_url", ROUNDS), ("postgresql_url", ROUNDS)])
def test_status_and_severity_at_the_same_moment_are_shown_as_they_are_recorded_every_time(
    sandbox: Sandbox, request: pytest.FixtureRequest, tmp_path: Path, kind: str, rounds: int
) -> None:
    """Two bots over one database, of which each hears of one of the two."""
    url: str = request.getfixturevalue(kind)
    with town(sandbox, url, tmp_path) as home, town(sandbox, url, tmp_path, slack=home.slack):
        key = home.opened()
        home.say(f"declare {key}")
        home.slack.person("ben").join(home.room(key).id)
        home.quiet()
        events = home.events()
        wrong = [fault for number in range(rounds) for fault in both(home, key, number)]
        assert not wrong, "\n".join(wrong)
        assert home.events() == events + 2 * rounds
        assert told_of(home, key) == (rounds, rounds)
        assert home.database.views.rebuild(write=False).differing == ()
        assert verify(home.database.ledger).finding is None


def both(home: Town, key: str, number: int) -> Iterator[str]:
    """Ann chooses a status and Ben a severity; what is wrong when all is quiet again.

    Both choose from the panel; every other time Ben types.
    """
    status, severity, panel = STATUSES[number % 2], SEVERITIES[number % 2], home.panel(key)

    def ann() -> bool:
        return chosen(home, "ann", panel, status)

    def ben() -> bool:
        if number % 2:
            return home.slack.person("ben").command("/incident", f"severity {severity}", panel.channel).acked
        return chosen(home, "ben", panel, severity)

    if not all(at_once(ann, ben)):
        yield f"round {number}: somebody was not answered"
    wait_for(lambda: (home.incident(key).status, home.incident(key).severity) == (status, severity))
    home.quiet()
    yield from (f"round {number}: {fault}" for fault in shown_wrongly(home, key))
    if selected(home.panel(key)) != {"set:status": status, "set:severity": severity}:
        yield f"round {number}: the panel has {selected(home.panel(key))}, not {status} and {severity}"


def chosen(home: Town, who: str, panel: SeenMessage, value: Status | Severity) -> bool:
    """Somebody chooses this on the panel; whether they were answered in time."""
    name = "set:status" if isinstance(value, Status) else "set:severity"
    done = home.slack.person(who).choose(panel, name, value.value)
    return done is not None and done.acked


def at_once(*acts: Act) -> list[bool]:
    """Both, each in a thread of its own, begun when both are there."""
    ready, found = threading.Barrier(len(acts)), [False] * len(acts)

    def run(place: int, act: Act) -> None:
        ready.wait(SOON)
        found[place] = act()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON)
    return found


def selected(panel: SeenMessage) -> dict[str, str]:
    """What is chosen in the selects of a panel."""
    elements = [each for block in panel.blocks if block["type"] == "actions" for each in block["elements"]]
    selects = (each for each in elements if each["type"] == "static_select")
    return {each["action_id"]: each["initial_option"]["value"] for each in selects}


def told_of(home: Town, key: str) -> tuple[int, int]:
    """How often the channel was told of a status, and of a severity."""
    lines = home.lines(key)
    return sum("status" in line for line in lines), sum("severity" in line for line in lines)


ONE_BY_ONE = {
    "status": 1, "severity": 1, "claim": 2, "claim the command": 2, "hand over": 2, "update": 2,
    "correct": 1, "retract": 1, "title": 1, "resolve": 1,
}  # fmt: skip
"""How many rounds of calls each takes: only what cannot be repeated waits for another such call."""


@pytest.mark.parametrize("step", ONE_BY_ONE)
def test_only_what_cannot_be_repeated_waits_for_another_call(sandbox: Sandbox, step: str) -> None:
    scene = staged(sandbox, step, history=False)
    STORY[step].act(scene)
    rounds = _rounds(scene)
    assert len(rounds) == ONE_BY_ONE[step], [[call.slot for call in calls] for calls in rounds]
    for calls in rounds:
        assert sum(not call.repeatable for call in calls) <= 1
    assert scene.settled


def _rounds(scene: Scene) -> list[Sequence[Call]]:
    """The calls that are made side by side, one after the other."""
    rounds: list[Sequence[Call]] = []

    def noted(perform: Callable[[Call], Outcome], calls: Sequence[Call]) -> Sequence[Outcome]:
        rounds.append(calls)
        return side_by_side(perform, calls)

    Work(scene.store.mirrors, {"slack": scene.mirror}, scene.clock, scene.store.timers, noted)()
    return rounds


LATENCY = 0.3
"""Seconds that Slack takes for each call."""


def test_a_status_is_settled_in_less_than_half_of_what_its_calls_take_together(sandbox: Sandbox) -> None:
    """The best of a few tries: a machine may stand still in any one of them."""
    scene = staged(sandbox, "status", history=False)
    scene.slack.team.latency(LATENCY)
    took: list[float] = []
    for number in range(4):
        does(c.SetStatus, status=STATUSES[number % 2])(scene)
        began = time.monotonic()
        scene.settle()
        took.append(time.monotonic() - began)
        assert scene.settled
        if min(took) < len(scene.calls()) * LATENCY / 2:
            return
    raise AssertionError(took)
