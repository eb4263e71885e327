"""What somebody who joins late is told is what the record says, and no more than they can take in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incident_core import commands as c
from incident_core import events as e
from incident_core.errors import NotFound
from incident_core.model.move import Move
from incident_core.model.policy import Policy
from incident_core.model.role import COMMANDER
from incident_core.model.severity import Severity
from incident_core.testing.contracts.desk import ANN, BOB, CLEO, Desk
from incident_core.testing.memory import Memory, MemoryStore
from incident_core.usecases.catchup import CHANGES, NEWEST, RECENT, Catchup, catching_up

ADMINS = Policy(admins=frozenset({CLEO}))


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryStore.over(Memory(), policy=ADMINS), ADMINS)


def caught_up(desk: Desk, key: str, policy: Policy | None = None) -> Catchup:
    """As Bob may see it."""
    store, now = desk.store, desk.clock.now()
    return catching_up(store.reader, store.timers, policy or desk.policy, desk.workspace, key, BOB, now)


def test_it_says_since_when_it_is_where_it_is(desk: Desk) -> None:
    key = desk.open("slow", severity=Severity.SEV2)
    desk.clock.move(timedelta(minutes=7))
    desk.do(c.Declare, key)
    desk.clock.move(timedelta(minutes=7))
    found = caught_up(desk, key)
    assert (found.incident.title, found.since) == ("slow", found.at - timedelta(minutes=7))
    assert found.roles == ((COMMANDER, ANN), ("technical_lead", None), ("communications_liaison", None))


def test_only_the_newest_are_named_and_nothing_that_was_retracted_or_is_done(desk: Desk) -> None:
    key = desk.open(declare=True)
    for number in range(1, 6):
        desk.do(c.SendUpdate, key, text=f"news {number}", impact=f"impact {number}")
        desk.do(c.AddEvidence, key, url=f"https://x.example/{number}")
        desk.do(c.AddTask, key, text=f"task {number}")
    for entry in ("u5", "e5", "t5"):
        desk.do(c.Retract, key, entry=entry, reason="wrong")
    desk.do(c.FinishTask, key, item="t1")
    found = caught_up(desk, key)
    assert [each.id for each in found.updates] == ["u2", "u3", "u4"][-NEWEST:]
    assert found.impact == "impact 4"
    assert ([each.id for each in found.evidence], found.evidence_in_all) == (["e2", "e3", "e4"], 4)
    assert [each.id for each in found.tasks] == ["t2", "t3", "t4"]


def test_the_impact_is_that_of_the_last_update_and_of_no_other(desk: Desk) -> None:
    key = desk.open(declare=True)
    assert caught_up(desk, key).impact is None
    desk.do(c.SendUpdate, key, text="one", impact="all of Europe")
    desk.do(c.SendUpdate, key, text="two")
    assert caught_up(desk, key).impact is None


def test_what_was_recorded_in_the_last_half_hour_has_changed_whenever_it_happened(desk: Desk) -> None:
    began = desk.clock.now()
    key = desk.open(declare=True)
    desk.clock.move(RECENT + timedelta(seconds=1))
    assert (caught_up(desk, key).changes, caught_up(desk, key).changes_in_all) == ((), 0)
    desk.perform(desk.command(c.SendUpdate, text="learnt late", at=began), key, at_given=True)
    assert [type(each.event) for each in caught_up(desk, key).changes] == [e.UpdateSent]
    desk.clock.move(RECENT)
    assert len(caught_up(desk, key).changes) == 1
    desk.clock.move(timedelta(microseconds=1))
    assert caught_up(desk, key).changes == ()


def test_of_many_changes_the_newest_are_named_and_all_are_counted(desk: Desk) -> None:
    key = desk.open()
    for number in range(CHANGES + 2):
        desk.do(c.AddTask, key, text=str(number))
    found = caught_up(desk, key)
    assert (len(found.changes), found.changes_in_all) == (CHANGES, CHANGES + 3)
    assert found.changes[-1].version == CHANGES + 3


def test_that_an_admin_looked_is_no_change(desk: Desk) -> None:
    key = desk.open(private=True, by=BOB)
    desk.do(c.Look, key, by=CLEO, how="show")
    assert [type(each.event) for each in caught_up(desk, key).changes] == [e.Opened]


def test_what_is_missing_for_the_next_move_is_what_the_rules_say_to_whoever_asks(desk: Desk) -> None:
    strict = Policy(required_roles=(COMMANDER, "technical_lead"), review_to_close=True)
    key = desk.open(declare=True)
    found = caught_up(desk, key, strict)
    assert found.next_move is Move.RESOLVE
    assert [each.remedy.rest for each in found.missing] == ["technical_lead"]
    desk.do(c.Resolve, key)
    found = caught_up(desk, key, strict)
    assert (found.next_move, len(found.missing)) == (Move.CLOSE, 1)
    assert "review" in found.missing[0].sentence
    desk.do(c.Close, key)
    assert (caught_up(desk, key).next_move, caught_up(desk, key).missing) == (None, ())


def test_reminders_are_those_that_will_fire(desk: Desk) -> None:
    key = desk.open(declare=True, severity=Severity.SEV1)
    assert [each.name for each in caught_up(desk, key).reminders] == ["comms", "stale"]
    desk.do(c.StopTimer, key, timer="comms")
    assert [each.name for each in caught_up(desk, key).reminders] == ["stale"]


def test_who_may_not_see_it_is_told_that_there_is_none(desk: Desk) -> None:
    key = desk.open(private=True)
    with pytest.raises(NotFound):
        caught_up(desk, key)
    with pytest.raises(NotFound):
        caught_up(desk, "INC-9")
