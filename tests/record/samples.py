"""One event of every type with every field set: what new golden files are made from."""

from __future__ import annotations

from datetime import UTC, date, datetime

from incident_core import events as e
from incident_core.model.actor import Actor
from incident_core.model.milestone import Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.model.times import Due

BY = Actor("slack", "U012AB3CD", workspace="T01", login="root")
ANN, BOB = Actor("cli", "ann"), Actor("slack", "U0BOB", workspace="T02")
AT = datetime(2026, 11, 22, 8, 45, 0, 123_456, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 9, 0, 0, 1, tzinfo=UTC)
DUE = Due(date(2026, 12, 1), "Europe/Berlin")
LEAD = "incident_commander"

SAMPLES: tuple[e.Event, ...] = (
    e.Opened(
        actor=BY,
        at=AT,
        number=42,
        title='Checkout "slow" 🔥',
        severity=Severity.SEV2,
        private=True,
        drill=False,
    ),
    e.Imported(actor=BY, at=AT, origin="case:4711"),
    e.Declared(actor=BY, at=AT),
    e.StatusSet(actor=BY, at=AT, status=Status.MONITORING),
    e.SeveritySet(actor=BY, at=AT, severity=Severity.SEV3, previous=Severity.SEV1, reason="only one shop"),
    e.RoleAssigned(actor=BY, at=AT, role=LEAD, holder=ANN, previous=BOB, how="assigned"),
    e.RoleReleased(actor=BY, at=AT, role="technical_lead", holder=BOB),
    e.RoleHandedOver(actor=BY, at=AT, role=LEAD, holder=ANN, to=BOB),
    e.HandoverOffered(actor=BY, at=AT, role=LEAD, holder=ANN, to=BOB),
    e.HandoverAccepted(actor=BY, at=AT, role=LEAD, holder=ANN, to=BOB),
    e.EvidenceAdded(actor=BY, at=AT, evidence="e1", url="https://example.com/é?x=%20", note="p99\nשלום"),
    e.UpdateSent(
        actor=BY, at=AT, update="u1", text="We know.", impact="EU", components="web\napi", next_due=LATER
    ),
    e.UpdateCorrected(
        actor=BY, at=AT, update="u1", text="We knew.", impact="all", components="web", next_due=LATER
    ),
    e.TitleCorrected(actor=BY, at=AT, title="Checkout is down"),
    e.TaskAdded(actor=BY, at=AT, item="t1", text="Page the DBA", owner=ANN, due=DUE),
    e.TaskAssigned(actor=BY, at=AT, item="t1", owner=BOB),
    e.TaskDone(actor=BY, at=AT, item="t1"),
    e.FollowUpAdded(actor=BY, at=AT, item="f1", text="Add an index", owner=BOB, due=DUE),
    e.FollowUpAssigned(actor=BY, at=AT, item="f1", owner=ANN),
    e.FollowUpDone(actor=BY, at=AT, item="f1"),
    e.MilestoneCorrected(actor=BY, at=AT, milestone=Milestone.IMPACT_STARTED, when=AT, previous=LATER),
    e.EntryRetracted(actor=BY, at=AT, entry="e1", reason="wrong graph"),
    e.ReminderSnoozed(actor=BY, at=AT, reminder="update", until=LATER),
    e.ReminderStopped(actor=BY, at=AT, reminder="update"),
    e.ReviewDone(actor=BY, at=AT),
    e.Resolved(actor=BY, at=AT),
    e.Closed(actor=BY, at=AT, outcome=Outcome.DUPLICATE, duplicate_of="INC-7"),
    e.Reopened(actor=BY, at=AT, to=Stage.INCIDENT, reason="it is back"),
    e.AccessGranted(actor=BY, at=AT, who=ANN),
    e.AccessRevoked(actor=BY, at=AT, who=BOB),
    e.MadePrivate(actor=BY, at=AT),
    e.Looked(actor=BY, at=AT, how="list"),
    e.ExternalLinked(actor=BY, at=AT, system="slack", external_id="C012", url="https://example.com/C012"),
    e.RuleOverridden(actor=BY, at=AT, rules=("required-roles", "review-missing"), reason="nobody is awake"),
    e.TextRedacted(actor=BY, at=AT, version=3, field="note", reason="a token"),
)
