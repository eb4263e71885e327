"""The contract of the port Log: commits, answers, races, and what a new process sees."""

from __future__ import annotations

from incident_core import commands as c
from incident_core import events as e
from incident_core.errors import Conflict
from incident_core.ports.log import Answer, Result
from incident_core.testing.contracts.answers import AnswerContract
from incident_core.testing.contracts.base import CONCURRENT, DURABLE, needs
from incident_core.testing.contracts.commits import CommitContract
from incident_core.testing.contracts.desk import ANN, at_once, of_type
from incident_core.usecases.verify import verify


class LogContract(CommitContract, AnswerContract):
    """Subclass it, and say how the store is made and opened again."""

    @needs(CONCURRENT)
    def test_of_four_threads_that_decided_on_the_same_version_one_wins(self) -> None:
        loaded = self.desk.load(self.desk.open())
        at = self.desk.clock.now()
        batches = [
            self.desk.batch(loaded, e.TitleCorrected(actor=ANN, at=at, title=f"title {each}"))
            for each in "abcd"
        ]
        results = at_once(*[lambda each=each: self.desk.store.log.commit(each) for each in batches])
        assert len(of_type(results, Answer)) == 1, results
        assert len(of_type(results, Conflict)) == 3, results
        assert [entry.version for entry in self.desk.timeline("INC-1")] == [1, 2]

    @needs(CONCURRENT)
    def test_four_threads_on_one_incident_all_get_through(self) -> None:
        key = self.desk.open()
        results = at_once(
            *[lambda each=each: self.desk.do(c.AddTask, key, text=f"task {each}") for each in range(4)]
        )
        assert [answer.result for answer in of_type(results, Answer)] == [Result.ACCEPTED] * 4, results
        tasks = self.desk.load(key).incident.tasks
        assert [task.id for task in tasks] == ["t1", "t2", "t3", "t4"]
        assert {task.text for task in tasks} == {f"task {each}" for each in range(4)}
        assert verify(self.desk.store.ledger).finding is None

    @needs(CONCURRENT)
    def test_four_threads_that_open_get_four_numbers(self) -> None:
        keys = of_type(at_once(*[self.desk.open] * 4), str)
        assert sorted(keys) == ["INC-1", "INC-2", "INC-3", "INC-4"]
        assert [sealed.seq for sealed, _ in self.desk.record()[1]] == [1, 2, 3, 4]
        assert verify(self.desk.store.ledger).finding is None

    @needs(DURABLE)
    def test_a_new_process_sees_everything_and_goes_on_from_there(self) -> None:
        key = self.desk.open("kept", name="opened")
        self.desk.do(c.Resolve, key, name="refused")
        self.desk.do(c.Release, key, name="unchanged", role="technical_lead")
        names = ("opened", "refused", "unchanged")
        answers = [self.desk.store.log.answered(self.desk.workspace, name) for name in names]
        assert None not in answers
        later = self.desk.after(self.reopen(self.desk.store))
        assert later.record() == self.desk.record()
        assert later.load(key) == self.desk.load(key)
        assert [later.store.log.answered(later.workspace, name) for name in names] == answers
        assert later.open() == "INC-2"
        assert later.do(c.Declare, key).last_version == 3
        assert [sealed.seq for sealed, _ in self.desk.record()[1]] == [1, 2, 3, 4]
        assert verify(later.store.ledger).finding is None

    @needs(DURABLE)
    def test_two_processes_that_write_at_the_same_time_do_not_get_in_each_others_way(self) -> None:
        other = self.desk.after(self.reopen(self.desk.store))
        key = self.desk.open()
        calls = [lambda desk=desk: desk.open() for desk in (self.desk, other) * 2]
        calls += [lambda desk=desk: desk.do(c.AddTask, key, text="x").key for desk in (self.desk, other) * 2]
        results = of_type(at_once(*calls), str)
        assert sorted(results) == [key] * 4 + ["INC-2", "INC-3", "INC-4", "INC-5"], results
        assert [task.id for task in other.load(key).incident.tasks] == ["t1", "t2", "t3", "t4"]
        assert self.desk.record()[0].seq == 9
        assert verify(other.store.ledger).finding is None
