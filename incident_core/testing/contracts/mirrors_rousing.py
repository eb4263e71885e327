"""The contract of the port Mirrors: what waits for long is tried again, once the outside has answered."""

from __future__ import annotations

from dataclasses import replace

from incident_core.ports.mirror import Call, Kind
from incident_core.ports.mirrors import ROUSED, TIRED, Claim, Effect
from incident_core.testing.contracts.mirrors_base import CHAT, PAGER, MirrorsBase


class RouseContract(MirrorsBase):
    """Part of MirrorsContract."""

    def test_what_is_tired_is_due_at_once_and_has_failed_less(self) -> None:
        tired = self._tired("place")
        mine, others = self._asleep(tired)
        assert self.mirrors.rouse(mine, self.at(1)) == 1
        claim = self.only(1)
        assert claim.incident_id == others.incident_id
        gap = self.mirrors.gap(claim)
        assert gap.effects == {"place": replace(tired, attempts=ROUSED, next_at=None)}
        assert gap.revision == 1
        assert self.mirrors.rouse(mine, self.at(2)) == 0

    def test_what_is_not_tired_stopped_or_skipped_is_left_alone(self) -> None:
        tired = self._tired("place")
        left = [
            replace(tired, slot="fresh", attempts=TIRED - 1),
            replace(tired, slot="stopped", stopped=True),
            replace(tired, slot="skipped", skipped=True),
            replace(tired, slot="asked", error=None),
        ]
        mine, _ = self._asleep(*left)
        assert self.mirrors.rouse(mine, self.at(1)) == 0
        assert self.claim((CHAT,), 1) == ()

    def test_of_what_is_roused_all_else_stays(self) -> None:
        tired, fresh = self._tired("place"), replace(self._tired("board"), attempts=1)
        making = Call("key", Kind.MAKE, "list", "lists.make", {})
        unknown = replace(self._tired("list"), intent=making, intended_at=self.at(-1))
        mine, _ = self._asleep(tired, fresh, unknown)
        assert self.mirrors.rouse(mine, self.at(1)) == 1
        effects = self.mirrors.gap(self.only(1)).effects
        assert effects["board"] == fresh
        assert effects["list"] == replace(unknown, attempts=ROUSED, next_at=None)

    def test_what_is_under_way_is_left_alone(self) -> None:
        """Whoever has it would write over it."""
        self.desk.open()
        claim = self.only()
        self.mirrors.save(claim, [self._tired("place")], {})
        assert self.mirrors.rouse(claim, self.at(1)) == 0
        assert self.mirrors.gap(claim).effects["place"].attempts == TIRED

    def test_another_mirror_and_another_workspace_are_left_alone(self) -> None:
        mine, _ = self._asleep()
        pager = self.claim((PAGER,))[0]
        self.mirrors.save(pager, [self._tired("page")], {})
        self.settle(pager, shown=0, next_at=self.at(600))
        self.desk.other().open()
        theirs = self.only()
        self.mirrors.save(theirs, [self._tired("place")], {})
        self.settle(theirs, shown=0, next_at=self.at(600))
        assert self.mirrors.rouse(mine, self.at(1)) == 0
        assert self.mirrors.rouse(theirs, self.at(1)) == 1

    def _tired(self, slot: str) -> Effect:
        return Effect(slot, attempts=TIRED, next_at=self.at(600), error="It cannot be reached.")

    def _asleep(self, *effects: Effect) -> tuple[Claim, Claim]:
        """A claim that was settled, and one that waits with these effects."""
        self.desk.open()
        self.desk.open()
        mine, others = self.claim((CHAT,), limit=2)
        self.settle(mine, shown=1)
        self.mirrors.save(others, effects, {})
        self.settle(others, shown=0, next_at=self.at(600), error="It cannot be reached.")
        return mine, others
