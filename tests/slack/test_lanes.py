"""Lanes: what lets people in comes before what they work with, and that before the rest; the worst first."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.control.facts import Called
from adapters.slack.drawing.setup import Setup
from adapters.slack.drawing.wanted import wanted
from adapters.slack.mirror import SlackMirror
from incident_core import commands as c
from incident_core.model.severity import Severity
from incident_core.model.status import Status
from incident_core.ports.mirror import Call, Lane, Outcome
from incident_core.usecases.work import Work
from tests.slack.faults.scene import Scene, Watched, new_scene

STORM, AT, LINES = 20, 30, 6
"""Incidents, the call before which the worst is opened, and what each has to be told in its channel."""
WAITING = [*[Severity.SEV4] * 4, *[Severity.SEV2] * 3, *[Severity.SEV1] * 3]
LANES = {
    "conversations.create": Lane.FIRST,
    "conversations.invite": Lane.FIRST,
    "conversations.setTopic": Lane.REST,
    "pins.add": Lane.REST,
}


class Interrupted(Watched):
    """The mirror; before one of its calls something happens."""

    at = 0
    happens: Callable[[], object] = staticmethod(lambda: None)

    def perform(self, call: Call) -> Outcome:
        """As it does."""
        self.at -= 1
        if self.at == 0:
            self.happens()
        return super().perform(call)


@pytest.fixture
def interrupted(sandbox: Sandbox) -> Scene:
    """A scene without a digest, in which something can happen in the middle of what a worker does."""
    scene = new_scene(sandbox, digest="", group=())
    scene.mirror = Interrupted(scene.api, scene.setup, 4.6)
    return scene


def _calls(scene: Scene) -> list[Called]:
    return sorted(scene.slack.team.calls(), key=lambda call: call.began or 0.0)


def _lane(scene: Scene, call: Called) -> Lane:
    """A message is the panel if it is the first of its channel."""
    if call.method != "chat.postMessage":
        return LANES[call.method]
    return Lane.NEXT


def test_after_an_outage_the_worst_are_let_in_first_and_of_each_severity_panels_come_before_the_rest(
    interrupted: Scene,
) -> None:
    scene = interrupted
    rank = {}
    for severity in WAITING:
        scene.open("Storm", severity=severity)
        rank[int(scene.key.removeprefix("INC-"))] = severity
    scene.slack.team.clear_calls()
    scene.settle()
    found, rooms = [], {}
    for call in _calls(scene):
        if call.method == "conversations.create":
            number = int(call.args["name"].split("-")[1])
            rooms[next(each.id for each in scene.channels() if each.name == call.args["name"])] = number
        else:
            number = rooms[call.args["channel"]]
        found.append((rank[number], _lane(scene, call)))
    runs = [run for run, _ in groupby(found)]
    assert runs == [(severity, lane) for severity in Severity if severity in WAITING for lane in Lane]


def test_who_is_opened_in_a_storm_of_repaints_waits_for_no_more_than_what_is_under_way(
    interrupted: Scene,
) -> None:
    scene = interrupted
    for _ in range(STORM):
        scene.open("Storm")
    scene.settle()
    for number in range(1, STORM + 1):
        scene.key = f"INC-{number}"
        scene.do(c.Declare)
        scene.do(c.SetStatus, status=Status.MONITORING)
        for line in range(LINES):
            scene.do(c.AddTask, text=f"Something {line}")
    scene.slack.team.clear_calls()
    mirror = scene.mirror
    assert isinstance(mirror, Interrupted)
    mirror.at, mirror.happens = AT, lambda: scene.open("The worst", severity=Severity.SEV1)
    work = Work(
        scene.store.mirrors, {"slack": mirror}, scene.clock, scene.store.timers,
        stopping=lambda: scene.slack.team.calls("conversations.invite") != [], claims=1,
    )  # fmt: skip
    work()
    methods = [call.method for call in _calls(scene)]
    made, invited = methods.index("conversations.create"), methods.index("conversations.invite")
    assert invited == made + 1
    assert made - AT <= 2, "the call that was under way, and those beside it"
    assert "chat.update" in methods[:AT], "it came in the middle of repaints"


def test_alone_an_incident_is_not_held_up_by_its_lanes(interrupted: Scene) -> None:
    scene = interrupted
    scene.open("Alone")
    scene.work()
    store = scene.store.mirrors
    claims = store.claim(("slack",), scene.clock.now(), scene.clock.now(), 1)
    assert claims == ()
    row = scene.lag
    assert (row.shown, row.next_at) == (1, None)


def test_every_thing_and_every_line_has_its_lane(scene: Scene) -> None:
    scene.open("Lanes")
    scene.do(c.Declare)
    lanes = {each.slot: each.lane for each in wanted(scene.setup, scene.incident)}
    assert {slot for slot, lane in lanes.items() if lane is Lane.FIRST} == {"channel", "members"}
    assert {slot for slot, lane in lanes.items() if lane is Lane.NEXT} == {"responders", "panel"}
    said = [
        item.lane
        for entry in scene.store.reader.timeline("default", scene.key, scene.ann) or ()
        for item in SlackMirror(scene.api, Setup("U0")).items(scene.incident, entry)
    ]
    assert said
    assert set(said) == {Lane.REST}
