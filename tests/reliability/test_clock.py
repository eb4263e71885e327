"""The clock jumps by an hour either way, summer ends, a leap day comes: nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.storage import Database
from adapters.system import SystemIds
from incident_core import commands as c
from incident_core.errors import LeaseLost
from incident_core.model.incident import Incident
from incident_core.model.milestone import durations
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.times import Due
from incident_core.ports.log import Answer, Result
from incident_core.ports.mirrors import Claim, Effect
from incident_core.testing.memory_clock import FrozenClock
from incident_core.usecases.perform import Perform
from incident_core.usecases.verify import verify
from tests.databases import opened
from tests.trials.history import ANN, WORKSPACE

HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=15)
BERLIN = ZoneInfo("Europe/Berlin")
MIRROR = "webhook"


@dataclass
class Desk:
    """A database, and a clock that can be set."""

    database: Database
    clock: FrozenClock

    def give(self, kind: type[c.Command], key: str | None = None, **values: Any) -> Answer:
        """Give a command now; it has to be accepted."""
        perform = Perform(self.database.log, self.clock, SystemIds(), Policy(), WORKSPACE, "cli")
        given = {"at": self.clock.now(), **values}
        answer = perform(kind(actor=ANN, key=f"{kind.__name__}-{values}", **given), key)
        assert answer.result is Result.ACCEPTED, answer
        return answer

    def incident(self, key: str = "INC-1") -> Incident:
        found = self.database.reader.show(WORKSPACE, key, ANN)
        assert found is not None
        return found

    def claimed(self) -> tuple[Claim, ...]:
        """What a worker gets that asks now."""
        now = self.clock.now()
        return self.database.mirrors.claim((MIRROR,), now, now + LEASE, 1)

    def settle(self, claim: Claim) -> None:
        """Everything is there."""
        gap = self.database.mirrors.gap(claim)
        self.database.mirrors.save(claim, [Effect("said", done=True, external_id="1")], {})
        self.database.mirrors.settle(claim, gap.revision, gap.wanted, None, None)

    @property
    def behind(self) -> bool:
        return bool(self.database.backlog.lags(WORKSPACE, None, 10))


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """On both databases; one mirror is told."""
    with closing(opened(database_url, mirrors=(MIRROR,), policy=Policy())) as database:
        yield Desk(database, FrozenClock())
        assert verify(database.ledger).finding is None
        assert database.views.rebuild(write=False).differing == ()


def test_an_hour_that_is_skipped_ends_a_lease_and_whoever_had_it_can_change_nothing(desk: Desk) -> None:
    desk.give(c.Open, title="x")
    (slow,) = desk.claimed()
    desk.clock.move(HOUR)
    (fast,) = desk.claimed()
    assert fast.token > slow.token
    with pytest.raises(LeaseLost):
        desk.settle(slow)
    desk.settle(fast)
    assert not desk.behind


def test_an_hour_that_comes_twice_leaves_a_lease_with_whoever_has_it(desk: Desk) -> None:
    desk.give(c.Open, title="x")
    (holder,) = desk.claimed()
    desk.clock.move(-HOUR)
    assert desk.claimed() == ()
    desk.settle(holder)
    assert not desk.behind


def test_the_lease_of_a_dead_worker_is_waited_for_until_the_clock_has_caught_up_and_no_longer(
    desk: Desk,
) -> None:
    """This is the price of leases on the machine's own time: at most what it was set back."""
    desk.give(c.Open, title="x")
    assert len(desk.claimed()) == 1
    desk.clock.move(-HOUR)
    desk.clock.move(HOUR + LEASE - timedelta(seconds=1))
    assert desk.claimed() == ()
    desk.clock.move(timedelta(seconds=1))
    (claim,) = desk.claimed()
    desk.settle(claim)
    assert not desk.behind


