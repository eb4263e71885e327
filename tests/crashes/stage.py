"""A stage: one database on which one story is told again and again, with other crashes each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from adapters.storage.database import store_at
from incident_core.testing.simulation.choices import Choices
from incident_core.testing.simulation.invariants import faults
from incident_core.testing.simulation.outside import Outside
from incident_core.testing.simulation.schedule import WORKSPACE, Schedule
from incident_core.testing.simulation.stories import BEGINNING, Story
from tests.crashes.kept import Kept
from tests.crashes.mirror import MIRRORS
from tests.crashes.nursery import Nursery
from tests.crashes.playing import Actor, Plan, Stuck, World
from tests.crashes.standin import Door, Hooks
from tests.crashes.wire import INSIDE, WORK, FileClock, Told
from tests.crashes.worker import WAIT, application, opened
from tests.servers.watchdog import wait_until
from tests.storage.simulated import StoredTimers
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
    """The story `told` up to its last commit, of which no mirror knows yet; `play` begins there each time."""

    told: Told
    place: Place
    first: Nursery
    door: Door
    kept: Kept
    story: Story
    now: datetime = BEGINNING
    outside: Outside | None = None
    hooks: Hooks = field(default_factory=Hooks)
    idle: list[Actor] = field(default_factory=list)
    nursery: Nursery = field(init=False)

    def __post_init__(self) -> None:
        self.nursery = self.first

    def prepare(self) -> None:
        """Tell the story, work off all of it but the last commit, and keep what there is then."""
        world = self._world({})
        for _ in self.story.chapters[:-1]:
            world.schedule.tell(0)
            self.kept.forget()
            world.play()
        world.schedule.tell(0)
        self.now = world.schedule.now
        self.outside, self.hooks = world.schedule.outside, world.hooks
        self.story = self.kept.recorded(self.story)
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
            wrong = [*faults(world.schedule), *_unheard(world)]
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

    def _world(self, plan: Plan, errand: str = WORK) -> World:
        schedule = Schedule(Choices(), [self.story], unkind=False, now=self.now)
        schedule.mirrors = self.kept
        schedule.timers = StoredTimers(self.kept.store, self.kept.database, WORKSPACE)
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
    url: str, story: Story, nursery: Nursery, folder: Path, breaking: str | None = None
) -> Iterator[Stage]:
    """A stage on a database with tables, of which nobody else knows."""
    with Door() as door, closing(store_at(url, WAIT)) as store:
        told = Told(url, door.url, str(folder / "clock"), breaking)
        with closing(opened(url)) as database:
            kept = Kept(store, database, MIRRORS[0], {story.id: story})
            stage = Stage(told, Place(url), nursery, door, kept, story)
            try:
                stage.prepare()
                yield stage
            finally:
                stage.close()


def _unheard(world: World) -> Iterator[str]:
    """What the receiver of the webhook has to say."""
    told, hooks = world.schedule.stories[0].chapters[-1], world.hooks
    expected = [entry.version for entry in told.entries]
    if hooks.versions != expected:
        yield f"the webhook told {hooks.versions} of {expected}"
    if hooks.changed:
        yield f"the webhook repeated something else: {hooks.changed}"
    repeats, allowed = len(hooks.received) - len(hooks.kept), len(world.plan)
    if repeats > allowed:
        yield f"the webhook repeated {repeats} times, and was interrupted {allowed} times"
    for (_, mirror), row in world.schedule.mirrors.rows.items():
        if row.shown != row.wanted:
            yield f"{mirror} stays behind at {row.shown} of {row.wanted}: {row.error}"
