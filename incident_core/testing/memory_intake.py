"""The Intake in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from incident_core.errors import Conflict, Invalid
from incident_core.ports.intake import History
from incident_core.ports.log import Answer
from incident_core.testing.memory_state import Memory
from incident_core.testing.memory_timers import MemoryTimers


class MemoryIntake:
    """An Intake over a Memory: each history is committed one command after the other."""

    def __init__(self, memory: Memory, timers: MemoryTimers | None = None) -> None:
        self._memory = memory
        self._timers = timers

    def known(self, workspace: str, command_keys: Sequence[str]) -> Mapping[str, Answer]:
        """The first answers to those of these keys that were answered before."""
        answers = {key: self._memory.answered(workspace, key) for key in command_keys}
        return {key: answer for key, answer in answers.items() if answer is not None}

    def others(self, workspace: str, prefix: str) -> bool:
        """Whether an incident was opened by a command whose key does not begin with `prefix`."""
        with self._memory.lock:
            streams = self._memory.streams
            opened = (streams[id_][0].envelope for id_ in self._memory.numbers.get(workspace, {}).values())
            return any(not envelope.command_key.startswith(prefix) for envelope in opened)

    def take(self, histories: Sequence[History]) -> tuple[Answer, ...]:
        """Write all of them, or none; raises Conflict."""
        if len({batch.envelope.workspace for each in histories for batch in each.batches}) > 1:
            raise Invalid("workspace", "Histories that are taken together belong to one workspace.")
        with self._memory.lock, _whole(self._memory):
            answers = tuple(self._one(history) for history in histories)
            for each in answers:
                if not each.repeated:
                    self._arm(histories[0].opening.workspace, each.incident_id)
            return answers

    def _arm(self, workspace: str, incident_id: UUID) -> None:
        if self._timers is not None:
            self._timers.changed(workspace, incident_id, None, self._memory.views[incident_id])

    def _one(self, history: History) -> Answer:
        opening, *rest = history.batches
        first = self._memory.commit(opening)
        if first.repeated:
            return first
        number = self._memory.views[first.incident_id].number
        for batch in rest:
            assert batch.before is not None, "only the first command opens it"
            answer = self._memory.commit(replace(batch, before=replace(batch.before, number=number)))
            if answer.repeated:
                raise Conflict("A command key, or the id of an incident, was used before.")
        return first


@contextmanager
def _whole(memory: Memory) -> Iterator[None]:
    """Put everything back as it was, if this raises."""
    kept = (memory.head, list(memory.events), {id_: list(each) for id_, each in memory.streams.items()})
    more = (dict(memory.texts), dict(memory.answers), dict(memory.views))
    numbers = {workspace: dict(each) for workspace, each in memory.numbers.items()}
    try:
        yield
    except BaseException:
        memory.head, memory.events, memory.streams = kept
        memory.texts, memory.answers, memory.views = more
        memory.numbers = numbers
        raise
