"""Every way in which one call of a story can fail, each played through to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.sandbox import Sandbox
from adapters.sandbox.conditions import FaultKind
from adapters.slack.api import TIMEOUT
from adapters.storage import Database
from incident_core import commands as c
from tests.slack.faults.scene import MOST, Scene, new_scene
from tests.slack.faults.view import Channel, View, view

SHORT = 0.4
"""Seconds that the client waits for an answer here."""

FEW = 6
"""Of so many failures a sample has one for each call."""

REFUSED = "not_in_channel"
"""What Slack says to one who cannot take a channel out of the archive."""

Step = tuple[type[c.Command], Mapping[str, Any]]

STORY: Mapping[str, Step] = {
    "open": (c.Open, {"title": "API is slow"}),
    "declare": (c.Declare, {}),
    "resolve": (c.Resolve, {}),
    "close": (c.Close, {}),
    "reopen": (c.Reopen, {"reason": "not over"}),
    "reopen elsewhere": (c.Reopen, {"reason": "not over"}),
}
"""What is done one after the other; the last is the one before it, where Slack refuses to unarchive."""


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
    def not_posted(self) -> bool:
        """Whether a message is not there of which nobody knows that it is not."""
        return (
            self.method == "chat.postMessage"
            and not self.failure.after
            and self.failure.kind != "ratelimited"
        )


def staged(
    server: Sandbox, step: str, *, history: bool, store: Database | None = None, timeout: float = TIMEOUT
) -> Scene:
    """A scene in which everything before this step has come to Slack."""
    scene = new_scene(server, store=store, history=history, timeout=timeout)
    for name, (kind, values) in STORY.items():
        if step.startswith(name):
            break
        scene.do(kind, **values)
        scene.settle()
    scene.calls()
    return scene


def play(scene: Scene, step: str) -> View:
    """The step, and all that it leads to."""
    begin(scene, step)
    scene.settle()
    return view(scene)


def begin(scene: Scene, step: str) -> None:
    """The command of this step, which has not come to Slack yet."""
    if step == "reopen elsewhere":
        scene.slack.team.fault("conversations.unarchive", "error", code=REFUSED, times=MOST)
    kind, values = STORY[step]
    scene.do(kind, **values)


def calls(server: Sandbox, step: str) -> list[tuple[str, int]]:
    """The calls of a step in which nothing fails: the method, and which of its calls (from 0)."""
    scene = staged(server, step, history=True)
    play(scene, step)
    made = sorted(Counter(scene.calls()).items())
    return [(method, number) for method, count in made for number in range(count)]


def impossible(step: str, method: str, after: bool) -> bool:
    """Whether what Slack refuses would be done all the same."""
    return step == "reopen elsewhere" and method == "conversations.unarchive" and after


def cases(server: Sandbox, step: str, *, sample: bool) -> Iterator[Case]:
    """Every call of a step in which nothing fails, with every failure; in a sample, with some of them."""
    for place, (method, number) in enumerate(calls(server, step)):
        for at, failure in enumerate(FAILURES):
            if impossible(step, method, failure.after):
                continue
            if not sample or (at - place) % FEW == 0:
                yield Case(step, method, number, failure)


def played(server: Sandbox, case: Case, *, history: bool) -> tuple[View, int]:
    """What is to be seen in the end, and how many messages may be there twice.

    On a slow machine there can be more answers that come too late than the one that is made to.
    """
    failure = case.failure
    timeout = SHORT if failure.kind == "hang" else TIMEOUT
    scene = staged(server, case.step, history=history, timeout=timeout)
    before = scene.mirror.unclear
    scene.slack.team.fault(
        case.method, failure.kind, after=failure.after, skip=case.number, seconds=4 * SHORT
    )
    found = play(scene, case.step)
    left = [fault for fault in scene.slack.workspace.conditions.faults if fault.code != REFUSED]
    assert not left, f"nothing has failed: {case}"
    unclear = scene.mirror.unclear - before - case.not_posted
    return found, 0 if history else unclear


def faults(expected: View, found: View, *, repeats: int) -> list[str]:
    """One sentence for everything that is not as it should be; so many messages may be there once more."""
    if len(found.channels) != len(expected.channels):
        return [f"there are the channels {[each.name for each in found.channels]}"]
    wrong = [f"the engine is not done: {found.error}"] if found.behind or found.error else []
    for wanted, there in zip(expected.channels, found.channels, strict=True):
        wrong += _differences(wanted, there)
    more = 0
    for should, are in zip(expected.messages, found.messages, strict=True):
        more += len(are) - len(should)
        if list(dict.fromkeys(are)) != list(should):
            wrong.append(f"said: {are}, not {should}")
    return [*wrong, f"{more} messages were said again"] if more > repeats else wrong


def _differences(wanted: Channel, there: Channel) -> list[str]:
    names = ("name", "private", "archived", "topic", "members", "pinned")
    pairs = [(name, getattr(wanted, name), getattr(there, name)) for name in names]
    return [f"{name}: {is_}, not {should}" for name, should, is_ in pairs if is_ != should]
