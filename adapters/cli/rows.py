"""One incident as one row: its document, the time it spent in each stage, and why figures leave it out."""

from __future__ import annotations

from datetime import datetime

from adapters.cli import shown
from adapters.cli.output import as_json
from incident_core.model.incident import Incident
from incident_core.model.milestone import DURATIONS, Milestone, left_out, time_in_stage
from incident_core.model.stage import Stage
from incident_core.record.document import Document, document

Row = Document

_FIRST = (
    "key",
    "title",
    "stage",
    "status",
    "severity",
    "drill",
    "private",
    "outcome",
    "duplicate_of",
    "opened_by",
)
_TIMES = (*(each.value for each in Milestone), "review_done_at")
_DURATIONS = tuple(each.name for each in DURATIONS)
_STAGES = tuple(stage.value for stage in Stage if stage is not Stage.CLOSED)
_LISTS = ("evidence", "updates", "tasks", "follow_ups")
# What a spreadsheet takes for the beginning of a formula, or for one after a break; full-width signs too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def row(incident: Incident, now: datetime) -> Row:
    """The document, `time_in_stage` in seconds (the present stage up to `now`), and `left_out` of figures."""
    spent = time_in_stage(incident, now)
    in_stage = {
        stage: None if stage not in spent else spent[Stage(stage)].total_seconds() for stage in _STAGES
    }
    return document(incident) | {"time_in_stage": in_stage, "left_out": left_out(incident)}


def header(roles: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the columns; each role of the policy has its own."""
    spent = (f"time_in_{stage}" for stage in _STAGES)
    return (
        *_FIRST, *(f"role_{role}" for role in roles), "other_roles",
        *_TIMES, *_DURATIONS, *spent, "left_out", *_LISTS, "version",
    )  # fmt: skip


def cells(row: Row, roles: tuple[str, ...], *, harmless: bool = False) -> list[str]:
    """The cells below `header`; `harmless` also for a terminal."""
    held = _mapping(row["roles"])
    durations, spent = _mapping(row["durations"]), _mapping(row["time_in_stage"])
    others = {role: who for role, who in held.items() if role not in roles}
    values = (
        *(row[name] for name in _FIRST), *(held.get(role) for role in roles), others or None,
        *(row[name] for name in _TIMES), *(durations[name] for name in _DURATIONS),
        *(spent[stage] for stage in _STAGES), row["left_out"], *(row[name] or None for name in _LISTS),
        row["version"],
    )  # fmt: skip
    texts = map(_cell, values)
    return [shown.harmless(text) for text in texts] if harmless else list(texts)


def _cell(value: object) -> str:
    """Empty for nothing, JSON for what has parts, true and false as JSON has them; never a formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else as_json(value)


def _mapping(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value
