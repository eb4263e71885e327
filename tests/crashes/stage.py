"""A stage: one database on which one story is told again and again, with other crashes each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from adapters.storage.database import store_at
from incident_core.ports.timers import everything
from incident_core.testing.simulation.choices import Choices
from incident_core.testing.simulation.invariants import faults
from incident_core.testing.simulation.outside import Outside
from incident_core.testing.simulation.schedule import WORKSPACE, Schedule
from incident_core.testing.simulation.stories import BEGINNING
from tests.crashes.hearing import behind, unheard
from tests.crashes.kept import Kept, KeptTimers
from tests.crashes.mirror import MIRRORS
from tests.crashes.nursery import Nursery
from tests.crashes.playing import Actor, Plan, Stuck, World
from tests.crashes.standin import Door, Hooks
from tests.crashes.stories import Tale
from tests.crashes.wire import INSIDE, WORK, FileClock, Told
from tests.crashes.worker import WAIT, application, opened
from tests.servers.watchdog import wait_until
from tests.trials.places import Place

_OF = "SELECT count(*) FROM pg_stat_activity WHERE application_name = ?"


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one run: every point that was reached, and one sentence for everything that is wrong.

    `awake` of these points were reached before a frozen worker woke up.
    """

    plan: Plan
    points: tuple[str, ...]
    faults: tuple[str, ...]
    awake: int | None


@dataclass
class Stage:
    """The tale up to its last act, of which no mirror knows yet; `play` begins there each time."""

    told: Told
    place: Place
    first: Nursery
    door: Door
    kept: Kept
    tale: Tale
    now: datetime = BEGINNING
    outside: Outside | None = None
    hooks: Hooks = field(default_factory=Hooks)
    idle: list[Actor] = field(default_factory=list)
    nursery: Nursery = field(init=False)

    def __post_init__(self) -> None:
        self.nursery = self.first

    def prepare(self) -> None:
        """Tell it, work off all of it but the last act, and keep what there is then."""
        world = self._world({})
        acts = [partial(self._tell, world) for _ in self.tale.story.chapters]
        acts += [partial(world.schedule.wait, each) for each in self.tale.later]
        for act in acts[:-1]:
            act()
            world.play()
        acts[-1]()
        self.now = world.schedule.now
        self.outside, self.hooks = world.schedule.outside, world.hooks
        self.tale = self.tale.recorded(self.kept.recorded(self.tale.story))
        self.kept.close()
        self.place.keep()
        self.play({})  # so that whoever is born now knows every statement
        self.nursery = self.idle.pop().parent()

    def play(self, plan: Plan, *, inside: bool = False) -> Played:
        """The workers work the last commit off, while this happens to them, `inside` transactions too."""
        self.place.restore()
        world = self._world(plan, INSIDE if inside else WORK)
        try:
            world.play()
            wrong = _wrong(world)
        except Stuck as fault:
            wrong = [str(fault)]
        finally:
            world.end()
            self.kept.close()
        return Played(plan, tuple(world.reached), tuple(wrong), world.awake)

    def close(self) -> None:
        """All its workers end."""
        for actor in self.idle:
            actor.kill()
        if self.nursery is not self.first:
            self.nursery.close()

    def fired(self) -> tuple[str, ...]:
        """The timers that have fired by now, once for each time."""
        timers = KeptTimers(self.kept.store, self.kept.database, WORKSPACE)
        whom = (self.tale.story.id, everything(WORKSPACE))
        found = sorted(each.timer for about in whom for each in timers.newer(about, 0))
        self.kept.close()
        return tuple(found)

    def _tell(self, world: World) -> None:
        world.schedule.tell(0)
        self.kept.forget()

    def _world(self, plan: Plan, errand: str = WORK) -> World:
        schedule = Schedule(Choices(), [self.tale.story], unkind=False, now=self.now)
        schedule.mirrors = self.kept
        schedule.timers = KeptTimers(self.kept.store, self.kept.database, WORKSPACE)
        if self.outside is not None:
            schedule.outside.things = {each.id: replace(each) for each in self.outside.things.values()}
            schedule.outside.counter = self.outside.counter
        hooks = Hooks(list(self.hooks.received), dict(self.hooks.kept))
        clock = FileClock(Path(self.told.clock))
        born = partial(Actor, self.nursery, self.told)
        return World(
            schedule,
            hooks,
            self.door,
            clock,
            plan,
            errand,
            born,
            self._gone,
            self.kept.forget,
            idle=self.idle,
        )

    def _gone(self, actor: Actor) -> None:
        """Wait until the server has noticed that a worker is."""
        if self.place.kind == "postgresql":
            name = application(actor.pid)
            assert wait_until(lambda: self.place.one(_OF, name) == 0, WAIT, every=0.001)


@contextmanager
def staged(
    url: str, tale: Tale, nursery: Nursery, folder: Path, breaking: str | None = None
) -> Iterator[Stage]:
    """A stage on a database with tables, of which nobody else knows."""
    with Door() as door, closing(store_at(url, WAIT)) as store:
        told = Told(url, door.url, str(folder / "clock"), breaking)
        with closing(opened(url)) as database:
            kept = Kept(store, database, MIRRORS[0], {tale.story.id: tale.story})
            stage = Stage(told, Place(url), nursery, door, kept, tale)
            try:
                stage.prepare()
                yield stage
            finally:
                stage.close()


def _wrong(world: World) -> list[str]:
    schedule = world.schedule
    return [*faults(schedule), *unheard(schedule, world.hooks, len(world.plan)), *behind(schedule)]
