"""The contract of the port Timers: what is armed by a commit, what fires when, once, and who hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar

from incident_core import commands as c
from incident_core.lifecycle.timers import timers as derived
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.times import Due
from incident_core.ports.intake import History
from incident_core.ports.mirrors import Claim, Come, Gap
from incident_core.ports.timers import Armed, Fired, Listed, Timers, everything
from incident_core.testing.contracts.base import CONCURRENT, StoreContract, needs
from incident_core.testing.contracts.desk import ANN, BOB, at_once
from incident_core.testing.contracts.mirrors_base import CHAT, MIRRORS
from incident_core.usecases.history import Origin, decided

LEAD = "technical_lead"
POLICY = Policy(required_roles=("incident_commander", LEAD))
"""The policy of the stores of this contract."""

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class TimersContract(StoreContract):
    """Subclass it, and say how a store with the mirrors MIRRORS and the policy POLICY is made."""

    policy: ClassVar[Policy] = POLICY

    @property
    def timers(self) -> Timers:
        """The port."""
        return self.desk.store.timers

    def fire(self, limit: int = 100) -> Sequence[Fired]:
        """What fires now."""
        return self.timers.fire(self.desk.clock.now(), limit)

    def fired(self) -> list[tuple[str | None, str]]:
        """What fires now, in order."""
        return [(each.key, each.reminder.timer) for each in self.fire()]

    def after(self, time: timedelta) -> list[tuple[str | None, str]]:
        """What fires so much later, and not before the last moment of it."""
        self.desk.clock.move(time - timedelta(microseconds=1))
        assert self.fired() == []
        self.desk.clock.move(timedelta(microseconds=1))
        return self.fired()

    def armed(self, key: str | None = None, limit: int = 100, viewer: Actor = ANN) -> list[Armed]:
        """What people see."""
        return list(self.timers.armed(self.desk.workspace, viewer, key, limit))

    def due(self, key: str) -> dict[str, timedelta | None]:
        """How long it is until each timer of the incident fires; None: it does not."""
        now = self.desk.clock.now()
        return {each.name: each.due_at - now if each.due_at else None for each in self.armed(key)}

    def at(self, later: timedelta) -> datetime:
        """So much later."""
        return self.desk.clock.now() + later

    def claims(self) -> tuple[Claim, ...]:
        """All that is due in the chat."""
        now = self.desk.clock.now()
        return self.desk.store.mirrors.claim((CHAT,), now, now + 15 * timedelta(seconds=1), 100)

    def heard(self) -> list[Gap]:
        """What the chat has to say, which is settled with that."""
        mirrors, found = self.desk.store.mirrors, []
        for claim in self.claims():
            gap = mirrors.gap(claim)
            found.append(gap)
            mirrors.settle(claim, gap.revision, gap.wanted, None, None)
        return found

    def said(self) -> list[tuple[str, bool]]:
        """The reminders that the chat hears of, and whether they are over."""
        return [(each.timer, each.over) for gap in self.heard() for each in gap.reminders]

    def declared(self) -> str:
        """An incident at sev1, with a technical lead."""
        key = self.desk.open(declare=True, severity=Severity.SEV1)
        self.desk.do(c.Claim, key, role=LEAD)
        return key

    def test_what_is_open_is_stale_after_a_week(self) -> None:
        key = self.desk.open()
        assert self.due(key) == {"stale": 7 * DAY}
        assert self.armed("INC-2") == self.armed("nonsense") == []
        assert list(self.timers.armed("elsewhere", ANN, None, 9)) == []

    def test_without_an_update_it_fires_after_half_an_hour_and_then_every_25_minutes(self) -> None:
        key = self.declared()
        assert self.after(30 * MINUTE) == [(key, "comms")]
        assert self.fired() == []
        assert self.after(25 * MINUTE) == [(key, "comms")]
        assert self.due(key) == {"comms": 25 * MINUTE, "stale": 7 * DAY - 55 * MINUTE}

    def test_a_reminder_says_what_it_counts_from_and_when_it_was_due(self) -> None:
        began = self.desk.clock.now()
        self.declared()
        self.desk.clock.move(40 * MINUTE)
        (fired,) = self.fire()
        reminder = fired.reminder
        assert (reminder.number, reminder.since, reminder.due_at, reminder.fired_at, reminder.over) == (
            1, began, began + 30 * MINUTE, began + 40 * MINUTE, False,
        )  # fmt: skip
        assert self.due("INC-1")["comms"] == 25 * MINUTE

    def test_an_update_begins_it_anew(self) -> None:
        key = self.declared()
        self.desk.clock.move(20 * MINUTE)
        self.desk.do(c.SendUpdate, key, text="still slow")
        assert self.after(30 * MINUTE) == [(key, "comms")]
        self.desk.do(c.SendUpdate, key, text="better", next_due=self.at(60 * MINUTE))
        assert self.after(60 * MINUTE) == [(key, "comms")]

    def test_what_changes_nothing_about_it_leaves_it_alone(self) -> None:
        key = self.declared()
        self.desk.clock.move(30 * MINUTE)
        self.fire()
        self.desk.do(c.AddTask, key, text="look")
        self.desk.do(c.SetSeverity, key, severity=Severity.SEV2, reason="less")
        assert self.due(key)["comms"] == 25 * MINUTE

    def test_less_severe_or_resolved_it_is_over_and_reopened_it_begins_anew(self) -> None:
        key = self.declared()
        self.desk.do(c.SetSeverity, key, severity=Severity.SEV3, reason="less")
        assert self.due(key) == {"stale": 7 * DAY}
        self.desk.do(c.Resolve, key)
        assert self.due(key) == {}
        self.desk.clock.move(DAY)
        assert self.fired() == []
        self.desk.do(c.Reopen, key, reason="again")
        self.desk.do(c.SetSeverity, key, severity=Severity.SEV1)
        assert self.due(key) == {"comms": 30 * MINUTE, "stale": 7 * DAY}

    def test_a_snoozed_one_waits_and_a_stopped_one_is_silent(self) -> None:
        key = self.declared()
        self.desk.do(c.SnoozeTimer, key, timer="comms", until=self.at(90 * MINUTE))
        assert self.armed(key)[0].snoozed_until == self.at(90 * MINUTE)
        assert self.after(90 * MINUTE) == [(key, "comms")]
        self.desk.do(c.StopTimer, key, timer="comms")
        assert self.due(key)["comms"] is None
        assert [each.stopped for each in self.armed(key)] == [False, True]
        self.desk.clock.move(DAY)
        assert self.fired() == []
        self.desk.do(c.SnoozeTimer, key, timer="comms", until=self.at(5 * MINUTE))
        assert self.after(5 * MINUTE) == [(key, "comms")]

    def test_a_required_role_that_is_empty_is_called_out_once(self) -> None:
        key = self.desk.open(declare=True)
        assert self.after(10 * MINUTE) == [(key, f"role:{LEAD}")]
        assert self.due(key)[f"role:{LEAD}"] is None
        self.desk.clock.move(DAY)
        assert self.fired() == []
        self.desk.do(c.Claim, key, role=LEAD)
        self.desk.do(c.Release, key, role=LEAD)
        assert self.after(10 * MINUTE) == [(key, f"role:{LEAD}")]

    def test_an_overdue_follow_up_is_called_out_once_also_when_all_else_is_closed(self) -> None:
        key = self.desk.open()
        on = self.desk.clock.now().date() + DAY
        self.desk.do(c.AddFollowUp, key, text="index it", due=Due(on, "Pacific/Auckland"))
        self.desk.do(c.AddFollowUp, key, text="whenever")
        self.desk.do(c.Close, key)
        assert list(self.due(key)) == ["followup:f1"]
        over = Due(on, "Pacific/Auckland").over_at
        assert self.after(over - self.desk.clock.now()) == [(key, "followup:f1")]
        self.desk.clock.move(DAY)
        assert self.fired() == []

    def test_a_follow_up_that_is_done_in_time_is_not_called_out(self) -> None:
        key = self.desk.open()
        self.desk.do(c.AddFollowUp, key, text="index it", due=Due(date(2026, 12, 24)))
        self.desk.do(c.FinishFollowUp, key, item="f1")
        assert list(self.due(key)) == ["stale"]

    def test_all_that_is_stale_is_said_in_one_list_every_two_days(self) -> None:
        first, second = self.desk.open(), self.desk.open("slow", severity=Severity.SEV2)
        began = self.desk.clock.now()
        self.desk.clock.move(7 * DAY)
        (fired,) = self.fire()
        assert fired.key is None
        assert [each.key for each in fired.reminder.listed] == [first, second]
        assert fired.reminder.more == 0
        assert Listed(second, "slow", Severity.SEV2, fired.reminder.listed[1].stage, began) in (
            fired.reminder.listed
        )
        assert self.after(2 * DAY) == [(None, "stale")]
        assert self.armed()[0].key is None, "the list is the next to come"

    def test_what_becomes_stale_between_two_lists_waits_for_the_next(self) -> None:
        self.desk.open()
        self.desk.clock.move(DAY)
        later = self.desk.open()
        assert self.after(6 * DAY) == [(None, "stale")]
        self.desk.clock.move(2 * DAY)
        (fired,) = self.fire()
        assert later in [each.key for each in fired.reminder.listed]

    def test_what_is_closed_or_snoozed_is_not_in_the_list_and_an_empty_list_is_not_said(self) -> None:
        first, second = self.desk.open(), self.desk.open()
        self.desk.clock.move(7 * DAY)
        self.fire()
        self.desk.do(c.Close, first)
        self.desk.do(c.SnoozeTimer, second, timer="stale", until=self.at(3 * DAY))
        self.desk.clock.move(2 * DAY)
        assert self.fired() == []
        self.desk.clock.move(DAY)
        (fired,) = self.fire()
        assert [each.key for each in fired.reminder.listed] == [second]

    def test_a_list_that_was_empty_before_it_was_ever_said_comes_when_there_is_something(self) -> None:
        first = self.desk.open()
        self.desk.clock.move(7 * DAY - 30 * MINUTE)
        self.declared()
        self.desk.clock.move(30 * MINUTE)
        assert [each.reminder.timer for each in self.fire(1)] == ["comms"]
        self.desk.do(c.Close, first)
        assert self.fired() == []
        assert (None, "stale") in self.after_all(7 * DAY)

    def after_all(self, time: timedelta) -> list[tuple[str | None, str]]:
        """What fires so much later, whatever else did meanwhile."""
        self.desk.clock.move(time)
        return self.fired()

    def test_a_private_incident_is_never_listed_and_reminded_of_by_itself(self) -> None:
        key = self.desk.open(private=True, by=BOB)
        assert self.after(7 * DAY) == [(key, "stale")]
        assert self.after(2 * DAY) == [(key, "stale")]

    def test_made_private_it_leaves_the_list_and_is_reminded_of_by_itself(self) -> None:
        first, second = self.desk.open(by=BOB), self.desk.open()
        self.desk.do(c.MakePrivate, first, by=BOB)
        assert sorted(self.after_all(7 * DAY), key=str) == [(first, "stale"), (None, "stale")]
        self.desk.do(c.MakePrivate, second)
        assert self.fired() == [(second, "stale")]
        assert self.after_all(2 * DAY) == [(first, "stale"), (second, "stale")]
        assert (self.armed(first), [each.key for each in self.armed(second)]) == ([], [second])

    def test_only_who_may_see_an_incident_sees_its_timers(self) -> None:
        key = self.desk.open(private=True, by=BOB)
        assert self.armed() == self.armed(key) == []
        assert [each.key for each in self.armed(viewer=BOB)] == [key]

    def test_what_is_due_and_has_not_fired_is_late(self) -> None:
        self.desk.other().open()
        self.declared()
        self.desk.open()
        self.desk.clock.move(7 * DAY)
        assert self.timers.late(self.desk.workspace, self.at(-6 * DAY)) == 1
        assert self.timers.late(self.desk.workspace, self.at(timedelta())) == 3
        self.fire()
        assert self.timers.late(self.desk.workspace, self.at(timedelta())) == 0

    def test_each_workspace_has_its_own_list(self) -> None:
        other = self.desk.other()
        other.clock = self.desk.clock
        self.desk.open()
        other.open()
        self.desk.clock.move(7 * DAY)
        assert [each.key for each in self.fire()] == [None, None]

    def test_no_more_fire_at_a_time_than_were_asked_for(self) -> None:
        for _ in range(3):
            self.declared()
        self.desk.clock.move(30 * MINUTE)
        assert [len(self.fire(2)), len(self.fire(2)), len(self.fire(2))] == [2, 1, 0]

    def test_every_mirror_hears_of_it_after_what_happened_before(self) -> None:
        key = self.declared()
        self.heard()
        self.desk.clock.move(30 * MINUTE)
        self.fire()
        for name in MIRRORS:
            now = self.desk.clock.now()
            assert len(self.desk.store.mirrors.claim((name,), now, now + MINUTE, 9)) == 1
        self.desk.clock.move(MINUTE)
        (gap,) = self.heard()
        assert gap.incident is not None
        assert (gap.incident.key, gap.entries, len(gap.reminders)) == (key, (), 1)
        assert (gap.shown.reminder, gap.wanted.reminder) == (0, 1)
        assert self.heard() == []

    def test_what_was_not_said_until_it_was_over_is_marked_as_such(self) -> None:
        key = self.declared()
        for _ in range(2):
            self.desk.clock.move(30 * MINUTE)
            self.fire()
        assert self.said() == [("comms", True), ("comms", False)]
        self.desk.clock.move(30 * MINUTE)
        self.fire()
        self.desk.do(c.SendUpdate, key, text="better")
        assert self.said() == [("comms", True)]

    def test_a_list_is_heard_of_as_it_is_when_it_is_said(self) -> None:
        first, second = self.desk.open(), self.desk.open("slow")
        self.desk.clock.move(7 * DAY)
        self.fire()
        self.desk.do(c.Close, first)
        (gap,) = [gap for gap in self.heard() if gap.incident is None]
        assert (gap.entries, gap.wanted) == ((), Come(0, 1))
        assert [each.key for each in gap.reminders[0].listed] == [second]

    def test_a_claim_about_everything_is_about_its_workspace(self) -> None:
        self.desk.open()
        self.heard()
        self.desk.clock.move(7 * DAY)
        self.fire()
        (claim,) = self.claims()
        assert claim.incident_id == everything(self.desk.workspace)

    def test_a_mirror_that_is_new_to_an_incident_hears_of_what_comes_and_not_of_what_was(self) -> None:
        self.past()
        self.desk.clock.move(30 * MINUTE)
        self.fire()
        (gap,) = self.heard()
        assert (gap.entries, [each.number for each in gap.reminders]) == ((), [1])

    def test_what_is_open_is_adopted_once_without_being_told_again(self) -> None:
        self.past()
        self.declared()
        self.heard()
        mirrors, now = self.desk.store.mirrors, self.desk.clock.now()
        assert (mirrors.adopt((CHAT,), now), mirrors.adopt((CHAT,), now)) == (1, 0)
        (gap,) = self.heard()
        assert (gap.entries, gap.reminders, gap.shown == gap.wanted) == ((), (), True)

    @needs(CONCURRENT)
    def test_whoever_fires_and_however_many_do_it_fires_once(self) -> None:
        for _ in range(5):
            self.declared()
        self.desk.clock.move(30 * MINUTE)
        found = at_once(*[self.fire] * 4)
        assert not [each for each in found if isinstance(each, Exception)]
        fired = [one.key for each in found if not isinstance(each, Exception) for one in each]
        fired += [one.key for one in self.fire()]
        assert sorted(map(str, fired)) == [f"INC-{number}" for number in range(1, 6)]

    def test_they_are_armed_again_once_for_another_policy(self) -> None:
        key = self.declared()
        self.desk.clock.move(30 * MINUTE)
        self.fire()
        before = self.armed()
        assert self.timers.rearm("one") in (0, 1)
        assert self.timers.rearm("one") == 0
        assert self.armed() == before, "the policy of this store is the same"
        assert self.due(key)["comms"] == 25 * MINUTE

    def test_what_comes_from_elsewhere_is_armed_too(self) -> None:
        key = self.past()
        policy = self.policy
        assert [each.name for each in self.armed(key)] == ["comms", "stale"]
        expected = {each.name: each.due_at for each in derived(policy, self.desk.load(key).incident)}
        assert {each.name: each.due_at for each in self.armed(key)} == expected

    def past(self) -> str:
        """A history that is taken in; its key."""
        at = self.desk.clock.now()
        origin = Origin(self.desk.workspace, "import", self.desk.envelope().incident_id, at)
        opening = self.desk.command(c.Open, title="from before", severity=Severity.SEV1, declare=True)
        lead = self.desk.command(c.Claim, role=LEAD)
        found = decided(self.policy, origin, [opening, lead])
        assert isinstance(found, History)
        (answer,) = self.desk.store.intake.take([found])
        return answer.key
