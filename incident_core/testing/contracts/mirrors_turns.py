"""The contract of the port Mirrors: nobody takes too much of what the outside holds, nor before others."""

from __future__ import annotations

from incident_core.testing.contracts.mirrors_base import CHAT, PAGER, MirrorsBase, seconds

PACES = {"make": seconds(3), "say": seconds(1)}


class TurnContract(MirrorsBase):
    """Part of MirrorsContract."""

    def test_what_was_never_held_is_free_for_everybody(self) -> None:
        self.desk.open()
        claim = self.only()
        assert [self.mirrors.turns(claim, PACES, self.at(0)) for _ in range(3)] == [{}, {}, {}]
        assert self.mirrors.gap(claim).holds == {}

    def test_what_is_held_is_held_for_everybody_and_no_turn_is_taken_in_the_others(self) -> None:
        self.desk.open()
        self.desk.open()
        mine, theirs = self.claim((CHAT,), limit=2)
        self.mirrors.save(mine, [], {"make": self.at(20), "say": self.at(5)})
        assert self.mirrors.turns(theirs, PACES, self.at(10)) == {"make": self.at(20)}
        assert self.mirrors.gap(mine).holds == {"make": self.at(20), "say": self.at(5)}

    def test_after_a_hold_turns_are_taken_one_by_one_at_its_pace(self) -> None:
        self.desk.open()
        claim = self.only()
        self.mirrors.save(claim, [], {"make": self.at(10)})
        make = {"make": seconds(3)}
        assert self.mirrors.turns(claim, make, self.at(10)) == {}
        assert self.mirrors.turns(claim, make, self.at(10.5)) == {"make": self.at(13)}
        assert self.mirrors.turns(claim, make, self.at(13.5)) == {}, "half a second late"
        assert self.mirrors.turns(claim, make, self.at(15)) == {"make": self.at(16)}, "which is not lost"

    def test_turns_that_nobody_took_can_be_taken_later(self) -> None:
        self.desk.open()
        claim = self.only()
        self.mirrors.save(claim, [], {"make": self.at(0)})
        taken = [self.mirrors.turns(claim, {"make": seconds(3)}, self.at(9)) for _ in range(5)]
        assert taken == [{}, {}, {}, {}, {"make": self.at(12)}]

    def test_a_minute_after_a_hold_everything_is_free_again(self) -> None:
        self.desk.open()
        claim = self.only()
        self.mirrors.save(claim, [], {"make": self.at(10)})
        assert [self.mirrors.turns(claim, PACES, self.at(70)) for _ in range(30)] == [{}] * 30

    def test_a_method_without_a_pace_is_held_as_long_as_the_outside_says_and_no_longer(self) -> None:
        self.desk.open()
        claim = self.only()
        self.mirrors.save(claim, [], {"make": self.at(10)})
        assert self.mirrors.turns(claim, {"make": seconds(0)}, self.at(9)) == {"make": self.at(10)}
        assert [self.mirrors.turns(claim, {"make": seconds(0)}, self.at(10)) for _ in range(2)] == [{}, {}]

    def test_turns_of_one_mirror_are_nothing_to_another(self) -> None:
        self.desk.open()
        self.mirrors.save(self.only(), [], {"make": self.at(10)})
        assert self.mirrors.turns(self.only(mirror=PAGER), PACES, self.at(0)) == {}

    def test_whoever_settles_nothing_holds_a_method_too_and_the_longer_hold_wins(self) -> None:
        self.desk.open()
        claim, space = self.only(), self.desk.workspace
        assert self.mirrors.held(space, CHAT, "make") is None
        self.mirrors.hold(space, CHAT, "make", self.at(10))
        self.mirrors.hold(space, CHAT, "make", self.at(5))
        assert self.mirrors.held(space, CHAT, "make") == self.at(10)
        assert self.mirrors.held(space, PAGER, "make") is None
        assert self.mirrors.turns(claim, PACES, self.at(9)) == {"make": self.at(10)}

    def test_others_wait_while_something_is_due_that_nobody_has(self) -> None:
        assert not self.mirrors.waiting((CHAT,), self.at(0))
        self.desk.open()
        assert self.mirrors.waiting((CHAT,), self.at(0))
        assert not self.mirrors.waiting(("another",), self.at(0))
        assert not self.mirrors.waiting((), self.at(0))
        claim = self.only()
        assert not self.mirrors.waiting((CHAT,), self.at(14))
        assert self.mirrors.waiting((CHAT,), self.at(15)), "its lease is over"
        self.settle(claim, shown=1, next_at=self.at(20))
        assert not self.mirrors.waiting((CHAT,), self.at(19))
        assert self.mirrors.waiting((CHAT,), self.at(20))
