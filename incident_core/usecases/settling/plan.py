"""What to do next for one incident in one mirror: a pure function of what should be and of what is known.

At most one call that cannot be repeated is begun at a time, and none while the end of another is unknown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from incident_core.model.severity import Severity
from incident_core.ports.mirror import Call, Content, Item, Kind, Lane, Mirror, Wanted
from incident_core.ports.mirrors import NOWHERE, Claim, Come, Effect, Gap
from incident_core.usecases.settling.known import said
from incident_core.usecases.settling.mending import mends, redactions
from incident_core.usecases.settling.notes import DIRTY, DOUBT, NEWS, STRAY, about, dirty, kind_of

_NOT_STATE = ("say:", "remind:", "was:", f"{STRAY}:", f"{DOUBT}:", f"{DIRTY}:", f"{NEWS}:")
_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)

LANE = timedelta(seconds=0.25)
"""How much later each lower severity begins again, once the outside takes calls of a method again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`unknown` is to be checked; `begun` are effects whose intents are the calls to make now.

    With neither, `next_at` is when something can be done (None: nothing is left, or only a person can help),
    and `shown` is how far all is there. `lanes` are those of what is begun, and `uses` the methods it takes.
    """

    unknown: Effect | None = None
    begun: tuple[Effect, ...] = ()
    next_at: datetime | None = None
    shown: Come = NOWHERE
    lanes: frozenset[Lane] = frozenset()
    uses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Task:
    """One thing that should be so: its slot, and the call that makes it so where it is not."""

    effect: Effect
    kind: Kind
    method: str
    content: Content
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    repeatable: bool = False
    waits: bool = False
    last: bool = False
    knows: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    lane: Lane = Lane.FIRST


def plan(
    claim: Claim, mirror: Mirror, gap: Gap, now: datetime, grace: timedelta, *, crowded: bool = False
) -> Plan:
    """The next step; an unknown end is looked into `grace` after its call was begun.

    Where it is `crowded`, no more is begun than what is wanted soonest.
    """
    tasks = _tasks(mirror, gap, grace)
    unsure = any(unknown(task.effect) for task in tasks)
    others = _others(tasks, gap)
    ready: list[_Task] = []
    dates: list[datetime] = []
    blocked = False
    for task in tasks:
        due = _due(task, gap, grace)
        if unknown(task.effect):
            if due <= now:
                return Plan(unknown=task.effect)
            dates.append(due)
        elif task.waits or (task.last and others) or not _needs_met(task, gap):
            blocked = True
        elif due > now:
            dates.append(due)
        elif task.repeatable or (not unsure and all(each.repeatable for each in ready)):
            ready.append(task)
    if ready:
        soonest = min(task.lane for task in ready)
        return _beginning(claim, [task for task in ready if not crowded or task.lane is soonest], gap, now)
    done = not dates and not blocked
    return Plan(next_at=min(dates, default=None), shown=gap.wanted if done else gap.shown)


def _beginning(claim: Claim, tasks: Sequence[_Task], gap: Gap, now: datetime) -> Plan:
    return Plan(
        begun=tuple(_begun(claim, task, gap, now) for task in tasks),
        lanes=frozenset(task.lane for task in tasks),
        uses=frozenset(method for task in tasks for method in (task.method, *task.uses)),
    )


def unknown(effect: Effect) -> bool:
    """Whether a call that cannot be repeated was begun, and nobody knows its end."""
    if effect.intent is None or effect.stopped:
        return False
    return not effect.intent.repeatable or kind_of(effect) == DOUBT


def fingerprint(content: Content) -> str:
    """A name for this content: 16 hexadecimal digits."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def reminded(audience: str, number: int) -> str:
    """The slot of what was said to an audience because a timer fired."""
    return f"remind:{audience}:{number}"


def _may_be_on_its_way(effect: Effect) -> bool:
    """Whether a call that was begun could still happen, and undo what comes after it."""
    call = effect.intent
    if call is None or effect.stopped:
        return False
    return not (call.repeatable and call.kind in (Kind.SAY, Kind.REMOVE))


def was(slot: str) -> str:
    """The slot that keeps what another one was before it was lost."""
    return f"was:{slot}"


