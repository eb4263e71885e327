"""What holds when all is quiet: what should be there is, once, and up to date; nothing else; in order."""

from __future__ import annotations

from collections.abc import Iterator

from incident_core.ports.mirror import Wanted
from incident_core.ports.mirrors import Effect
from incident_core.testing.memory_mirrors import Row
from incident_core.testing.simulation.outside import Thing
from incident_core.testing.simulation.schedule import Schedule
from incident_core.testing.simulation.stories import Chapter, Story
from incident_core.usecases.settling.plan import fingerprint, said

AUDIENCES = {"place": ("place",), "bell": ()}
"""Whom the diorama speaks to, and what each needs."""


def faults(schedule: Schedule) -> list[str]:
    """One sentence for everything that is not as it should be.

    A worker that was frozen, made its call after its lease had ended, and died before it could say so, may
    leave one thing too many; no more than that is allowed for.
    """
    return [fault for story in schedule.stories for fault in _faults(schedule, story)]


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
    for thing in schedule.outside.things.values():
        if thing.key.startswith(str(story.id)) and thing.slot not in expected:
            yield f"{thing.slot} is there, and nobody wants it"
    if not schedule.outside.forbidden and row.shown != row.wanted:
        yield f"it stays behind at {row.shown} of {row.wanted}: {row.error}"


def _state(schedule: Schedule, story: Story, row: Row, wanted: Wanted) -> Iterator[str]:
    if _excused(schedule, wanted.slot, wanted.needs):
        return
    there, extra = _there(schedule, story, wanted.slot), schedule.happened.late_and_crashed
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
        there = _there(schedule, story, slot)
        if not 1 <= len(there) <= 1 + schedule.happened.late_and_crashed:
            yield f"{slot} was said {len(there)} times"
            continue
        order.append((_ours(row.effects.get(slot), there) or there[0]).at)
    if order != sorted(order):
        yield f"{audience} heard it in the wrong order: {order}"


def _excused(schedule: Schedule, slot: str, needs: tuple[str, ...]) -> bool:
    """Whether it, or what it needs, is forbidden for ever."""
    return not schedule.outside.forbidden.isdisjoint((slot, *needs))


def _there(schedule: Schedule, story: Story, slot: str) -> list[Thing]:
    return [thing for thing in schedule.outside.of(slot) if thing.key.startswith(str(story.id))]


def _ours(effect: Effect | None, there: list[Thing]) -> Thing | None:
    known = None if effect is None else effect.external_id
    return next((thing for thing in there if thing.id == known), None)
