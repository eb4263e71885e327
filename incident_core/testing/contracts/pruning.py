"""The contract of the port Pruning: what goes, what stays, and that nobody can tell the difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import ClassVar

from incident_core import commands as c
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.ports.log import Result
from incident_core.ports.mirror import Kind
from incident_core.ports.mirrors import Effect
from incident_core.ports.pruning import Pruned, Pruning
from incident_core.ports.timers import everything
from incident_core.testing.contracts.mirrors_base import CHAT, PAGER, MirrorsBase, call
from incident_core.testing.contracts.timers import POLICY

AGE = timedelta(days=90)
SECOND = timedelta(seconds=1)


class PruningContract(MirrorsBase):
    """Subclass it, and say how a store with the mirrors MIRRORS and the policy `policy` is made."""

    policy: ClassVar[Policy] = POLICY

    @property
    def pruning(self) -> Pruning:
        """The port."""
        return self.desk.store.pruning

    @property
    def before(self) -> datetime:
        """What is older is old."""
        return self.desk.clock.now() - AGE

    def found(self) -> Pruned:
        """What there is to be removed now."""
        return self.pruning.count(self.before, self.desk.clock.now())

    def pruned(self) -> Pruned:
        """What is removed now, which is what was counted; then nothing is left."""
        counted = self.found()
        gone = sum(self.pruning.prune(self.before, self.desk.clock.now()), Pruned())
        assert gone == counted
        assert self.found() == Pruned()
        return gone

    def told(self, *effects: Effect) -> None:
        """All mirrors have come as far as there is something to say; the chat did these."""
        for claim in self.claim(limit=100):
            gap = self.mirrors.gap(claim)
            if claim.mirror == CHAT and claim.incident_id != everything(self.desk.workspace):
                self.mirrors.save(claim, effects, {})
            self.mirrors.settle(claim, gap.revision, gap.wanted, None, None)

    def closed(self, *effects: Effect) -> str:
        """An incident that is closed, and of which the chat made this."""
        key = self.desk.open()
        self.desk.do(c.Close, key)
        self.told(*effects)
        return key

    def test_where_there_is_nothing_nothing_goes(self) -> None:
        assert self.pruned() == Pruned()
        assert list(self.pruning.prune(self.before, self.desk.clock.now())) == []

    def test_old_answers_go_and_the_same_key_is_a_new_command_from_then_on(self) -> None:
        key = self.desk.open()
        self.desk.do(c.AddTask, key, name="twice", text="look")
        self.desk.clock.move(AGE + SECOND)
        assert self.desk.do(c.AddTask, key, name="twice", text="look").repeated
        assert self.pruned() == Pruned(answers=1)
        assert not self.desk.do(c.AddTask, key, name="twice", text="look").repeated
        assert self.desk.do(c.AddTask, key, name="twice", text="look").repeated
        assert len(self.desk.load(key).incident.tasks) == 2

    def test_what_was_refused_goes_too(self) -> None:
        key = self.desk.open()
        assert self.desk.do(c.Resolve, key, name="refused").result is Result.REFUSED
        self.desk.clock.move(AGE + SECOND)
        assert self.pruned() == Pruned(answers=1)
        assert not self.desk.do(c.Resolve, key, name="refused").repeated

    def test_answers_that_are_just_old_enough_not_to_be_old_stay(self) -> None:
        key = self.desk.open()
        self.desk.do(c.AddTask, key, name="twice", text="look")
        self.desk.clock.move(AGE)
        assert self.pruned() == Pruned()
        assert self.desk.do(c.AddTask, key, name="twice", text="look").repeated

    def test_the_answer_to_what_opened_an_incident_stays_for_ever(self) -> None:
        self.desk.open(name="past/1")
        self.desk.clock.move(AGE * 10)
        assert self.pruned() == Pruned()
        assert set(self.desk.store.intake.known(self.desk.workspace, ["past/1"])) == {"past/1"}
        assert self.desk.store.intake.others(self.desk.workspace, "other/")

    def test_the_record_and_the_lists_stay_as_they_are(self) -> None:
        key = self.closed(Effect("say:room:1", done=True))
        record, line = self.desk.record(), self.desk.lines()
        self.desk.clock.move(AGE + SECOND)
        assert self.pruned() == Pruned(answers=1, said=1)
        assert (self.desk.record(), self.desk.lines()) == (record, line)
        assert [entry.version for entry in self.desk.timeline(key)] == [1, 2]

    def test_what_was_said_about_a_closed_incident_goes_and_what_is_there_stays(self) -> None:
        room = Effect("room", done=True, fingerprint="f", external_id="C1")
        was = Effect("was:room", done=True, external_id="C0")
        note = Effect("stray:room:C9", done=True, external_id="C9")
        said = [Effect(f"say:room:{version}", done=True) for version in (1, 2)]
        skipped = Effect("say:digest:1", skipped=True)
        key = self.closed(room, was, note, *said, skipped)
        self.desk.clock.move(AGE + SECOND)
        assert self.pruned().said == 4
        self.desk.do(c.Reopen, key, reason="it is back")
        gap = self.mirrors.gap(self.only())
        assert dict(gap.effects) == {"room": room, "was:room": was}
        assert [entry.version for entry in gap.entries] == [3]
        assert self.desk.store.whereabouts.outside(self.desk.workspace, CHAT, "room", [key]) == {key: "C1"}

    def test_what_was_said_stays_while_the_incident_is_open_or_not_closed_for_long(self) -> None:
        key = self.desk.open()
        self.told(Effect("say:room:1", done=True))
        self.desk.clock.move(AGE + SECOND)
        assert self.pruned() == Pruned()
        self.desk.do(c.Close, key)
        self.told(Effect("say:room:2", done=True))
        self.desk.clock.move(AGE)
        assert self.pruned() == Pruned()

    def test_it_is_when_it_was_recorded_that_counts_and_not_when_it_is_said_to_have_happened(self) -> None:
        key = self.desk.open(at=self.desk.clock.now() - AGE * 2)
        self.desk.do(c.Close, key, at=self.desk.clock.now() - AGE * 2)
        self.told(Effect("say:room:1", done=True))
        assert self.pruned() == Pruned()

    def test_nothing_goes_of_what_is_behind(self) -> None:
        self.desk.do(c.Close, self.desk.open())
        claim = self.only()
        self.mirrors.save(claim, [Effect("say:room:1", done=True)], {})
        self.desk.clock.move(AGE + SECOND)
        assert self.pruned().said == 0
        self.settle(claim, shown=1)
        assert self.pruned().said == 0
        self.settle(claim, shown=2, next_at=self.at(60))
        assert self.pruned().said == 0
        self.settle(claim, shown=2)
        assert self.pruned().said == 1

    def test_nothing_goes_of_what_failed(self) -> None:
        failed = Effect("say:room:2", error="no", stopped=True)
        key = self.closed(Effect("say:room:1", done=True), failed)
        self.desk.clock.move(AGE + SECOND)
        assert self.pruned().said == 0
        self.desk.store.backlog.skip(self.desk.workspace, key, CHAT, "say:room:2", self.desk.clock.now())
        self.told()
        assert self.pruned().said == 2

    def test_what_was_begun_stays(self) -> None:
        begun = Effect("say:room:2", intent=call("say:room:2", Kind.SAY))
        self.closed(Effect("say:room:1", done=True), begun)
        self.desk.clock.move(AGE + SECOND)
        assert self.pruned().said == 1
        assert self.found().said == 0

    def test_the_other_mirrors_of_an_incident_do_not_matter(self) -> None:
        key = self.desk.open()
        self.desk.do(c.Close, key)
        claim = self.only(mirror=CHAT)
        self.mirrors.save(claim, [Effect("say:room:1", done=True)], {})
        self.settle(claim, shown=2)
        self.desk.clock.move(AGE + SECOND)
        assert self.pruned().said == 1
        assert self.mirrors.gap(self.only(mirror=PAGER)).shown.version == 0

    def test_old_reminders_go_with_what_was_said_of_them_and_the_next_one_is_numbered_after(self) -> None:
        key = self.desk.open(severity=Severity.SEV1, declare=True)
        numbers = self.remind(3)
        assert numbers == [1, 2, 3]
        self.told(*(Effect(f"remind:room:{number}", done=True) for number in numbers))
        self.desk.clock.move(AGE + SECOND)
        gone = self.pruned()
        assert (gone.reminders, gone.said) == (2, 2)
        (number,) = self.remind(1)
        assert number == 4
        gap = next(
            gap for gap in map(self.mirrors.gap, self.claim((CHAT,), limit=9)) if gap.incident is not None
        )
        assert gap.incident is not None
        assert (gap.incident.key, [each.number for each in gap.reminders]) == (key, [4])

    def remind(self, times: int) -> list[int]:
        """The numbers of the next reminders to send an update."""
        found: list[int] = []
        while len(found) < times:
            self.desk.clock.move(timedelta(minutes=30))
            fired = self.desk.store.timers.fire(self.desk.clock.now(), 100)
            found += [each.reminder.number for each in fired if each.key is not None][: times - len(found)]
        return found

    def test_reminders_that_a_mirror_has_not_said_or_that_failed_stay(self) -> None:
        self.desk.open(severity=Severity.SEV1, declare=True)
        self.remind(2)
        self.desk.clock.move(AGE + SECOND)
        assert self.pruned().reminders == 0
        failed = Effect("remind:room:1", error="no", stopped=True)
        self.told(failed)
        assert self.pruned().reminders == 0
        assert self.desk.store.backlog.retry(self.desk.workspace, None, None, self.desk.clock.now()) == 1
        heard = [gap.reminders for gap in map(self.mirrors.gap, self.claim((CHAT,), limit=9))]
        assert 1 in [each.number for reminders in heard for each in reminders]

    def test_holds_that_are_over_go_and_the_others_stay(self) -> None:
        self.desk.open()
        claim = self.only()
        self.mirrors.save(claim, [], {"lines.say": self.at(60), "places.make": self.at(61)})
        self.desk.clock.move(61 * SECOND)
        assert self.pruned() == Pruned(holds=1)
        assert set(self.mirrors.gap(claim).holds) == {"places.make"}

    def test_ended_early_the_rest_is_as_it_was_and_goes_the_next_time(self) -> None:
        key = self.closed(Effect("say:room:1", done=True))
        self.desk.clock.move(AGE + SECOND)
        first = list(islice(self.pruning.prune(self.before, self.desk.clock.now()), 1))
        assert len(first) == 1
        rest = self.pruned()
        assert sum(first, rest) == Pruned(answers=1, said=1)
        assert self.desk.do(c.Reopen, key, reason="it is back").result is Result.ACCEPTED

    def test_every_workspace_of_the_database_is_pruned(self) -> None:
        for desk in (self.desk, self.desk.other()):
            desk.do(c.AddTask, desk.open(), text="look")
        self.desk.clock.move(AGE + SECOND)
        assert self.pruned() == Pruned(answers=2)

    def test_many_more_than_go_in_one_batch_all_go(self) -> None:
        key, loaded = self.desk.open(), None
        for number in range(210):
            loaded = loaded or self.desk.load(key)
            self.desk.store.log.commit(self.desk.batch(loaded, name=f"many-{number}"))
        self.desk.clock.move(AGE + SECOND)
        assert self.pruned() == Pruned(answers=210)

    def test_the_counts_add_up(self) -> None:
        one = Pruned(1, 2, 3, 4)
        assert (one.total, one + replace(one, said=0)) == (10, Pruned(2, 2, 6, 8))
