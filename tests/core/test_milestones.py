"""When things happened: what sets a milestone, what corrects it, and the durations between them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incident_core import commands as c
from incident_core.model.incident import Incident
from incident_core.model.milestone import (
    DURATIONS,
    Duration,
    Milestone,
    durations,
    left_out,
    milestone,
    time_in_stage,
)
from incident_core.model.outcome import Outcome
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from tests.core.telling import ANN, BOB, CLEO, LEAD, at, by, opened, refused, tell, then

MONITORING = by(ANN, c.SetStatus, 20, status=Status.MONITORING)
WHOLE = tell(
    opened(0),
    by(ANN, c.Declare, 5),
    by(ANN, c.CorrectMilestone, 6, milestone=Milestone.IMPACT_STARTED, when=at(-30)),
    by(ANN, c.CorrectMilestone, 6, milestone=Milestone.DETECTED, when=at(-10)),
    MONITORING,
    by(ANN, c.Resolve, 50),
    by(ANN, c.Close, 90),
)


def corrected(which: Milestone, minutes: float) -> c.Command:
    return by(BOB, c.CorrectMilestone, 100, milestone=which, when=at(minutes))


def minutes(incident: Incident) -> dict[str, float | None]:
    """The durations in minutes."""
    return {
        name: None if found is None else found / timedelta(minutes=1)
        for name, found in durations(incident).items()
    }


def test_a_whole_incident_has_every_duration() -> None:
    assert minutes(WHOLE) == {
        "time_to_detect": 20,
        "time_to_declare": 5,
        "time_to_acknowledge": 0,
        "time_to_mitigate": 15,
        "time_to_resolve": 45,
        "impact_duration": 80,
    }


def test_an_investigation_has_no_durations() -> None:
    assert set(durations(tell(opened()))) == {each.name for each in DURATIONS}
    assert set(durations(tell(opened())).values()) == {None}


def test_a_deployment_may_define_its_own_duration() -> None:
    own = Duration("time_to_close", Milestone.RESOLVED, Milestone.CLOSED)
    assert durations(WHOLE, [own]) == {"time_to_close": timedelta(minutes=40)}


def test_reopening_clears_what_is_over_and_keeps_when_it_was_declared() -> None:
    again = then(WHOLE, by(BOB, c.Reopen, 100, reason="it is back"))
    assert (again.stage, again.status) == (Stage.INCIDENT, Status.INVESTIGATING)
    assert (again.resolved_at, again.closed_at, again.mitigated_at, again.outcome) == (None,) * 4
    assert (again.declared_at, again.opened_at, again.commander) == (at(5), at(0), ANN)
    assert minutes(again)["time_to_resolve"] is None


def test_a_duplicate_that_is_reopened_is_no_duplicate() -> None:
    closed = tell(opened(), by(ANN, c.Close, 1, duplicate_of="INC-9"))
    again = then(closed, by(ANN, c.Reopen, 2, reason="another one"))
    assert (again.stage, again.outcome, again.duplicate_of, again.status) == (
        Stage.INVESTIGATION,
        None,
        None,
        None,
    )


def test_after_a_reopening_the_last_resolution_counts() -> None:
    again = then(
        WHOLE,
        by(BOB, c.Reopen, 100, reason="it is back"),
        by(BOB, c.SetStatus, 110, status=Status.MONITORING),
        by(BOB, c.Resolve, 125),
    )
    assert minutes(again) == {
        **minutes(WHOLE),
        "time_to_mitigate": 105,
        "time_to_resolve": 120,
        "impact_duration": 155,
    }


def test_monitoring_a_second_time_does_not_move_mitigated_at() -> None:
    incident = then(
        tell(opened(declare=True)),
        MONITORING,
        by(ANN, c.SetStatus, 25, status=Status.IDENTIFIED),
        by(ANN, c.SetStatus, 30, status=Status.MONITORING),
    )
    assert incident.mitigated_at == at(20)


@pytest.mark.parametrize(
    ("commands", "acknowledged"),
    [
        ((by(ANN, c.Declare, 5),), 5),
        ((by(ANN, c.Claim, 2, role=LEAD), by(BOB, c.Declare, 5)), 5),
        ((by(ANN, c.Declare, 5, commander=BOB), by(CLEO, c.Claim, 9, role=LEAD)), 5),
        ((by(ANN, c.Claim, 2, role="technical_lead"), by(ANN, c.Declare, 5)), 5),
    ],
    ids=["declared", "somebody led before", "named, then relieved", "another role"],
)
def test_the_first_commander_acknowledges(commands: tuple[c.Command, ...], acknowledged: float) -> None:
    assert tell(opened(), *commands).acknowledged_at == at(acknowledged)


def test_whoever_opens_an_incident_has_not_yet_acknowledged_it() -> None:
    incident = tell(opened(declare=True))
    assert (incident.commander, incident.acknowledged_at) == (ANN, None)
    assert then(incident, by(BOB, c.Claim, 3, role="technical_lead")).acknowledged_at is None
    taken = then(incident, by(BOB, c.Claim, 4, role=LEAD), by(CLEO, c.Claim, 9, role=LEAD))
    assert taken.acknowledged_at == at(4)
    handed = then(incident, by(ANN, c.HandOver, 6, to=BOB))
    assert handed.acknowledged_at == at(6)


def test_a_commander_of_before_the_declaration_acknowledged_with_it() -> None:
    """Said with a time before it was declared: to acknowledge is never earlier than to declare."""
    incident = then(tell(opened(0), by(ANN, c.Declare, 5)), corrected(Milestone.DECLARED, 3))
    assert incident.acknowledged_at == at(5)
    early = then(
        tell(opened(0, declare=True)), corrected(Milestone.OPENED, -5), by(BOB, c.Claim, -3, role=LEAD)
    )
    assert early.acknowledged_at == early.declared_at == at(0)


def test_an_acknowledgement_can_be_corrected_and_survives_a_new_commander() -> None:
    incident = then(WHOLE, by(BOB, c.Reopen, 95, reason="x"), corrected(Milestone.ACKNOWLEDGED, 7))
    assert then(incident, by(CLEO, c.Claim, 99, role=LEAD)).acknowledged_at == at(7)


@pytest.mark.parametrize("which", [each for each in Milestone if each is not Milestone.CLOSED])
def test_every_milestone_but_the_closing_is_corrected_within_its_bounds(which: Milestone) -> None:
    incident = then(
        WHOLE, by(ANN, c.Reopen, 91, reason="x"), by(ANN, c.SetStatus, 92, status=Status.MONITORING)
    )
    incident = then(incident, by(ANN, c.Resolve, 93))
    known, step = milestone(incident, which), timedelta(microseconds=1)
    assert known is not None
    when = known + step if which is Milestone.ACKNOWLEDGED else known - step
    assert (
        milestone(then(incident, by(ANN, c.CorrectMilestone, 99, milestone=which, when=when)), which) == when
    )


@pytest.mark.parametrize(
    ("which", "minutes", "code"),
    [
        (Milestone.IMPACT_STARTED, -9, "out-of-order"),
        (Milestone.DETECTED, -31, "out-of-order"),
        (Milestone.OPENED, 6, "out-of-order"),
        (Milestone.DECLARED, -1, "out-of-order"),
        (Milestone.DECLARED, 21, "out-of-order"),
        (Milestone.ACKNOWLEDGED, 4, "out-of-order"),
        (Milestone.MITIGATED, 4, "out-of-order"),
        (Milestone.MITIGATED, 51, "out-of-order"),
        (Milestone.RESOLVED, 19, "out-of-order"),
    ],
)
def test_a_milestone_cannot_pass_another(which: Milestone, minutes: float, code: str) -> None:
    resolved = tell(
        opened(0),
        by(ANN, c.Declare, 5),
        corrected(Milestone.IMPACT_STARTED, -30),
        corrected(Milestone.DETECTED, -10),
        MONITORING,
        by(ANN, c.Resolve, 50),
    )
    assert refused(resolved, corrected(which, minutes)) == [code]


def test_what_never_was_cannot_be_corrected() -> None:
    for which in (Milestone.DECLARED, Milestone.ACKNOWLEDGED, Milestone.MITIGATED, Milestone.RESOLVED):
        assert refused(tell(opened()), corrected(which, 5)) == ["milestone-missing"]
    assert refused(tell(opened(declare=True)), corrected(Milestone.RESOLVED, 5)) == ["milestone-missing"]


def test_resolving_before_the_mitigation_is_refused_with_the_earliest_time() -> None:
    incident = then(tell(opened(declare=True)), MONITORING)
    assert refused(incident, by(ANN, c.Resolve, 19)) == ["out-of-order"]
    assert then(incident, by(ANN, c.Resolve, 20)).resolved_at == at(20)


def test_time_in_stage_adds_visits_and_leaves_out_the_time_after_closing() -> None:
    again = then(WHOLE, by(BOB, c.Reopen, 100, reason="it is back"))
    spent = time_in_stage(again, at(130))
    assert {stage: each / timedelta(minutes=1) for stage, each in spent.items()} == {
        Stage.INVESTIGATION: 5,
        Stage.INCIDENT: 45 + 30,
        Stage.RESOLVED: 40,
    }
    assert sum(time_in_stage(WHOLE, at(10_000)).values(), timedelta()) == timedelta(minutes=90)


def test_time_in_stage_is_never_negative() -> None:
    assert time_in_stage(tell(opened(5)), at(0)) == {Stage.INVESTIGATION: timedelta()}


@pytest.mark.parametrize(
    ("drill", "close", "why"),
    [
        (False, {}, None),
        (False, {"outcome": Outcome.FIXED}, None),
        (False, {"outcome": Outcome.FALSE_ALARM}, "false_alarm"),
        (False, {"duplicate_of": "INC-9"}, "duplicate"),
        (True, {"duplicate_of": "INC-9"}, "drill"),
        (True, {}, "drill"),
    ],
)
def test_drills_false_alarms_and_duplicates_are_left_out(
    drill: bool, close: dict[str, Outcome | str], why: str | None
) -> None:
    incident = tell(opened(drill=drill), c.Close(actor=ANN, at=at(5), key="k", **close))  # type: ignore[arg-type]
    assert left_out(incident) == why


@pytest.mark.parametrize(("declare", "usual"), [(True, Outcome.FIXED), (False, Outcome.NO_ACTION)])
def test_the_usual_outcome_says_whether_there_was_an_incident(declare: bool, usual: Outcome) -> None:
    way = [by(ANN, c.Resolve, 1)] if declare else []
    assert tell(opened(declare=declare), *way, by(ANN, c.Close, 2)).outcome is usual
