"""The contract of the port Mirrors: who may change what, and what becomes of it when others come between."""

from __future__ import annotations

import pytest

from incident_core import commands as c
from incident_core.errors import LeaseLost
from incident_core.ports.mirrors import Come, Effect
from incident_core.testing.contracts.base import CONCURRENT, DURABLE, needs
from incident_core.testing.contracts.desk import at_once, of_type
from incident_core.testing.contracts.mirrors_base import CHAT, MIRRORS, PAGER, MirrorsBase, begun, seconds


class LeaseContract(MirrorsBase):
    """Part of MirrorsContract."""

    def test_what_changed_during_a_claim_keeps_it_behind_and_due_as_it_was_said(self) -> None:
        key = self.desk.open()
        claim = self.only()
        gap = self.mirrors.gap(claim)
        self.desk.clock.move(seconds(5))
        self.desk.do(c.AddTask, key, text="x")
        self.mirrors.settle(claim, gap.revision, Come(1), None, "an error")
        gap = self.mirrors.gap(self.only())
        assert (gap.shown.version, gap.wanted.version, gap.revision, len(gap.entries)) == (0, 2, 1, 2)

    def test_who_saw_the_newest_but_not_all_that_changed_leaves_it_due(self) -> None:
        """A note between: everything is shown, and yet there is something to do."""
        self.desk.open(declare=True)
        claim = self.only()
        self.mirrors.note(claim, [Effect("stray:place:x9", external_id="x9")])
        self.mirrors.settle(claim, 0, Come(3), None, None)
        gap = self.mirrors.gap(self.only(15))
        assert (gap.shown.version, gap.wanted.version, gap.revision, len(gap.entries)) == (0, 3, 1, 3)

    def test_news_during_a_claim_does_not_take_it_away(self) -> None:
        key = self.desk.open()
        claim = self.only()
        self.desk.do(c.Declare, key)
        assert self.claim((CHAT,)) == ()
        self.mirrors.save(claim, [Effect("place", done=True)], {})
        assert self.mirrors.gap(claim).effects["place"].done

    def test_another_mirror_of_the_same_incident_knows_nothing_of_it(self) -> None:
        self.desk.open()
        chat, pager = self.only(), self.only(mirror=PAGER)
        self.mirrors.save(chat, [Effect("place", done=True)], {"make": self.at(9)})
        self.settle(chat, shown=1)
        gap = self.mirrors.gap(pager)
        assert (gap.effects, gap.holds, gap.shown.version) == ({}, {}, 0)

    def test_another_incident_of_the_same_mirror_knows_only_of_the_holds(self) -> None:
        self.desk.open()
        self.desk.open()
        first, second = self.claim((CHAT,), limit=2)
        self.mirrors.save(first, [Effect("place", done=True)], {"make": self.at(9)})
        gap = self.mirrors.gap(second)
        assert (gap.effects, gap.holds) == ({}, {"make": self.at(9)})

    def test_another_workspace_is_not_held_up(self) -> None:
        self.desk.open()
        self.mirrors.save(self.only(), [], {"make": self.at(9)})
        self.desk.other().open()
        assert self.mirrors.gap(self.only()).holds == {}

    def test_whoever_was_overtaken_can_change_nothing(self) -> None:
        self.desk.open()
        old = self.only()
        self.mirrors.save(old, [Effect("place", error="before")], {})
        new = self.only(15)
        for use in (
            lambda: self.mirrors.gap(old),
            lambda: self.mirrors.renew(old, self.at(99)),
            lambda: self.mirrors.save(old, [Effect("place", done=True)], {"make": self.at(99)}),
            lambda: self.mirrors.save(old, [], {}),
            lambda: self.mirrors.settle(old, 0, Come(1), None, None),
        ):
            with pytest.raises(LeaseLost):
                use()
        gap = self.mirrors.gap(new)
        assert (gap.effects, gap.holds) == ({"place": Effect("place", error="before")}, {})
        assert (gap.shown.version, gap.revision) == (0, 0)
        assert self.only(30).token == new.token + 1, "the lease was not kept longer"

    def test_a_lease_that_ended_holds_as_long_as_nobody_takes_over(self) -> None:
        self.desk.open()
        claim = self.only()
        self.desk.clock.move(seconds(3600))
        self.mirrors.save(claim, [Effect("place", done=True)], {})
        self.mirrors.settle(claim, 0, Come(1), None, None)
        assert self.claim((CHAT,)) == ()

    def test_whoever_was_overtaken_can_leave_a_note(self) -> None:
        self.desk.open(declare=True)
        old = self.only()
        new = self.only(15)
        self.mirrors.save(new, [Effect("place", done=True, external_id="x1")], {})
        self.settle(new, shown=3)
        note = Effect("stray:place:x2", external_id="x2")
        self.mirrors.note(old, [note])
        assert self.claim((CHAT,), 14) == (), "what it did may still be on its way"
        gap = self.mirrors.gap(self.only(16))
        assert gap.effects == {
            "place": Effect("place", done=True, external_id="x1"),
            note.slot: note,
        }
        assert (gap.shown.version, gap.wanted.version, gap.revision) == (3, 3, 1)

    def test_a_note_does_not_make_more_of_what_is_behind_already(self) -> None:
        self.desk.open(declare=True)
        self.mirrors.note(self.only(), [Effect("stray:place:x2", external_id="x2")])
        assert self.mirrors.gap(self.only(15)).shown.version == 0

    def test_a_longer_hold_outlives_a_shorter_one(self) -> None:
        self.desk.open()
        claim = self.only()
        self.mirrors.save(claim, [], {"make": self.at(30), "say": self.at(5)})
        self.mirrors.save(claim, [], {"make": self.at(10), "say": self.at(20)})
        assert self.mirrors.gap(claim).holds == {"make": self.at(30), "say": self.at(20)}

    @needs(CONCURRENT)
    def test_eight_who_claim_at_once_share_what_there_is(self) -> None:
        for _ in range(10):
            self.desk.open()
        calls = [lambda: self.claim(MIRRORS, limit=4)] * 8
        results = at_once(*calls)
        found = [claim for claims in of_type(results, tuple) for claim in claims]
        assert of_type(results, Exception) == []
        assert len(found) == len({(claim.incident_id, claim.mirror) for claim in found}), results
        left = self.claim(MIRRORS, limit=99)
        assert len(found) + len(left) == 20, results
        assert {claim.token for claim in (*found, *left)} == {1}

    @needs(CONCURRENT)
    def test_of_a_lease_that_ended_eight_get_one(self) -> None:
        self.desk.open()
        self.only()
        results = at_once(*[lambda: self.claim((CHAT,), 20)] * 8)
        assert sorted(map(len, of_type(results, tuple))) == [0] * 7 + [1], results

    @needs(CONCURRENT)
    def test_saving_and_committing_do_not_get_in_each_others_way(self) -> None:
        key = self.desk.open()
        claim = self.only()
        effects = [Effect(f"say:place:{number}", done=True) for number in range(1, 9)]
        saves = [lambda each=each: self.mirrors.save(claim, [each], {"say": self.at(9)}) for each in effects]
        commits = [lambda: self.desk.do(c.AddTask, key, text="x")] * 4
        assert of_type(at_once(*saves, *commits), Exception) == []
        gap = self.mirrors.gap(claim)
        assert (gap.wanted.version, gap.revision) == (5, 4)
        assert gap.effects == {effect.slot: effect for effect in effects}

    @needs(DURABLE)
    def test_a_new_process_knows_all_of_it(self) -> None:
        key = self.desk.open(declare=True)
        claim = self.only()
        self.mirrors.save(claim, [begun(self.at(0))], {"make": self.at(9)})
        later = self.desk.after(self.reopen(self.desk.store)).store.mirrors
        assert later.gap(claim) == self.mirrors.gap(claim)
        assert later.claim((CHAT,), self.at(0), self.at(15), 1) == ()
        (taken,) = later.claim((CHAT,), self.at(15), self.at(30), 1)
        with pytest.raises(LeaseLost):
            self.mirrors.settle(claim, 0, Come(3), None, None)
        later.settle(taken, 0, Come(3), None, None)
        self.desk.do(c.AddTask, key, text="x")
        gap = self.mirrors.gap(self.only())
        assert (gap.shown.version, gap.wanted.version, gap.revision) == (3, 4, 1)
        assert gap.effects == {"place": begun(self.at(0))}
