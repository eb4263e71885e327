"""What an export shows, column by column: of incidents everything, or what Case showed; of events each one.

A layout first makes a row out of what the reader gives, which is what JSON shows; columns are cells of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any

from incident_core.model.milestone import DURATIONS, Milestone
from incident_core.model.role import COMMANDER
from incident_core.model.stage import Stage
from incident_core.record.document import Document, left_out, time_in_stage
from incident_core.record.sheet import cell

SPENT = tuple(stage.value for stage in Stage if stage is not Stage.CLOSED)
"""The stages in which time is spent."""

TIMES = (*(each.value for each in Milestone), "review_done_at")
LENGTHS = tuple(each.name for each in DURATIONS)
TEXTS = ("key", "title", "stage", "status", "severity", "outcome", "duplicate_of", "opened_by", *TIMES)
FLAGS = ("drill", "private")
PARTS = ("stages", "evidence", "updates", "tasks", "follow_ups", "externals")
"""Fields of a document by kind: a text or null, true or false, a list or an object."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it means, where it is found in a row, and how it is written in CSV."""

    name: str
    meaning: str
    of: Callable[[Document], object]
    text: Callable[[Any], str] = cell


@dataclass(frozen=True, slots=True)
class Layout:
    """`row` is what JSON shows, given a document and the present time (UTC)."""

    columns: tuple[Column, ...]
    row: Callable[[Document, datetime], Document]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def cells(self, row: Document) -> list[str]:
        """The row as CSV has it, below `header`."""
        return [column.text(column.of(row)) for column in self.columns]


def default(roles: tuple[str, ...]) -> Layout:
    """Everything about an incident; each of the policy's `roles` has a column of its own."""
    return Layout((*_facts(), *_roles(roles), *_when(), *_how_long(), *_collected()), _whole)


def _facts() -> Iterator[Column]:
    for name, meaning in (
        ("key", "what people type: INC-42"),
        ("title", "empty once redacted"),
        ("stage", "investigation, incident, resolved or closed, now"),
        ("status", "investigating, identified or monitoring, while the stage is incident"),
        ("severity", "sev1 (the worst) to sev4"),
        ("drill", "true where it was practice"),
        ("private", "true where only some may see it"),
        ("outcome", "fixed, no_action, false_alarm or duplicate, once closed"),
        ("duplicate_of", "the key of the incident that this is a duplicate of"),
        ("opened_by", "who opened it"),
    ):
        yield Column(name, meaning, itemgetter(name))
    yield Column("declared_by", "who first declared it", partial(_by, Stage.INCIDENT, "declared_at"))
    yield Column("resolved_by", "who last resolved it; empty while it is open again",
                 partial(_by, Stage.RESOLVED, "resolved_at"))  # fmt: skip
    yield Column("closed_by", "who last closed it; empty while it is open again",
                 partial(_by, Stage.CLOSED, "closed_at"))  # fmt: skip


def _roles(roles: tuple[str, ...]) -> Iterator[Column]:
    for role in roles:
        yield Column(f"role_{role}", f"who is {role.replace('_', ' ')}", partial(_holder, role))
    yield Column("other_roles", "JSON: holders of roles that the settings have no more, by role",
                 partial(_others, frozenset(roles)))  # fmt: skip


def _when() -> Iterator[Column]:
    for each in Milestone:
        yield Column(each.value, _MILESTONES[each], itemgetter(each.value))
    yield Column("review_done_at", "when the review was held", itemgetter("review_done_at"))


def _how_long() -> Iterator[Column]:
    for each in DURATIONS:
        meaning = f"seconds from {each.start.value} to {each.end.value}"
        yield Column(each.name, meaning, partial(_inside, "durations", each.name))
    for stage in SPENT:
        meaning = f"seconds in stage {stage}, all visits together, the present one up to now"
        yield Column(f"time_in_{stage}", meaning, partial(_inside, "time_in_stage", stage))
    meaning = "why figures leave it out: drill, false_alarm or duplicate; empty where they count it"
    yield Column("left_out", meaning, itemgetter("left_out"))


def _collected() -> Iterator[Column]:
    for name, meaning in (
        ("evidence", "JSON: links, with notes"),
        ("updates", "JSON: news that was sent"),
        ("tasks", "JSON: what was to be done during the response"),
        ("follow_ups", "JSON: what was to be done afterwards"),
        ("externals", "JSON: its name in other systems, by system"),
        ("stages", "JSON: every stage it entered, when, and by whom"),
        ("version", "how many events it has"),
    ):
        yield Column(name, meaning, itemgetter(name))


_MILESTONES = {
    Milestone.IMPACT_STARTED: "when users first suffered",
    Milestone.DETECTED: "when somebody or something noticed",
    Milestone.OPENED: "when the investigation began",
    Milestone.DECLARED: "when it was first declared an incident",
    Milestone.ACKNOWLEDGED: "when it first had a commander",
    Milestone.MITIGATED: "when the response first came to monitoring",
    Milestone.RESOLVED: "when it was last resolved; empty while it is open again",
    Milestone.CLOSED: "when it was last closed; empty while it is open again",
}


