"""The contract of the Intake bites: each fault of a broken one is caught by the test that is about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from incident_core.errors import Conflict
from incident_core.ports.intake import History
from incident_core.ports.log import Answer
from incident_core.testing.contracts import IntakeContract, Store, faults
from incident_core.testing.memory import Memory, MemoryIntake, MemoryStore


class TakesHalves(MemoryIntake):
    """Keeps those before the one that fails."""

    def take(self, histories: Sequence[History]) -> tuple[Answer, ...]:
        return tuple(answer for history in histories for answer in super(TakesHalves, self).take([history]))


class TakesTwice(MemoryIntake):
    """Does not look whether a history was taken before."""

    def take(self, histories: Sequence[History]) -> tuple[Answer, ...]:
        for history in histories:
            self._memory.answers.pop((history.opening.workspace, history.opening.command_key), None)
        return super().take(histories)


class ForgetsLaterCommands(MemoryIntake):
    """Remembers only how the first command was answered."""

    def take(self, histories: Sequence[History]) -> tuple[Answer, ...]:
        answers = super().take(histories)
        for batch in (batch for history in histories for batch in history.batches[1:]):
            self._memory.answers.pop((batch.envelope.workspace, batch.envelope.command_key), None)
        return answers


class SkipsConflicts(MemoryIntake):
    """Leaves out what cannot be taken, and says nothing."""

    def take(self, histories: Sequence[History]) -> tuple[Answer, ...]:
        try:
            return super().take(histories)
        except Conflict:
            return ()


class SaysNothingIsRepeated(MemoryIntake):
    """Answers as if it had been the first time."""

    def take(self, histories: Sequence[History]) -> tuple[Answer, ...]:
        return tuple(replace(answer, repeated=False) for answer in super().take(histories))


class ShowsTheBeginning(MemoryIntake):
    """Makes the view of the first command only."""

    def take(self, histories: Sequence[History]) -> tuple[Answer, ...]:
        answers = super().take(histories)
        for answer, history in zip(answers, histories, strict=True):
            if len(history.batches) > 1 and not answer.repeated:
                view = history.batches[1].before
                assert view is not None
                number = self._memory.views[answer.incident_id].number
                self._memory.views[answer.incident_id] = replace(view, number=number)
        return answers


class KnowsEverywhere(MemoryIntake):
    """Knows the keys of every workspace."""

    def known(self, workspace: str, command_keys: Sequence[str]) -> Mapping[str, Answer]:
        answers = self._memory.answers.items()
        return {key: replace(answer, repeated=True) for (_, key), answer in answers if key in command_keys}


class ComparesInOneCase(MemoryIntake):
    """Takes two keys that differ in case for one."""

    def others(self, workspace: str, prefix: str) -> bool:
        ids = self._memory.numbers.get(workspace, {}).values()
        keys = (self._memory.streams[id_][0].envelope.command_key for id_ in ids)
        return any(not key.lower().startswith(prefix) for key in keys)


CAUGHT_BY = {
    TakesHalves: "test_where_one_cannot_be_stored_none_is",
    TakesTwice: "test_taken_again_it_is_answered_as_before_and_nothing_is_written",
    ForgetsLaterCommands: "test_every_command_is_answered_afterwards",
    SkipsConflicts: "test_a_later_command_whose_key_was_used_before_is_a_conflict_and_nothing_is_written",
    SaysNothingIsRepeated: "test_taken_again_it_is_answered_as_before_and_nothing_is_written",
    ShowsTheBeginning: "test_it_is_shown_as_it_is_at_its_end",
    KnowsEverywhere: "test_those_keys_are_known_that_were_answered",
    ComparesInOneCase: "test_whether_one_was_opened_by_another_kind_of_key_is_known",
}


def _found(broken: type[MemoryIntake]) -> set[str]:
    class Broken(IntakeContract):
        def make(self) -> MemoryStore:
            store = MemoryStore.over(Memory())
            return replace(store, intake=broken(store.memory))

        def reopen(self, store: Store) -> MemoryStore:
            assert isinstance(store, MemoryStore)
            return store.reopen()

    return set(faults(Broken, properties=False))


@pytest.mark.parametrize(("fault", "test"), CAUGHT_BY.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_a_fault_is_caught_by(fault: type[MemoryIntake], test: str) -> None:
    assert test in _found(fault)


def test_nothing_is_found_in_an_honest_one() -> None:
    assert _found(MemoryIntake) == set()
