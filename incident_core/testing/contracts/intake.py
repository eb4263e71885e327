"""The contract of the port Intake: what is taken in reads like what was committed one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incident_core import commands as c
from incident_core import events as e
from incident_core.errors import Conflict, Invalid
from incident_core.guards.refusal import Refused
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.model.stage import Stage
from incident_core.ports.intake import History
from incident_core.ports.log import Answer, Result
from incident_core.ports.reader import Entry, Query
from incident_core.testing import strategies as made
from incident_core.testing.contracts.base import CONCURRENT, DURABLE, StoreContract, needs
from incident_core.testing.contracts.desk import ANN, BOB, Desk, at_once, of_type
from incident_core.usecases.history import Origin, decided, noted
from incident_core.usecases.verify import verify

SOURCE = "import"


class IntakeContract(StoreContract):
    """Subclass it, and say how the store is made and opened again."""

    @settings(
        max_examples=15, deadline=None,
        suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
    )  # fmt: skip
    @given(histories=st.lists(made.histories(max_commands=8), min_size=1, max_size=3))
    def test_it_reads_like_the_same_commands_committed_one_by_one(
        self, histories: list[made.History]
    ) -> None:
        taken, committed = self.desk.other(), self.desk.other()
        taken.clock.move(timedelta(days=5000))
        committed.clock.move(timedelta(days=5000))
        answers = taken.store.intake.take([_retold(taken, each) for each in histories])
        assert _told(answers) == _told(_one_by_one(committed, _retold(committed, each)) for each in histories)
        viewers = {actor for each in histories for actor in each.incident.access} | {ANN}
        for viewer in viewers:
            assert _seen(taken, viewer) == _seen(committed, viewer)
        assert taken.store.views.rebuild(write=False).differing == ()
        assert verify(taken.store.ledger).finding is None

    def test_nothing_taken_is_nothing_written(self) -> None:
        before = self.desk.record()
        assert self.desk.store.intake.take([]) == ()
        assert self.desk.record() == before

    def test_the_answers_are_those_of_the_opening_commands_in_order(self) -> None:
        self.desk.open("before")
        both = [_history(self.desk, "one", declare=True), _history(self.desk, "two")]
        first, second = self.desk.store.intake.take(both)
        assert (first.key, first.result, first.first_version, first.last_version) == (
            "INC-2",
            Result.ACCEPTED,
            1,
            3,
        )
        assert (first.incident_id, first.request) == (both[0].opening.incident_id, both[0].batches[0].request)
        assert (second.key, second.last_version, second.repeated) == ("INC-3", 1, False)
        assert self.desk.open("after") == "INC-4"

    def test_every_command_is_answered_afterwards(self) -> None:
        history = _history(self.desk, "one", c.Declare, c.Resolve, c.Close)
        self.desk.store.intake.take([history])
        versions = []
        for batch in history.batches:
            answer = self.desk.store.log.answered(self.desk.workspace, batch.envelope.command_key)
            assert answer is not None
            assert (answer.key, answer.request, answer.repeated) == ("INC-1", batch.request, True)
            versions.append((answer.first_version, answer.last_version))
        assert versions == [(1, 1), (2, 3), (4, 4), (5, 5)]

    def test_taken_again_it_is_answered_as_before_and_nothing_is_written(self) -> None:
        histories = [_history(self.desk, "one", c.Declare), _history(self.desk, "two")]
        answers = self.desk.store.intake.take(histories)
        self.desk.do(c.Close, "INC-2")
        before = self.desk.record()
        again = self.desk.store.intake.take(histories)
        assert again == tuple(replace(answer, repeated=True) for answer in answers)
        assert self.desk.record() == before
        assert self.desk.listed() == ["INC-2", "INC-1"]

    def test_only_what_is_new_is_written(self) -> None:
        old, new = _history(self.desk, "old"), _history(self.desk, "new")
        self.desk.store.intake.take([old])
        answers = self.desk.store.intake.take([new, old])
        assert [(answer.key, answer.repeated) for answer in answers] == [("INC-2", False), ("INC-1", True)]
        assert [line.title for line in self.desk.lines()] == ["new", "old"]

    def test_of_two_with_the_same_key_in_one_call_the_first_is_written(self) -> None:
        one = _history(self.desk, "one", name="same")
        other = _history(self.desk, "other", name="same")
        answers = self.desk.store.intake.take([one, other])
        assert [(answer.key, answer.repeated) for answer in answers] == [("INC-1", False), ("INC-1", True)]
        assert answers[1].incident_id == one.opening.incident_id
        assert [line.title for line in self.desk.lines()] == ["one"]

    def test_a_key_that_a_later_command_took_opens_nothing_either(self) -> None:
        first = _history(self.desk, "first", c.Declare, name="first")
        taken = first.batches[1].envelope.command_key
        answers = self.desk.store.intake.take([first, _history(self.desk, "second", name=taken)])
        assert [(each.key, each.first_version, each.repeated) for each in answers] == [
            ("INC-1", 1, False),
            ("INC-1", 2, True),
        ]
        assert self.desk.listed() == ["INC-1"]

    def test_a_key_belongs_to_one_workspace(self) -> None:
        other = self.desk.other()
        for desk in (self.desk, other):
            (answer,) = desk.store.intake.take([_history(desk, "x", name="same")])
            assert (answer.key, answer.repeated) == ("INC-1", False)

    def test_a_later_command_whose_key_was_used_before_is_a_conflict_and_nothing_is_written(self) -> None:
        history = _history(self.desk, "two", c.Declare)
        self.desk.open("used", name=history.batches[1].envelope.command_key)
        self._assert_nothing_is_taken([_history(self.desk, "one"), history], Conflict)

    def test_an_incident_that_is_there_already_is_a_conflict_and_nothing_is_written(self) -> None:
        self.desk.store.intake.take([_history(self.desk, "here")])
        there = self.desk.load("INC-1").incident_id
        for place in (0, 1):
            histories = [_history(self.desk, "one"), _history(self.desk, "two")]
            histories[place] = _history(self.desk, "again", incident_id=there)
            self._assert_nothing_is_taken(histories, Conflict)

    def test_where_one_cannot_be_stored_none_is(self) -> None:
        halved = e.Imported(actor=ANN, at=self.desk.clock.now(), origin="\ud800")
        bad = noted(_history(self.desk, "two"), halved, "noted", "request")
        self._assert_nothing_is_taken([_history(self.desk, "one"), bad], Invalid)

    def test_histories_of_two_workspaces_are_not_taken_together(self) -> None:
        other = self.desk.other()
        self._assert_nothing_is_taken([_history(self.desk, "one"), _history(other, "two")], Invalid)
        assert other.listed() == []

    def test_recorded_times_do_not_go_back_when_the_clock_does(self) -> None:
        self.desk.open("first")
        newest = self.desk.clock.now()
        self.desk.clock.move(timedelta(hours=-1))
        self.desk.store.intake.take([_history(self.desk, "second")])
        (entry,) = self.desk.timeline("INC-2")
        assert entry.recorded_at == newest
        assert entry.event.at == newest - timedelta(hours=1)

    def test_it_is_shown_as_it_is_at_its_end(self) -> None:
        self.desk.store.intake.take([_history(self.desk, "taken", c.Declare, c.Resolve, c.Close)])
        (line,) = self.desk.lines()
        assert (line.key, line.stage, line.commander) == ("INC-1", Stage.CLOSED, ANN)
        assert self.desk.load("INC-1").incident.version == 5
        assert self.desk.store.views.rebuild(write=False).differing == ()

    def test_what_was_taken_goes_on_like_any_other(self) -> None:
        self.desk.store.intake.take([_history(self.desk, "taken")])
        self.desk.do(c.Declare, "INC-1", by=BOB)
        self.desk.do(c.AddEvidence, "INC-1", url="https://example.com/graph", note="peculiar")
        assert self.desk.load("INC-1").incident.version == 4
        assert self.desk.found("taken") == self.desk.found("peculiar") == ["INC-1"]
        assert self.desk.store.views.rebuild(write=False).differing == ()

    def test_a_private_one_is_there_for_those_who_may_see_it(self) -> None:
        self.desk.store.intake.take([_history(self.desk, "secret", private=True)])
        assert self.desk.listed() == self.desk.found("secret") == ["INC-1"]
        assert self.desk.listed(BOB) == self.desk.found("secret", BOB) == []

    def test_one_that_was_made_private_is_there_for_those_who_may_see_it(self) -> None:
        self.desk.store.intake.take([_history(self.desk, "secret", c.Declare, c.MakePrivate)])
        assert self.desk.listed() == self.desk.found("secret") == ["INC-1"]
        assert self.desk.listed(BOB) == self.desk.found("secret", BOB) == []
        assert self.desk.store.reader.show(self.desk.workspace, "INC-1", BOB, 1) is None
        assert self.desk.store.views.rebuild(write=False).differing == ()

    def test_those_keys_are_known_that_were_answered(self) -> None:
        history = _history(self.desk, "one", c.Declare, name="a")
        self.desk.store.intake.take([history])
        self.desk.do(c.Release, "INC-1", name="refused", role="incident_commander")
        later = history.batches[1].envelope.command_key
        many = [f"never-{number}" for number in range(1200)]
        known = self.desk.store.intake.known(self.desk.workspace, ["a", *many, later, "refused"])
        answered = self.desk.store.log.answered
        assert dict(known) == {name: answered(self.desk.workspace, name) for name in ("a", later, "refused")}
        assert None not in known.values()
        assert self.desk.store.intake.known(self.desk.other().workspace, ["a"]) == {}
        assert self.desk.store.intake.known(self.desk.workspace, []) == {}

    def test_whether_one_was_opened_by_another_kind_of_key_is_known(self) -> None:
        others = self.desk.store.intake.others
        other = self.desk.other()
        other.open("elsewhere")
        assert not others(self.desk.workspace, "made:")
        self.desk.store.intake.take(
            [_history(self.desk, "x", name="made:1"), _history(self.desk, "y", name="made:")]
        )
        self.desk.do(c.Declare, "INC-1")
        self.desk.do(c.Resolve, "INC-2")
        assert not others(self.desk.workspace, "made:")
        for name in ("made", "Made:1", "mad", "made;", "a", "z", "é"):
            assert others(self._with_one(name).workspace, "made:"), name

    def _with_one(self, name: str) -> Desk:
        desk = self.desk.other()
        desk.open("x", name="made:0")
        desk.open("y", name=name)
        return desk

    @needs(CONCURRENT)
    def test_threads_that_take_and_commit_at_the_same_time_leave_no_gap(self) -> None:
        results = at_once(*self._calls(self.desk), *self._calls(self.desk))
        self._assert_gapless(results)

    @needs(DURABLE)
    def test_processes_that_take_and_commit_at_the_same_time_leave_no_gap(self) -> None:
        other = self.desk.after(self.reopen(self.desk.store))
        results = at_once(*self._calls(self.desk), *self._calls(other))
        self._assert_gapless(results)
        assert self.desk.after(self.reopen(self.desk.store)).record() == self.desk.record()

    def _calls(self, desk: Desk) -> list[Callable[[], list[str]]]:
        """Two that take three histories each, and two that open one."""

        def take() -> list[str]:
            histories = [_history(desk, f"taken {each}", c.Declare) for each in range(3)]
            return [answer.key for answer in desk.store.intake.take(histories)]

        return [take, take, lambda: [desk.open()], lambda: [desk.open()]]

    def _assert_gapless(self, results: Sequence[object]) -> None:
        keys = [key for each in of_type(results, list) for key in each]
        assert len(keys) == 16, results
        assert sorted(keys) == sorted(f"INC-{number}" for number in range(1, 17))
        taken, opened = 12 * 3, 4
        assert [sealed.seq for sealed, _ in self.desk.record()[1]] == list(range(1, taken + opened + 1))
        assert verify(self.desk.store.ledger).finding is None
        assert self.desk.store.views.rebuild(write=False).differing == ()

    def _assert_nothing_is_taken(self, histories: list[History], error: type[Exception]) -> None:
        before, shown = self.desk.record(), _seen(self.desk, ANN)
        with pytest.raises(error):
            self.desk.store.intake.take(histories)
        assert self.desk.record() == before
        assert _seen(self.desk, ANN) == shown
        keys = [each.opening.command_key for each in histories]
        assert self.desk.store.intake.known(self.desk.workspace, keys) == {}
        number = len(self.desk.lines()) + 1
        assert self.desk.open("afterwards") == f"INC-{number}"
        assert self.desk.store.views.rebuild(write=False).differing == ()


def _history(
    desk: Desk,
    title: str,
    *kinds: type[c.Command],
    name: str | None = None,
    incident_id: UUID | None = None,
    **opening: Any,
) -> History:
    """One that is opened, and goes on with commands of these kinds, all by ANN and now."""
    commands = [desk.command(c.Open, name=name, title=title, **opening), *map(desk.command, kinds)]
    return _decided(desk, commands, incident_id)


def _retold(desk: Desk, told: made.History) -> History:
    """The same commands, in this workspace."""
    commands = [replace(each, key=desk.command(c.Declare).key) for each in told.commands]
    return _decided(desk, commands, policy=told.policy)


def _decided(
    desk: Desk,
    commands: Sequence[c.Command],
    incident_id: UUID | None = None,
    policy: Policy | None = None,
) -> History:
    envelope = desk.envelope()
    origin = Origin(desk.workspace, SOURCE, incident_id or envelope.incident_id, envelope.recorded_at)
    found = decided(policy or desk.policy, origin, commands)
    assert not isinstance(found, Refused), found
    return found


def _one_by_one(desk: Desk, history: History) -> Answer:
    """Commit each command by itself; the answer to the first."""
    opening, *rest = history.batches
    first = desk.store.log.commit(opening)
    number = int(first.key.removeprefix("INC-"))
    for batch in rest:
        assert batch.before is not None
        desk.store.log.commit(replace(batch, before=replace(batch.before, number=number)))
    return first


def _told(answers: Iterable[Answer]) -> list[tuple[object, ...]]:
    """What answers say, but for ids and fingerprints."""
    return [(each.key, each.result, each.first_version, each.last_version) for each in answers]


def _seen(desk: Desk, viewer: Actor) -> list[object]:
    """Everything that this viewer is shown."""
    reader, lines = desk.store.reader, desk.lines(viewer)
    timelines = [desk.timeline(line.key, viewer) for line in lines]
    return [
        lines,
        list(reader.documents(desk.workspace, Query(), viewer)),
        [[_entry(entry) for entry in timeline] for timeline in timelines],
        [desk.found(word, viewer) for line in lines for word in (line.title or "").split()[:3]],
        [desk.load(line.key, viewer).incident for line in lines],
    ]


def _entry(entry: Entry) -> tuple[object, ...]:
    return entry.version, entry.event, entry.source, entry.recorded_at, entry.override_id is None
