"""Every crash point of a story: a worker that dies before each step, in each call, and again afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from incident_core.testing.simulation.choices import Choices
from incident_core.testing.simulation.schedule import Schedule, Settler, Worker
from incident_core.testing.simulation.stories import Story
from incident_core.usecases.settling.settle import Perform, settle


@dataclass(frozen=True, slots=True)
class Crash:
    """Before step number `step`; or, `inside` a call, after it happened."""

    step: int
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """What happens when a worker dies: the last chapter of a story is told, or, `later` on, a timer fires."""

    story: Story
    later: timedelta | None = None


def crash_points(scene: Scene, settler: Settler = settle) -> Iterator[tuple[Crash, ...]]:
    """Where a worker can die once while it settles this, and where again while another recovers."""
    for first in _points(scene, (), settler):
        yield (first,)
        for second in _points(scene, (first,), settler):
            if second.step > first.step:
                yield (first, second)


def played(scene: Scene, crashes: tuple[Crash, ...], settler: Settler = settle) -> Schedule:
    """The scene, with these crashes, until everything is quiet."""
    schedule = _begun(scene, settler)
    for _ in _crashing(schedule, crashes):
        pass
    schedule.finish()
    return schedule


def _points(scene: Scene, before: tuple[Crash, ...], settler: Settler) -> Iterator[Crash]:
    """Every step of the scene as it goes with these crashes."""
    for number, worker in _crashing(_begun(scene, settler), before):
        yield Crash(number)
        if isinstance(worker.step, Perform):
            yield Crash(number, inside=True)


def _crashing(schedule: Schedule, crashes: tuple[Crash, ...]) -> Iterator[tuple[int, Worker]]:
    """Each step before it is taken, by its number; where a crash is, it is not taken."""
    by_step = {crash.step: crash for crash in crashes}
    for number, worker in enumerate(_working(schedule), start=1):
        yield number, worker
        if number in by_step:
            _die(schedule, worker, inside=by_step[number].inside)


def _begun(scene: Scene, settler: Settler) -> Schedule:
    schedule = Schedule(Choices(), [scene.story], settler, workers=[Worker()], unkind=False)
    for _ in scene.story.chapters[:-1]:
        schedule.tell(0)
        schedule.settle()
    schedule.tell(0)
    if scene.later is not None:
        schedule.settle()
        schedule.wait(scene.later)
        schedule.fire()
    return schedule


def _working(schedule: Schedule) -> Iterator[Worker]:
    """The worker before each of its steps, until nothing is left to do."""
    worker = schedule.workers[0]
    while not schedule.quiet():
        if worker.work is not None:
            yield worker
        schedule.work(worker)


def _die(schedule: Schedule, worker: Worker, *, inside: bool) -> None:
    if inside and isinstance(worker.step, Perform):
        for call in worker.step.calls:
            schedule.mirror.perform(call)
    if worker.work is not None:
        worker.work.close()
    worker.end()
