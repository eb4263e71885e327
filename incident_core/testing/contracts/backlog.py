"""What the Backlog must do: show what is behind and stuck, try it again, and let it be."""

from __future__ import annotations

from dataclasses import replace

from incident_core import commands as c
from incident_core.model.severity import Severity
from incident_core.ports.backlog import Backlog, Behind, Lag, Stuck
from incident_core.ports.mirror import Kind
from incident_core.ports.mirrors import Effect
from incident_core.testing.contracts.desk import ANN, BOB
from incident_core.testing.contracts.mirrors_base import CHAT, PAGER, MirrorsBase, call, seconds


class BacklogContract(MirrorsBase):
    """How far the mirrors CHAT and PAGER have come with a few incidents."""

    @property
    def backlog(self) -> Backlog:
        """The port."""
        return self.desk.store.backlog

    def seen(self, key: str | None = None, limit: int = 100) -> tuple[Lag, ...]:
        """What an admin sees."""
        return self.backlog.lags(self.desk.workspace, key, limit)

    def failing(self, slot: str = "say:room:1", *, stopped: bool = False) -> Effect:
        """In CHAT, something that failed twice; the claim is given back, behind."""
        claim = self.only()
        intent = call(slot, Kind.SAY)
        failed = Effect(
            slot,
            attempts=2,
            next_at=None if stopped else self.at(60),
            error="no",
            stopped=stopped,
            intent=intent,
        )
        self.mirrors.save(claim, [failed], {})
        self.settle(claim, shown=1 if stopped else 0, next_at=None if stopped else self.at(60), error="no")
        return failed

    def test_what_is_behind_is_shown_the_highest_severity_first(self) -> None:
        self.desk.open()
        self.desk.open(severity=Severity.SEV1)
        assert [(each.key, each.mirror, each.shown) for each in self.seen()] == [
            ("INC-2", CHAT, 0),
            ("INC-2", PAGER, 0),
            ("INC-1", CHAT, 0),
            ("INC-1", PAGER, 0),
        ]
        assert [each.key for each in self.seen(limit=1)] == ["INC-2"]
        assert self.backlog.count(self.desk.workspace) == (4, 0)

    def test_mirrors_are_behind_since_the_first_event_that_they_do_not_show(self) -> None:
        opened, key = self.at(0), self.desk.open()
        self.desk.clock.move(seconds(60))
        self.desk.open()
        self.desk.do(c.Declare, key)
        behind, workspace = self.backlog.behind, self.desk.workspace
        assert behind(workspace) == (Behind(CHAT, 2, opened, 0), Behind(PAGER, 2, opened, 0))
        for claim in self.claim((PAGER,), limit=2):
            self.settle(claim, shown=1)
        assert behind(workspace) == (Behind(CHAT, 2, opened, 0), Behind(PAGER, 1, self.at(0), 0))
        assert behind("elsewhere") == ()

    def test_what_is_stopped_is_counted_where_nothing_is_behind(self) -> None:
        self.desk.open()
        self.failing(stopped=True)
        chat, pager = self.backlog.behind(self.desk.workspace)
        assert (chat, pager) == (Behind(CHAT, 0, None, 1), Behind(PAGER, 1, self.at(0), 0))

    def test_where_all_is_shown_it_is_behind_since_something_is_to_be_done_again(self) -> None:
        self.desk.open()
        self.settle(self.only(), shown=1, next_at=self.at(9))
        assert self.backlog.behind(self.desk.workspace)[0] == Behind(CHAT, 1, self.at(9), 0)

    def test_what_is_in_step_is_shown_only_by_its_key(self) -> None:
        self.desk.open()
        for claim in self.claim(limit=2):
            self.settle(claim, shown=1)
        assert self.seen() == ()
        assert self.seen("INC-1") == (
            Lag("INC-1", CHAT, 1, 1, 0, None, None, ()),
            Lag("INC-1", PAGER, 1, 1, 0, None, None, ()),
        )
        assert self.seen("INC-2") == self.seen("nonsense") == ()
        assert self.desk.other().store.backlog.lags("elsewhere", "INC-1", 9) == ()

    def test_what_failed_is_told_with_its_tries_and_its_next_one(self) -> None:
        self.desk.open()
        self.failing()
        (chat,) = (each for each in self.seen() if each.mirror == CHAT)
        stuck = (Stuck("say:room:1", 2, self.at(60), "no", False),)
        assert chat == Lag("INC-1", CHAT, 0, 1, 0, self.at(60), "no", stuck)

    def test_what_is_stopped_is_shown_although_nothing_is_behind(self) -> None:
        self.desk.open()
        self.failing(stopped=True)
        (chat,) = (each for each in self.seen() if each.mirror == CHAT)
        assert (chat.shown, chat.wanted, chat.stuck[0].stopped) == (1, 1, True)
        assert self.backlog.count(self.desk.workspace) == (1, 1)

    def test_trying_again_makes_it_due_at_once_back_to_what_was_not_said(self) -> None:
        key = self.desk.open()
        self.failing(stopped=True)
        self.desk.store.log.commit(self.desk.batch(self.desk.load(key), self.task()))
        claim = self.only()
        self.settle(claim, shown=2)
        assert self.backlog.retry(self.desk.workspace, key, CHAT, self.at(5)) == 1
        (chat,) = (each for each in self.seen(key) if each.mirror == CHAT)
        assert (chat.shown, chat.next_at, chat.stuck) == (0, self.at(5), ())
        gap = self.mirrors.gap(self.only(later=5))
        assert gap.effects["say:room:1"] == Effect("say:room:1")

    def test_trying_again_does_not_forget_a_call_whose_end_is_unknown(self) -> None:
        self.desk.open()
        failed = self.failing()
        assert self.backlog.retry(self.desk.workspace, None, None, self.at(1)) == 1
        effect = self.mirrors.gap(self.only(later=1)).effects["say:room:1"]
        assert effect == replace(failed, attempts=0, next_at=None, error=None)

    def test_only_what_was_asked_for_is_tried_again(self) -> None:
        key = self.desk.open()
        self.failing()
        retry, workspace = self.backlog.retry, self.desk.workspace
        assert retry(workspace, key, PAGER, self.at(0)) == 0
        assert retry(workspace, "INC-2", None, self.at(0)) == 0
        assert retry("elsewhere", None, None, self.at(0)) == 0
        assert retry(workspace, None, None, self.at(0)) == 1
        assert retry(workspace, None, None, self.at(0)) == 0

    def test_what_is_skipped_is_no_longer_wanted_nor_shown(self) -> None:
        key = self.desk.open()
        self.failing()
        skip, workspace = self.backlog.skip, self.desk.workspace
        assert not skip(workspace, key, PAGER, "say:room:1", self.at(0))
        assert not skip(workspace, key, CHAT, "say:room:2", self.at(0))
        assert not skip("elsewhere", key, CHAT, "say:room:1", self.at(0))
        assert skip(workspace, key, CHAT, "say:room:1", self.at(3))
        assert not skip(workspace, key, CHAT, "say:room:1", self.at(3))
        (chat,) = (each for each in self.seen(key) if each.mirror == CHAT)
        assert (chat.stuck, chat.next_at) == ((), self.at(3))
        assert self.mirrors.gap(self.only(later=3)).effects["say:room:1"].skipped

    def test_a_worker_that_has_it_meanwhile_leaves_it_due(self) -> None:
        key = self.desk.open()
        self.failing(stopped=True)
        self.desk.store.log.commit(self.desk.batch(self.desk.load(key), self.task()))
        claim = self.only()
        gap = self.mirrors.gap(claim)
        self.backlog.retry(self.desk.workspace, key, None, self.at(1))
        self.mirrors.settle(claim, gap.revision, gap.wanted, None, None)
        (chat,) = (each for each in self.seen(key) if each.mirror == CHAT)
        assert (chat.shown < chat.wanted, chat.next_at) == (True, self.at(1))

    def test_of_private_incidents_only_those_who_see_them_are_told(self) -> None:
        key, other = self.desk.open(private=True, by=ANN), self.desk.open(by=BOB)
        told = {
            viewer: {each.key for each in self.backlog.lags(self.desk.workspace, None, 9, viewer)}
            for viewer in (None, ANN, BOB)
        }
        assert told == {None: {key, other}, ANN: {key, other}, BOB: {other}}
        assert self.backlog.lags(self.desk.workspace, key, 9, BOB) == ()
        self.desk.do(c.MakePrivate, other, by=BOB)
        assert {each.key for each in self.backlog.lags(self.desk.workspace, None, 9, ANN)} == {key}

    def test_what_is_about_all_incidents_is_shown_to_everybody(self) -> None:
        self.desk.open(private=True, by=ANN)
        for each in self.backlog.lags(self.desk.workspace, "all", 9):
            assert each in self.backlog.lags(self.desk.workspace, "all", 9, BOB)
