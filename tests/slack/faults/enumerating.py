"""Every way in which one call of a story can fail, each played through to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.sandbox import Sandbox
from adapters.sandbox.conditions import FaultKind
from incident_core import commands as c
from tests.slack.faults.scene import Scene, new_scene
from tests.slack.faults.view import View, view

SHORT = 0.25
"""Seconds that the client waits for an answer here."""

FEW = 4
"""Of so many failures a sample has one for each call."""

Step = tuple[type[c.Command], Mapping[str, Any]]

STORY: Mapping[str, Step] = {
    "open": (c.Open, {"title": "API is slow"}),
    "declare": (c.Declare, {}),
    "resolve": (c.Resolve, {}),
    "close": (c.Close, {}),
    "reopen": (c.Reopen, {"reason": "not over"}),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What goes wrong; `after`: what was asked for is done all the same."""

    kind: FaultKind
    after: bool = False

    @property
    def said(self) -> str:
        """In two words."""
        return f"{self.kind} {'after' if self.after else 'before'}"


FAILURES = (
    Failure("error"),
    Failure("error", after=True),
    Failure("hang"),
    Failure("hang", after=True),
    Failure("drop"),
    Failure("drop", after=True),
    Failure("status"),
    Failure("status", after=True),
    Failure("ratelimited"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """The call of this method with this number (from 0) in this step of the story fails like this."""

    step: str
    method: str
    number: int
    failure: Failure

    @property
    def unclear(self) -> bool:
        """Whether nobody can tell a message that was posted from one that was not."""
        return self.method == "chat.postMessage" and self.failure.after


def staged(server: Sandbox, step: str, *, history: bool) -> Scene:
    """A scene in which everything before this step has come to Slack."""
    scene = new_scene(server, history=history, timeout=SHORT, total=3 * SHORT)
    for name, (kind, values) in STORY.items():
        if name == step:
            break
        scene.do(kind, **values)
        scene.settle()
    scene.calls()
    return scene


def play(scene: Scene, step: str) -> View:
    """The step, and all that it leads to."""
    kind, values = STORY[step]
    scene.do(kind, **values)
    scene.settle()
    return view(scene)


def cases(server: Sandbox, step: str, *, sample: bool) -> Iterator[Case]:
    """Every call of a step in which nothing fails, with every failure; of a sample, with some of them each."""
    scene = staged(server, step, history=True)
    play(scene, step)
    made = sorted(Counter(scene.calls()).items())
    calls = [(method, number) for method, count in made for number in range(count)]
    for place, (method, number) in enumerate(calls):
        for at, failure in enumerate(FAILURES):
            if not sample or (at - place) % FEW == 0:
                yield Case(step, method, number, failure)


def played(server: Sandbox, case: Case, *, history: bool) -> View:
    """What is to be seen in the end."""
    scene = staged(server, case.step, history=history)
    failure = case.failure
    scene.slack.team.fault(case.method, failure.kind, after=failure.after, skip=case.number, seconds=4 * SHORT)
    found = play(scene, case.step)
    assert not scene.slack.workspace.conditions.faults, f"nothing has failed: {case}"
    return found


def faults(expected: View, found: View, *, repeats: int) -> list[str]:
    """One sentence for everything that is not as it should be; so many messages may be there once more."""
    wrong: list[str] = []
    if found.behind or found.error is not None:
        wrong.append(f"the engine is not done: {found.error}")
    if len(found.channels) != len(expected.channels):
        return [*wrong, f"there are the channels {[each.name for each in found.channels]}"]
    for wanted, there in zip(expected.channels, found.channels, strict=True):
        for name in ("name", "private", "archived", "topic", "members", "pinned"):
            if getattr(wanted, name) != getattr(there, name):
                wrong.append(f"{name}: {getattr(there, name)}, not {getattr(wanted, name)}")
    more = 0
    for should, are in zip(expected.messages, found.messages, strict=True):
        more += len(are) - len(should)
        if list(dict.fromkeys(are)) != list(should):
            wrong.append(f"said: {are}, not {should}")
    if more > repeats:
        wrong.append(f"{more} messages were said again")
    return wrong
