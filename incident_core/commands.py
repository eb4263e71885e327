"""What somebody wants: a command carries who, when and a key, and is valid once it is built.

Every constructor raises Invalid for text, times or names that no rule could accept. `at` is when it
happened (aware; kept in UTC). `key` makes a repeat harmless. `override` is the reason for passing over a
process rule; it is recorded only where a rule was really passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from incident_core.errors import Invalid
from incident_core.model import text
from incident_core.model.actor import Actor
from incident_core.model.milestone import Milestone
from incident_core.model.move import Move
from incident_core.model.outcome import Outcome
from incident_core.model.redactable import redactable
from incident_core.model.role import COMMANDER, role
from incident_core.model.severity import Severity
from incident_core.model.status import Status
from incident_core.model.timer import timer
from incident_core.model.times import Due, to_iso, utc

_KEY_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """The part that every command has."""

    move: ClassVar[Move]

    actor: Actor
    at: datetime
    key: str
    override: str | None = None

    def __post_init__(self) -> None:
        self._set("at", utc("at", self.at))
        self._set("override", text.optional_prose("override reason", self.override))
        if not (0 < len(self.key) <= _KEY_LIMIT and self.key.isprintable()):
            raise Invalid("key", f"A command key has 1 to {_KEY_LIMIT} printable characters.")
        self._check()

    def _check(self) -> None:
        """Make the fields of this command valid; raises Invalid."""

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Command):
    """Begin an investigation; with `declare`, an incident at once, led by the actor.

    `evidence` is a link, its first piece; `impact` is told in a first update.
    """

    move: ClassVar[Move] = Move.OPEN
    title: str
    severity: Severity = Severity.SEV4
    private: bool = False
    drill: bool = False
    declare: bool = False
    impact: str | None = None
    evidence: str | None = None

    def _check(self) -> None:
        self._set("title", text.title("title", self.title))
        self._set("impact", text.optional_prose("impact", self.impact))
        if self.evidence is not None:
            self._set("evidence", text.link("evidence", self.evidence))


@dataclass(frozen=True, slots=True, kw_only=True)
class Declare(Command):
    """This is an incident; `commander` leads it (default: who leads already, else the actor)."""

    move: ClassVar[Move] = Move.DECLARE
    commander: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStatus(Command):
    """Say how far the response has come."""

    move: ClassVar[Move] = Move.STATUS
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSeverity(Command):
    """Raise or lower; lowering may need a reason."""

    move: ClassVar[Move] = Move.SEVERITY
    severity: Severity
    reason: str | None = None

    def _check(self) -> None:
        self._set("reason", text.optional_prose("reason", self.reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnRole(Command):
    role: str

    def _check(self) -> None:
        role(self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(_OnRole):
    """Give a role to somebody, whoever holds it now."""

    move: ClassVar[Move] = Move.ASSIGN
    holder: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(_OnRole):
    """Take a role oneself, whoever holds it now."""

    move: ClassVar[Move] = Move.CLAIM


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(_OnRole):
    """Leave a role empty."""

    move: ClassVar[Move] = Move.RELEASE


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(_OnRole):
    """Pass a held role on to another person."""

    move: ClassVar[Move] = Move.HANDOVER
    role: str = COMMANDER
    to: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEvidence(Command):
    """A link that shows something; the same link twice is one piece, with the newer note."""

    move: ClassVar[Move] = Move.EVIDENCE
    url: str
    note: str | None = None

    def _check(self) -> None:
        self._set("url", text.link("link", self.url))
        self._set("note", text.optional_prose("note", self.note))


@dataclass(frozen=True, slots=True, kw_only=True)
class _News(Command):
    text: str
    impact: str | None = None
    components: tuple[str, ...] = ()
    next_due: datetime | None = None

    def _check(self) -> None:
        self._set("text", text.prose("update", self.text))
        self._set("impact", text.optional_prose("impact", self.impact))
        self._set("components", tuple(text.title("component", each) for each in self.components))
        if self.next_due is not None:
            self._set("next_due", utc("next update", self.next_due))


@dataclass(frozen=True, slots=True, kw_only=True)
class SendUpdate(_News):
    """News for those outside the response; `next_due` promises the next one (aware, after `at`)."""

    move: ClassVar[Move] = Move.UPDATE

    def _check(self) -> None:
        _News._check(self)
        if self.next_due is not None and self.next_due <= self.at:
            raise Invalid("next_due", "The next update must be due after this one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectUpdate(_News):
    """Update `update` was wrong; what is not given stays as it was, and the timeline keeps the old one."""

    move: ClassVar[Move] = Move.CORRECT
    update: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _AddItem(Command):
    text: str
    owner: Actor | None = None
    due: Due | None = None

    def _check(self) -> None:
        self._set("text", text.prose("text", self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnItem(Command):
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTask(_AddItem):
    """Something to do while it burns."""

    move: ClassVar[Move] = Move.TASK_ADD


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignTask(_OnItem):
    """Say who does task `item`."""

    move: ClassVar[Move] = Move.TASK_ASSIGN
    owner: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishTask(_OnItem):
    """Task `item` is done."""

    move: ClassVar[Move] = Move.TASK_DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class AddFollowUp(_AddItem):
    """Something to do afterwards."""

    move: ClassVar[Move] = Move.FOLLOWUP_ADD


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignFollowUp(_OnItem):
    """Say who does follow-up `item`."""

    move: ClassVar[Move] = Move.FOLLOWUP_ASSIGN
    owner: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishFollowUp(_OnItem):
    """Follow-up `item` is done."""

    move: ClassVar[Move] = Move.FOLLOWUP_DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishReview(Command):
    """The review (post-mortem) has been held."""

    move: ClassVar[Move] = Move.REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnTimer(Command):
    timer: str

    def _check(self) -> None:
        timer(self.timer)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeTimer(_OnTimer):
    """No reminder of `timer` before `until` (aware, after `at`); a stopped timer is armed again so."""

    move: ClassVar[Move] = Move.SNOOZE
    until: datetime

    def _check(self) -> None:
        timer(self.timer)
        self._set("until", utc("until", self.until))
        if self.until <= self.at:
            began, ended = to_iso(self.at), to_iso(self.until)
            raise Invalid("until", f"A snooze ends after it begins: {ended} is not after {began}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTimer(_OnTimer):
    """No more reminders of `timer`, until it is snoozed or the incident is reopened."""

    move: ClassVar[Move] = Move.STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve(Command):
    """Service is restored."""

    move: ClassVar[Move] = Move.RESOLVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Command):
    """Nothing is left to do. `outcome` defaults to fixed after an incident, to no_action otherwise."""

    move: ClassVar[Move] = Move.CLOSE
    outcome: Outcome | None = None
    duplicate_of: str | None = None

    def _check(self) -> None:
        if self.duplicate_of is not None and self.outcome is None:
            self._set("outcome", Outcome.DUPLICATE)
        if (self.outcome is Outcome.DUPLICATE) != (self.duplicate_of is not None):
            raise Invalid(
                "duplicate_of", "A duplicate, and only a duplicate, names the other incident's key."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(Command):
    """It was not over; needs a reason."""

    move: ClassVar[Move] = Move.REOPEN
    reason: str | None = None

    def _check(self) -> None:
        self._set("reason", text.optional_prose("reason", self.reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectTitle(Command):
    """The title was wrong; the old one stays in the timeline."""

    move: ClassVar[Move] = Move.TITLE
    title: str

    def _check(self) -> None:
        self._set("title", text.title("title", self.title))


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectMilestone(Command):
    """A milestone was, or is, at another time (aware); closed_at is corrected by reopening."""

    move: ClassVar[Move] = Move.TIMES
    milestone: Milestone
    when: datetime

    def _check(self) -> None:
        self._set("when", utc(self.milestone.value, self.when))
        if self.milestone is Milestone.CLOSED:
            raise Invalid("milestone", "closed_at cannot be set: reopen, then close again with --at.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retract(Command):
    """Evidence, an update, a task or a follow-up was a mistake; it stays in the timeline. Needs a reason."""

    move: ClassVar[Move] = Move.RETRACT
    entry: str
    reason: str | None = None

    def _check(self) -> None:
        self._set("reason", text.optional_prose("reason", self.reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Redact(Command):
    """Remove the texts of `entry` for good: `title`, an id such as u1, or the number of an event.

    `texts` are those that are left of it, as versions and fields; Perform finds them. Needs a reason.
    """

    move: ClassVar[Move] = Move.REDACT
    entry: str
    texts: tuple[tuple[int, str], ...] = ()
    reason: str | None = None

    def _check(self) -> None:
        self._set("entry", redactable("entry", self.entry))
        self._set("reason", text.optional_prose("reason", self.reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(Command):
    """Let somebody see it while it is private."""

    move: ClassVar[Move] = Move.GRANT
    who: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke(Command):
    """Take that sight away again."""

    move: ClassVar[Move] = Move.REVOKE
    who: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePrivate(Command):
    """From now on only some may see it: who opened it, holds a role or was let, and whoever says so."""

    move: ClassVar[Move] = Move.PRIVATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Look(Command):
    """Somebody who may see every private incident was shown this one; `how` is a word such as `list`."""

    move: ClassVar[Move] = Move.LOOK
    how: str
