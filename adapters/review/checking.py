"""Whether a template of the review can be written: with a review that has everything, and with a bare one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from adapters.review.renderer import Reviews
from incident_core.errors import Invalid
from incident_core.model.milestone import Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.model.times import Due
from incident_core.record.reviewed import (
    Elsewhere,
    Held,
    Impact,
    Level,
    News,
    Override,
    Piece,
    Redaction,
    Review,
    Stay,
    ToDo,
    Told,
)

_AT, _HOUR = datetime(2026, 11, 22, 8, 45, tzinfo=UTC), timedelta(hours=1)
_ODD = '{{ 7 * 7 }} {% if %} <!-- --> <b> *x* [a](b) | `c` # "q" \\\n> second line'
_DUE = Due(date(2026, 12, 1), "Europe/Berlin")
_BARE = Review(
    key="INC-42",
    title="API is slow",
    marks=(),
    stage=Stage.INVESTIGATION,
    status=None,
    severity=Severity.SEV4,
    outcome=None,
    duplicate_of=None,
    opened_by="cli:ann",
    declared_by=None,
    commanders=(),
    review_done_at=None,
    as_of=_AT,
    version=1,
    impact=Impact(None, None, None, (), ()),
    milestones=dict.fromkeys(Milestone),
    durations={"time_to_resolve": None},
    stages=(Stay(Stage.INVESTIGATION, _AT, None, "cli:ann"),),
    severities=(Level(Severity.SEV4, None, _AT, "cli:ann", None),),
    roles=(),
    timeline=(Told(1, _AT, "cli:ann", "opened this", None),),
    updates=(),
    evidence=(),
    tasks=(),
    follow_ups=(),
    overrides=(),
    redactions=(),
    elsewhere=(),
)
_FULL = replace(
    _BARE,
    title=_ODD,
    marks=("DRILL", "PRIVATE"),
    stage=Stage.CLOSED,
    status=Status.MONITORING,
    severity=Severity.SEV1,
    outcome=Outcome.DUPLICATE,
    duplicate_of="INC-3",
    declared_by="cli:ann",
    commanders=("cli:ann", _ODD),
    review_done_at=_AT,
    impact=Impact(_AT, _AT + _HOUR, _HOUR, ("API", _ODD), ((_AT, _ODD),)),
    milestones=dict.fromkeys(Milestone, _AT),
    durations={"time_to_resolve": _HOUR},
    stages=(Stay(Stage.INCIDENT, _AT, _AT + _HOUR, "cli:ann"),),
    severities=(Level(Severity.SEV1, Severity.SEV4, _AT, "cli:ann", _ODD),),
    roles=(Held("incident_commander", "cli:ann", _AT, None), Held("scribe", _ODD, _AT, _AT + _HOUR)),
    timeline=(Told(2, _AT, "cli:ann", _ODD, _AT + _HOUR),),
    updates=(News("u1", _AT, "cli:ann", _ODD, _ODD, ("API",), _AT, _AT, _ODD),),
    evidence=(Piece("e1", "https://example.org/", _ODD, _AT, "cli:ann", _ODD),),
    tasks=(ToDo("t1", _ODD, "cli:ann", _DUE, _AT, "cli:ann", overdue=False, retracted=None),),
    follow_ups=(ToDo("f1", _ODD, None, _DUE, None, None, overdue=True, retracted=_ODD),),
    overrides=(Override(_AT, "cli:ann", ("role_required",), _ODD),),
    redactions=(Redaction(_AT, "cli:ann", 2, "title", _ODD),),
    elsewhere=(Elsewhere("pagerduty", "PD-81", "https://example.org/"),),
)


def fault(template: Path) -> str | None:
    """What is wrong with it, in a sentence that begins with its path; None: nothing."""
    try:
        for review in (_BARE, _FULL):
            Reviews(template).written(review)
    except Invalid as found:
        return str(found)
    return None
