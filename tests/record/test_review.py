"""The review tells the whole story of an incident, from its timeline alone, and no text that was removed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_type_hints
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_core import commands as c
from incident_core import events as e
from incident_core.lifecycle.fold import fold
from incident_core.model.actor import Actor
from incident_core.model.milestone import Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.policy import Policy
from incident_core.model.role import COMMANDER
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.model.times import Due
from incident_core.ports.reader import Entry
from incident_core.record.review import review
from incident_core.record.reviewed import Held, Override, Redaction, Review, plain
from incident_core.record.telling import REDACTED
from incident_core.testing.contracts import ANN, BOB, CLEO, Desk
from incident_core.testing.memory import Memory, MemoryStore
from incident_core.usecases.reviewing import reviewing

POLICY = Policy(required_roles=("technical_lead",))
MINUTE = timedelta(minutes=1)


class Story:
    """A desk whose clock goes on by a minute before each command."""

    def __init__(self) -> None:
        self.desk = Desk(MemoryStore.over(Memory()), POLICY)
        self.began = self.desk.clock.now()

    def at(self, minutes: int) -> datetime:
        return self.began + minutes * MINUTE

    def do(self, kind: type[c.Command], by: Actor = ANN, **values: Any) -> None:
        self.desk.clock.move(MINUTE)
        self.desk.do(kind, "INC-1", by, **values)

    def redact(self, version: int, field: str) -> None:
        """Without the command: the event is all that the record has of it."""
        self.desk.clock.move(MINUTE)
        removed = e.TextRedacted(
            actor=BOB, at=self.desk.clock.now(), version=version, field=field, reason="a token"
        )
        self.desk.store.log.commit(self.desk.batch(self.desk.load("INC-1"), removed))

    def review(self, viewer: Actor = ANN, now: datetime | None = None) -> Review:
        now = self.desk.clock.now() if now is None else now
        return reviewing(self.desk.store.reader, self.desk.workspace, "INC-1", viewer, now)


@pytest.fixture
def story() -> Story:
    """Declared and led at 0, worse at 1, handed over at 2, news at 3 and 4, monitored at 5, resolved at 6."""
    made = Story()
    made.desk.open("Checkout is slow", declare=True, severity=Severity.SEV3)
    made.do(c.SetSeverity, severity=Severity.SEV1)
    made.do(c.HandOver, to=BOB, role=COMMANDER)
    made.do(c.SendUpdate, text="we look", impact="one in ten fails", components=("web", "cart"))
    made.do(c.SendUpdate, CLEO, text="it was the cache", impact="none", components=("web",))
    made.do(c.SetStatus, status=Status.MONITORING)
    made.do(c.Resolve, override="nobody is awake")
    return made


def test_the_summary_says_how_bad_it_was_who_led_and_how_it_stands(story: Story) -> None:
    told = story.review()
    assert (told.key, told.title, told.marks, told.stage) == ("INC-1", "Checkout is slow", (), Stage.RESOLVED)
    assert (told.opened_by, told.declared_by) == ("cli:ann", "cli:ann")
    assert told.commanders == ("cli:ann", "cli:bob")
    assert (told.outcome, told.review_done_at, told.duplicate_of) == (None, None, None)
    levels = [(each.severity, each.previous, each.at, each.reason) for each in told.severities]
    assert levels == [(Severity.SEV3, None, story.at(0), None), (Severity.SEV1, "sev3", story.at(1), None)]


def test_a_severity_that_was_lowered_has_its_reason_and_a_close_its_outcome(story: Story) -> None:
    story.do(c.SetSeverity, severity=Severity.SEV4, reason="one shop only")
    story.do(c.FinishReview)
    other = story.desk.open("The same")
    story.do(c.Close, outcome=Outcome.DUPLICATE, duplicate_of=other)
    told = story.review()
    assert (told.severities[-1].previous, told.severities[-1].reason) == ("sev1", "one shop only")
    assert (told.outcome, told.duplicate_of) == (Outcome.DUPLICATE, "INC-2")
    assert told.review_done_at == story.at(8)


def test_every_stage_has_its_time_and_the_last_has_no_end(story: Story) -> None:
    found = [(each.stage, each.at, each.until) for each in story.review().stages]
    assert found == [
        ("investigation", story.at(0), story.at(0)),
        ("incident", story.at(0), story.at(6)),
        ("resolved", story.at(6), None),
    ]


def test_roles_have_who_held_them_and_when(story: Story) -> None:
    story.do(c.Assign, role="technical_lead", holder=CLEO)
    story.do(c.Release, role="technical_lead")
    story.do(c.Claim, BOB, role="technical_lead")
    story.do(c.Assign, role="technical_lead", holder=ANN)
    assert story.review().roles == (
        Held(COMMANDER, "cli:ann", story.at(0), story.at(2)),
        Held(COMMANDER, "cli:bob", story.at(2), None),
        Held("technical_lead", "slack:U012AB3CD", story.at(7), story.at(8)),
        Held("technical_lead", "cli:bob", story.at(9), story.at(10)),
        Held("technical_lead", "cli:ann", story.at(10), None),
    )


def test_milestones_and_durations_are_all_there_and_none_where_one_is_missing(story: Story) -> None:
    told = story.review()
    assert list(told.milestones) == list(Milestone)
    assert told.milestones[Milestone.MITIGATED] == story.at(5)
    assert told.milestones[Milestone.IMPACT_STARTED] is None
    assert told.durations["time_to_resolve"] == 6 * MINUTE
    assert told.durations["impact_duration"] is None


def test_the_impact_is_what_the_updates_say_but_for_those_that_were_retracted(story: Story) -> None:
    story.do(c.CorrectMilestone, milestone=Milestone.IMPACT_STARTED, when=story.at(-10))
    assert story.review().impact.components == ("web", "cart")
    story.do(c.Retract, entry="u1", reason="too early")
    impact = story.review().impact
    assert impact.said == ((story.at(4), "none"),)
    assert impact.components == ("web",)
    assert (impact.started_at, impact.resolved_at, impact.lasted) == (
        story.at(-10),
        story.at(6),
        16 * MINUTE,
    )


def test_an_update_reads_as_it_was_corrected_and_a_retracted_one_says_why(story: Story) -> None:
    story.do(c.CorrectUpdate, update="u1", text="we knew nothing yet", impact="two in ten")
    story.do(c.Retract, entry="u2", reason="wrong incident")
    first, second = story.review().updates
    assert (first.text, first.impact, first.at) == ("we knew nothing yet", "two in ten", story.at(3))
    assert (first.corrected_at, first.retracted) == (story.at(7), None)
    assert (second.text, second.who, second.retracted) == (
        "it was the cache",
        "slack:U012AB3CD",
        "wrong incident",
    )


def test_the_timeline_is_in_the_order_in_which_it_happened_and_marks_what_was_recorded_late(
    story: Story,
) -> None:
    story.do(c.AddEvidence, url="https://a.example", at=story.at(6) + timedelta(seconds=30))
    story.do(c.AddEvidence, url="https://b.example", at=story.at(2))
    told = story.review().timeline
    assert [each.at for each in told] == sorted(each.at for each in told)
    late = [(each.what, each.recorded_at) for each in told if each.recorded_at is not None]
    assert late == [("added evidence e2: https://b.example", story.at(8))]
    assert told[0].what == "opened sev4: Checkout is slow"
    assert told[0].who == "cli:ann"


def test_follow_ups_have_owner_due_day_and_whether_they_are_overdue(story: Story) -> None:
    due = Due(date(2027, 1, 1), "Asia/Tokyo")
    story.do(c.AddFollowUp, text="warm the cache", owner=BOB, due=due)
    story.do(c.AddFollowUp, text="write it down", due=due)
    story.do(c.FinishFollowUp, item="f2")
    story.do(c.AddFollowUp, text="a slip", due=due)
    story.do(c.Retract, entry="f3", reason="a slip")
    story.do(c.AddTask, text="restart")
    over = due.over_at
    before, after = (story.review(now=now).follow_ups for now in (over - timedelta(seconds=1), over))
    assert [each.overdue for each in before] == [False, False, False]
    assert [each.overdue for each in after] == [True, False, False]
    assert (after[0].owner, after[0].due, after[0].done_at) == ("cli:bob", due, None)
    assert (after[1].done_by, after[1].done_at) == ("cli:ann", story.at(9))
    assert after[2].retracted == "a slip"
    assert [each.text for each in story.review().tasks] == ["restart"]


def test_overrides_have_their_rules_and_reasons(story: Story) -> None:
    assert story.review().overrides == (
        Override(story.at(6), "cli:ann", ("required-roles",), "nobody is awake"),
    )


def test_a_link_to_another_system_is_its_newest() -> None:
    opened = event_entry(1, OPENED)
    linked = [
        event_entry(n, e.ExternalLinked(actor=ANN, at=AT, system=name, external_id=one, url=url))
        for n, name, one, url in (
            (2, "pager", "P1", None),
            (3, "jira", "J", "https://j"),
            (4, "pager", "P2", None),
        )
    ]
    told = reviewed(opened, *linked)
    assert [(each.system, each.id, each.url) for each in told.elsewhere] == [
        ("jira", "J", "https://j"),
        ("pager", "P2", None),
    ]


def test_a_drill_and_a_private_one_are_marked_and_only_who_may_see_it_gets_it() -> None:
    story = Story()
    story.desk.open("Secret", private=True, drill=True)
    assert story.review().marks == ("DRILL", "PRIVATE")
    assert story.review().private
    with pytest.raises(Exception, match="There is no incident INC-1 that you can see"):
        story.review(viewer=BOB)


def test_people_are_called_what_they_are_named(story: Story) -> None:
    story.do(c.Assign, role="technical_lead", holder=CLEO)
    entries = story.desk.timeline("INC-1")
    told = review(fold(each.event for each in entries), entries, story.at(9), lambda who: who.id.upper())
    assert (told.opened_by, told.commanders) == ("ANN", ("ANN", "BOB"))
    assert told.timeline[-1].what == "gave technical_lead to U012AB3CD"
    assert "cli:" not in json.dumps(plain(told))


def test_two_people_of_one_name_are_not_taken_for_one(story: Story) -> None:
    story.do(c.Assign, role="technical_lead", holder=CLEO)
    entries = story.desk.timeline("INC-1")
    told = review(fold(each.event for each in entries), entries, story.at(9), lambda _: "Ann")
    assert told.timeline[-1].what == "gave technical_lead to Ann"


def test_what_was_removed_says_so_with_who_when_and_why(story: Story) -> None:
    story.redact(1, "title")
    told = story.review()
    assert told.title == REDACTED
    assert told.redactions == (Redaction(story.at(7), "cli:bob", 1, "title", "a token"),)
    assert told.timeline[0].what == f"opened sev4: {REDACTED}"


def test_a_corrected_title_is_shown_also_where_the_first_was_removed(story: Story) -> None:
    story.redact(1, "title")
    story.do(c.CorrectTitle, title="Something is slow")
    assert story.review().title == "Something is slow"


def test_a_review_says_the_same_whenever_it_is_made_but_for_what_is_overdue(story: Story) -> None:
    assert story.review(now=story.at(7)) == story.review(now=story.at(60 * 24 * 365))


def test_that_an_admin_looked_is_not_part_of_the_story() -> None:
    looked = event_entry(2, e.Looked(actor=BOB, at=AT, how="list"))
    assert len(reviewed(event_entry(1, OPENED), looked).timeline) == 1


def test_as_json_it_has_every_field_and_only_json_values(story: Story) -> None:
    story.do(c.AddFollowUp, text="warm the cache", due=Due(date(2027, 1, 1)))
    told: Any = plain(story.review())
    assert set(told) == {each.name for each in fields(Review)}
    assert json.loads(json.dumps(told)) == told
    assert told["durations"]["time_to_resolve"] == 360.0
    assert told["follow_ups"][0]["due"] == {"on": "2027-01-01", "zone": "UTC"}
    assert told["milestones"]["opened_at"].endswith("Z")


AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPENED = e.Opened(actor=ANN, at=AT, number=1, title="t", severity=Severity.SEV4, private=False, drill=False)
WRITTEN: Mapping[str, Sequence[e.Event]] = {
    "evidence": [e.EvidenceAdded(actor=ANN, at=AT, evidence="e1", url="https://secret", note="secret")],
    "update": [
        e.UpdateSent(actor=ANN, at=AT, update="u1", text="secret", impact="secret", components="secret\nx")
    ],
    "correction": [
        e.UpdateSent(actor=ANN, at=AT, update="u1", text="secret", impact="secret", components="secret"),
        e.UpdateCorrected(actor=ANN, at=AT, update="u1", text="secret", impact="secret", components="secret"),
    ],
    "title": [e.TitleCorrected(actor=ANN, at=AT, title="secret")],
    "task": [e.TaskAdded(actor=ANN, at=AT, item="t1", text="secret")],
    "follow-up": [e.FollowUpAdded(actor=ANN, at=AT, item="f1", text="secret")],
    "severity": [
        e.SeveritySet(actor=ANN, at=AT, severity=Severity.SEV2, previous=Severity.SEV4, reason="secret")
    ],
    "retraction": [
        e.TaskAdded(actor=ANN, at=AT, item="t1", text="secret"),
        e.EntryRetracted(actor=ANN, at=AT, entry="t1", reason="secret"),
    ],
    "reopening": [e.Reopened(actor=ANN, at=AT, to=Stage.INCIDENT, reason="secret")],
    "override": [e.RuleOverridden(actor=ANN, at=AT, rules=("x",), reason="secret")],
    "redaction": [e.TextRedacted(actor=ANN, at=AT, version=1, field="title", reason="secret")],
    "link": [e.ExternalLinked(actor=ANN, at=AT, system="jira", external_id="J-1", url="https://secret")],
}  # fmt: skip


def event_entry(version: int, event: e.Event, redacted: tuple[str, ...] = ()) -> Entry:
    return Entry(version, version, UUID(int=version), event, "cli", event.at, None, redacted)


def reviewed(*entries: Entry) -> Review:
    return review(fold(each.event for each in entries), entries, AT)


def texts(event: e.Event) -> tuple[str, ...]:
    """The names of its free texts."""
    hints = get_type_hints(type(event), include_extras=True)
    return tuple(
        each.name for each in fields(event) if getattr(hints[each.name], "__metadata__", ()) == ("text",)
    )


def without(event: e.Event) -> e.Event:
    """The event once its texts were removed."""
    absent: dict[str, Any] = dict.fromkeys(texts(event))
    return replace(event, **absent)


def strings(value: object) -> list[str]:
    """Every text in it, however deep."""
    if is_dataclass(value) and not isinstance(value, type):
        return [text for each in fields(value) for text in strings(getattr(value, each.name))]
    if isinstance(value, Mapping):
        return strings(tuple(value.values()))
    if isinstance(value, (tuple, list)):
        return [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("kind", WRITTEN)
def test_no_text_that_was_removed_is_in_it_even_where_the_event_still_has_it(kind: str) -> None:
    """A text may be removed between two reads: the mark counts, and not what stands beside it."""
    opened = event_entry(1, OPENED)
    events = WRITTEN[kind]
    kept = reviewed(opened, *(event_entry(n, each) for n, each in enumerate(events, start=2)))
    assert any("secret" in text for text in strings(kept))
    gone = reviewed(opened, *(event_entry(n, each, texts(each)) for n, each in enumerate(events, start=2)))
    assert not any("secret" in text for text in strings(gone))
    assert any(REDACTED in text for text in strings(gone))


def test_every_type_of_event_with_a_text_is_in_the_table_of_this_test() -> None:
    named = {type(each) for events in WRITTEN.values() for each in events}
    assert {kind for kind in e.EVENT_TYPES.values() if hints_text(kind)} - {e.Opened} <= named


def hints_text(kind: type[e.Event]) -> bool:
    hints = get_type_hints(kind, include_extras=True).values()
    return any(getattr(hint, "__metadata__", ()) == ("text",) for hint in hints)


@given(st.permutations(sorted(WRITTEN)))
def test_a_removed_text_is_gone_whatever_else_happened(kinds: list[str]) -> None:
    events = [each for kind in kinds for each in WRITTEN[kind]]
    removed = [event_entry(n, without(each), texts(each)) for n, each in enumerate(events, start=2)]
    told = reviewed(event_entry(1, OPENED), *removed)
    assert not any("secret" in text for text in strings(told))
