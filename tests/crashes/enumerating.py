"""Which crashes a stage is put through: at each point, and at each second one; all of them, or a sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from random import Random
from typing import TypeVar

from adapters.integrations.webhook import Webhook
from tests.crashes.playing import ASKED, DONE, Act, Plan
from tests.crashes.stage import Played, Stage
from tests.crashes.worker import BEGUN

T = TypeVar("T")
Choose = Callable[[Sequence[T]], Sequence[T]]

KILLED, FROZEN, PAIRS, INNER, FIRING = "killed", "frozen", "pairs", "inner", "firing"
_DEATHS = (Act.KILL, Act.LATE)
_SINGLE = (*_DEATHS, Act.FREEZE)
_SECOND = {Act.KILL: _DEATHS, Act.LATE: _DEATHS, Act.FREEZE: (*_DEATHS, Act.WAKE)}
"""What can happen a second time, after a first: whoever takes over dies as well, or is overtaken in turn."""


@dataclass
class Tally:
    """How many runs of each kind there were, and those that went wrong."""

    runs: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, kind: str, played: Played) -> None:
        """One run more."""
        self.runs[kind] += 1
        if played.faults:
            self.wrong.append(f"{_told(played)}: {'; '.join(played.faults)}")


def everything(each: Sequence[T]) -> Sequence[T]:
    """All of them."""
    return each


def sampled(chance: Random, one_in: int) -> Choose[T]:
    """One in so many, and one at least, evenly spread from a place that chance decides."""
    return lambda each: each[chance.randrange(max(1, min(one_in, len(each)))) :: one_in]


def single(stage: Stage, acts: Sequence[Act] = _SINGLE) -> Iterator[Plan]:
    """One of these at every point of the story."""
    return _plans({}, stage.play({}).points, acts)


def enumerated(stage: Stage, tally: Tally, first: Choose[Plan], second: Choose[Plan]) -> None:
    """What is chosen of the single points, and after each of these of the second ones."""
    for plan in first(list(single(stage))):
        played, act = stage.play(plan), next(iter(plan.values()))
        tally.add(FROZEN if act is Act.FREEZE else KILLED, played)
        if _twice(act, played.points[max(plan) - 1]):
            continue
        for pair in second(list(_pairs(played, act))):
            tally.add(PAIRS, stage.play(pair))


def inside(stage: Stage, tally: Tally, chosen: Choose[Plan]) -> None:
    """What is chosen of all statements and commits: a worker dies after it, or right before the commit.

    Amid a firing it is frozen as well, while others look whether anything is due.
    """
    points = stage.play({}, inside=True).points
    for plan in chosen(list(_plans({}, points, (Act.KILL,)))):
        tally.add(INNER, stage.play(plan, inside=True))
    for plan in chosen([{number: Act.FREEZE} for number in _firing(points)]):
        tally.add(FIRING, stage.play(plan, inside=True))


def _firing(points: Sequence[str]) -> Iterator[int]:
    """The points amid the firing with which a story ends, if it does, at which others can go on.

    On SQLite nobody can while somebody writes: they wait, and give up.
    """
    amid = list(takewhile(lambda point: point not in ("fire", "claim"), points[1:]))
    writing = False
    for number, point in enumerate(amid, start=2):
        writing = (writing or point == "BEGIN IMMEDIATE") and point != "reset"
        if "INSERT INTO reminders" in amid and not writing:
            yield number


def _pairs(played: Played, first: Act) -> Iterator[Plan]:
    """A second one at each later point; only before the frozen one is awake can it be woken."""
    before = played.points[max(played.plan) - 1]
    for plan in _plans(played.plan, played.points, _SECOND[first]):
        last = max(plan)
        point = played.points[last - 1]
        possible = plan[last] is not Act.WAKE or last <= (played.awake or 0)
        if possible and _one(before) == _one(point) and not _twice(plan[last], point):
            yield plan


def _plans(before: Plan, points: Sequence[str], acts: Sequence[Act]) -> Iterator[Plan]:
    """What happened before, and one of these at a later point."""
    last = max(before, default=0)
    for number, point in enumerate(points[last:], start=last + 1):
        for act in acts:
            if _possible(act, point):
                yield {**before, number: act}


def _possible(act: Act, point: str) -> bool:
    """Only what was asked for can happen late."""
    return act is not Act.LATE or point.startswith(f"{ASKED}/perform")


def _one(point: str) -> bool:
    """Which mirror it is about; they share nothing, and one and then the other are two single cases."""
    return Webhook.name in point


def _twice(act: Act, point: str) -> bool:
    """Whether this leaves what another one leaves: alone it is tried as well, in pairs only once.

    Killed once intents are saved, or when a call is asked for that is dropped then, is killed before the
    call; and frozen before it, is frozen when it is asked for. Killed or frozen once a call was done, is
    killed before the next one or before the result is saved, or frozen there. Killed or frozen before it
    looks, or gives back what it has, a worker leaves nothing but a lease.
    """
    if act is Act.LATE:
        return False
    same = (BEGUN, ASKED) if act is Act.KILL else ("perform",)
    return point.startswith((*same, DONE, "fire", "claim", "gap", "check", "settle"))


def _told(played: Played) -> str:
    return ", ".join(
        f"{act} at {number} ({played.points[number - 1]})" for number, act in sorted(played.plan.items())
    )
