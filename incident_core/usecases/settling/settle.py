"""Settling one claim, step by step: a generator that asks for each step and is told what came of it.

It does nothing itself, so that a worker can drive it with real calls, and a simulation with imagined ones,
crashing it between any two steps. Intents are saved before their calls, and results after them, together
with the intents of the next ones.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from incident_core.errors import LeaseLost
from incident_core.ports.mirror import Call, Ended, Kind, Lane, Mirror, Outcome, pace
from incident_core.ports.mirrors import ROUSED, Claim, Come, Effect, Gap
from incident_core.usecases.settling.backoff import backoff
from incident_core.usecases.settling.known import version_of
from incident_core.usecases.settling.news import anew, heard
from incident_core.usecases.settling.notes import dirty, kind_of, notes, others, resolved
from incident_core.usecases.settling.plan import Plan, fingerprint, plan

CALL = timedelta(seconds=5)
"""How long a call may take."""

LEASE = timedelta(seconds=15)
"""How long a claim lasts, unless it is renewed."""

GRACE = timedelta(seconds=10)
"""How long after it was begun a call whose end is unknown is looked into: it may still be on its way."""


@dataclass(frozen=True, slots=True)
class Look:
    """Asks for the Gap and the time."""


@dataclass(frozen=True, slots=True)
class Renew:
    """Asks to keep the claim until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Save:
    """Asks to write what came of calls, with holds, and which calls come next; answered with the time."""

    effects: tuple[Effect, ...]
    holds: Mapping[str, datetime]
    begun: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Asks whether others wait."""


@dataclass(frozen=True, slots=True)
class Turns:
    """Asks for a turn in these methods; answered with those that are held, until when, and the time."""

    paces: Mapping[str, timedelta]


@dataclass(frozen=True, slots=True)
class Rouse:
    """Asks that what failed often in this mirror is tried again: the outside answers again."""


@dataclass(frozen=True, slots=True)
class Perform:
    """Asks to make these calls, side by side, if they can end by then; answered: Outcomes and the time."""

    calls: tuple[Call, ...]
    by: datetime


@dataclass(frozen=True, slots=True)
class Check:
    """Asks what became of this call, begun at `since` (UTC); answered with an Outcome."""

    call: Call
    since: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """Asks to keep what was done without the right to."""

    notes: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """Asks to give the claim back."""

    revision: int
    shown: Come
    next_at: datetime | None
    error: str | None


Step = Look | Renew | Save | Waiting | Turns | Rouse | Perform | Check | Note | Settled
Settling = Generator[Step, Any, None]


def settle(claim: Claim, mirror: Mirror) -> Settling:
    """Do whatever can be done now; where the lease was lost, end with nothing but a note of what was done."""
    made: list[Effect] = []
    try:
        yield from _settle(claim, mirror, made)
    except LeaseLost:
        if made:
            yield Note(tuple(made))


def _settle(claim: Claim, mirror: Mirror, made: list[Effect]) -> Settling:
    gap, now = yield Look()
    results = heard(mirror, gap, now)
    gap, holds, had, back = _after(gap, results, {}), dict[str, datetime](), False, False
    while True:
        step, gap, now = yield from _next(claim, mirror, gap, now, had=had)
        ends_soon = now + CALL + CALL > claim.until
        if results and (ends_soon or not step.begun):  # a result waits for nothing but looks at others
            now = yield Save(tuple(results), holds)
            made.clear()
            results, holds = [], {}
            continue
        if step.unknown is None and not step.begun:
            if back:
                yield Rouse()
            yield Settled(gap.revision, step.shown, step.next_at, _worst(gap.effects.values()))
            return
        if ends_soon:
            claim = replace(claim, until=now + LEASE)
            yield Renew(claim.until)
        if step.unknown is not None:
            outcome = yield Check(_call(step.unknown), step.unknown.intended_at or now)
            results = _checked(step.unknown, outcome, now, gap)
            back = back or _is_back(step.unknown, outcome, (Ended.UNKNOWN,))
        else:
            now = yield Save(tuple(results), holds, step.begun)
            made.clear()
            outcomes, now = yield Perform(tuple(map(_call, step.begun)), claim.until)
            made[:] = notes(claim, step.begun, outcomes, now)
            results, holds = (
                _results(mirror, gap, step.begun, outcomes, now),
                _holds(step.begun, outcomes, now),
            )
            back, had = back or any(map(_is_back, step.begun, outcomes)), True
        gap = _after(gap, results, holds)


def _results(
    mirror: Mirror, gap: Gap, begun: Sequence[Effect], outcomes: Sequence[Outcome], now: datetime
) -> list[Effect]:
    """What came of these calls, and of what they are about."""
    results = [result(*each, now) for each in zip(begun, outcomes, strict=True)]
    results += _clean(results, gap)
    return anew({slot for each in outcomes for slot in each.lost}, results, mirror, gap, now)


def _next(
    claim: Claim, mirror: Mirror, gap: Gap, now: datetime, *, had: bool
) -> Generator[Step, Any, tuple[Plan, Gap, datetime]]:
    """What to do next, once it has a turn in every method that it takes."""
    while True:
        step = yield from _soonest(claim, mirror, gap, now, had=had)
        if not step.uses:
            return step, gap, now
        paces = {method: timedelta(seconds=pace(mirror, method)) for method in step.uses}
        held, now = yield Turns(paces)
        if not held:
            return step, gap, now
        gap = replace(gap, holds=_later(gap.holds, held))


def _soonest(
    claim: Claim, mirror: Mirror, gap: Gap, now: datetime, *, had: bool
) -> Generator[Step, Any, Plan]:
    """What can be done; where others wait, only what is wanted soonest.

    They go first if this one `had` its turn, unless what is left lets people in.
    """
    step = plan(claim, mirror, gap, now, GRACE)
    if max(step.lanes, default=Lane.FIRST) is Lane.FIRST or not (yield Waiting()):
        return step
    if had and min(step.lanes) is not Lane.FIRST:
        return Plan(next_at=now, shown=gap.shown)
    return plan(claim, mirror, gap, now, GRACE, crowded=True)


def _after(gap: Gap, results: Sequence[Effect], holds: Mapping[str, datetime]) -> Gap:
    """The gap once these are written."""
    effects = {**gap.effects, **{effect.slot: effect for effect in results}}
    return replace(gap, effects=effects, holds=_later(gap.holds, holds))


def result(effect: Effect, outcome: Outcome, now: datetime) -> Effect:
    """The effect after its intent ended like this."""
    call = _call(effect)
    match outcome.ended:
        case Ended.DONE | Ended.GONE if call.kind is Kind.REMOVE:
            return _removed(effect)
        case Ended.DONE:
            return _done(effect, call, outcome)
        case Ended.GONE if call.kind is Kind.CHANGE and version_of(call.slot) is not None:
            return _done(effect, call, outcome)  # nothing that was said is said anew
        case Ended.GONE if call.kind is Kind.CHANGE:
            return Effect(effect.slot, generation=effect.generation + 1, error=outcome.error)
        case Ended.NEVER | Ended.GONE:
            return replace(effect, stopped=True, next_at=None, error=outcome.error)
        case Ended.LATER:
            return _again(replace(effect, intent=None, intended_at=None), outcome, now)
        case Ended.UNKNOWN if call.repeatable and call.kind in (Kind.SAY, Kind.REMOVE):
            return _again(effect, outcome, now)
        case _:
            return replace(effect, next_at=now + GRACE, error=outcome.error)


def _is_back(
    effect: Effect, outcome: Outcome, unanswered: tuple[Ended, ...] = (Ended.LATER, Ended.UNKNOWN)
) -> bool:
    """Whether the outside has answered after it failed often."""
    return effect.attempts >= ROUSED and outcome.ended not in unanswered


def _checked(effect: Effect, outcome: Outcome, now: datetime, gap: Gap) -> list[Effect]:
    """What is known after the unknown end of a call was looked into."""
    if outcome.ended is Ended.UNKNOWN:
        return [_again(effect, outcome, now)]
    if kind_of(effect) is not None:
        return resolved(effect, outcome, gap.effects)
    if outcome.ended is Ended.LATER:
        return [replace(effect, intent=None, intended_at=None, next_at=None, error=outcome.error)]
    found = result(effect, outcome, now)
    if found.done:  # it may have been made by an earlier try, of another content
        found = replace(found, fingerprint=None)
    return [found, *others(_call(effect), outcome)]


def _clean(results: Sequence[Effect], gap: Gap) -> list[Effect]:
    """The notes that are settled because what they are about was done again."""
    again = dirty(gap.effects.values())
    return [
        replace(note, done=True, intent=None)
        for effect in results
        if effect.done
        for note in again.get(effect.slot, [])
    ]


def _call(effect: Effect) -> Call:
    assert effect.intent is not None, "only what was begun can end"
    return effect.intent


def _done(effect: Effect, call: Call, outcome: Outcome) -> Effect:
    return Effect(
        slot=effect.slot,
        generation=effect.generation,
        done=True,
        fingerprint=fingerprint(call.content),
        external_id=outcome.external_id or effect.external_id,
    )


def _removed(effect: Effect) -> Effect:
    """A note is settled; what is no longer wanted would be made anew."""
    if kind_of(effect) is None:
        return Effect(effect.slot, generation=effect.generation + 1)
    return replace(effect, done=True, intent=None, attempts=0, next_at=None, error=None)


def _again(effect: Effect, outcome: Outcome, now: datetime) -> Effect:
    """Later: after as long as the outside asks for, or else longer each time."""
    attempts = effect.attempts + 1
    asked = None if outcome.wait is None else timedelta(seconds=outcome.wait)
    wait = backoff(effect.slot, attempts) if asked is None else asked
    return replace(effect, attempts=attempts, next_at=now + wait, error=outcome.error)


def _holds(begun: Sequence[Effect], outcomes: Sequence[Outcome], now: datetime) -> dict[str, datetime]:
    """Until when the outside wants to hear no more of these methods."""
    return {
        method: now + timedelta(seconds=outcome.wait)
        for effect, outcome in zip(begun, outcomes, strict=True)
        if outcome.wait is not None and effect.intent is not None
        for method in (effect.intent.method, outcome.held)
        if method
    }


def _later(first: Mapping[str, datetime], second: Mapping[str, datetime]) -> dict[str, datetime]:
    return {**first, **{name: max(until, first.get(name, until)) for name, until in second.items()}}


def _worst(effects: Iterable[Effect]) -> str | None:
    """What was said about that which fails for ever, or else for the longest time."""
    failing = [effect for effect in effects if effect.error is not None]
    worst = max(failing, key=lambda effect: (effect.stopped, effect.attempts), default=None)
    return None if worst is None else worst.error
