"""What a worker did that had lost its lease, noted for the one that has it now, so that it is put right.

A thing that was made twice is removed; where nobody knows whether it was made, that is looked into; what was
changed too late is changed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from incident_core.ports.mirror import Call, Ended, Kind, Outcome
from incident_core.ports.mirrors import Claim, Effect

STRAY, DOUBT, DIRTY, NEWS = "stray", "doubt", "dirty", "news"


def notes(claim: Claim, begun: Sequence[Effect], outcomes: Sequence[Outcome], now: datetime) -> list[Effect]:
    """What has to be known about these calls if the claim was lost when they were made."""
    found: list[Effect] = []
    for effect, outcome in zip(begun, outcomes, strict=True):
        call = effect.intent
        if call is None or outcome.ended not in (Ended.DONE, Ended.UNKNOWN):
            continue
        name = f"{call.slot}:{claim.token}"
        if call.repeatable and call.kind in (Kind.MAKE, Kind.CHANGE):
            found.append(Effect(f"{DIRTY}:{name}", intent=call, intended_at=now))
        elif not call.repeatable and outcome.external_id is not None:
            found.append(stray(call.slot, outcome.external_id))
        elif not call.repeatable:
            found.append(Effect(f"{DOUBT}:{name}", intent=call, intended_at=now))
        if call.repeatable and call.kind is Kind.MAKE:  # it may be one that was removed since
            found.append(Effect(f"{DOUBT}:{name}", intent=call, intended_at=now))
    return found


def stray(slot: str, external_id: str) -> Effect:
    """One thing too many."""
    return Effect(f"{STRAY}:{slot}:{external_id}", external_id=external_id)


def kind_of(effect: Effect) -> str | None:
    """STRAY, DOUBT, DIRTY or NEWS; None for what is no note, or not to be looked at any more."""
    kind = effect.slot.partition(":")[0]
    return kind if kind in (STRAY, DOUBT, DIRTY, NEWS) and not effect.done and not effect.stopped else None


def about(effect: Effect) -> str:
    """The slot that a note is about."""
    kind, _, rest = effect.slot.partition(":")
    if kind in (STRAY, NEWS):  # an external id may have any signs
        return rest.removesuffix(f":{effect.external_id}")
    return rest.rpartition(":")[0]


def dirty(effects: Iterable[Effect]) -> dict[str, list[Effect]]:
    """The notes by slot of what was changed too late."""
    found: dict[str, list[Effect]] = {}
    for effect in effects:
        if kind_of(effect) == DIRTY:
            found.setdefault(about(effect), []).append(effect)
    return found


def resolved(effect: Effect, outcome: Outcome, effects: Mapping[str, Effect]) -> list[Effect]:
    """A doubt that was looked into: whatever is there, but for the one we know, is one too many."""
    ours = effects.get(about(effect)) or Effect(about(effect))
    found = outcome.ended is Ended.DONE and not _made_again(effect.intent, ours)
    made = {outcome.external_id, *outcome.also} - {None, ours.external_id} if found else set()
    strays = [stray(about(effect), each) for each in sorted(filter(None, made))]
    return [replace(effect, done=True, intent=None), *strays]


def _made_again(call: Call | None, ours: Effect) -> bool:
    """Whether what this call made is what will be found, not doubled, when its slot is made."""
    return call is not None and call.repeatable and not ours.done and call.key.endswith(f":{ours.generation}")


def others(call: Call, outcome: Outcome) -> list[Effect]:
    """What a call whose end was looked into had made besides the one that is kept."""
    return [stray(call.slot, each) for each in outcome.also]