def _tasks(mirror: Mirror, gap: Gap, grace: timedelta) -> list[_Task]:
    """Everything that is not as it should be, in the order in which it is wanted."""
    wanted = () if gap.incident is None else mirror.wanted(gap.incident)
    again = dirty(gap.effects.values())
    gone = _not_made(wanted, gap)
    found: list[_Task] = []
    for each in wanted:
        if not each.last:
            found += _state(each, gap, again.get(each.slot, []), grace)
    found += _feed(mirror, gap, gone)
    found += _mends(mirror, gap, again, grace)
    for each in wanted:
        if each.last:
            found += _state(each, gap, again.get(each.slot, []), grace)
    found += _unwanted(gap, {each.slot for each in wanted})
    found += _notes(gap, {task.effect.slot for task in found if not task.effect.done})
    found = [task for task in found if task.effect.slot not in gone and not gone.intersection(task.needs)]
    if redactions(gap.entries):
        found = [_in_spite(task, _settled(wanted, gap)) for task in found]
    other = _other(wanted, gap)
    return [replace(task, waits=True) if other.intersection(task.needs) else task for task in found]


def _others(tasks: Sequence[_Task], gap: Gap) -> bool:
    """Whether the last has something to wait for: not what needs a thing that failed for good."""
    tried = {task.effect.slot for task in tasks}
    failed = {slot for slot, effect in gap.effects.items() if effect.stopped and slot not in tried}
    for task in tasks:
        if failed.intersection(task.needs):
            failed.add(task.effect.slot)
    return any(not task.last and task.effect.slot not in failed for task in tasks)


def _not_made(wanted: Sequence[Wanted], gap: Gap) -> set[str]:
    """What is not there and will not be: skipped, or kept only where it is; nobody waits for it."""
    found = {slot for slot, effect in gap.effects.items() if effect.skipped}
    for each in wanted:
        effect = gap.effects.get(each.slot)
        if each.kept and (effect is None or not (effect.done or effect.intent)):
            found.add(each.slot)
    return found


def _other(wanted: Sequence[Wanted], gap: Gap) -> set[str]:
    """What has to be exact, and is something else still."""
    there = ((each, gap.effects.get(each.slot)) for each in wanted if each.exact)
    return {
        each.slot
        for each, effect in there
        if effect is not None and effect.fingerprint != fingerprint(_content(each, gap))
    }


def _content(wanted: Wanted, gap: Gap) -> Content:
    """What it should be, with what is there of that which it knows."""
    there = ((slot, gap.effects.get(slot)) for slot in wanted.knows)
    ids = {slot: effect.external_id for slot, effect in there if effect is not None and effect.done}
    return {**wanted.content, "knows": ids} if ids else wanted.content


def _state(wanted: Wanted, gap: Gap, again: list[Effect], grace: timedelta) -> Iterator[_Task]:
    effect = gap.effects.get(wanted.slot) or Effect(wanted.slot)
    content = _content(wanted, gap)
    name = fingerprint(content)
    right = effect.done and effect.intent is None and effect.fingerprint == name
    if right and not again:
        return
    if right:  # a call that came too late may still be on its way
        came = max(note.intended_at or _ALWAYS for note in again)
        effect = replace(effect, next_at=came + grace)
    if effect.stopped and effect.intent is not None and fingerprint(effect.intent.content) == name:
        return
    if effect.stopped:  # what failed for ever was another content
        effect = replace(effect, stopped=False, intent=None)
    kind, repeatable = (Kind.CHANGE, True) if effect.done else (Kind.MAKE, wanted.repeatable)
    method = wanted.changing or wanted.method if effect.done else wanted.method
    yield _Task(
        effect,
        kind,
        method,
        content,
        wanted.needs,
        wanted.without,
        repeatable,
        last=wanted.last,
        knows=wanted.knows,
        uses=wanted.uses,
        lane=wanted.lane,
    )


def _feed(mirror: Mirror, gap: Gap, gone: set[str]) -> Iterator[_Task]:
    """What was not said yet: of each audience only the first is not waiting for another."""
    before: set[str] = set()
    for slot, item in _new(mirror, gap):
        effect = gap.effects.get(slot) or Effect(slot)
        if effect.done or effect.stopped or slot in gone or gone.intersection(item.needs):
            continue
        waits = item.audience in before
        before.add(item.audience)
        needs = (item.needs, item.without)
        yield _Task(
            effect, Kind.SAY, item.method, item.content, *needs, item.repeatable, waits, lane=item.lane
        )


def _mends(
    mirror: Mirror, gap: Gap, again: Mapping[str, Sequence[Effect]], grace: timedelta
) -> Iterator[_Task]:
    """What was said and has to be otherwise; to change what is there needs nothing but that."""
    for effect, item in mends(mirror, gap, again):
        if item is None:
            yield _Task(effect, Kind.REMOVE, "remove", {}, repeatable=True)
        elif item.changing:
            same = Wanted(
                effect.slot,
                item.method,
                item.content,
                changing=item.changing,
                knows=item.needs,
                lane=item.lane,
            )
            yield from _state(same, gap, list(again.get(effect.slot, ())), grace)


