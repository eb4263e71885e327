"""The part of the Reader's contract about duties: what is somebody's to do, and may be seen by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from incident_core import commands as c
from incident_core import events as e
from incident_core.model.actor import Actor
from incident_core.model.role import COMMANDER
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.times import Due
from incident_core.ports.intake import History
from incident_core.ports.reader import DUTIES, Duties, FollowUp, Held, Owed
from incident_core.testing.contracts.base import DURABLE, StoreContract, needs
from incident_core.testing.contracts.desk import ANN, BOB, CLEO, Desk
from incident_core.usecases.history import Origin, decided

LEAD = "technical_lead"


class DutiesContract(StoreContract):
    """Subclass it, and say how the store is made and opened again."""

    def duties(self, actor: Actor = ANN, desk: Desk | None = None) -> Duties:
        """What is theirs."""
        where = desk or self.desk
        return where.store.reader.duties(where.workspace, actor)

    def roles(self, actor: Actor = ANN) -> list[tuple[str, str]]:
        """Which roles they hold where."""
        return [(each.key, each.role) for each in self.duties(actor).roles]

    def owed(self, actor: Actor = ANN) -> list[tuple[str, str]]:
        """Which follow-ups are theirs."""
        return [(each.key, each.item) for each in self.duties(actor).follow_ups]

    def follow_up(self, key: str, owner: Actor | None = ANN, by: Actor = ANN, text: str = "index it") -> None:
        """Add one."""
        self.desk.do(c.AddFollowUp, key, by=by, text=text, owner=owner)

    def redact(self, key: str, version: int, field: str) -> None:
        """Remove a text."""
        gone = e.TextRedacted(actor=ANN, at=self.desk.clock.now(), version=version, field=field, reason="x")
        self.desk.store.log.commit(self.desk.batch(self.desk.load(key), gone))

    def open_ones(self, viewer: Actor = ANN, limit: int = 50, **only: Any) -> list[tuple[str, str]]:
        """Which follow-ups are open, as this viewer sees them."""
        where = self.desk
        found = where.store.reader.follow_ups(where.workspace, viewer, limit, **only)
        return [(each.key, each.item) for each in found]

    def due(self, key: str, due: Due | None, owner: Actor | None = None, by: Actor = ANN) -> None:
        """Add a follow-up that is due then."""
        self.desk.do(c.AddFollowUp, key, by=by, text="index it", owner=owner, due=due)

    def test_who_has_nothing_to_do_has_nothing_to_do(self) -> None:
        self.desk.open(declare=True)
        assert self.duties(BOB) == Duties((), ())

    def test_a_role_is_told_with_where_it_is_held(self) -> None:
        key = self.desk.open("slow", declare=True, severity=Severity.SEV2, drill=True, private=True)
        told = Held(key, "slow", Severity.SEV2, Stage.INCIDENT, drill=True, private=True, role=COMMANDER)
        assert self.duties() == Duties((told,), ())
        self.desk.do(c.CorrectTitle, key, title="very slow")
        self.desk.do(c.SetSeverity, key, severity=Severity.SEV1)
        self.desk.do(c.Resolve, key)
        told = replace(told, title="very slow", severity=Severity.SEV1, stage=Stage.RESOLVED)
        assert self.duties() == Duties((told,), ())

    def test_roles_of_newer_incidents_come_first_and_those_of_one_by_name(self) -> None:
        for _ in range(11):
            self.desk.open(declare=True)
        self.desk.do(c.Claim, "INC-9", role=LEAD)
        self.desk.do(c.Claim, "INC-9", role="communications_liaison")
        keys = ["INC-11", "INC-10", "INC-9", "INC-9", "INC-9", "INC-8"]
        assert [key for key, _ in self.roles()][:6] == keys
        assert [role for key, role in self.roles() if key == "INC-9"] == [
            "communications_liaison", COMMANDER, LEAD,
        ]  # fmt: skip

    def test_a_role_that_is_released_or_taken_over_is_no_longer_held(self) -> None:
        key = self.desk.open(declare=True)
        self.desk.do(c.Claim, key, role=LEAD)
        self.desk.do(c.HandOver, key, to=BOB)
        assert (self.roles(), self.roles(BOB)) == ([(key, LEAD)], [(key, COMMANDER)])
        self.desk.do(c.Release, key, role=LEAD)
        self.desk.do(c.Assign, key, role=COMMANDER, holder=CLEO)
        assert (self.roles(), self.roles(BOB), self.roles(CLEO)) == ([], [], [(key, COMMANDER)])

    def test_nothing_is_held_in_what_is_closed_until_it_is_reopened(self) -> None:
        key = self.desk.open(declare=True)
        self.desk.do(c.Resolve, key)
        assert self.roles() == [(key, COMMANDER)]
        self.desk.do(c.Close, key)
        assert self.roles() == []
        self.desk.do(c.Reopen, key, by=BOB, reason="again")
        assert (self.roles(), self.roles(BOB)) == ([(key, COMMANDER)], [])

    def test_a_follow_up_is_told_with_its_text_and_its_day(self) -> None:
        key = self.desk.open(drill=True, private=True)
        due = Due(date(2026, 12, 24), "Pacific/Auckland")
        self.desk.do(c.AddFollowUp, key, text="index 'it' \U0001f525", owner=ANN, due=due)
        told = Owed(key, "f1", "index 'it' \U0001f525", due, drill=True, private=True)
        assert self.duties() == Duties((), (told,))

    def test_follow_ups_of_newer_incidents_come_first_and_of_one_the_newest(self) -> None:
        for _ in range(11):
            self.desk.open()
        for _ in range(11):
            self.follow_up("INC-9")
        self.follow_up("INC-10")
        self.follow_up("INC-2")
        assert self.owed() == [
            ("INC-10", "f1"), *(("INC-9", f"f{number}") for number in range(11, 0, -1)), ("INC-2", "f1"),
        ]  # fmt: skip

    def test_a_follow_up_is_its_owners_whoever_that_is_now(self) -> None:
        key = self.desk.open()
        self.follow_up(key, None)
        assert self.owed() == []
        self.desk.do(c.AssignFollowUp, key, item="f1", owner=BOB)
        assert (self.owed(), self.owed(BOB)) == ([], [(key, "f1")])
        self.desk.do(c.AssignFollowUp, key, item="f1", owner=ANN)
        assert (self.owed(), self.owed(BOB)) == ([(key, "f1")], [])

    def test_what_is_done_or_retracted_is_owed_no_more(self) -> None:
        key = self.desk.open()
        for _ in range(3):
            self.follow_up(key)
        self.desk.do(c.FinishFollowUp, key, item="f1")
        self.desk.do(c.Retract, key, entry="f3", reason="a mistake")
        assert self.owed() == [(key, "f2")]

    def test_follow_ups_of_what_is_closed_are_owed_still(self) -> None:
        key = self.desk.open()
        self.follow_up(key)
        self.follow_up(key)
        self.desk.do(c.Close, key)
        assert self.owed() == [(key, "f2"), (key, "f1")]
        self.desk.do(c.FinishFollowUp, key, item="f2")
        assert self.owed() == [(key, "f1")]

    def test_a_task_is_no_follow_up(self) -> None:
        key = self.desk.open()
        self.desk.do(c.AddTask, key, text="look", owner=ANN)
        assert self.duties() == Duties((), ())

    def test_no_more_than_the_newest_fifty_are_told(self) -> None:
        for _ in range(DUTIES + 2):
            self.follow_up(self.desk.open(declare=True))
        newest = [f"INC-{number}" for number in range(DUTIES + 2, 2, -1)]
        assert ([key for key, _ in self.roles()], [key for key, _ in self.owed()]) == (newest, newest)

    def test_a_text_that_was_redacted_is_not_told(self) -> None:
        key = self.desk.open("a secret", declare=True)
        self.follow_up(key, text="another secret")
        self.redact(key, 1, "title")
        self.redact(key, 4, "text")
        assert [each.title for each in self.duties().roles] == [None]
        assert [each.text for each in self.duties().follow_ups] == [None]

    def test_who_may_not_see_a_private_incident_has_nothing_to_do_there(self) -> None:
        key = self.desk.open(private=True, by=BOB)
        self.follow_up(key, by=BOB)
        assert self.duties() == Duties((), ())
        self.desk.do(c.Grant, key, by=BOB, who=ANN)
        assert self.owed() == [(key, "f1")]
        self.desk.do(c.Revoke, key, by=BOB, who=ANN)
        assert self.duties() == Duties((), ())
        self.desk.do(c.Assign, key, by=BOB, role=LEAD, holder=ANN)
        assert (self.roles(), self.owed()) == ([(key, LEAD)], [(key, "f1")])

    def test_made_private_it_is_no_longer_the_duty_of_those_who_lost_sight_of_it(self) -> None:
        key = self.desk.open(by=BOB, declare=True)
        self.follow_up(key)
        self.follow_up(key, CLEO)
        self.desk.do(c.MakePrivate, key, by=CLEO)
        assert (self.duties(), self.owed(CLEO), self.roles(BOB)) == (
            Duties((), ()), [(key, "f2")], [(key, COMMANDER)],
        )  # fmt: skip
        assert [each.private for each in self.duties(CLEO).follow_ups] == [True]

    def test_an_open_follow_up_is_told_whoever_it_is(self) -> None:
        key = self.desk.open(drill=True)
        due = Due(date(2026, 12, 24), "Pacific/Auckland")
        self.due(key, None)
        self.due(key, due, BOB)
        reader = self.desk.store.reader
        told = FollowUp(key, "f2", "index it", BOB, due, drill=True, private=False)
        nobodys = FollowUp(key, "f1", "index it", None, None, drill=True, private=False)
        assert reader.follow_ups(self.desk.workspace, CLEO, 9) == (told, nobodys)

    def test_what_is_due_first_comes_first_wherever_its_day_ends(self) -> None:
        for _ in range(11):
            self.desk.open()
        first, second = date(2026, 12, 24), date(2026, 12, 25)
        self.due("INC-10", None)
        self.due("INC-2", None)
        self.due("INC-2", Due(second, "Pacific/Kiritimati"))
        self.due("INC-9", Due(first, "Pacific/Midway"))
        self.due("INC-1", Due(date.max))
        for _ in range(10):
            self.due("INC-9", Due(first))
        others = [("INC-9", f"f{number}") for number in range(2, 12)]
        rest = [("INC-2", "f2"), ("INC-9", "f1"), ("INC-1", "f1"), ("INC-2", "f1"), ("INC-10", "f1")]
        assert self.open_ones() == [*others, *rest]
        assert self.open_ones(limit=11) == [*others, ("INC-2", "f2")]

    def test_only_somebodys_or_only_what_is_over_can_be_asked_for(self) -> None:
        key = self.desk.open()
        due = Due(date(2026, 12, 24), "Europe/Berlin")
        self.due(key, due, BOB)
        self.due(key, due)
        self.due(key, None, BOB)
        self.due(key, Due(date(2026, 12, 24), "America/New_York"), BOB)
        assert self.open_ones(owner=BOB) == [(key, "f1"), (key, "f4"), (key, "f3")]
        assert self.open_ones(over_at=due.over_at) == [(key, "f1"), (key, "f2")]
        assert self.open_ones(over_at=due.over_at, owner=BOB) == [(key, "f1")]
        assert self.open_ones(over_at=due.over_at - timedelta(microseconds=1)) == []

    def test_what_is_done_or_retracted_is_open_no_more_and_what_is_closed_has_it_still(self) -> None:
        key = self.desk.open()
        for _ in range(4):
            self.due(key, None, ANN)
        self.desk.do(c.FinishFollowUp, key, item="f1")
        self.desk.do(c.Retract, key, entry="f3", reason="a mistake")
        self.desk.do(c.AssignFollowUp, key, item="f4", owner=BOB)
        self.desk.do(c.AddTask, key, text="look")
        self.desk.do(c.Close, key)
        assert self.open_ones() == [(key, "f2"), (key, "f4")]
        assert self.open_ones(owner=BOB) == [(key, "f4")]

    def test_open_follow_ups_of_what_is_private_are_there_for_those_who_see_it(self) -> None:
        key, other = self.desk.open(private=True, by=BOB), self.desk.open(by=BOB)
        self.due(key, Due(date(2026, 12, 24)), ANN, by=BOB)
        self.due(other, None, ANN, by=BOB)
        assert (self.open_ones(), self.open_ones(owner=ANN)) == ([(other, "f1")], [(other, "f1")])
        assert self.open_ones(BOB) == [(key, "f1"), (other, "f1")]
        self.desk.do(c.Grant, key, by=BOB, who=ANN)
        assert self.open_ones(limit=1) == [(key, "f1")]
        self.desk.do(c.Revoke, key, by=BOB, who=ANN)
        self.desk.do(c.MakePrivate, other, by=BOB)
        assert (self.open_ones(), self.open_ones(CLEO)) == ([], [])
        found = self.desk.store.reader.follow_ups(self.desk.workspace, BOB, 9)
        assert [each.private for each in found] == [True, True]

    def test_a_text_that_was_redacted_is_not_told_of_what_is_open(self) -> None:
        key = self.desk.open()
        self.follow_up(key, text="a secret")
        self.redact(key, 2, "text")
        found = self.desk.store.reader.follow_ups(self.desk.workspace, BOB, 9)
        assert [each.text for each in found] == [None]

    def test_open_follow_ups_of_another_workspace_are_not_told(self) -> None:
        self.follow_up(self.desk.open())
        assert self.desk.store.reader.follow_ups("another", ANN, 9) == ()

    def test_workspaces_and_namesakes_are_kept_apart(self) -> None:
        key, other = self.desk.open(declare=True), self.desk.other()
        self.follow_up(key)
        assert self.duties(desk=other) == Duties((), ())
        for namesake in (Actor("slack", "ann"), Actor("cli", "Ann"), Actor("cli", "an")):
            assert self.duties(namesake) == Duties((), ())
        assert self.duties(Actor("cli", "ann", workspace="T9", login="root")) == self.duties()

    def test_what_was_taken_in_whole_is_somebodys_too(self) -> None:
        key = self.taken()
        assert (self.roles(), self.owed()) == ([(key, COMMANDER)], [(key, "f2")])
        assert self.duties().follow_ups[0].text == "two"
        assert self.roles(BOB) == []

    def test_what_commits_kept_equals_what_is_folded(self) -> None:
        self.test_nothing_is_held_in_what_is_closed_until_it_is_reopened()
        self.follow_up("INC-1")
        self.taken()
        self.desk.do(c.MakePrivate, "INC-1", by=BOB)
        before = [self.duties(actor) for actor in (ANN, BOB, CLEO)]
        assert self.desk.store.views.rebuild(write=False).differing == ()
        self.desk.store.views.rebuild(write=True)
        assert [self.duties(actor) for actor in (ANN, BOB, CLEO)] == before

    @needs(DURABLE)
    def test_a_new_process_knows_them_too(self) -> None:
        self.follow_up(self.desk.open(declare=True))
        again = self.desk.after(self.reopen(self.desk.store))
        assert self.duties(desk=again) == self.duties() != Duties((), ())

    def taken(self) -> str:
        """A history that is taken in; its key."""
        commands = [
            self.desk.command(c.Open, title="from before", declare=True),
            self.desk.command(c.Claim, by=BOB, role=LEAD),
            self.desk.command(c.AddFollowUp, text="one", owner=BOB),
            self.desk.command(c.AddFollowUp, text="two", owner=ANN),
            self.desk.command(c.Release, by=BOB, role=LEAD),
        ]
        return take(self.desk, commands)


def take(desk: Desk, commands: Sequence[c.Command]) -> str:
    """Take in the history that these commands lead to; its key."""
    origin = Origin(desk.workspace, "import", desk.envelope().incident_id, desk.clock.now())
    found = decided(desk.policy, origin, commands)
    assert isinstance(found, History), found
    (answer,) = desk.store.intake.take([found])
    return answer.key
