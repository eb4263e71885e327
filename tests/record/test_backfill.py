"""Backfill: what was exported comes back with the same times, and every fault of a row is named."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.guards.refusal import Refused
from incident_core.model.actor import Actor
from incident_core.model.milestone import Milestone, durations, milestone
from incident_core.model.outcome import Outcome
from incident_core.model.policy import Policy
from incident_core.model.stage import Stage
from incident_core.ports.reader import Query
from incident_core.record.document import Document
from incident_core.record.layouts import CASE, Layout, default
from incident_core.testing import strategies as made
from incident_core.testing.memory import CountingIds, Memory, MemoryStore
from incident_core.testing.values import EPOCH, ROLES
from incident_core.usecases.backfill import Backfill, Plan, Row
from incident_core.usecases.backfilling.past import Past
from incident_core.usecases.backfilling.rows import Fault, Heading, Reading, heading
from incident_core.usecases.history import Origin, decided
from incident_core.usecases.verify import verify

NOW = datetime(2060, 1, 1, tzinfo=UTC)
ANN = Actor("cli", "ann")
POLICY = Policy(roles=ROLES)
HERE = "here"
IDS = CountingIds()


class Archive:
    """Where incidents come from: a store of its own, and what it exports."""

    def __init__(self) -> None:
        self.store = MemoryStore.over(Memory())
        self.ids = CountingIds()

    def take(self, told: made.History, place: int) -> None:
        """These commands, as an incident of this store; a duplicate is one of the first."""
        commands = [_known_here(each, place) for each in told.commands]
        commands = [replace(each, key=f"{place}:{number}") for number, each in enumerate(commands)]
        history = decided(told.policy, Origin(HERE, "cli", self.ids.uuid(), NOW), commands)
        assert not isinstance(history, Refused)
        self.store.intake.take([history])

    def documents(self, viewers: set[Actor]) -> list[Document]:
        """All of them, the newest first."""
        found = {
            str(each["key"]): each
            for viewer in viewers
            for each in self.store.reader.documents(HERE, Query(), viewer)
        }
        return sorted(found.values(), key=lambda each: int(str(each["key"])[4:]), reverse=True)


def _known_here(command: c.Command, place: int) -> c.Command:
    if not isinstance(command, c.Close) or command.duplicate_of is None:
        return command
    if place == 1:
        return replace(command, outcome=Outcome.FALSE_ALARM, duplicate_of=None)
    return replace(command, duplicate_of="INC-1")


def lines(layout: Layout, documents: Sequence[Document]) -> list[list[str]]:
    """The export of these documents as it is read back from CSV, the heading first."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(layout.header)
    writer.writerows(layout.cells(layout.row(each, NOW)) for each in documents)
    return list(csv.reader(io.StringIO(text.getvalue(), newline="")))


def reading(found: Heading, zone: str | None = None) -> Reading:
    return Reading(found, Actor.parse, ANN, NOW, None if zone is None else ZoneInfo(zone))


def into(store: MemoryStore) -> Backfill:
    return Backfill(store.intake, IDS, POLICY, HERE, ANN, NOW)


def pasts(cells: list[list[str]]) -> list[Row]:
    meaning = reading(heading(cells[0], POLICY.roles))
    return [Row(line, meaning.past(each)) for line, each in enumerate(cells[1:], start=2)]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(histories=st.lists(made.histories(max_commands=12, policy=POLICY), min_size=1, max_size=3))
def test_what_was_exported_comes_back_with_the_same_times_lengths_outcome_and_commander(
    histories: list[made.History],
) -> None:
    archive, again = Archive(), MemoryStore.over(Memory())
    for place, each in enumerate(histories, start=1):
        archive.take(each, place)
    everybody = {actor for each in histories for actor in each.incident.access}
    rows = pasts(lines(default(POLICY.roles), archive.documents(everybody)))
    service = into(again)
    plan = service.plan(rows)
    assert plan.faults == ()
    assert service.write(plan) == len(histories)
    assert verify(again.ledger).finding is None
    for row in rows:
        answer = again.intake.known(HERE, [row.past.key])[row.past.key]
        _assert_same(archive.store, row.past.origin, again, answer.key)


def _assert_same(one: MemoryStore, key: str, other: MemoryStore, new_key: str) -> None:
    before, after = (
        store.memory.views[store.memory.numbers[HERE][int(name.removeprefix("INC-"))]]
        for store, name in ((one, key), (other, new_key))
    )
    for each in Milestone:
        assert milestone(after, each) == milestone(before, each), each
    assert durations(after) == durations(before)
    for name in ("title", "severity", "drill", "private", "opened_by", "stage", "status", "outcome", "roles"):
        assert getattr(after, name) == getattr(before, name), name
    assert after.review_done_at == before.review_done_at
    assert (after.duplicate_of is None) == (before.duplicate_of is None)
    if before.duplicate_of is not None:
        original = other.intake.known(HERE, [Past.key_of(before.duplicate_of)])
        assert after.duplicate_of == original[Past.key_of(before.duplicate_of)].key


