"""Many writers: nothing is lost, nothing has a gap, nobody who was too late is forgotten."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field

from adapters.storage import Database
from adapters.system import SystemClock, SystemIds
from incident_core import commands as c
from incident_core.errors import Conflict
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.ports.log import Answer, Batch, Loaded, Log, Result
from incident_core.testing.contracts.desk import ANN
from incident_core.usecases.perform import Perform
from incident_core.usecases.verify import verify
from tests.storage.databases import opened
from tests.storage.processes import at_once

WRITERS = 8
EACH = 12


@dataclass
class Counting:
    """A Log that counts what is asked of it."""

    log: Log
    seen: Counter[str] = field(default_factory=Counter)

    def answered(self, workspace: str, command_key: str) -> Answer | None:
        return self.log.answered(workspace, command_key)

    def load(self, workspace: str, key: str, viewer: Actor) -> Loaded | None:
        self.seen["decided"] += 1
        return self.log.load(workspace, key, viewer)

    def commit(self, batch: Batch) -> Answer:
        try:
            answer = self.log.commit(batch)
        except Conflict:
            self.seen["conflict"] += 1
            raise
        self.seen[answer.result] += 1
        return answer


def test_eight_processes_on_one_incident_lose_nothing(database_url: str) -> None:
    with closing(opened(database_url)) as database:
        performing(database)(opening("the only one"))
        seen: Counter[str] = sum(at_once(WRITERS, add_tasks, database_url), Counter())
        assert seen[Result.ACCEPTED] == WRITERS * EACH
        assert seen["conflict"] > 0, "nobody was ever too late: this test shows nothing"
        assert seen["decided"] == WRITERS * EACH + seen["conflict"], "every loser decided again"
        entries = database.reader.timeline("w", "INC-1", ANN) or ()
        assert [entry.version for entry in entries] == [*range(1, WRITERS * EACH + 2)]
        assert [entry.seq for entry in entries] == [*range(1, WRITERS * EACH + 2)]
        incident = database.reader.show("w", "INC-1", ANN)
        assert incident is not None
        assert {task.text for task in incident.tasks} == expected_texts()
        assert len({task.id for task in incident.tasks}) == WRITERS * EACH
        sound(database)


def test_eight_processes_on_different_incidents_get_every_number_once(database_url: str) -> None:
    with closing(opened(database_url)) as database:
        keys = [key for each in at_once(WRITERS, open_some, database_url) for key in each]
        assert sorted(keys) == sorted(f"INC-{number}" for number in range(1, WRITERS * EACH + 1))
        for key in keys:
            entries = database.reader.timeline("w", key, ANN) or ()
            assert [entry.version for entry in entries] == [1, 2, 3, 4]
        sound(database)


def test_one_key_used_by_eight_processes_is_one_command(database_url: str) -> None:
    answers = at_once(WRITERS, open_the_same, database_url)
    assert Counter(repeated for _, repeated in answers) == {False: 1, True: WRITERS - 1}
    assert {key for key, _ in answers} == {"INC-1"}
    with closing(opened(database_url)) as database:
        with database.ledger.read() as pages:
            assert pages.head().count == 1
        sound(database)


def add_tasks(number: int, url: str) -> Counter[str]:
    with closing(opened(url)) as database:
        counting = Counting(database.log)
        perform = performing(database, counting)
        for place in range(EACH):
            command = c.AddTask(
                actor=ANN, at=SystemClock().now(), key=f"{number}-{place}", text=f"{number}: {place}"
            )
            perform(command, "INC-1")
        return counting.seen


def open_some(number: int, url: str) -> list[str]:
    keys = []
    with closing(opened(url)) as database:
        perform = performing(database)
        for place in range(EACH):
            key = perform(opening(f"{number}-{place}")).key
            now = SystemClock().now()
            perform(c.Declare(actor=ANN, at=now, key=f"declare {key}"), key)
            perform(c.Resolve(actor=ANN, at=now, key=f"resolve {key}"), key)
            keys.append(key)
    return keys


def open_the_same(_: int, url: str) -> tuple[str, bool]:
    with closing(opened(url)) as database:
        answer = performing(database)(opening("the same"))
        return answer.key, answer.repeated


def performing(database: Database, log: Log | None = None) -> Perform:
    return Perform(log or database.log, SystemClock(), SystemIds(), Policy(), "w", "cli")


def opening(key: str) -> c.Open:
    return c.Open(actor=ANN, at=SystemClock().now(), key=key, title="x")


def expected_texts() -> set[str]:
    return {f"{number}: {place}" for number in range(WRITERS) for place in range(EACH)}


def sound(database: Database) -> None:
    """The chain holds, and the views that were kept are those that the events give."""
    assert verify(database.ledger).finding is None
    assert database.views.rebuild(write=False).differing == ()