@pytest.mark.parametrize("jumps", [(1, -1, 1), (-1, 1, 1), (1, 1, -1), (-1, -1, 2)])
def test_a_reminder_that_is_due_is_said_once_however_the_clock_jumps(
    desk: Desk, jumps: tuple[int, ...]
) -> None:
    """It is counted from what was last said: a clock that is set back says nothing until it has caught up."""
    desk.give(c.Open, title="x", declare=True, severity=Severity.SEV1)
    said, furthest = list[datetime](), desk.clock.now()
    for jump in jumps:
        desk.clock.move(jump * HOUR)
        now = desk.clock.now()
        new = _comms(desk)
        assert bool(new) == (now > furthest)
        furthest = max(furthest, now)
        assert _comms(desk) == [], "at once a second time"
        said += new
    assert len(said) == len(set(said)) == sum(1 for _ in _records(jumps))


def _comms(desk: Desk) -> list[datetime]:
    """When the reminders of an update were due that are said now."""
    fired = desk.database.timers.fire(desk.clock.now(), 10)
    return [each.reminder.due_at for each in fired if each.reminder.timer == "comms"]


def _records(jumps: tuple[int, ...]) -> Iterator[int]:
    """The hours that the clock reaches for the first time."""
    at = furthest = 0
    for jump in jumps:
        at += jump
        if at > furthest:
            furthest = at
            yield at


def test_commands_are_recorded_in_their_order_while_the_clock_goes_back_and_forth(desk: Desk) -> None:
    desk.give(c.Open, title="x", declare=True)
    for number, jump in enumerate((-HOUR, HOUR * 2, -HOUR, HOUR)):
        desk.clock.move(jump)
        desk.give(c.SendUpdate, "INC-1", text=f"number {number}")
    desk.give(c.Resolve, "INC-1")
    incident = desk.incident()
    assert len(incident.updates) == 4
    assert all(length is None or length >= timedelta(0) for _, length in durations(incident).items())


@pytest.mark.parametrize(
    ("begun", "ended", "length"),
    [
        (datetime(2025, 3, 30, 1, 30, tzinfo=BERLIN), datetime(2025, 3, 30, 3, 30, tzinfo=BERLIN), HOUR),
        (
            datetime(2025, 10, 26, 1, 30, tzinfo=BERLIN),
            datetime(2025, 10, 26, 3, 30, tzinfo=BERLIN),
            3 * HOUR,
        ),
        (datetime(2024, 2, 28, 12, tzinfo=UTC), datetime(2024, 3, 1, 12, tzinfo=UTC), 48 * HOUR),
        (datetime(2025, 2, 28, 12, tzinfo=UTC), datetime(2025, 3, 1, 12, tzinfo=UTC), 24 * HOUR),
    ],
    ids=["summer begins", "summer ends", "a leap day", "none"],
)
def test_a_length_is_what_has_passed_whatever_the_clock_on_the_wall_showed(
    desk: Desk, begun: datetime, ended: datetime, length: timedelta
) -> None:
    desk.clock.move_to(begun.astimezone(UTC))
    desk.give(c.Open, title="x", declare=True)
    desk.clock.move_to(ended.astimezone(UTC))
    desk.give(c.Resolve, "INC-1", at=ended)
    assert durations(desk.incident())["time_to_resolve"] == length


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2025, 3, 30), datetime(2025, 3, 30, 22, tzinfo=UTC)),
        (date(2025, 10, 26), datetime(2025, 10, 26, 23, tzinfo=UTC)),
        (date(2024, 2, 29), datetime(2024, 2, 29, 23, tzinfo=UTC)),
    ],
    ids=["summer begins", "summer ends", "a leap day"],
)
def test_a_day_on_which_something_is_due_ends_when_it_ends_there(
    desk: Desk, day: date, ends: datetime
) -> None:
    """Of 23, 25 and 24 hours; nobody is reminded before that, and everybody after it."""
    desk.clock.move_to(ends - 3 * 24 * HOUR)
    desk.give(c.Open, title="x")
    desk.give(c.AddFollowUp, "INC-1", text="Mend it", due=Due(day, "Europe/Berlin"))
    desk.clock.move_to(ends - timedelta(seconds=1))
    assert _overdue(desk) == 0
    desk.clock.move_to(ends)
    assert _overdue(desk) == 1


def _overdue(desk: Desk) -> int:
    fired = desk.database.timers.fire(desk.clock.now(), 10)
    return sum(each.reminder.timer.startswith("follow") for each in fired)
