"""Every single point at which a worker can die, and every second one while another recovers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incident_core import commands as c
from incident_core.model.severity import Severity
from incident_core.model.times import Due
from incident_core.ports.timers import everything
from incident_core.testing.simulation.crashes import Scene, crash_points, played
from incident_core.testing.simulation.invariants import faults
from incident_core.testing.simulation.stories import BEGINNING, command, opened, story

VERBS: dict[str, list[c.Command]] = {
    "open": [],
    "declare": [command(c.Declare)],
    "severity": [command(c.SetSeverity, severity=Severity.SEV1)],
    "resolve": [command(c.Declare), command(c.Resolve)],
    "close": [command(c.Close)],
    "reopen": [command(c.Close), command(c.Reopen, reason="not over")],
}

TIMERS: dict[str, tuple[list[c.Command], timedelta]] = {
    "role": ([command(c.Declare)], timedelta(seconds=12)),
    "comms": ([command(c.Declare), command(c.SendUpdate, text="slow")], timedelta(seconds=24)),
    "comms, again": ([command(c.Declare), command(c.StopTimer, timer="stale")], timedelta(minutes=5)),
    "stale": ([], timedelta(seconds=30)),
    "stale, again": ([], timedelta(seconds=90)),
    "followup": (
        [command(c.AddFollowUp, text="index it", due=Due(BEGINNING.date())), command(c.Close)],
        timedelta(days=1),
    ),
}

SCENES = {name: Scene(story(1, [opened(), *told])) for name, told in VERBS.items()} | {
    f"timer {name}": Scene(story(1, [opened(), *told]), later) for name, (told, later) in TIMERS.items()
}


@pytest.mark.parametrize("name", SCENES)
def test_no_crash_loses_or_doubles_anything(name: str) -> None:
    scene = SCENES[name]
    points = list(crash_points(scene))
    wrong = {points_: found for points_ in points if (found := faults(played(scene, points_)))}
    assert not wrong
    assert len(points) > 30


@pytest.mark.parametrize("name", TIMERS)
def test_the_timer_of_each_scene_fires_in_it(name: str) -> None:
    scene = SCENES[f"timer {name}"]
    schedule = played(scene, ())
    fired = [
        *schedule.timers.newer(scene.story.id, 0),
        *schedule.timers.newer(everything(schedule.workspace), 0),
    ]
    assert name.split(",")[0] in [each.timer.split(":")[0] for each in fired]
