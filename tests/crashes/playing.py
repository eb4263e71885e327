"""Real worker processes over a real database: one runs at a time, and dies or freezes on cue."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from incident_core.testing.simulation.schedule import Schedule
from tests.crashes.nursery import PATIENCE, Nursery
from tests.crashes.standin import Door, Hooks, Request
from tests.crashes.wire import BEAR, FAILED, GO, IDLE, FileClock, Told, Wire

MOST = 300
"""Times that a worker is sent to work, until everything has to be quiet."""

ASKED, DONE = "asked ", "done "
"""Points inside a call: the outside has the request and did nothing yet, or did it and did not answer yet."""


class Act(StrEnum):
    """What happens to the worker at a point.

    LATE: it is killed, and what it asked for happens 3 seconds later. WAKE: it is frozen, and the one that
    was frozen before goes on at this very moment.
    """

    KILL = "SIGKILL"
    LATE = "SIGKILL, and its call happens later"
    FREEZE = "SIGSTOP until all is quiet"
    WAKE = "SIGSTOP, and the frozen one goes on"


_BEFORE_IT_SAYS = ("perform", ASKED, DONE, "waiting", "turns", "renew", "save", "note")
"""Points up to which nobody knows what came of a call: others are looked at, or a claim is renewed, first."""

Plan = Mapping[int, Act]
"""What happens at which point, by its number, from 1 on."""


class Stuck(AssertionError):
    """A worker failed or fell silent, or there is no end to what it does."""


class Actor:
    """One worker process as the stage sees it."""

    def __init__(self, nursery: Nursery, told: Told) -> None:
        self.pid, line = nursery.born(told.text())
        self.wire = Wire(line)
        self.request: Request | None = None
        self.happened = False
        self.woken = False
        self.late = False
        """Made a call after it was frozen, and did not write down yet what came of it."""

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        os.kill(self.pid, signal.SIGKILL)
        while self.wire.hear() is not None:
            pass
        self.wire.close()
        if self.request is not None:
            self.request.drop()

    def parent(self) -> Nursery:
        """From now on it does nothing but bear others, who know all that it knows."""
        self.wire.say(BEAR)
        assert self.wire.hear() == IDLE  # what is sent now is read by nobody else
        return Nursery(self.wire.line)

    def freeze(self) -> None:
        """SIGSTOP."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self.woken = True
        os.kill(self.pid, signal.SIGCONT)

    def proceed(self, world: World) -> None:
        """Go on from the point at which it stands."""
        if self.request is None:
            self.wire.say(GO)
        elif self.happened:
            self.request.reply()
            self.request = None
        else:
            self.request.happen(world.schedule.outside, world.hooks)
            self.happened = True
            self.late |= self.woken and self.request.lasting

    def arrived(self, point: str) -> str:
        """The point that it came to."""
        if self.late and not point.startswith(_BEFORE_IT_SAYS):
            self.late = False
        return point


@dataclass
class World:
    """One run: a schedule whose workers are processes, what they reach, and what happens to them there."""

    schedule: Schedule
    hooks: Hooks
    door: Door
    clock: FileClock
    plan: Plan
    errand: str
    born: Callable[[], Actor]
    gone: Callable[[Actor], None]
    wrote: Callable[[], None]
    reached: list[str] = field(default_factory=list)
    frozen: list[Actor] = field(default_factory=list)
    idle: list[Actor] = field(default_factory=list)
    working: list[Actor] = field(default_factory=list)
    awake: int | None = None
    """How many points were reached when the first frozen one woke up."""

    def play(self) -> None:
        """Until all is quiet, and nobody is frozen any more."""
        looked: datetime | None = None
        for _ in range(MOST):
            if not self.schedule.quiet():
                self._send()
            elif looked != self.schedule.now:  # a timer may be due
                looked = self.schedule.now if self._send() else None
            elif self.frozen:
                looked = None  # whoever looked found nothing if the frozen one was firing it
                self._wake()
            else:
                return
        raise Stuck("it never becomes quiet")

    def end(self) -> None:
        """Whoever did not come to an end is killed."""
        for actor in (*self.frozen, *self.working):
            actor.kill()

    def _send(self) -> bool:
        """A worker is sent to work; whether it came to an end of it."""
        actor = self.idle.pop() if self.idle else self.born()
        self.clock.move_to(self.schedule.now)
        self.working = [actor]
        actor.wire.say(self.errand)
        return self._work(actor)

    def _wake(self) -> None:
        actor = self.frozen.pop(0)
        self.awake = len(self.reached) if self.awake is None else self.awake
        self.working = [actor]
        self.clock.move_to(self.schedule.now)
        actor.thaw()
        actor.proceed(self)
        self._work(actor)

    def _work(self, actor: Actor) -> bool:
        """It works until it is idle, and not dead or frozen before."""
        self.wrote()
        while (point := self._next(actor)) is not None:
            self.reached.append(actor.arrived(point))
            match self.plan.get(len(self.reached)):
                case None:
                    actor.proceed(self)
                case Act.KILL | Act.LATE as act:
                    self._kill(actor, act)
                    return False
                case act:
                    self._freeze(actor, act)
                    return False
        actor.woken = actor.late = False
        self.working.clear()
        self.idle.append(actor)
        return True

    def _kill(self, actor: Actor, act: Act) -> None:
        if act is Act.LATE and actor.request is not None:
            actor.request.happen_late(self.schedule.outside, self.hooks)
            actor.late |= actor.woken
        self.schedule.happened.crashes += 1
        self.schedule.happened.late_and_crashed += actor.late
        actor.kill()
        self.working.clear()
        self.gone(actor)

    def _freeze(self, actor: Actor, act: Act) -> None:
        actor.freeze()
        self.working.clear()
        self.frozen.append(actor)
        if act is Act.WAKE:
            self._wake()

    def _next(self, actor: Actor) -> str | None:
        """The next point that it reaches; None where it is idle."""
        if actor.request is not None and actor.happened:
            return DONE + actor.request.name
        ready, _, _ = select.select([actor.wire.line, self.door.line], [], [], PATIENCE)
        if self.door.line in ready:
            actor.request, actor.happened = self.door.take(), False
            return ASKED + actor.request.name
        words = actor.wire.hear() if ready else None
        if words is None or words.startswith(FAILED):
            raise Stuck(words or "a worker fell silent")
        return None if words == IDLE else words
