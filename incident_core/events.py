"""What happened: facts in the past tense, each with a type name and a schema version that are promises.

A field of type Text is free text: it is stored beside the event, can be redacted, and is then None.
`at` is when it happened (UTC); when it was recorded, and everything else about storing, is in `record`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from incident_core.model.actor import Actor
from incident_core.model.milestone import Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.model.times import Due

Text = Annotated[str | None, "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The part that every event has; `type` and `schema` name its stored form."""

    type: ClassVar[str]
    schema: ClassVar[int] = 1

    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Event):
    """An investigation began. `number` is None until the store gives it one: INC-`number`."""

    type: ClassVar[str] = "opened"
    number: int | None = None
    title: Text
    severity: Severity
    private: bool
    drill: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported(Event):
    """The history before this event comes from elsewhere: `origin` names the row it came from."""

    type: ClassVar[str] = "imported"
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared(Event):
    """It became an incident."""

    type: ClassVar[str] = "declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSet(Event):
    """The response came to `status`."""

    type: ClassVar[str] = "status_set"
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveritySet(Event):
    """Raised or lowered from `previous`."""

    type: ClassVar[str] = "severity_set"
    severity: Severity
    previous: Severity
    reason: Text = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssigned(Event):
    """`holder` has the role; `how` is opened, declared, assigned, claimed or reopened."""

    type: ClassVar[str] = "role_assigned"
    role: str
    holder: Actor
    previous: Actor | None = None
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleReleased(Event):
    """Nobody has the role."""

    type: ClassVar[str] = "role_released"
    role: str
    holder: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHandedOver(Event):
    """`holder` gave the role to `to`."""

    type: ClassVar[str] = "role_handed_over"
    role: str
    holder: Actor
    to: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverOffered(Event):
    """`holder` asks `to` to take the role; nothing has changed yet."""

    type: ClassVar[str] = "handover_offered"
    role: str
    holder: Actor
    to: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverAccepted(Event):
    """`to` took the role that `holder` offered."""

    type: ClassVar[str] = "handover_accepted"
    role: str
    holder: Actor
    to: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAdded(Event):
    """A link was collected, or its note renewed: the same `evidence` id replaces."""

    type: ClassVar[str] = "evidence_added"
    evidence: str
    url: Text
    note: Text = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSent(Event):
    """News went out."""

    type: ClassVar[str] = "update_sent"
    update: str
    text: Text
    impact: Text = None
    components: Text = None
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateCorrected(Event):
    """The update reads as follows now."""

    type: ClassVar[str] = "update_corrected"
    update: str
    text: Text
    impact: Text = None
    components: Text = None
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleCorrected(Event):
    """The title reads as follows now."""

    type: ClassVar[str] = "title_corrected"
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAdded(Event):
    """Something to do during the response."""

    type: ClassVar[str] = "task_added"
    item: str
    text: Text
    owner: Actor | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAssigned(Event):
    """`owner` does it."""

    type: ClassVar[str] = "task_assigned"
    item: str
    owner: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(Event):
    """It is done."""

    type: ClassVar[str] = "task_done"
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpAdded(Event):
    """Something to do afterwards."""

    type: ClassVar[str] = "followup_added"
    item: str
    text: Text
    owner: Actor | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpAssigned(Event):
    """`owner` does it."""

    type: ClassVar[str] = "followup_assigned"
    item: str
    owner: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpDone(Event):
    """It is done."""

    type: ClassVar[str] = "followup_done"
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneCorrected(Event):
    """A milestone was at `when`, not at `previous`."""

    type: ClassVar[str] = "milestone_corrected"
    milestone: Milestone
    when: datetime
    previous: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRetracted(Event):
    """Evidence, an update, a task or a follow-up was a mistake."""

    type: ClassVar[str] = "entry_retracted"
    entry: str
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSnoozed(Event):
    """No reminder of this kind before `until`."""

    type: ClassVar[str] = "reminder_snoozed"
    reminder: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderStopped(Event):
    """No more reminders of this kind."""

    type: ClassVar[str] = "reminder_stopped"
    reminder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDone(Event):
    """The review was held."""

    type: ClassVar[str] = "review_done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved(Event):
    """Service was restored."""

    type: ClassVar[str] = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Event):
    """Nothing is left to do; a duplicate names the other incident's key."""

    type: ClassVar[str] = "closed"
    outcome: Outcome
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(Event):
    """It was not over, and is in stage `to` again."""

    type: ClassVar[str] = "reopened"
    to: Stage
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessGranted(Event):
    """`who` may see it while it is private."""

    type: ClassVar[str] = "access_granted"
    who: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRevoked(Event):
    """`who` may see it no longer."""

    type: ClassVar[str] = "access_revoked"
    who: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePrivate(Event):
    """From now on only those who are in its access, and the actor, may see it."""

    type: ClassVar[str] = "made_private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked(Event):
    """The actor, who has no access of their own, was shown it; `how` is a word such as `list`."""

    type: ClassVar[str] = "looked"
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalLinked(Event):
    """Another system knows it as `external_id`."""

    type: ClassVar[str] = "external_linked"
    system: str
    external_id: str
    url: Text = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOverridden(Event):
    """The process rules with these codes were passed over by the events that follow."""

    type: ClassVar[str] = "rule_overridden"
    rules: tuple[str, ...]
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRedacted(Event):
    """The text of `field` of the event in `version` was removed for good."""

    type: ClassVar[str] = "text_redacted"
    version: int
    field: str
    reason: Text


EVENT_TYPES: dict[str, type[Event]] = {
    kind.type: kind
    for kind in (
        Opened,
        Imported,
        Declared,
        StatusSet,
        SeveritySet,
        RoleAssigned,
        RoleReleased,
        RoleHandedOver,
        HandoverOffered,
        HandoverAccepted,
        EvidenceAdded,
        UpdateSent,
        UpdateCorrected,
        TitleCorrected,
        TaskAdded,
        TaskAssigned,
        TaskDone,
        FollowUpAdded,
        FollowUpAssigned,
        FollowUpDone,
        MilestoneCorrected,
        EntryRetracted,
        ReminderSnoozed,
        ReminderStopped,
        ReviewDone,
        Resolved,
        Closed,
        Reopened,
        AccessGranted,
        AccessRevoked,
        MadePrivate,
        Looked,
        ExternalLinked,
        RuleOverridden,
        TextRedacted,
    )
}
"""Every event type by its stored name."""
