"""Log: the durable record. A command is loaded, decided, and committed whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from incident_core.events import Event
from incident_core.guards.refusal import Reason
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.record.chain import Envelope

FORGOTTEN = ""
"""The request of a command of which a text was redacted since: nobody can tell any more what it asked."""


class Result(StrEnum):
    """How a command ended; all three are recorded under its key."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Loaded:
    """An incident as of its newest event, which was recorded at `recorded_at` (UTC)."""

    incident_id: UUID
    incident: Incident
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """One decided command: everything that its commit writes.

    `request` is the fingerprint of what was asked. `before` is the incident that was decided on, None for
    a new one. `events` are empty unless `result` is accepted; `reasons` unless it is refused.
    """

    envelope: Envelope
    request: str
    before: Incident | None
    result: Result
    events: tuple[Event, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command key was answered, the first time and every time after.

    `first_version` and `last_version` are those of its events; where there are none, both are the version
    that was decided on. `incident` is as of `last_version`. `repeated`: this was a later time.
    """

    result: Result
    key: str
    incident_id: UUID
    first_version: int
    last_version: int
    request: str
    reasons: tuple[Reason, ...] = ()
    repeated: bool = False


class Log(Protocol):
    """Every method may raise Unavailable; what was answered before a crash is there after it."""

    def answered(self, workspace: str, command_key: str) -> Answer | None:
        """The first answer to this key, with `repeated` set; None where it was never used."""
        ...

    def load(self, workspace: str, key: str, viewer: Actor) -> Loaded | None:
        """The incident `key` (INC-42), folded; None where there is none that the viewer may see."""
        ...

    def commit(self, batch: Batch) -> Answer:
        """Write the batch in one short transaction under the append lock, or nothing.

        Where the key was answered before, write nothing and give the first answer (`repeated`), whoever
        was faster. Otherwise raise Conflict where the incident's version is no longer that of `before`.
        A new incident gets the next number of its workspace, which is set in its event `opened`.
        A `text_redacted` event removes the text it names, from the views as well, and the request of the
        command that brought it is FORGOTTEN.
        Raises OutcomeUnknown where the answer to the commit itself was lost.
        """
        ...
