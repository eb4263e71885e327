"""What a mirror may say of what it wants: without what, as the last, only where it is; what is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from incident_core import commands as c
from incident_core.lifecycle.timers import timers as timers_of
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.ports.mirror import Call, Ended, Item, Kind, Outcome, Wanted
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Reminder
from incident_core.testing.memory_clock import FrozenClock
from incident_core.testing.memory_mirrors import MemoryMirrors
from incident_core.testing.memory_timers import MemoryTimers
from incident_core.testing.simulation.stories import BEGINNING, Chapter, Story, command, opened, story
from incident_core.usecases.settling.notes import stray
from incident_core.usecases.settling.plan import LANE
from incident_core.usecases.settling.settle import GRACE
from incident_core.usecases.work import Work

LATER = Outcome(Ended.LATER, error="not now")
NEVER = Outcome(Ended.NEVER, error="never")
ENDED = [opened(), command(c.Close), command(c.Reopen, reason="it is back")]


@dataclass
class House:
    """A mirror with a room, a sign in it, a board outside, and a lock on the room once all is closed."""

    fates: dict[tuple[Kind, str], list[Outcome]] = field(default_factory=dict)
    kept: bool = False
    calls: list[Call] = field(default_factory=list)
    name: str = "house"
    made: int = 0

    def wanted(self, incident: Incident) -> Sequence[Wanted]:
        closed = incident.stage is Stage.CLOSED
        kept = self.kept and closed
        sign = {"text": incident.stage.value}
        found = [
            Wanted("room", "build", {}, repeatable=True, kept=kept),
            Wanted(
                "sign", "hang", sign, ("room",), ("lock",), repeatable=True, changing="repaint", kept=kept
            ),
            Wanted("board", "post", {}, repeatable=True),
        ]
        if closed:
            found.append(Wanted("lock", "lock", {}, ("room",), last=True, repeatable=True))
        return found

    def items(self, incident: Incident, entry: Entry) -> Iterator[Item]:
        yield Item("room", "say", {"said": entry.event.type}, ("room",), ("lock",))

    def reminders(self, incident: Incident | None, reminder: Reminder) -> Iterator[Item]:
        return iter(())

    def perform(self, call: Call) -> Outcome:
        self.calls.append(call)
        self.made += 1
        fates = self.fates.get((call.kind, call.slot), [])
        return fates.pop(0) if fates else Outcome(Ended.DONE, f"{call.slot} {self.made}")

    def check(self, call: Call, since: datetime) -> Outcome:
        return LATER

    @property
    def done(self) -> list[str]:
        """What was called, in order, and forgotten now."""
        found = [f"{call.kind} {call.slot.partition(':')[0]}" for call in self.calls]
        self.calls.clear()
        return found


class Town:
    """One story and a house."""

    def __init__(self, told: Story, house: House) -> None:
        self.story, self.house, self.chapter = told, house, -1
        self.clock = FrozenClock()
        self.clock.move_to(BEGINNING)
        self.store = MemoryMirrors(lambda _: (self.now.incident, self.now.entries))
        self.later: list[datetime] = []

    @property
    def now(self) -> Chapter:
        return self.story.chapters[self.chapter]

    def on(self, chapters: int = 1, *, work: bool = True) -> list[str]:
        """So many chapters later, and what was called then."""
        for _ in range(chapters):
            self.chapter += 1
            incident = self.now.incident
            self.store.changed(
                "w", self.story.id, incident.severity, incident.version, "house", self.clock.now()
            )
        return self.work() if work else []

    def work(self) -> list[str]:
        timers = MemoryTimers(partial(timers_of, Policy()), lambda _: self.now.incident)
        Work(self.store, {"house": self.house}, self.clock, timers, later=self.later.append)()
        return self.house.done

    def wait(self, seconds: float) -> list[str]:
        self.clock.move(timedelta(seconds=seconds))
        return self.work()


def town(house: House | None = None) -> Town:
    return Town(story(1, ENDED), house or House())


def test_what_should_be_last_waits_for_everything_else() -> None:
    place = town()
    place.on()
    assert place.on() == ["change sign", "say say", "make lock"]


def test_the_last_waits_for_what_failed_for_now_and_not_for_what_failed_for_good() -> None:
    place = town(House({(Kind.CHANGE, "sign"): [LATER]}))
    place.on()
    assert place.on() == ["change sign", "say say"]
    assert place.wait(2) == ["change sign", "make lock"]
    other = town(House({(Kind.CHANGE, "sign"): [NEVER]}))
    other.on()
    assert other.on() == ["change sign", "say say", "make lock"]


def test_what_should_be_without_something_waits_until_that_is_gone() -> None:
    place = town(House({(Kind.REMOVE, "lock"): [LATER]}))
    place.on(2)
    assert place.on() == ["remove lock"]
    assert place.wait(2) == ["remove lock", "change sign", "say say"]


def test_what_is_only_kept_is_not_made_and_nobody_waits_for_it() -> None:
    place = town(House(kept=True))
    assert place.on(2) == ["make board"]
    assert place.store.rows[place.story.id, "house"].shown == place.now.incident.version
    assert place.on() == ["make room", "make sign", "say say"]


def test_what_is_only_kept_is_changed_where_it_is_there() -> None:
    place = town(House(kept=True))
    place.on()
    assert place.on() == ["change sign", "say say", "make lock"]


def test_what_was_lost_is_made_anew_and_all_else_is_drawn_again() -> None:
    lost = Outcome(Ended.DONE, lost=("room", "sign"))
    place = town(House({(Kind.REMOVE, "lock"): [lost]}))
    place.on()
    first = place.store.rows[place.story.id, "house"].effects["room"].external_id
    place.on()
    assert place.on() == ["remove lock", "change board"]
    place.clock.move(timedelta(seconds=1))
    place.work()
    effects = place.store.rows[place.story.id, "house"].effects
    assert effects["room"].generation == 2
    assert effects["was:room"].external_id == first


def test_who_makes_anew_what_was_lost_is_told_what_it_was() -> None:
    lost = Outcome(Ended.DONE, lost=("room", "sign"))
    house = House({(Kind.REMOVE, "lock"): [lost]})
    place = town(house)
    place.on()
    first = place.store.rows[place.story.id, "house"].effects["room"].external_id or ""
    place.on()
    place.on()
    place.clock.move(timedelta(seconds=1))
    timers = MemoryTimers(partial(timers_of, Policy()), lambda _: place.now.incident)
    Work(place.store, {"house": house}, place.clock, timers)()
    sign = next(call for call in house.calls if (call.kind, call.slot) == (Kind.MAKE, "sign"))
    assert sign.known["was:room"] == first != sign.known["room"]


def test_what_is_lost_again_and_again_is_made_later_each_time() -> None:
    lost = Outcome(Ended.LATER, lost=("room", "sign"))
    place = town(House({(Kind.SAY, "say:room:1"): [lost] * 20}))
    place.on()
    made = 0
    for _ in range(600):
        made += place.wait(1).count("make room")
    assert 3 < made < 12


def test_a_change_counts_under_its_own_method() -> None:
    house = House({(Kind.CHANGE, "sign"): [Outcome(Ended.LATER, wait=100.0)]})
    place = town(house)
    place.on()
    place.on()
    assert set(place.store.holds) == {("w", "house", "repaint")}


def test_the_worse_begin_first_once_a_method_is_free_again() -> None:
    """Of what was held, sev1 is due at once, sev2 a little later, sev4 last."""
    waits = []
    for severity in (Severity.SEV1, Severity.SEV2, Severity.SEV4):
        house = House({(Kind.MAKE, "board"): [Outcome(Ended.LATER, wait=10.0)]})
        place = Town(story(1, [opened(severity=severity)]), house)
        place.on()
        waits.append(place.later[-1] - place.clock.now() - timedelta(seconds=10))
    assert waits == [timedelta(), LANE, 3 * LANE]


def test_what_is_asked_to_wait_waits_so_long_and_no_longer_however_often_it_is_asked() -> None:
    house = House({(Kind.MAKE, "board"): [Outcome(Ended.LATER, wait=3.0)] * 4})
    place = Town(story(1, [opened(severity=Severity.SEV1)]), house)
    place.on()
    for _ in range(4):
        assert place.wait(2.9) == []
        assert place.wait(0.1) == ["make board"]


def test_a_check_that_is_asked_to_wait_is_made_again_after_that_and_not_before() -> None:
    class Unsure(House):
        checks = 0

        def wanted(self, incident: Incident) -> Sequence[Wanted]:
            return [Wanted("room", "build", {})]

        def items(self, incident: Incident, entry: Entry) -> Iterator[Item]:
            return iter(())

        def check(self, call: Call, since: datetime) -> Outcome:
            Unsure.checks += 1
            return Outcome(Ended.UNKNOWN, wait=30.0)

    place = Town(story(1, [opened()]), Unsure({(Kind.MAKE, "room"): [Outcome(Ended.UNKNOWN)]}))
    place.on()
    place.wait(GRACE.total_seconds())
    place.wait(29)
    assert Unsure.checks == 1
    place.wait(1)
    assert Unsure.checks == 2


def test_what_it_only_knows_comes_with_the_call_where_it_is_there_and_is_not_waited_for() -> None:
    class Knowing(House):
        def wanted(self, incident: Incident) -> Sequence[Wanted]:
            board = Wanted("board", "post", {}, repeatable=True)
            sign = Wanted("sign", "hang", {"now": incident.version}, knows=("board",), repeatable=True)
            return [sign, board]

    house = Knowing({(Kind.MAKE, "board"): [LATER]})
    place = town(house)
    place.on(work=False)
    timers = MemoryTimers(partial(timers_of, Policy()), lambda _: place.now.incident)
    work = Work(place.store, {"house": house}, place.clock, timers)
    work()
    assert [call.known for call in house.calls if call.slot == "sign"] == [{}]
    place.clock.move(timedelta(seconds=1))
    place.on(work=False)
    work()
    board = place.store.rows[place.story.id, "house"].effects["board"].external_id
    assert [call.known.get("board") for call in house.calls if call.slot == "sign"][-1] in (None, board)
    place.on(work=False)
    work()
    assert [call.known.get("board") for call in house.calls if call.slot == "sign"][-1] == board


def test_what_knows_something_is_changed_as_soon_as_that_comes_and_whenever_it_is_another() -> None:
    class Knowing(House):
        def wanted(self, incident: Incident) -> Sequence[Wanted]:
            board = Wanted("board", "post", {}, repeatable=True)
            return [Wanted("sign", "hang", {"now": "same"}, knows=("board",), repeatable=True), board]

        def items(self, incident: Incident, entry: Entry) -> Iterator[Item]:
            return iter(())

    house = Knowing({(Kind.MAKE, "board"): [LATER]})
    place = town(house)
    assert place.on() == ["make sign", "make board"]
    assert place.wait(2) == ["make board", "change sign"]
    assert place.wait(2) == []
    assert place.on() == [], "as long as it is the same, nothing is to be done"


class Exact(House):
    """A house whose room must be as it is wanted before anything is in it."""

    def wanted(self, incident: Incident) -> Sequence[Wanted]:
        room = Wanted(
            "room", "build", {"as": incident.stage}, changing="rebuild", repeatable=True, exact=True
        )
        return [room, *(each for each in super().wanted(incident) if each.slot != "room")]


def test_what_needs_something_exact_waits_until_it_is_as_it_is_wanted() -> None:
    place = town(Exact({(Kind.CHANGE, "room"): [LATER, LATER]}))
    assert place.on() == ["make room", "make board", "make sign", "say say"]
    assert place.on() == ["change room"]
    assert place.wait(2) == ["change room"]
    assert place.wait(4) == ["change room", "change sign", "say say", "make lock"]


def test_where_it_can_never_be_that_nothing_more_comes_into_it() -> None:
    place = town(Exact({(Kind.CHANGE, "room"): [NEVER]}))
    place.on()
    assert place.on() == ["change room"]
    assert place.wait(100) == []
    assert place.store.rows[place.story.id, "house"].error == "never"


def test_something_exact_that_is_lost_is_made_anew_before_anything_is_in_it() -> None:
    lost = Outcome(Ended.DONE, "room", lost=("room", "sign"))
    place = town(Exact({(Kind.CHANGE, "room"): [lost]}))
    place.on()
    assert place.on() == ["change room", "change board"]
    assert place.wait(2) == ["make room", "make sign", "say say", "make lock"]


def test_what_is_there_twice_is_not_removed_while_it_may_turn_out_to_be_the_one() -> None:
    """Whoever looks into the making of the room may find just that one."""
    place = town(House({(Kind.MAKE, "room"): [LATER]}))
    place.on(work=False)
    twice = stray("room", "room 9")
    place.store.rows[place.story.id, "house"].effects[twice.slot] = twice
    assert place.work() == ["make room", "make board"]
    assert place.wait(2) == ["make room", "make sign", "say say", "remove stray"]
