"""The part of the Log's contract about command keys: a repeat is harmless, and gets the first answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from incident_core import commands as c
from incident_core.guards.refusal import Reason, Remedy
from incident_core.model.stage import Stage
from incident_core.ports.log import Answer, Result
from incident_core.testing.contracts.base import CONCURRENT, StoreContract, needs
from incident_core.testing.contracts.desk import ANN, BOB, at_once, of_type


class AnswerContract(StoreContract):
    """The same key, again."""

    def test_a_key_that_was_never_used_has_no_answer(self) -> None:
        self.desk.open(name="used")
        assert self.desk.store.log.answered(self.desk.workspace, "never used") is None
        assert self.desk.store.log.answered(self.desk.workspace, "USED") is None
        assert self.desk.store.log.answered(self.desk.other().workspace, "used") is None

    def test_a_repeated_opening_gets_the_first_answer(self) -> None:
        command = self.desk.command(c.Open, title="x", declare=True)
        first = self.desk.perform(command)
        self._assert_repeats(first, command)

    def test_a_repeated_command_gets_the_first_answer(self) -> None:
        key = self.desk.open()
        command = self.desk.command(c.Declare)
        first = self.desk.perform(command, key)
        assert (first.result, first.first_version, first.last_version) == (Result.ACCEPTED, 2, 3)
        self._assert_repeats(first, command, key)

    def test_a_repeated_refusal_is_the_first_refusal(self) -> None:
        key = self.desk.open()
        command = self.desk.command(c.Resolve)
        first = self.desk.perform(command, key)
        assert (first.result, first.first_version, first.last_version) == (Result.REFUSED, 1, 1)
        assert [reason.code for reason in first.reasons] == ["wrong-stage"]
        self._assert_repeats(first, command, key)

    def test_a_repeated_no_op_stays_one(self) -> None:
        key = self.desk.open()
        command = self.desk.command(c.Reopen)
        first = self.desk.perform(command, key)
        assert (first.result, first.reasons) == (Result.UNCHANGED, ())
        self._assert_repeats(first, command, key)

    def test_the_first_answer_stands_when_the_incident_has_moved_on(self) -> None:
        """The refused command would be allowed now, the allowed one refused, the no-op would do something."""
        key = self.desk.open()
        allowed = self.desk.command(c.Declare)
        refused = self.desk.command(c.Resolve)
        nothing = self.desk.command(c.Release, role="technical_lead")
        first = [self.desk.perform(each, key) for each in (refused, nothing, allowed)]
        self.desk.do(c.Claim, key, role="technical_lead", by=BOB)
        before = self.desk.record()
        again = [self.desk.perform(each, key) for each in (refused, nothing, allowed)]
        assert again == [replace(each, repeated=True) for each in first]
        self.desk.do(c.Resolve, key)
        self.desk.do(c.Close, key)
        assert [self.desk.perform(each, key) for each in (refused, nothing, allowed)] == again
        assert self.desk.record()[0].count == before[0].count + 2

    def test_every_reason_of_a_refusal_is_kept_word_for_word(self) -> None:
        loaded = self.desk.load(self.desk.open())
        reasons = (
            Reason("one", "Because 'of' \"this\" 🔥.", Remedy("task done", "t1 --reason TEXT", "ann")),
            Reason("two", "שלום\nand more", Remedy("show")),
        )
        self.desk.store.log.commit(self.desk.refusal(loaded, *reasons, name="refused"))
        answer = self.desk.store.log.answered(self.desk.workspace, "refused")
        assert answer is not None
        assert answer.reasons == reasons
        assert [reason.remedy.line("INC-1") for reason in answer.reasons] == [
            "incident task INC-1 done t1 --reason TEXT",
            "incident show INC-1",
        ]

    def test_commit_itself_gives_the_first_answer_even_for_an_old_version(self) -> None:
        """Two deliveries that both asked `answered` before either was committed."""
        loaded = self.desk.load(self.desk.open())
        first = self.desk.store.log.commit(self.desk.batch(loaded, name="twice"))
        self.desk.do(c.Declare, "INC-1")
        before = self.desk.record()
        assert self.desk.store.log.commit(self.desk.batch(loaded, name="twice")) == replace(
            first, repeated=True
        )
        assert self.desk.record() == before

    def test_a_key_belongs_to_one_workspace(self) -> None:
        other = self.desk.other()
        for desk in (self.desk, other):
            desk.open("first")
            answer = desk.perform(desk.command(c.Open, name="same", title=desk.workspace))
            assert (answer.result, answer.key, answer.repeated) == (Result.ACCEPTED, "INC-2", False)
        assert self.desk.load("INC-2").incident.title == self.desk.workspace
        assert other.load("INC-2").incident.title == other.workspace

    def test_keys_that_differ_in_case_differ(self) -> None:
        assert [self.desk.open(name=name) for name in ("key", "KEY", "Key", "kéy", "key ")] == [
            f"INC-{number}" for number in range(1, 6)
        ]

    def test_the_same_key_for_another_request_is_refused_and_says_so(self) -> None:
        key = self.desk.open(name="opened")
        self._assert_used(c.Open, None, "opened", title="another title")
        self.desk.do(c.Declare, key, name="declared")
        self._assert_used(c.Resolve, key, "declared")
        self.desk.do(c.Close, key, name="refused")
        self._assert_used(c.Close, key, "refused", override="please")
        self.desk.do(c.Declare, key, name="unchanged")
        self._assert_used(c.Declare, key, "unchanged", by=BOB)
        self._assert_used(c.Declare, self.desk.open(), "unchanged")

    @needs(CONCURRENT)
    def test_one_key_used_from_four_threads_at_once_is_one_command(self) -> None:
        command = self.desk.command(c.Open, title="x")
        answers = of_type(at_once(*[lambda: self.desk.perform(command)] * 4), Answer)
        assert sorted(answer.repeated for answer in answers) == [False, True, True, True]
        assert {replace(answer, repeated=False) for answer in answers} == {
            next(answer for answer in answers if not answer.repeated)
        }
        assert self.desk.record()[0].count == 1
        declare = self.desk.command(c.Declare)
        answers = of_type(at_once(*[lambda: self.desk.perform(declare, "INC-1")] * 4), Answer)
        assert sorted(answer.repeated for answer in answers) == [False, True, True, True]
        assert {(answer.first_version, answer.last_version) for answer in answers} == {(2, 3)}
        assert self.desk.load("INC-1").incident.stage is Stage.INCIDENT

    def _assert_repeats(self, first: Answer, command: c.Command, key: str | None = None) -> None:
        before = self.desk.record()
        assert not first.repeated
        assert self.desk.perform(command, key) == replace(first, repeated=True)
        assert self.desk.store.log.answered(self.desk.workspace, command.key) == replace(first, repeated=True)
        assert self.desk.record() == before

    def _assert_used(
        self, kind: type[c.Command], key: str | None, name: str, by: Any = ANN, **values: Any
    ) -> None:
        before = self.desk.record()
        kept = self.desk.store.log.answered(self.desk.workspace, name)
        answer = self.desk.perform(self.desk.command(kind, by, name, **values), key)
        assert (answer.result, answer.repeated) == (Result.REFUSED, False)
        assert [reason.code for reason in answer.reasons] == ["key-reused"]
        assert self.desk.record() == before
        assert self.desk.store.log.answered(self.desk.workspace, name) == kept