def _whole(document: Document, now: datetime) -> Document:
    """The document, `time_in_stage` in seconds (the present stage up to `now`), and `left_out` of figures."""
    spent = time_in_stage(document, now)
    return document | {
        "time_in_stage": {stage: spent.get(stage) for stage in SPENT},
        "left_out": left_out(document),
    }


def _by(stage: Stage, milestone: str, row: Document) -> str | None:
    """Who brought it into the stage: the first time for a declaration, else the last time."""
    if row[milestone] is None:
        return None
    stages: Any = row["stages"]
    entered = [entry["by"] for entry in stages if entry["stage"] == stage]
    return str(entered[0 if stage is Stage.INCIDENT else -1])


def _inside(field: str, name: str, row: Document) -> object:
    values: Any = row[field]
    return values[name]


def _holder(role: str, row: Document) -> object:
    held: Any = row["roles"]
    return held.get(role)


def _others(roles: frozenset[str], row: Document) -> object:
    held: Any = row["roles"]
    return {role: who for role, who in held.items() if role not in roles}


_STATUS = {"investigation": "open", "incident": "escalated", "resolved": "resolved", "closed": "closed"}


def _events(document: Document) -> int:
    """What Case calls events: the evidence that was collected, and not taken back."""
    evidence: Any = document["evidence"]
    return sum(not each["retracted"] for each in evidence)


def _hours(start: str, end: str, document: Document) -> float | None:
    """Between two times, to two decimals; None until there are both."""
    first, last = document[start], document[end]
    if first is None or last is None:
        return None
    length = datetime.fromisoformat(str(last)) - datetime.fromisoformat(str(first))
    return round(length.total_seconds() / 3600, 2)


def _two_decimals(hours: float | None) -> str:
    return "" if hours is None else f"{hours:.2f}"


def _channel(document: Document) -> object:
    externals: Any = document["externals"]
    return externals.get("slack")


_CASE: tuple[tuple[str, str, Callable[[Document], object]], ...] = (
    ("Investigation Name", "the key: INC-42", itemgetter("key")),
    ("Title", "empty once redacted", itemgetter("title")),
    (
        "Status",
        "open, escalated, resolved or closed: the stages investigation, incident, resolved and closed",
        lambda document: _STATUS[str(document["stage"])],
    ),
    ("Channel ID", "its name in Slack; empty without", _channel),
    ("Created By", "who opened it", itemgetter("opened_by")),
    ("Created At", "opened_at", itemgetter("opened_at")),
    (
        "Closed By",
        "who closed it; empty while it is not closed",
        partial(_by, Stage.CLOSED, "closed_at"),
    ),
    ("Closed At", "closed_at", itemgetter("closed_at")),
    ("Events Count", "how many pieces of evidence were collected and not retracted", _events),
    (
        "Duration (hours)",
        "opened_at to closed_at, two decimals; empty while it is not closed",
        partial(_hours, "opened_at", "closed_at"),
    ),
    (
        "Escalated to Incident",
        "Yes where it was ever declared, else No",
        lambda document: "No" if document["declared_at"] is None else "Yes",
    ),
    ("Incident Commander", "who has the role", partial(_holder, COMMANDER)),
    ("Escalated At", "declared_at: the first time", itemgetter("declared_at")),
    (
        "Resolved By",
        "who resolved it; empty while it is not resolved",
        partial(_by, Stage.RESOLVED, "resolved_at"),
    ),
    ("Resolved At", "resolved_at: the last time", itemgetter("resolved_at")),
    (
        "Resolution Time (hours)",
        "declared_at to resolved_at, two decimals; empty while it is not resolved",
        partial(_hours, "declared_at", "resolved_at"),
    ),
)


def _case_row(document: Document, _: datetime) -> Document:
    return {name: of(document) for name, _, of in _CASE}


CASE = Layout(
    tuple(
        Column(name, meaning, itemgetter(name), _two_decimals if name.endswith("(hours)") else cell)
        for name, meaning, _ in _CASE
    ),
    _case_row,
)
"""The sixteen columns of Case, in its order and with its words."""

TIMELINE = Layout(
    tuple(
        Column(name, meaning, itemgetter(name))
        for name, meaning in (
            ("seq", "its place in the whole record"),
            ("key", "the incident"),
            ("version", "its place in the incident"),
            ("type", "what happened: opened, declared, …"),
            ("occurred_at", "when it happened"),
            ("recorded_at", "when it was recorded"),
            ("by", "who did it"),
            ("login", "the account that it was typed under"),
            ("source", "where the command came from: cli, slack, import"),
            ("overridden", "true where a rule was passed over for it"),
            ("redacted", "JSON: the names of texts that were removed; they are null in details"),
            ("details", "JSON: the fields that only events of this type have"),
        )
    ),
    lambda entry, _: entry,
)
"""One event each, of the documents that `timeline_entry` makes."""