def _settled(wanted: Sequence[Wanted], gap: Gap) -> set[str]:
    """What is wanted, and there."""
    there = ((each.slot, gap.effects.get(each.slot)) for each in wanted)
    return {slot for slot, effect in there if effect is not None and effect.done and effect.intent is None}


def _in_spite(task: _Task, settled: set[str]) -> _Task:
    """What was redacted is changed even beside what it should be without: nothing else would ever show it."""
    without = tuple(slot for slot in task.without if slot not in settled)
    return replace(task, without=without) if task.kind is Kind.CHANGE else task


def _new(mirror: Mirror, gap: Gap) -> Iterator[tuple[str, Item]]:
    """All that is to be said, by slot; a reminder that is over only where somebody began to say it."""
    if gap.incident is not None:
        for entry in gap.entries:
            for item in mirror.items(gap.incident, entry):
                yield said(item.audience, entry.version), item
    for reminder in gap.reminders:
        for item in mirror.reminders(gap.incident, reminder):
            slot = reminded(item.audience, reminder.number)
            effect = gap.effects.get(slot)
            if not reminder.over or (effect is not None and effect.intent is not None):
                yield slot, item


def _unwanted(gap: Gap, wanted: set[str]) -> Iterator[_Task]:
    """What is there and should not be; what may be there is made certain of first."""
    for effect in gap.effects.values():
        if effect.slot in wanted or effect.stopped or effect.slot.startswith(_NOT_STATE):
            continue
        call = effect.intent
        if call is not None and call.kind is not Kind.REMOVE:
            yield _Task(effect, call.kind, call.method, call.content, repeatable=call.repeatable)
        elif effect.done:
            yield _Task(effect, Kind.REMOVE, "remove", {}, repeatable=True)


def _notes(gap: Gap, missing: set[str]) -> Iterator[_Task]:
    """Doubts are looked into; what is there twice is removed, once it is certainly not the one we know.

    What is to be made still may turn out to be the one: whoever looks into it finds what is there.
    """
    for effect in gap.effects.values():
        kind, ours = kind_of(effect), gap.effects.get(about(effect))
        if kind == DOUBT:
            yield _Task(effect, Kind.SAY, "check", {})
        elif kind == STRAY and (ours is None or ours.external_id != effect.external_id):
            begun = ours is not None and ours.intent is not None and not ours.stopped
            waits = begun or about(effect) in missing
            yield _Task(effect, Kind.REMOVE, "remove", {}, repeatable=True, waits=waits)


def _needs_met(task: _Task, gap: Gap) -> bool:
    needed = (gap.effects.get(slot) for slot in task.needs)
    unfit = (gap.effects.get(slot) for slot in task.without)
    gone = all(each is None or not (each.done or each.intent) for each in unfit)
    return gone and all(each is not None and each.done for each in needed)


def _due(task: _Task, gap: Gap, grace: timedelta) -> datetime:
    """When it can be done: after its own wait and its method's hold; when its end can be looked into."""
    effect = task.effect
    waits = [effect.next_at or _ALWAYS]
    held = [gap.holds[method] for method in (task.method, *task.uses) if method in gap.holds]
    if held:
        waits.append(max(held) + _lane(gap))
    if _may_be_on_its_way(effect):
        waits.append((effect.intended_at or _ALWAYS) + grace)
    return max(waits)


def _lane(gap: Gap) -> timedelta:
    """Of those that wait for the same method, the worst incidents begin first."""
    return LANE * (0 if gap.incident is None else list(Severity).index(gap.incident.severity))


def _begun(claim: Claim, task: _Task, gap: Gap, now: datetime) -> Effect:
    """The effect with the intent to make it so."""
    effect = task.effect
    asked = (*task.needs, *task.knows, effect.slot)
    known: Mapping[str, str] = {
        slot: found.external_id or ""
        for slot in (*asked, *map(was, asked))
        if (found := gap.effects.get(slot)) is not None and found.done
    }
    if task.kind is Kind.REMOVE:
        known = {effect.slot: effect.external_id or ""}
    call = Call(
        key=_key(claim, task),
        kind=task.kind,
        slot=effect.slot,
        method=task.method,
        content=task.content,
        known=known,
        repeatable=task.repeatable,
    )
    return replace(effect, intent=call, intended_at=now)


def _key(claim: Claim, task: _Task) -> str:
    """The same for every try of the same thing."""
    made = f"{claim.incident_id}:{claim.mirror}:{task.effect.slot}:{task.effect.generation}"
    return f"{made}:{fingerprint(task.content)}" if task.kind is Kind.CHANGE else made
