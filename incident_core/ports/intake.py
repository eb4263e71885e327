"""Intake: many whole histories of new incidents, in one transaction; for imports and made-up data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from incident_core.model.incident import Incident
from incident_core.ports.log import Answer, Batch
from incident_core.record.chain import Envelope


@dataclass(frozen=True, slots=True)
class History:
    """The decided commands of one new incident, in order: the first opens it, all are accepted.

    `incident` is what they lead to, still without a number.
    """

    batches: tuple[Batch, ...]
    incident: Incident

    @property
    def opening(self) -> Envelope:
        """The envelope of the command that opens it."""
        return self.batches[0].envelope

    @property
    def events(self) -> int:
        """How many events it has."""
        return sum(len(batch.events) for batch in self.batches)


class Intake(Protocol):
    """Every method may raise Unavailable."""

    def known(self, workspace: str, command_keys: Sequence[str]) -> Mapping[str, Answer]:
        """The first answers (`repeated`) to those of these command keys that were answered before."""
        ...

    def others(self, workspace: str, prefix: str) -> bool:
        """Whether an incident was opened by a command whose key does not begin with `prefix`."""
        ...

    def take(self, histories: Sequence[History]) -> tuple[Answer, ...]:
        """Write all of them under the append lock, or none; the answers to the opening commands, in order.

        All are of one workspace; raises Invalid otherwise. Where an opening command's key was answered
        before, in this call or earlier, its history is not written, and the first answer is given
        (`repeated`). Raises Conflict where another key, or an incident's id, was used before, and
        OutcomeUnknown where the answer to the commit itself was lost: taken again, they are answered so.
        """
        ...
