"""One incident, one mirror and one worker: stories are told, steps are taken, workers die, clocks move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from incident_core.model.incident import Incident
from incident_core.ports.mirror import Mirror
from incident_core.ports.mirrors import Claim
from incident_core.ports.reader import Entry
from incident_core.testing.memory_clock import FrozenClock
from incident_core.testing.memory_mirrors import MemoryMirrors, Row
from incident_core.testing.simulation.stories import Story
from incident_core.usecases.settling.drive import stored
from incident_core.usecases.settling.settle import (
    LEASE,
    Check,
    Perform,
    Step,
    settle,
)

MOST = 200
"""Claims until everything has to be done."""


@dataclass(frozen=True, slots=True)
class Death:
    """A worker dies before its step with this number; `inside`: after its calls were made."""

    step: int
    inside: bool = False


@dataclass(slots=True)
class Play:
    """A story as it is told to one mirror; `number` is the incident's."""

    story: Story
    mirror: Mirror
    clock: FrozenClock = field(default_factory=FrozenClock)
    number: int = 42
    told: int = 0
    mirrors: MemoryMirrors = field(init=False)

    def __post_init__(self) -> None:
        self.mirrors = MemoryMirrors(self._look)

    @property
    def row(self) -> Row:
        """What is known about the mirror."""
        return self.mirrors.rows[self.story.id, self.mirror.name]

    def tell(self, chapters: int | None = None) -> None:
        """The next chapters, or all that are left, are committed."""
        left = len(self.story.chapters) - self.told
        for _ in range(left if chapters is None else chapters):
            before = self.story.chapters[self.told - 1].incident.version if self.told else 0
            now = self.story.chapters[self.told].incident
            self.told += 1
            self.mirrors.changed(
                "default",
                self.story.id,
                now.severity,
                now.version,
                self.mirror.name,
                self.clock.now(),
                before,
            )

    def work(self, death: Death | None = None) -> bool:
        """One claim, as far as can be done now; False where nothing is due."""
        now = self.clock.now()
        claims = self.mirrors.claim((self.mirror.name,), now, now + LEASE, 1)
        for claim in claims:
            self._settle(claim, death)
        return bool(claims)

    def finish(self) -> None:
        """Everything that can be done is; where all only waits, the clock is moved."""
        for _ in range(MOST):
            if self.work():
                continue
            due = max(self.row.next_at or self.clock.now(), self.row.until or self.clock.now())
            if due <= self.clock.now():
                return
            self.clock.move(max(due - self.clock.now(), timedelta(seconds=1)))
        raise AssertionError("it never becomes quiet")

    def _settle(self, claim: Claim, death: Death | None) -> None:
        work = settle(claim, self.mirror)
        step: Step = next(work)
        number = 1
        while death is None or number != death.step:
            answer = self._take(claim, step)
            try:
                step = work.send(answer)
            except StopIteration:
                return
            number += 1
        if death.inside and isinstance(step, Perform):
            self._take(claim, step)
        work.close()
        raise Died(inside=isinstance(step, Perform))

    def _take(self, claim: Claim, step: Step) -> Any:
        match step:
            case Perform(calls):
                return tuple(map(self.mirror.perform, calls)), self.clock.now()
            case Check(call, since):
                return self.mirror.check(call, since)
            case _:
                return stored(self.mirrors, claim, step, self.clock.now)

    def _look(self, incident_id: UUID) -> tuple[Incident, Sequence[Entry]]:
        assert incident_id == self.story.id
        chapter = self.story.chapters[self.told - 1]
        return replace(chapter.incident, number=self.number), chapter.entries


def deaths(make: Callable[[], Play]) -> Iterator[tuple[Play, Death]]:
    """Every way in which a worker can die while it works off a play, each in one in which it just has."""
    for step in count(1):
        for inside in (False, True):
            play, death = make(), Death(step, inside)
            try:
                play.work(death)
            except Died as died:
                if died.inside or not inside:
                    yield play, death
            else:
                return


class Died(Exception):
    """The worker is dead; `inside`: it was about to make calls, and could die after them as well."""

    def __init__(self, *, inside: bool) -> None:
        super().__init__("died")
        self.inside = inside
