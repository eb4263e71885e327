"""The contract of the port Mirrors: what is due, for whom, and in which order."""

from __future__ import annotations

from incident_core import commands as c
from incident_core.model.severity import Severity
from incident_core.ports.log import Result
from incident_core.testing.contracts.desk import BOB
from incident_core.testing.contracts.mirrors_base import CHAT, MIRRORS, PAGER, MirrorsBase, seconds


class ClaimContract(MirrorsBase):
    """Part of MirrorsContract."""

    def test_a_commit_makes_every_mirror_want_it_and_due_at_once(self) -> None:
        self.desk.open(declare=True)
        claims = self.claim(limit=5)
        assert sorted(claim.mirror for claim in claims) == sorted(MIRRORS)
        assert {claim.incident_id for claim in claims} == {self.desk.load("INC-1").incident_id}
        assert {claim.workspace for claim in claims} == {self.desk.workspace}
        assert {claim.until for claim in claims} == {self.at(15)}

    def test_a_gap_is_the_incident_with_what_is_new_about_it(self) -> None:
        key = self.desk.open(declare=True)
        claim = self.only()
        gap = self.mirrors.gap(claim)
        assert gap.incident == self.desk.load(key).incident
        assert gap.entries == self.desk.timeline(key)
        assert (gap.shown.version, gap.wanted.version, gap.revision) == (0, 3, 0)
        assert (gap.effects, gap.holds) == ({}, {})
        self.settle(claim, shown=3)
        self.desk.do(c.SetSeverity, key, severity=Severity.SEV2)
        gap = self.mirrors.gap(self.only())
        assert gap.entries == self.desk.timeline(key)[3:]
        assert (gap.shown.version, gap.wanted.version, gap.revision) == (3, 4, 1)

    def test_a_gap_shows_private_incidents_and_what_was_redacted(self) -> None:
        key = self.desk.open("a secret", by=BOB, private=True)
        self.redact(key, by=BOB)
        gap = self.mirrors.gap(self.only())
        assert gap.incident is not None
        assert gap.incident.title is None
        assert [entry.redacted for entry in gap.entries] == [("title",), ()]

    def test_nothing_is_due_that_no_commit_has_changed(self) -> None:
        key = self.desk.open()
        self.settle(self.only(), shown=1)
        assert self.desk.do(c.Release, key, role="technical_lead").result is Result.UNCHANGED
        assert self.desk.do(c.Resolve, key).result is Result.REFUSED
        assert self.claim((CHAT,), 60) == ()

    def test_a_repeated_command_is_no_news(self) -> None:
        key = self.desk.open()
        batch = self.desk.batch(self.desk.load(key), self.task())
        self.desk.store.log.commit(batch)
        self.settle(self.only(), shown=2)
        assert self.desk.store.log.commit(batch).repeated
        assert self.claim((CHAT,)) == ()

    def test_nothing_is_told_of_histories_that_were_taken_in_and_what_comes_after_is(self) -> None:
        taken = self.past(self.desk.command(c.Open, title="long ago"), self.desk.command(c.Declare))
        assert [answer.key for answer in self.desk.store.intake.take([taken])] == ["INC-1"]
        assert self.claim(MIRRORS) == ()
        self.desk.do(c.Resolve, "INC-1")
        gap = self.mirrors.gap(self.only())
        assert (gap.shown.version, gap.wanted.version) == (3, 4)
        assert gap.entries == self.desk.timeline("INC-1")[3:]

    def test_only_the_mirrors_that_are_asked_for_are_claimed(self) -> None:
        self.desk.open()
        assert self.claim(("another",)) == ()
        assert self.claim(()) == ()
        assert [claim.mirror for claim in self.claim((PAGER, "another"))] == [PAGER]
        assert [claim.mirror for claim in self.claim(MIRRORS)] == [CHAT]

    def test_no_more_is_claimed_than_was_asked_for(self) -> None:
        for _ in range(3):
            self.desk.open()
        assert self.claim((CHAT,), limit=0) == ()
        assert len(self.claim((CHAT,), limit=2)) == 2
        assert len(self.claim((CHAT,), limit=2)) == 1
        assert self.claim((CHAT,), limit=2) == ()

    def test_the_highest_severity_comes_first_and_then_what_has_been_due_for_longest(self) -> None:
        moments = {"late": 86_400 * 20, "early": 3600 * 20, "middle": 3600 * 23}
        for title, later in moments.items():
            self.desk.clock.move(seconds(later))
            self.desk.open(title, severity=Severity.SEV2)
            self.desk.clock.move(seconds(-later))
        self.desk.open("least")
        self.desk.clock.move(seconds(86_400 * 30))
        self.desk.open("worst", severity=Severity.SEV1)
        claims = self.claim((CHAT,), limit=9)
        titles = [self.incident(claim).title for claim in claims]
        assert titles == ["worst", "early", "middle", "late", "least"]

    def test_a_severity_that_was_raised_counts_at_once(self) -> None:
        first, second = self.desk.open(), self.desk.open()
        self.desk.clock.move(seconds(5))
        self.desk.do(c.SetSeverity, second, severity=Severity.SEV1)
        claims = self.claim((CHAT,), limit=2)
        assert [self.incident(claim).key for claim in claims] == [second, first]

    def test_what_is_claimed_is_nobody_elses_until_its_lease_ends(self) -> None:
        self.desk.open()
        claim = self.only()
        assert self.claim((CHAT,), 14.999999) == ()
        taken = self.only(15)
        assert (taken.token, taken.until) == (claim.token + 1, self.at(30))

    def test_a_lease_can_be_kept_longer(self) -> None:
        self.desk.open()
        claim = self.only()
        self.mirrors.renew(claim, self.at(40))
        assert self.claim((CHAT,), 39) == ()
        assert self.only(40).token == claim.token + 1

    def test_what_is_not_due_yet_is_left_alone(self) -> None:
        self.desk.open()
        self.settle(self.only(), shown=0, next_at=self.at(20), error="too many requests")
        assert self.claim((CHAT,), 19) == ()
        assert self.mirrors.gap(self.only(20)).shown.version == 0

    def test_what_nothing_but_news_can_make_due_waits_for_news(self) -> None:
        key = self.desk.open()
        self.settle(self.only(), shown=0, next_at=None, error="not allowed")
        assert self.claim((CHAT,), 86_400) == ()
        self.desk.do(c.Declare, key)
        gap = self.mirrors.gap(self.only())
        assert (gap.shown.version, gap.wanted.version, len(gap.entries)) == (0, 3, 3)

    def test_what_is_settled_is_behind_no_more(self) -> None:
        self.desk.open()
        self.settle(self.only(), shown=1)
        assert self.claim((CHAT,), 60) == ()

    def test_it_is_due_at_once_even_where_the_clock_was_set_back(self) -> None:
        key = self.desk.open()
        self.settle(self.only(), shown=1)
        self.desk.clock.move(seconds(-3600))
        self.desk.do(c.Declare, key)
        assert self.only().token == 2
