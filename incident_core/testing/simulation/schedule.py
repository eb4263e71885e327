"""One schedule: workers, stories, an unkind outside and a clock, moved step by step by choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from incident_core.errors import LeaseLost
from incident_core.lifecycle.timers import timers as derived
from incident_core.model.incident import Incident
from incident_core.ports.mirror import Call, Ended, Mirror, Outcome
from incident_core.ports.mirrors import Claim
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Fired, Reminder, everything
from incident_core.testing.memory_mirrors import MemoryMirrors, Watched
from incident_core.testing.memory_timers import MemoryTimers
from incident_core.testing.simulation.choices import Choices
from incident_core.testing.simulation.outside import Diorama, Fate, Outside
from incident_core.testing.simulation.stories import BEGINNING, HURRIED, Chapter, Story
from incident_core.usecases.settling.drive import stored
from incident_core.usecases.settling.settle import (
    CALL,
    LEASE,
    Check,
    Note,
    Perform,
    Save,
    Settling,
    Step,
    settle,
)  # fmt: skip

Settler = Callable[[Claim, Mirror], Settling]
WORKSPACE = "default"
MOST = 10_000
"""Rounds until everything has to be quiet."""


LATER = timedelta(days=8)
"""How long a schedule goes on after its stories are told, so that every timer fires."""


class Firing(Protocol):
    """Timers of which a simulation can see what has fired."""

    def fire(self, now: datetime, limit: int) -> Sequence[Fired]: ...

    def newer(self, incident_id: UUID, number: int) -> Sequence[Reminder]: ...


class Endless(AssertionError):
    """It never becomes quiet."""


@dataclass(slots=True)
class Worker:
    """One worker: what it is doing, and the step it is about to take.

    `called`: it has made calls of which nothing is saved; `late`: those of one that was frozen.
    """

    claim: Claim | None = None
    work: Settling | None = None
    step: Step | None = None
    frozen: bool = False
    called: bool = False
    late: bool = False

    def end(self) -> None:
        """Give up what it is doing, as a process does that dies."""
        self.claim = self.work = self.step = None
        self.frozen = self.called = self.late = False


@dataclass(slots=True)
class Happened:
    """What a schedule did that an invariant has to allow for."""

    crashes: int = 0
    late_and_crashed: int = 0


@dataclass(slots=True)
class Schedule:
    """Everything of one simulation; `settler` is the engine under test."""

    choices: Choices
    stories: Sequence[Story]
    settler: Settler = settle
    workers: list[Worker] = field(default_factory=list)
    unkind: bool = True
    lease: timedelta = LEASE
    now: datetime = BEGINNING
    chapters: list[int] = field(default_factory=list)
    happened: Happened = field(default_factory=Happened)
    workspace: str = WORKSPACE
    outside: Outside = field(init=False)
    mirror: Diorama = field(init=False)
    mirrors: Watched = field(init=False)
    timers: Firing = field(init=False)

    def __post_init__(self) -> None:
        self.outside = Outside(self._fate, lambda: self.now)
        self.mirror = Diorama(self.outside)
        timers = MemoryTimers(partial(derived, HURRIED), self._incident)
        mirrors = MemoryMirrors(self._look, (self.mirror.name,), reminders=timers.newer)
        timers.hear = mirrors.fired
        self.mirrors, self.timers = mirrors, timers
        self.workers = self.workers or [Worker(), Worker()]
        self.chapters = [-1] * len(self.stories)

    def play(self, steps: int) -> None:
        """So many choices; then nothing fails any more, and everything is done that can be."""
        for _ in range(steps):
            self._one()
        self.finish()

    def _one(self) -> None:
        """One of the things that can happen next."""
        what = self.choices.below(20)
        worker = self.workers[self.choices.below(len(self.workers))]
        if what < 12:
            self.work(worker)
        elif what < 15:
            self.tell(self.choices.below(len(self.stories)))
        elif what < 17:
            self.wait(timedelta(seconds=(1, 4, 11, 16)[self.choices.below(4)]))
        elif what == 17:
            worker.frozen = not worker.frozen
        elif what == 18:
            self._crash(worker)
        else:
            self.wait(timedelta(minutes=(1, -5, 60, -60)[self.choices.below(4)]))

    def work(self, worker: Worker) -> None:
        """The next step of this worker, or its next claim; a frozen one does nothing."""
        if worker.frozen:
            return
        if worker.work is None:
            self.fire()
            self._claim(worker)
        else:
            self._step(worker)

    def fire(self) -> None:
        """What every worker does before it looks for work."""
        while self.timers.fire(self.now, 10):
            pass

    def _claim(self, worker: Worker) -> None:
        claims = self.mirrors.claim((self.mirror.name,), self.now, self.now + self.lease, 1)
        if claims:
            worker.claim = claims[0]
            worker.work = self.settler(claims[0], self.mirror)
            worker.step = next(worker.work, None)

    def _step(self, worker: Worker) -> None:
        """Take the step; what comes of it leads to the next."""
        assert worker.claim is not None
        assert worker.work is not None
        assert worker.step is not None
        try:
            if isinstance(worker.step, Perform):
                worker.called, worker.late = True, self.now + CALL > worker.step.by
            answer = self._take(worker.claim, worker.step)
            if isinstance(worker.step, (Save, Note)):
                worker.called = worker.late = False
            worker.step = worker.work.send(answer)
        except LeaseLost as lost:
            worker.step = self._thrown(worker.work, lost)
        except StopIteration:
            worker.step = None
        if worker.step is None:
            worker.end()

    def _thrown(self, work: Settling, lost: LeaseLost) -> Step | None:
        try:
            return work.throw(lost)
        except (StopIteration, LeaseLost):
            return None

    def _take(self, claim: Claim, step: Step) -> Any:
        match step:
            case Perform(calls, by):
                return self._perform(calls, by), self.now
            case Check(call, since):
                return self.mirror.check(call, since)
            case _:
                return stored(self.mirrors, claim, step, lambda: self.now)

    def _perform(self, calls: tuple[Call, ...], by: datetime) -> tuple[Outcome, ...]:
        """Too late for a call, a worker makes none; unless it was frozen between looking and calling."""
        if self.now + CALL > by and not self.choices.rarely(3):
            return tuple(Outcome(Ended.LATER, error="no time left") for _ in calls)
        return tuple(map(self.mirror.perform, calls))

    def _crash(self, worker: Worker) -> None:
        """Dies between two steps; or in a call, which happened or not."""
        if worker.work is None:
            return
        self.happened.crashes += 1
        assert worker.claim is not None
        called = isinstance(worker.step, Perform) and self.choices.rarely(2)
        if isinstance(worker.step, Perform) and called:
            for call in worker.step.calls:
                self.mirror.perform(call)
        late = (
            worker.late or not self._holds(worker.claim) or (called and self.now + CALL > worker.claim.until)
        )
        if late and (called or worker.called):
            self.happened.late_and_crashed += 1
        worker.work.close()
        worker.end()

    def _holds(self, claim: Claim) -> bool:
        return self.mirrors.rows[claim.incident_id, claim.mirror].token == claim.token

    def tell(self, place: int) -> bool:
        """The next chapter of a story is committed; False where it is told."""
        story = self.stories[place]
        if self.chapters[place] + 1 >= len(story.chapters):
            return False
        self.chapters[place] += 1
        incident = story.chapters[self.chapters[place]].incident
        before = story.chapters[self.chapters[place] - 1].incident if self.chapters[place] else None
        if isinstance(self.timers, MemoryTimers):  # a database does it in the commit
            self.timers.changed(self.workspace, story.id, before, incident)
        self.mirrors.changed(
            self.workspace,
            story.id,
            incident.severity,
            incident.version,
            self.mirror.name,
            self.now,
            0 if before is None else before.version,
        )
        return True

    def wait(self, time: timedelta) -> None:
        """So much time passes."""
        self.now += time
        self.outside.arrive()

    def _look(self, incident_id: UUID) -> tuple[Incident | None, Sequence[Entry]]:
        if incident_id == everything(self.workspace):
            return None, ()
        chapter = self._chapter(incident_id)
        return chapter.incident, chapter.entries

    def _incident(self, incident_id: UUID) -> Incident:
        return self._chapter(incident_id).incident

    def _chapter(self, incident_id: UUID) -> Chapter:
        place = incident_id.int - 1
        return self.stories[place].chapters[self.chapters[place]]

    def _fate(self, call: Call) -> Fate:
        if not self.unkind or not self.choices.rarely(4):
            return Fate.FINE
        return tuple(Fate)[1 + self.choices.below(len(Fate) - 1 - (self.choices.below(4) > 0))]

    def finish(self) -> None:
        """Nothing fails any more, the stories are told to their ends, and everything is done that can be."""
        self.unkind = False
        while any(self.tell(place) for place in range(len(self.stories))):
            pass
        for worker in self.workers:
            worker.frozen = False
        self.settle()
        self.wait(LATER)
        self.fire()
        self.settle()

    def settle(self) -> None:
        """Until all is quiet; raises Endless."""
        for _ in range(MOST):
            if self.quiet():
                return
            for worker in self.workers:
                self.work(worker)
        raise Endless("it never becomes quiet")

    def quiet(self) -> bool:
        """Whether nobody has anything to do; where all only wait, the clock goes on to when they need not."""
        if any(worker.work for worker in self.workers) or self.mirrors.due((self.mirror.name,), self.now):
            return False
        due = self._next_due()
        if due is None and not self.outside.late:
            return True
        self.wait(max(timedelta(seconds=1), (due or self.now) - self.now))
        return False

    def _next_due(self) -> datetime | None:
        rows = self.mirrors.rows.values()
        dates = [max(row.next_at, row.until or row.next_at) for row in rows if row.next_at]
        return min(dates, default=None)
