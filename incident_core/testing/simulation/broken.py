"""Engines that are wrong on purpose, each in one way that has been tried elsewhere; a schedule finds each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from incident_core.errors import LeaseLost
from incident_core.ports.mirror import Ended, Mirror, Outcome
from incident_core.ports.mirrors import Claim
from incident_core.testing.memory_mirrors import MemoryMirrors, Row
from incident_core.testing.simulation.schedule import Schedule
from incident_core.usecases.settling.settle import Check, Perform, Save, Settling, result, settle


def no_fencing(schedule: Schedule) -> None:
    """Whoever writes last is right, whatever its token."""
    assert isinstance(schedule.mirrors, MemoryMirrors), "only those in memory can be broken like this"
    schedule.mirrors = _Trusting(schedule.mirrors)


def result_saved_before_the_call(schedule: Schedule) -> None:
    """What is about to be done is written down as done."""
    schedule.settler = _optimistic


def lease_shorter_than_the_call(schedule: Schedule) -> None:
    """Others take over while a call is still under way, and nobody looks at the time before one."""
    schedule.lease, schedule.settler = timedelta(seconds=1), _heedless


def blind_retry(schedule: Schedule) -> None:
    """A call whose end is unknown is made again without looking."""
    schedule.settler = _blind


def nothing_is_noted(schedule: Schedule) -> None:
    """A worker that lost its lease just stops, whatever it has done."""
    schedule.settler = _silent


BROKEN: dict[str, Callable[[Schedule], None]] = {
    each.__name__: each
    for each in (
        no_fencing,
        result_saved_before_the_call,
        lease_shorter_than_the_call,
        blind_retry,
        nothing_is_noted,
    )
}


class _Trusting(MemoryMirrors):
    def __init__(self, mirrors: MemoryMirrors) -> None:
        super().__init__(mirrors._source)
        self.rows, self.holds = mirrors.rows, mirrors.holds

    def _held(self, claim: Claim) -> Row:
        return self.rows[claim.incident_id, claim.mirror]


def _optimistic(claim: Claim, mirror: Mirror) -> Settling:
    work = settle(claim, mirror)
    step = next(work, None)
    while step is not None:
        if isinstance(step, Save) and step.begun:
            done = Outcome(Ended.DONE, external_id="guessed")
            now = yield step
            step = Save(tuple(result(each, done, now) for each in step.begun), {})
        answer: Any = yield step
        step = _sent(work, answer)


def _heedless(claim: Claim, mirror: Mirror) -> Settling:
    work = settle(claim, mirror)
    step = next(work, None)
    while step is not None:
        if isinstance(step, Perform):
            step = replace(step, by=step.by + timedelta(days=365))
        try:
            answer: Any = yield step
        except LeaseLost:
            return
        step = _sent(work, answer)


def _blind(claim: Claim, mirror: Mirror) -> Settling:
    work = settle(claim, mirror)
    step = next(work, None)
    while step is not None:
        answer: Any = Outcome(Ended.LATER) if isinstance(step, Check) else (yield step)
        step = _sent(work, answer)


def _silent(claim: Claim, mirror: Mirror) -> Settling:
    work = settle(claim, mirror)
    step = next(work, None)
    while step is not None:
        try:
            answer: Any = yield step
        except LeaseLost:
            return
        step = _sent(work, answer)


def _sent(work: Settling, answer: Any) -> Any:
    try:
        return work.send(answer)
    except StopIteration:
        return None
