"""Perform a command: load, decide, commit; decide again on conflict; answer a repeat as the first time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from incident_core.commands import Close, Command, Open, Redact
from incident_core.errors import Conflict, Invalid, NotFound
from incident_core.events import Event
from incident_core.guards.refusal import Reason, Refused, Remedy
from incident_core.lifecycle.decide import decide
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.model.times import to_iso
from incident_core.ports.clock import Clock
from incident_core.ports.groups import Groups
from incident_core.ports.ids import Ids
from incident_core.ports.log import FORGOTTEN, Answer, Batch, Loaded, Log, Result
from incident_core.ports.observer import NOBODY, Observer
from incident_core.ports.queue import Queue
from incident_core.ports.reader import Reader
from incident_core.record.chain import Envelope
from incident_core.usecases.duplicate import duplicate_fault
from incident_core.usecases.fingerprint import fingerprint
from incident_core.usecases.redact import found

ATTEMPTS = 100
"""How often a command is decided before it gives up; eight writers on one incident took at most 35 so far."""


@dataclass(frozen=True, slots=True)
class Perform:
    """The one way to change anything; `source` says where commands come from (cli, slack, import).

    `queue` is rung after every command that changed something: workers of the same process need not look.
    `groups` knows who is in the user groups that the policy names; `reader` finds what a redaction names
    (None: it has to say so itself). `observer` is there whenever a command is performed.
    """

    log: Log
    clock: Clock
    ids: Ids
    policy: Policy
    workspace: str
    source: str
    queue: Queue | None = None
    groups: Groups | None = None
    reader: Reader | None = None
    observer: Observer = NOBODY

    def rules(self) -> Policy:
        """The policy, with the members of the groups that it names as they are known now."""
        if self.groups is None or not self.policy.groups:
            return self.policy
        return replace(self.policy, members=self.groups.members(self.workspace, self.policy.groups))

    def __call__(
        self,
        command: Command,
        key: str | None = None,
        *,
        at_given: bool = False,
        correlation_id: str | None = None,
    ) -> Answer:
        """The answer to `command` about the incident `key` (None only for Open).

        Unless `at_given`, the command happens now, whatever its `at` says. Raises NotFound, Invalid (times in
        the future), Conflict (too many others at once), Unavailable and OutcomeUnknown.
        """
        correlation_id = correlation_id or command.key
        run = partial(self._answer, command, key, at_given, correlation_id)
        return self.observer.commanded(command, self.source, correlation_id, run)

    def _answer(self, command: Command, key: str | None, at_given: bool, correlation_id: str) -> Answer:
        request = fingerprint(command, key, at_given=at_given)
        # Opening decides nothing that a repeat could undo, and the commit looks for the key anyway.
        known = None if isinstance(command, Open) else self.log.answered(self.workspace, command.key)
        if known is not None:
            return self._repeat(known, request, command, key)
        for _ in range(ATTEMPTS):
            try:
                answer = self._once(command, key, request, at_given, correlation_id)
            except Conflict:
                continue
            return self._repeat(answer, request, command, key) if answer.repeated else answer
        raise Conflict(f"Too many others are changing {key}; try again with --key {command.key}.")

    def _once(
        self, command: Command, key: str | None, request: str, at_given: bool, correlation_id: str
    ) -> Answer:
        loaded = self._load(command, key)
        now = self.clock.now()
        command = self._named(self._timed(command, loaded, now, at_given), key)
        incident = None if loaded is None else loaded.incident
        decision = self._decide(command, incident)
        envelope = Envelope(
            workspace=self.workspace,
            incident_id=self.ids.uuid() if loaded is None else loaded.incident_id,
            actor=command.actor,
            source=self.source,
            command_key=command.key,
            correlation_id=correlation_id,
            recorded_at=now,
        )
        if isinstance(decision, Refused):
            return self.log.commit(
                Batch(envelope, request, incident, Result.REFUSED, reasons=decision.reasons)
            )
        result = Result.ACCEPTED if decision else Result.UNCHANGED
        answer = self.log.commit(Batch(envelope, request, incident, result, decision))
        if self.queue is not None and decision and not answer.repeated:
            self.queue.wake()
        return answer

    def _load(self, command: Command, key: str | None) -> Loaded | None:
        if isinstance(command, Open):
            return None
        loaded = None if key is None else self.log.load(self.workspace, key, command.actor)
        if loaded is None:
            raise NotFound(key or "without a key")
        return loaded

    def _timed(self, command: Command, loaded: Loaded | None, now: datetime, at_given: bool) -> Command:
        """The command at its time: never in the future, nor before what a clock, since set back, recorded."""
        when = getattr(command, "when", None)
        for name, time in (("at", command.at if at_given else None), ("when", when)):
            if time is not None and time > now:
                raise Invalid(name, f"{to_iso(time)} is in the future; it is {to_iso(now)} now.")
        if at_given:
            return command
        return replace(command, at=now if loaded is None else max(now, loaded.recorded_at))

    def _named(self, command: Command, key: str | None) -> Command:
        """The command; a redaction with the texts that are left now, as those who give it may read them."""
        if not isinstance(command, Redact) or self.reader is None or key is None:
            return command
        return found(command, self.reader.timeline(self.workspace, key, command.actor) or ())

    def _decide(self, command: Command, incident: Incident | None) -> tuple[Event, ...] | Refused:
        decision = decide(self.rules(), incident, command)
        if incident is None or not isinstance(command, Close) or decision == ():
            return decision
        reason = duplicate_fault(self.log, self.workspace, command, incident)
        if reason is None:
            return decision
        reasons = decision.reasons if isinstance(decision, Refused) else ()
        return Refused(incident.key, command.move, (*reasons, reason))

    def _repeat(self, known: Answer, request: str, command: Command, key: str | None) -> Answer:
        """The first answer, or a refusal where the key was used for another request.

        The refusal does not say for which: that incident may be private.
        """
        if known.request in (request, FORGOTTEN):
            return known
        sentence = f"The command key {command.key} was used for another command."
        remedy = Remedy(command.move, "--key ANOTHER-KEY", "whoever gives the command")
        reason = Reason("key-reused", sentence, remedy)
        return replace(known, result=Result.REFUSED, key=key or "", reasons=(reason,), repeated=False)
