"""Driving one settling with the real store and the real outside: every step is taken, none of them skipped.

A worker that is told to stop does so between two calls, and gives its claim back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from incident_core.errors import LeaseLost
from incident_core.ports.clock import Clock
from incident_core.ports.mirror import Call, Ended, Mirror, Outcome
from incident_core.ports.mirrors import Claim, Gap, Mirrors
from incident_core.ports.observer import NOBODY, Calling, Observer
from incident_core.usecases.settling.settle import (
    CALL,
    Check,
    Look,
    Note,
    Perform,
    Renew,
    Rouse,
    Save,
    Settled,
    Settling,
    Step,
    Turns,
    Waiting,
    settle,
)  # fmt: skip

SideBySide = Callable[[Callable[[Call], Outcome], Sequence[Call]], Sequence[Outcome]]
"""Makes these calls at the same time, and gives their outcomes in order."""


def one_by_one(perform: Callable[[Call], Outcome], calls: Sequence[Call]) -> Sequence[Outcome]:
    """Makes them after each other."""
    return [perform(call) for call in calls]


@dataclass(slots=True)
class Driver:
    """Settles claims in one mirror; `stopping` says whether to end early.

    `later` hears when there is something to do again (UTC). `observer` is there at each call.
    """

    store: Mirrors
    mirror: Mirror
    clock: Clock
    side_by_side: SideBySide = one_by_one
    stopping: Callable[[], bool] = lambda: False
    later: Callable[[datetime], None] = lambda _: None
    observer: Observer = NOBODY
    _gap: Gap | None = field(default=None, init=False)

    def drive(self, claim: Claim) -> None:
        """Settle it, as far as can be done now. Raises Unavailable: then the lease runs out by itself."""
        work = settle(claim, self.mirror)
        step: Step | None = next(work, None)
        while step is not None:
            if self.stopping() and self._may_stop(step):
                self._end(claim, work, step)
                return
            try:
                step = _sent(work.send, self._take(claim, step))
            except LeaseLost as lost:
                step = _sent(work.throw, lost)

    def _may_stop(self, step: Step) -> bool:
        """Before anything is begun; what was begun is ended and written down."""
        return isinstance(step, Look) or (isinstance(step, Save) and bool(step.begun))

    def _end(self, claim: Claim, work: Settling, step: Step) -> None:
        """Write down what was done, begin nothing more, and give the claim back."""
        try:
            if isinstance(step, Look) and self._gap is None:  # what is to be given back has to be known
                self._take(claim, step)
            if isinstance(step, Save) and step.effects:
                self._take(claim, replace(step, begun=()))
            if self._gap is not None:
                self.store.settle(claim, self._gap.revision, self._gap.shown, self.clock.now(), None)
        except LeaseLost as lost:
            note = _sent(work.throw, lost)
            if note is not None:
                self._take(claim, note)
        finally:
            work.close()

    def _take(self, claim: Claim, step: Step) -> Any:
        match step:
            case Perform(calls, by):
                if self.clock.now() + CALL > by:
                    return [Outcome(Ended.LATER, error="The lease was nearly over.")] * len(
                        calls
                    ), self.clock.now()
                return tuple(self.side_by_side(self._perform, calls)), self.clock.now()
            case Check(call, since):
                run = partial(self.mirror.check, call, since)
                return self.observer.called(self._calling(call, checking=True), run)
            case _:
                answer = stored(self.store, claim, step, self.clock.now)
                if isinstance(step, Look):
                    self._gap, _ = answer
                if isinstance(step, Settled) and step.next_at is not None:
                    self.later(step.next_at)
                if isinstance(step, Rouse) and answer:
                    self.later(self.clock.now())
                return answer

    def _perform(self, call: Call) -> Outcome:
        return self.observer.called(self._calling(call), partial(self.mirror.perform, call))

    def _calling(self, call: Call, *, checking: bool = False) -> Calling:
        incident, version = None, 0
        if self._gap is not None:
            incident, version = self._gap.incident, self._gap.wanted.version
        key = None if incident is None else incident.key
        return Calling(self.mirror.name, key, version, call, checking)


def stored(store: Mirrors, claim: Claim, step: Step, now: Callable[[], datetime]) -> Any:
    """Take a step that is the store's, and answer as `settle` expects; raises LeaseLost."""
    match step:
        case Look():
            return store.gap(claim), now()
        case Renew(until):
            return store.renew(claim, until)
        case Save(effects, holds, begun):
            store.save(claim, (*effects, *begun), holds)
            return now()
        case Note(notes):
            return store.note(claim, notes)
        case Settled(revision, shown, next_at, error):
            return store.settle(claim, revision, shown, next_at, error)
    return _of_others(store, claim, step, now)


def _of_others(store: Mirrors, claim: Claim, step: Step, now: Callable[[], datetime]) -> Any:
    """A step that is about more than this claim."""
    match step:
        case Waiting():
            return store.waiting((claim.mirror,), now())
        case Turns(paces):
            return store.turns(claim, paces, now()), now()
        case Rouse():
            return store.rouse(claim, now())
    raise AssertionError(step)


def _sent(send: Callable[[Any], Step], answer: Any) -> Step | None:
    try:
        return send(answer)
    except StopIteration:
        return None
