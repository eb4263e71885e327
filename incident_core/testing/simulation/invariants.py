"""What holds when all is quiet: what should be there is, once, and up to date; nothing else; in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from incident_core.lifecycle.timers import timers
from incident_core.ports.mirror import Wanted
from incident_core.ports.mirrors import Effect
from incident_core.ports.timers import Reminder, everything
from incident_core.testing.memory_mirrors import Row
from incident_core.testing.simulation.outside import Thing
from incident_core.testing.simulation.schedule import Schedule
from incident_core.testing.simulation.stories import HURRIED, Chapter, Story
from incident_core.usecases.settling.known import said
from incident_core.usecases.settling.plan import fingerprint, reminded

AUDIENCES = {"place": ("place",), "bell": ()}
"""Whom the diorama speaks to, and what each needs."""


def faults(schedule: Schedule) -> list[str]:
    """One sentence for everything that is not as it should be.

    A worker that was frozen, made its call after its lease had ended, and died before it could say so, may
    leave one thing too many; no more than that is allowed for.
    """
    found = [fault for story in schedule.stories for fault in _faults(schedule, story)]
    return found + list(_list(schedule))


def _faults(schedule: Schedule, story: Story) -> Iterator[str]:
    told = story.chapters[-1]
    row = schedule.mirrors.rows[story.id, schedule.mirror.name]
    expected: set[str] = set()
    for wanted in schedule.mirror.wanted(told.incident):
        expected.add(wanted.slot)
        yield from _state(schedule, story, row, wanted)
    for audience, needs in AUDIENCES.items():
        expected |= {said(audience, entry.version) for entry in told.entries}
        yield from _feed(schedule, story, row, told, audience, needs)
        expected |= {each for each, _ in _reminded(schedule, story.id, audience)}
        yield from _reminders(schedule, story.id, row, audience, needs)
    for thing in schedule.outside.things.values():
        if thing.key.startswith(str(story.id)) and thing.slot not in expected:
            yield f"{thing.slot} is there, and nobody wants it"
    if not schedule.outside.forbidden and (row.shown, row.reminded) != (row.wanted, row.to_remind):
        yield f"it stays behind at {row.shown} of {row.wanted}: {row.error}"
    yield from (f"{slot} was begun, and how it ended is not known" for slot in _open(schedule, row))
    yield from _timers(schedule, story)


def _open(schedule: Schedule, row: Row) -> list[str]:
    """The slots of calls whose ends nobody looked into."""
    return [
        each.slot
        for each in row.effects.values()
        if each.intent is not None and not (each.stopped or schedule.outside.forbidden)
    ]


def _state(schedule: Schedule, story: Story, row: Row, wanted: Wanted) -> Iterator[str]:
    if _excused(schedule, wanted.slot, wanted.needs):
        return
    there, extra = _there(schedule, story.id, wanted.slot), schedule.happened.late_and_crashed
    if not 1 <= len(there) <= 1 + extra:
        yield f"{wanted.slot} is there {len(there)} times"
    elif not extra and fingerprint(there[0].content) != fingerprint(wanted.content):
        yield f"{wanted.slot} says what is no longer so: {there[0].content}"
    elif _ours(row.effects.get(wanted.slot), there) is None:
        yield f"{wanted.slot} is there, and not known"


def _feed(
    schedule: Schedule, story: Story, row: Row, told: Chapter, audience: str, needs: tuple[str, ...]
) -> Iterator[str]:
    order: list[int] = []
    for entry in told.entries:
        slot = said(audience, entry.version)
        if _excused(schedule, slot, needs):
            continue
        there = _there(schedule, story.id, slot)
        if not 1 <= len(there) <= 1 + schedule.happened.late_and_crashed:
            yield f"{slot} was said {len(there)} times"
            continue
        order.append((_ours(row.effects.get(slot), there) or there[0]).at)
    if order != sorted(order):
        yield f"{audience} heard it in the wrong order: {order}"


def _excused(schedule: Schedule, slot: str, needs: tuple[str, ...]) -> bool:
    """Whether it, or what it needs, is forbidden for ever."""
    return not schedule.outside.forbidden.isdisjoint((slot, *needs))


def _reminders(
    schedule: Schedule, about: UUID, row: Row, audience: str, needs: tuple[str, ...]
) -> Iterator[str]:
    """Each was said once, unless it was over before that; in order."""
    order: list[int] = []
    for slot, reminder in _reminded(schedule, about, audience):
        if _excused(schedule, slot, needs):
            continue
        there = _there(schedule, about, slot)
        if not (0 if reminder.over else 1) <= len(there) <= 1 + schedule.happened.late_and_crashed:
            yield f"{slot} was said {len(there)} times"
            continue
        ours = _ours(row.effects.get(slot), there)
        if ours is not None or (there and not (reminder.over and schedule.happened.late_and_crashed)):
            order.append((ours or there[0]).at)
    if order != sorted(order):
        yield f"{audience} was reminded in the wrong order: {order}"


def _timers(schedule: Schedule, story: Story) -> Iterator[str]:
    """Each fired once for each time that it was due, and none is left that should have."""
    fired = Counter(
        (each.timer, each.since, each.due_at, each.fired_at) for each in schedule.timers.newer(story.id, 0)
    )
    yield from (f"{name} fired {count} times" for (name, *_), count in fired.items() if count > 1)
    for timer in timers(HURRIED, story.chapters[-1].incident):
        told = any((name, since) == (timer.name, timer.since) for name, since, *_ in fired)
        if timer.due_at <= schedule.now and not (timer.stopped or timer.listed or told):
            yield f"{timer.name} never fired"


def _list(schedule: Schedule) -> Iterator[str]:
    """What is said about all together is rung out, once each."""
    about = everything(schedule.workspace)
    row = schedule.mirrors.rows.get((about, schedule.mirror.name))
    fired = schedule.timers.newer(about, 0)
    stale = [
        story.id
        for story in schedule.stories
        for timer in timers(HURRIED, story.chapters[-1].incident)
        if timer.listed and not timer.stopped and timer.due_at <= schedule.now
    ]
    if row is not None:
        yield from _reminders(schedule, about, row, "bell", ())
    if stale and all(each.over for each in fired):
        yield f"{len(stale)} are stale, and no list says so"


def _reminded(schedule: Schedule, about: UUID, audience: str) -> list[tuple[str, Reminder]]:
    return [(reminded(audience, each.number), each) for each in schedule.timers.newer(about, 0)]


def _there(schedule: Schedule, about: UUID, slot: str) -> list[Thing]:
    return [thing for thing in schedule.outside.of(slot) if thing.key.startswith(str(about))]


def _ours(effect: Effect | None, there: list[Thing]) -> Thing | None:
    known = None if effect is None else effect.external_id
    return next((thing for thing in there if thing.id == known), None)
