"""The contract of the port Findings: what is not as it was made outside is kept once, and said once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.ports.findings import Finding, Findings, Kept, What
from incident_core.ports.mirrors import Claim
from incident_core.ports.timers import Reminder, everything
from incident_core.testing.contracts.base import CONCURRENT, DURABLE, needs
from incident_core.testing.contracts.desk import ANN, BOB, Desk, at_once
from incident_core.testing.contracts.mirrors_base import CHAT, PAGER, MirrorsBase

ALL = frozenset(What)
NOTHING = Kept()
RENAMED = {What.RENAMED: "C1"}


class FindingsContract(MirrorsBase):
    """Incidents in the mirrors CHAT and PAGER; things are found in CHAT, unless it is said otherwise."""

    @property
    def findings(self) -> Findings:
        """The port."""
        return self.desk.store.findings

    def keep(
        self,
        key: str,
        found: Mapping[What, str],
        *,
        mirror: str = CHAT,
        looked: frozenset[What] = ALL,
        desk: Desk | None = None,
    ) -> Kept:
        """This is so now, and nothing else of what was looked for."""
        where = desk or self.desk
        now = where.clock.now()
        return where.store.findings.keep(where.workspace, mirror, key, looked, found, now)

    def open(self, viewer: Actor | None = None, desk: Desk | None = None, limit: int = 100) -> list[Finding]:
        """What is so."""
        where = desk or self.desk
        return list(where.store.findings.open(where.workspace, limit, viewer))

    def kinds(self) -> list[tuple[str, What]]:
        """The same, in short."""
        return [(each.key, each.what) for each in self.open()]

    def told(self, mirror: str = CHAT, key: str | None = None) -> list[Reminder]:
        """What this mirror is to say about the workspace, or about an incident; all is given back."""
        about = everything(self.desk.workspace) if key is None else self.desk.load(key).incident_id
        claims = self.claim((mirror,), limit=100)
        found = [each for claim in claims if claim.incident_id == about for each in self._said(claim)]
        for claim in claims:
            self.settle(claim, 0, self.at(0))
        return [each for each in found if each.found is not None]

    def _said(self, claim: Claim) -> tuple[Reminder, ...]:
        return self.mirrors.gap(claim).reminders

    def test_what_was_found_is_so_from_then_on(self) -> None:
        key = self.desk.open()
        assert self.open() == []
        assert self.keep(key, RENAMED) == Kept(new=(What.RENAMED,))
        assert self.open() == [Finding(key, CHAT, What.RENAMED, "C1", self.at(0))]

    def test_noticed_twice_it_is_new_once(self) -> None:
        key = self.desk.open()
        self.keep(key, RENAMED)
        noticed = self.at(0)
        self.desk.clock.move(timedelta(hours=1))
        assert self.keep(key, RENAMED) == NOTHING
        assert [each.noticed_at for each in self.open()] == [noticed]
        assert len(self.told()) == 1

    def test_what_is_not_found_again_is_over_and_would_be_new_another_time(self) -> None:
        key = self.desk.open()
        self.keep(key, RENAMED)
        assert self.keep(key, {}) == Kept(over=(What.RENAMED,))
        assert self.open() == []
        assert self.keep(key, {}) == NOTHING
        self.desk.clock.move(timedelta(seconds=1))
        assert self.keep(key, RENAMED) == Kept(new=(What.RENAMED,))

    def test_with_another_detail_it_is_new(self) -> None:
        key = self.desk.open()
        self.keep(key, RENAMED)
        assert self.keep(key, {What.RENAMED: "C2"}) == Kept(new=(What.RENAMED,))
        assert [each.detail for each in self.open()] == ["C2"]

    def test_what_was_not_looked_for_stays_as_it_was(self) -> None:
        key = self.desk.open()
        self.keep(key, RENAMED)
        only = frozenset({What.ARCHIVED})
        assert self.keep(key, {What.ARCHIVED: "x", What.REMOVED: "x"}, looked=only) == Kept((What.ARCHIVED,))
        assert sorted(self.kinds()) == [(key, What.ARCHIVED), (key, What.RENAMED)]

    def test_each_incident_and_each_mirror_has_its_own(self) -> None:
        one, other = self.desk.open(), self.desk.open()
        self.keep(one, RENAMED)
        self.keep(other, RENAMED)
        self.keep(one, RENAMED, mirror=PAGER)
        self.keep(one, {})
        assert [(each.key, each.mirror) for each in self.open()] == [(one, PAGER), (other, CHAT)]

    def test_of_an_incident_that_is_not_there_nothing_is_kept(self) -> None:
        for key in ("INC-7", "all", "", "\u0000"):
            assert self.keep(key, RENAMED) == NOTHING
        assert self.open() == []

    def test_workspaces_do_not_mix(self) -> None:
        other = self.desk.other()
        key = self.desk.open()
        assert other.open() == key
        self.keep(key, RENAMED)
        assert self.open(desk=other) == []
        assert self.keep(key, {}, desk=other) == NOTHING
        assert len(self.open()) == 1

    def test_whoever_cannot_see_the_incident_does_not_see_it(self) -> None:
        key = self.desk.open(private=True)
        self.keep(key, RENAMED)
        assert [each.key for each in self.open(ANN)] == [key]
        assert self.open(BOB) == []

    def test_the_oldest_come_first_and_no_more_than_asked_for(self) -> None:
        keys = [self.desk.open() for _ in range(3)]
        for key in reversed(keys):
            self.keep(key, RENAMED)
            self.desk.clock.move(timedelta(seconds=1))
        assert [each.key for each in self.open(limit=2)] == [keys[2], keys[1]]

    def test_its_mirror_says_it_once_and_no_other_does(self) -> None:
        key = self.desk.open()
        self.keep(key, RENAMED)
        (told,) = self.told()
        assert told.found == Finding(key, CHAT, What.RENAMED, "C1", self.at(0))
        assert not told.over
        assert self.told(PAGER) == []

    def test_what_is_over_before_it_was_said_is_said_no_more(self) -> None:
        key = self.desk.open()
        self.keep(key, RENAMED)
        self.keep(key, {})
        (told,) = self.told()
        assert told.over
        assert told.found is not None
        assert told.found.over

    def test_that_the_commander_left_is_said_in_the_incident_too(self) -> None:
        key = self.desk.open(declare=True)
        self.keep(key, {What.COMMANDER_LEFT: "U1"})
        self.keep(key, {What.COMMANDER_LEFT: "U1", What.RENAMED: "C1"})
        (inside,) = self.told(key=key)
        assert inside.found is not None
        assert inside.found.what is What.COMMANDER_LEFT
        assert [each.found.what for each in self.told() if each.found] == [What.COMMANDER_LEFT, What.RENAMED]

    def test_reminders_of_timers_and_of_what_was_found_are_numbered_together(self) -> None:
        key = self.desk.open()
        self.desk.clock.move(timedelta(days=8))
        assert self.desk.store.timers.fire(self.at(0), 10)
        self.keep(key, RENAMED)
        self.desk.clock.move(timedelta(days=8))
        self.desk.store.timers.fire(self.at(0), 10)
        (whole,) = [
            claim for claim in self.claim((CHAT,), limit=100)
            if claim.incident_id == everything(self.desk.workspace)
        ]  # fmt: skip
        numbers = [each.number for each in self._said(whole)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert [each.found is None for each in self._said(whole)][:2] == [True, False]

    def test_one_looks_in_each_while(self) -> None:
        def turn(later: float, mirror: str = CHAT, desk: Desk | None = None) -> bool:
            where = desk or self.desk
            until = self.at(later) + timedelta(minutes=60)
            return where.store.findings.turn(where.workspace, mirror, self.at(later), until)

        assert turn(0)
        assert not turn(0)
        assert not turn(59 * 60)
        assert turn(60 * 60)
        assert not turn(61 * 60)
        assert turn(61 * 60, PAGER)
        assert turn(61 * 60, desk=self.desk.other())

    def test_a_rebuild_of_views_does_not_touch_it(self) -> None:
        key = self.desk.open()
        self.keep(key, RENAMED)
        self.desk.do(c.AddTask, key, text="x")
        self.desk.store.views.rebuild(write=True)
        assert self.kinds() == [(key, What.RENAMED)]

    @needs(CONCURRENT)
    def test_of_several_who_notice_it_at_the_same_time_it_is_new_to_one(self) -> None:
        keys = [self.desk.open(), self.desk.open()]
        both = at_once(*[lambda key=key: self.keep(key, RENAMED) for key in keys * 3])
        assert sorted(both, key=repr) == sorted([NOTHING] * 4 + [Kept((What.RENAMED,))] * 2, key=repr)
        assert len(self.told()) == 2

    @needs(CONCURRENT)
    def test_of_several_who_want_to_look_at_the_same_time_one_does(self) -> None:
        now, until = self.at(0), self.at(60)
        turns = at_once(*[lambda: self.findings.turn(self.desk.workspace, CHAT, now, until)] * 6)
        assert sorted(turns, key=repr) == [False] * 5 + [True]

    @needs(DURABLE)
    def test_a_new_process_knows_it_too(self) -> None:
        key = self.desk.open()
        self.keep(key, RENAMED)
        again = self.reopen(self.desk.store)
        (found,) = again.findings.open(self.desk.workspace, 10)
        assert (found.key, found.what) == (key, What.RENAMED)
        assert self.keep(key, RENAMED) == NOTHING