def past(origin: str = "a", hours: int = 0, **more: Any) -> Past:
    at = EPOCH + timedelta(hours=hours)
    return replace(Past(origin=origin, title=f"about {origin}", opened_at=at, opened_by=ANN), **more)


def plan_of(store: MemoryStore, *found: Past) -> Plan:
    return into(store).plan(Row(line, each) for line, each in enumerate(found, start=2))


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore.over(Memory())


def test_a_second_time_nothing_is_new_and_nothing_is_written(store: MemoryStore) -> None:
    into(store).write(plan_of(store, past("a"), past("b")))
    size = len(store.memory.events)
    plan = plan_of(store, past("a"), past("b"))
    assert (plan.new, plan.there, plan.changed) == ((), 2, ())
    assert into(store).write(plan) == 0
    assert len(store.memory.events) == size


def test_what_says_something_else_now_is_told_and_left_alone(store: MemoryStore) -> None:
    into(store).write(plan_of(store, past("a"), past("b")))
    for change in (
        {"title": "other"},
        {"closed_at": EPOCH + timedelta(days=1)},
        {"roles": (("scribe", ANN),)},
    ):
        plan = plan_of(store, past("a", **change), past("b"))
        assert ([row.past.origin for row in plan.changed], plan.there, plan.new) == (["a"], 2, ())


def test_where_a_plan_was_written_by_somebody_else_meanwhile_nothing_is_doubled(store: MemoryStore) -> None:
    plan = plan_of(store, past("a"), past("b"))
    assert into(store).write(plan) == 2
    assert into(store).write(plan) == 0
    assert len(store.memory.views) == 2


def test_the_oldest_gets_the_first_number_whatever_the_order_of_the_file(store: MemoryStore) -> None:
    into(store).write(plan_of(store, past("new", 2), past("old", 0), past("middle", 1)))
    keys = store.intake.known(HERE, [Past.key_of(name) for name in ("old", "middle", "new")])
    assert [answer.key for answer in keys.values()] == ["INC-1", "INC-2", "INC-3"]


def closed(original: str, hours: int = 5) -> dict[str, Any]:
    at = EPOCH + timedelta(hours=hours)
    return {"closed_at": at, "outcome": Outcome.DUPLICATE, "duplicate_of": original}


def test_a_duplicate_names_the_new_key_of_its_original_wherever_that_stands(store: MemoryStore) -> None:
    plan = plan_of(store, past("d", 0, **closed("z")), past("e", 1, **closed("d")), past("z", 4))
    assert [row.past.origin for row in plan.new] == ["z", "d", "e"]
    assert into(store).write(plan) == 3
    views = {view.title: view.duplicate_of for view in store.memory.views.values()}
    assert views == {"about z": None, "about d": "INC-1", "about e": "INC-2"}


def test_the_original_of_a_duplicate_may_have_been_brought_in_before(store: MemoryStore) -> None:
    into(store).write(plan_of(store, past("z")))
    into(store).write(plan_of(store, past("d", **closed("z"))))
    assert [view.duplicate_of for view in store.memory.views.values()] == [None, "INC-1"]


def test_a_duplicate_of_what_nobody_knows_is_a_fault(store: MemoryStore) -> None:
    plan = plan_of(store, past("d", **closed("gone")))
    assert plan.faults == (
        (2, "It is a duplicate of gone, which is neither in the file nor brought in before."),
    )


def test_duplicates_in_a_circle_are_a_fault(store: MemoryStore) -> None:
    plan = plan_of(store, past("a", **closed("b")), past("b", **closed("a")))
    assert plan.faults == ((2, "It is a duplicate of b, and that is one of it."),)


def test_an_origin_that_occurs_twice_is_a_fault(store: MemoryStore) -> None:
    plan = plan_of(store, past("a"), past("b"), past("a"))
    assert plan.faults == ((4, "a is in line 2 already."),)


def test_what_the_rules_would_not_have_is_a_fault_that_says_why(store: MemoryStore) -> None:
    early = past("a", 2, declared_at=EPOCH + timedelta(hours=1))
    (fault,) = plan_of(store, early).faults
    assert fault[0] == 2
    assert fault[1].startswith("It is in stage investigation since ")
    (fault,) = plan_of(store, past("a", title="x" * 201)).faults
    assert fault == (2, "The title has 201 characters; at most 200 fit.")


