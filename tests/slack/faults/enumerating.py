"""Every way in which one call of a story can fail, each played through to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from adapters.sandbox import Sandbox
from adapters.sandbox.conditions import FaultKind
from adapters.slack.api import TIMEOUT
from adapters.storage import Database
from incident_core import commands as c
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD
from incident_core.model.severity import Severity
from incident_core.model.status import Status
from incident_core.ports.mirror import Call
from tests.slack.faults.scene import MOST, Scene, new_scene
from tests.slack.faults.view import Channel, Places, View, view

SHORT = 0.4
"""Seconds that the client waits for an answer here."""

REFUSED = "not_in_channel"
"""What Slack says to one who cannot take a channel out of the archive."""

REVIEWED = Severity.SEV1
"""What was so severe gets a channel for its review."""

SILENCE = timedelta(hours=2)
"""So long without an update is too long."""

Act = Callable[[Scene], None]


class Step(NamedTuple):
    """What is done, and what came to Slack before it, one after the other."""

    act: Act
    before: tuple[Act, ...] = ()


def does(kind: type[c.Command], by: str = "ann", **values: Any) -> Act:
    """Somebody gives this command."""
    return lambda scene: scene.do(kind, by, **values)


def _hands_over(scene: Scene) -> None:
    scene.do(c.HandOver, to=scene.actor("ben"))


def _long_silence(scene: Scene) -> None:
    """Nobody has sent an update for so long that they are reminded."""
    scene.clock.move(SILENCE)


def _reopens_elsewhere(scene: Scene) -> None:
    """Slack refuses to take the channel out of the archive."""
    scene.slack.team.fault("conversations.unarchive", "error", code=REFUSED, times=MOST)
    REOPEN(scene)


OPEN = does(c.Open, title="API is slow")
DECLARED = does(c.Open, title="API is slow", declare=True)
SEVERE = does(c.Open, title="API is slow", declare=True, severity=REVIEWED)
LEAD = does(c.Claim, "ben", role=TECHNICAL_LEAD)
UPDATE = does(c.SendUpdate, text="We know why.")
RESOLVE, CLOSE, REOPEN = does(c.Resolve), does(c.Close), does(c.Reopen, reason="not over")
PRIVATE = does(c.MakePrivate)

STORY: Mapping[str, Step] = {
    "open": Step(OPEN),
    "declare": Step(does(c.Declare), (OPEN,)),
    "status": Step(does(c.SetStatus, status=Status.IDENTIFIED), (DECLARED,)),
    "severity": Step(does(c.SetSeverity, severity=Severity.SEV2), (DECLARED,)),
    "claim": Step(LEAD, (DECLARED,)),
    "claim the command": Step(does(c.Claim, "ben", role=COMMANDER), (DECLARED,)),
    "hand over": Step(_hands_over, (DECLARED,)),
    "update": Step(UPDATE, (DECLARED,)),
    "correct": Step(does(c.CorrectUpdate, update="u1", text="No idea."), (DECLARED, UPDATE)),
    "retract": Step(does(c.Retract, entry="u1", reason="wrong"), (DECLARED, UPDATE)),
    "redact": Step(does(c.Redact, entry="u1", texts=((4, "text"),), reason="a name"), (DECLARED, UPDATE)),
    "title": Step(does(c.CorrectTitle, title="API is gone"), (DECLARED,)),
    "remind": Step(_long_silence, (SEVERE,)),
    "make private": Step(PRIVATE, (DECLARED, LEAD, UPDATE)),
    "resolve": Step(RESOLVE, (DECLARED,)),
    "review": Step(RESOLVE, (SEVERE, LEAD)),
    "make a review private": Step(PRIVATE, (SEVERE, RESOLVE)),
    "close": Step(CLOSE, (DECLARED, RESOLVE)),
    "reopen": Step(REOPEN, (DECLARED, RESOLVE, CLOSE)),
    "reopen elsewhere": Step(_reopens_elsewhere, (DECLARED, RESOLVE, CLOSE)),
}
"""What people do, and what a clock does: everything that makes calls."""


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


class Repeats(NamedTuple):
    """How many messages may be there once more: of those in channels, and of those to one person."""

    said: int = 0
    direct: int = 0


def staged(
    server: Sandbox, step: str, *, history: bool, store: Database | None = None, timeout: float = TIMEOUT
) -> Scene:
    """A scene in which everything before this step has come to Slack."""
    scene = new_scene(server, store=store, history=history, timeout=timeout, review_at=frozenset({REVIEWED}))
    for act in STORY[step].before:
        act(scene)
        scene.settle()
    scene.calls()
    return scene


def play(scene: Scene, step: str) -> View:
    """The step, and all that it leads to."""
    STORY[step].act(scene)
    scene.settle()
    return view(scene)


@cache
def smooth(server: Sandbox, step: str) -> tuple[View, tuple[tuple[str, int], ...]]:
    """The step where nothing fails: what is seen, and its calls: the method, and which of its calls."""
    scene = staged(server, step, history=True)
    found = play(scene, step)
    made = sorted(scene.counted().items())
    return found, tuple((method, number) for method, count in made for number in range(count))


def impossible(step: str, method: str, after: bool) -> bool:
    """Whether what Slack refuses would be done all the same."""
    return step == "reopen elsewhere" and method == "conversations.unarchive" and after


def cases(server: Sandbox, step: str, *, history: bool, sample: bool) -> Iterator[Case]:
    """Every call of a step in which nothing fails, with every failure.

    In a sample every call fails once, in another way than those beside it, with `history` or without.
    """
    of_step = list(STORY).index(step)
    for place, (method, number) in enumerate(smooth(server, step)[1], of_step):
        for at, failure in enumerate(FAILURES):
            if sample and (at != place % len(FAILURES) or place % 2 == history):
                continue
            if not impossible(step, method, failure.after):
                yield Case(step, method, number, failure)


def played(server: Sandbox, case: Case, *, history: bool) -> tuple[View, Repeats]:
    """What is to be seen in the end, and how many messages may be there twice.

    On a slow machine there can be more answers that come too late than the one that is made to.
    """
    failure = case.failure
    timeout = SHORT if failure.kind == "hang" else TIMEOUT
    scene = staged(server, case.step, history=history, timeout=timeout)
    scene.mirror.unclear.clear()
    scene.slack.team.fault(
        case.method, failure.kind, after=failure.after, skip=case.number, seconds=4 * SHORT
    )
    found = play(scene, case.step)
    left = [fault for fault in scene.slack.workspace.conditions.faults if fault.code != REFUSED]
    assert not left, f"nothing has failed: {case}"
    return found, _repeats(scene.mirror.unclear[case.not_posted :], history=history)


def _repeats(unclear: Sequence[Call], *, history: bool) -> Repeats:
    """Only messages to one person cannot be looked for by a bot that may read."""
    direct = sum(call.content["to"] == "direct" for call in unclear)
    return Repeats(0 if history else len(unclear) - direct, direct)


def faults(expected: View, found: View, *, repeats: Repeats) -> list[str]:
    """One sentence for everything that is not as it should be; so many messages may be there once more."""
    if len(found.channels) != len(expected.channels):
        return [f"there are the channels {[each.name for each in found.channels]}"]
    wrong = [f"the engine is not done: {found.error}"] if found.behind or found.error else []
    for wanted, there in zip(expected.channels, found.channels, strict=True):
        wrong += _differences(wanted, there)
    wrong += _said(expected.messages, found.messages, repeats.said)
    return wrong + _said(expected.directs, found.directs, repeats.direct)


def _said(expected: Places, found: Places, repeats: int) -> list[str]:
    """What is missing, what nobody wants, and what is there too often."""
    wrong, more = [], 0
    for should, are in zip(expected, found, strict=True):
        again = list(are)
        for each in should:
            if each in again:
                again.remove(each)
            else:
                wrong.append(f"missing: {each}")
        wrong += [f"too much: {each}" for each in again if _first(each) not in map(_first, should)]
        if [each for each in dict.fromkeys(are) if each in should] != list(should):
            wrong.append(f"in another order: {list(map(_first, are))}")
        more += len(again)
    return [*wrong, f"{more} messages were said again"] if more > repeats else wrong


def _first(said: str) -> str:
    """By this one message is known: of two that are the same, one may be out of date."""
    return said.partition("\n")[0]


def _differences(wanted: Channel, there: Channel) -> list[str]:
    names = ("name", "private", "archived", "topic", "members", "pinned")
    pairs = [(name, getattr(wanted, name), getattr(there, name)) for name in names]
    return [f"{name}: {is_}, not {should}" for name, should, is_ in pairs if is_ != should]
