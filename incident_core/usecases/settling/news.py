"""News: what turned out to be another outside, without us; whoever settles the incident next acts on it.

Where somebody took a channel away, or shut it, it is made again or put right, like whatever is not as it
should be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from incident_core.ports.mirror import Call, Kind, Mirror
from incident_core.ports.mirrors import Claim, Effect, Gap, Mirrors
from incident_core.usecases.settling.backoff import backoff
from incident_core.usecases.settling.notes import NEWS, about, kind_of
from incident_core.usecases.settling.plan import was


@dataclass(frozen=True, slots=True)
class News:
    """About what is there as `external_id` for `slot`; it is none where something else is there by then.

    `lost` are slots that are not there any more, or of no use; `there` is one that is, and nobody of us made:
    it has the same external id.
    """

    slot: str
    external_id: str
    lost: tuple[str, ...] = ()
    there: str = ""


def tell(
    store: Mirrors, workspace: str, incident_id: UUID, mirror: str, news: Sequence[News], now: datetime
) -> None:
    """Keep it for whoever settles the incident next, which is due now. Raises Unavailable."""
    nobodys = Claim(workspace, incident_id, mirror, 0, now)
    store.note(nobodys, [_note(each, now) for each in news])


def heard(mirror: Mirror, gap: Gap, now: datetime) -> list[Effect]:
    """What has to be written because of the news that came; nothing where none did."""
    found: dict[str, Effect] = {}
    for note in gap.effects.values():
        if kind_of(note) != NEWS or note.intent is None:
            continue
        seen = replace(gap, effects={**gap.effects, **found})
        results = [replace(note, done=True, intent=None)]
        ours = seen.effects.get(about(note))
        if ours is not None and ours.done and ours.external_id == note.external_id:
            results += _there(note, seen.effects)
            results = anew(_lost(note), results, mirror, seen, now)
        found |= {effect.slot: effect for effect in results}
    return list(found.values())


def anew(lost: Set[str], results: list[Effect], mirror: Mirror, gap: Gap, now: datetime) -> list[Effect]:
    """The results, where these slots are of no use any more: made again, and all else is drawn again.

    What makes them again waits longer each time: it would otherwise never end where it does not help.
    """

    if not lost or gap.incident is None:
        return results
    after = {**gap.effects, **{effect.slot: effect for effect in results}}
    for slot in (each.slot for each in mirror.wanted(gap.incident)):
        effect = after.get(slot) or Effect(slot)
        if slot in lost:
            wait = now + backoff(slot, effect.generation)
            after[slot] = Effect(slot, generation=effect.generation + 1, next_at=wait)
            if effect.external_id is not None:
                after[was(slot)] = Effect(was(slot), done=True, external_id=effect.external_id)
        elif effect.done:
            after[slot] = replace(effect, fingerprint=None)
    return [effect for slot, effect in after.items() if effect is not gap.effects.get(slot)]


def _note(news: News, now: datetime) -> Effect:
    slot = f"{NEWS}:{news.slot}:{news.external_id}"
    content = {"lost": sorted(news.lost), "there": news.there}
    call = Call(slot, Kind.CHANGE, news.slot, NEWS, content, repeatable=True)
    return Effect(slot, external_id=news.external_id, intent=call, intended_at=now)


def _lost(note: Effect) -> Set[str]:
    lost = {} if note.intent is None else note.intent.content.get("lost")
    return set(map(str, lost)) if isinstance(lost, (list, tuple)) else set()


def _there(note: Effect, effects: Mapping[str, Effect]) -> list[Effect]:
    """What is there now; nothing where a call about it is on its way."""
    slot = "" if note.intent is None else str(note.intent.content.get("there", ""))
    effect = effects.get(slot) or Effect(slot)
    if not slot or effect.done or effect.intent is not None:
        return []
    return [Effect(slot, generation=effect.generation, done=True, external_id=note.external_id)]