def test_rules_about_the_process_do_not_stand_against_the_past(store: MemoryStore) -> None:
    at = EPOCH + timedelta(hours=1)
    strict = Policy(required_roles=("technical_lead",), review_to_close=True)
    service = replace(into(store), policy=strict)
    plan = service.plan([Row(2, past("a", declared_at=at, resolved_at=at, closed_at=at))])
    assert plan.faults == ()
    service.write(plan)
    (view,) = store.memory.views.values()
    assert view.stage is Stage.CLOSED
    assert [each.type for each in store.memory.events].count("rule_overridden") == 2


def test_where_it_comes_from_is_recorded_by_whoever_brought_it_in(store: MemoryStore) -> None:
    bob = Actor("cli", "bob")
    into(store).write(plan_of(store, past("a", opened_by=bob)))
    timeline = store.reader.timeline(HERE, "INC-1", bob)
    assert timeline is not None
    opened, imported = timeline
    assert (opened.event.actor, opened.event.at, opened.source) == (bob, EPOCH, "import")
    assert (imported.event.type, imported.event.actor, imported.event.at) == ("imported", ANN, NOW)
    assert imported.event.origin == "a"  # type: ignore[attr-defined]


def test_batches_are_told_as_they_are_written(store: MemoryStore) -> None:
    told: list[int] = []
    into(store).write(plan_of(store, *(past(f"n{each}", each) for each in range(600))), told.append)
    assert told == [250, 500, 600]


HEADING = ["key", "title", "opened_at"]


def row(zone: str | None = None, **cells: str) -> Past:
    """What a row with these cells says; key, title and opened_at are given unless they are here."""
    said = {"key": "a", "title": "x", "opened_at": "2026-01-01T00:00:00Z", **cells}
    return reading(heading(list(said), POLICY.roles), zone).past(list(said.values()))


def faults(**cells: str) -> tuple[str, ...]:
    with pytest.raises(Fault) as caught:
        row(**cells)
    return caught.value.sentences


def test_three_columns_are_enough() -> None:
    assert row() == Past(origin="a", title="x", opened_at=datetime(2026, 1, 1, tzinfo=UTC), opened_by=ANN)


def test_the_order_and_case_of_columns_do_not_matter_and_a_column_origin_comes_before_the_key() -> None:
    found = heading(["Opened_At", " TITLE ", "key", "origin"], ())
    cells = ["2026-01-01T00:00:00Z", "x", "INC-1", "old:7"]
    assert reading(found).past(cells).origin == "old:7"
    assert found.ignored == ("key",)


def test_unknown_columns_are_named_and_what_can_be_computed_is_not() -> None:
    assert heading([*HEADING, "Priority", "time_to_detect", "stage", "role_scribe", ""], ()).ignored == (
        "Priority",
        "role_scribe",
    )
    assert heading([*HEADING, "role_scribe"], ("scribe",)).ignored == ()
    lost = heading(default(POLICY.roles).header, POLICY.roles).ignored
    assert lost == ("other_roles", "evidence", "updates", "tasks", "follow_ups", "externals", "stages")
    assert heading(CASE.header, ()).ignored == ("Channel ID",)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (["title", "opened_at"], "The file has no column key:"),
        (["a", "b"], "The file has no column key and no column title and no column opened_at:"),
        (["Investigation Name", "Created At"], "The file has no column Title:"),
        ([*HEADING, "Title"], "The file has the column title twice."),
    ],
)
def test_a_heading_that_is_neither_is_refused(cells: list[str], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        heading(cells, ())


def test_a_time_without_a_zone_needs_one_to_be_named() -> None:
    (sentence,) = faults(opened_at="2026-07-01 10:00:00")
    assert sentence == "opened_at: '2026-07-01 10:00:00' has no time zone; say which it is with --zone NAME."
    summer = row("Europe/Berlin", opened_at="2026-07-01 10:00:00")
    winter = row("Europe/Berlin", opened_at="2026-01-01 10:00")
    assert (summer.opened_at.hour, winter.opened_at.hour) == (8, 9)
    assert row("Europe/Berlin", opened_at="2026-07-01T10:00:00+05:30").opened_at.hour == 4


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-13-01T00:00Z", "2026-01-01", "20260101", "10:00", "1/2/26, 9:00 AM"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    (sentence,) = faults(opened_at=text)
    assert sentence.startswith(f"opened_at: {text!r} is not a time: write 2026-")


def test_the_future_is_refused() -> None:
    (sentence,) = faults(opened_at="2061-01-01T00:00:00Z")
    assert sentence == (
        "opened_at: 2061-01-01T00:00:00.000000Z is in the future; it is 2060-01-01T00:00:00.000000Z now."
    )


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"key": ""}, "key is empty."),
        ({"title": "  "}, "title is empty."),
        ({"severity": "sev9"}, "severity: 'sev9' is none of sev1, sev2, sev3, sev4."),
        ({"outcome": "won"}, "outcome: 'won' is none of fixed, no_action, false_alarm, duplicate."),
        ({"drill": "maybe"}, "drill: 'maybe' is neither true nor false."),
        ({"opened_by": "cli:"}, "opened_by: '' is not a name."),
        ({"key": "x" * 151}, "key: A name has at most 150 characters, all of them printable."),
        ({"key": "a\nb"}, "key: A name has at most 150 characters, all of them printable."),
        ({"resolved_at": "2026-01-02T00:00:00Z"}, "It has resolved_at, but no declared_at."),
        ({"outcome": "duplicate"}, "It is a duplicate, but duplicate_of is empty."),
        ({"outcome": "fixed", "duplicate_of": "b"}, "It has duplicate_of, but is no duplicate."),
        ({"duplicate_of": "a"}, "It cannot be a duplicate of itself."),
        (
            {"closed_at": "2025-12-31T00:00:00Z"},
            "closed_at (2025-12-31T00:00:00.000000Z) is before opened_at (2026-01-01T00:00:00.000000Z).",
        ),
        (
            {"declared_at": "2026-01-01T01:00:00Z", "closed_at": "2026-01-01T02:00:00Z"},
            "It was declared and closed, but has no resolved_at: "
            "an incident is resolved before it is closed.",
        ),
    ],
)  # fmt: skip
def test_every_fault_of_a_row_is_said_in_a_sentence(cells: dict[str, str], sentence: str) -> None:
    assert faults(**cells) == (sentence,)


def test_all_faults_of_a_row_are_said_at_once() -> None:
    assert len(faults(key="", severity="x", drill="y", opened_at="z")) == 4


def test_a_row_of_another_width_is_refused() -> None:
    for cells in (["a"], ["a", "x", "2026-01-01T00:00:00Z", ""]):
        with pytest.raises(Fault) as caught:
            reading(heading(HEADING, ())).past(cells)
        assert caught.value.sentences == (f"It has {len(cells)} cells, and the heading 3.",)


def test_a_cell_that_was_guarded_against_spreadsheets_is_restored() -> None:
    assert row(title="'=1+1").title == "=1+1"
    assert row(title="''=1+1").title == "'=1+1"
    assert row(title="'tis").title == "'tis"


CASE_ROW = dict.fromkeys(CASE.header, "") | {
    "Investigation Name": "case-api-3f2",
    "Title": "API slow",
    "Created At": "2024-03-01T14:45:00.000Z",
    "Created By": "slack:U012AB3CD",
}


def case(**cells: str) -> Past:
    said = CASE_ROW | {name.replace("_", " "): text for name, text in cells.items()}
    return reading(heading(list(said), POLICY.roles)).past(list(said.values()))


def test_an_export_of_case_is_understood() -> None:
    found = case(
        Escalated_to_Incident="Yes", Escalated_At="2024-03-01T14:55:00.000Z", Incident_Commander="bob",
        Resolved_At="2024-03-01T16:00:00.000Z", Resolved_By="bob", Closed_At="2024-03-01T18:00:00.000Z",
        Closed_By="cleo", Status="closed",
    )  # fmt: skip
    assert (found.origin, found.opened_by.kind) == ("case-api-3f2", "slack")
    assert found.roles == (("incident_commander", Actor("cli", "bob")),)
    assert (found.resolved_by, found.closed_by) == (Actor("cli", "bob"), Actor("cli", "cleo"))
    assert found.closed_at == datetime(2024, 3, 1, 18, tzinfo=UTC)


def test_an_export_of_case_names_its_own_columns_in_faults() -> None:
    with pytest.raises(Fault) as caught:
        case(Escalated_to_Incident="Yes")
    assert caught.value.sentences == ("Escalated to Incident says yes, and Escalated At is empty.",)
    with pytest.raises(Fault) as caught:
        case(Closed_At="2024-02-01T00:00:00Z")
    assert caught.value.sentences[0].startswith(
        "Closed At (2024-02-01T00:00:00.000000Z) is before Created At"
    )


def test_our_own_export_in_the_layout_of_case_comes_back(store: MemoryStore) -> None:
    archive, at = Archive(), EPOCH
    told = [
        c.Open(actor=ANN, at=at, key="1", title="x"),
        c.Declare(actor=ANN, at=at + timedelta(minutes=5), key="2", commander=Actor("cli", "bob")),
        c.Resolve(actor=ANN, at=at + timedelta(hours=1), key="3"),
        c.Close(actor=ANN, at=at + timedelta(hours=2), key="4"),
    ]
    found = decided(POLICY, Origin(HERE, "cli", archive.ids.uuid(), NOW), told)
    assert not isinstance(found, Refused)
    archive.store.intake.take([found])
    into(store).write(into(store).plan(pasts(lines(CASE, archive.documents({ANN})))))
    _assert_same(archive.store, "INC-1", store, "INC-1")
