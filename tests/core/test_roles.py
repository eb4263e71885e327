"""Who holds what: declaring, claiming, handing over, and what is written down about it."""

from __future__ import annotations

import pytest

from incident_core import commands as c
from incident_core import events as e
from incident_core.guards.refusal import Refused
from incident_core.lifecycle.decide import decide
from incident_core.model.outcome import Outcome
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from tests.core.telling import (
    ANN,
    ANY_POLICY,
    BOB,
    CLEO,
    LEAD,
    TECH,
    asked,
    by,
    opened,
    refused,
    tell,
    then,
)


def test_declaring_makes_the_actor_commander() -> None:
    assert tell(opened(), by(BOB, c.Declare, 1)).commander == BOB


def test_declaring_keeps_a_commander_who_was_already_named() -> None:
    led = tell(opened(), by(ANN, c.Assign, 1, role=LEAD, holder=CLEO))
    events = asked(led, by(BOB, c.Declare, 2))
    assert [type(each) for each in events] == [e.Declared]
    assert then(led, by(BOB, c.Declare, 2)).commander == CLEO


def test_declaring_can_name_another_commander() -> None:
    led = tell(opened(), by(ANN, c.Claim, 1, role=LEAD))
    _, assigned = asked(led, by(ANN, c.Declare, 2, commander=BOB))
    assert isinstance(assigned, e.RoleAssigned)
    assert (assigned.holder, assigned.previous, assigned.how) == (BOB, ANN, "declared")


def test_opening_an_incident_at_once_makes_the_opener_commander() -> None:
    incident = tell(opened(declare=True))
    assert (incident.stage, incident.commander) == (Stage.INCIDENT, ANN)


@pytest.mark.parametrize("stage", [Stage.INCIDENT, Stage.RESOLVED])
def test_the_commander_can_be_handed_over_but_not_released(stage: Stage) -> None:
    way = [by(ANN, c.Resolve, 1)] if stage is Stage.RESOLVED else []
    incident = tell(opened(declare=True), *way)
    assert refused(incident, by(ANN, c.Release, 2, role=LEAD)) == ["commander-needed"]
    assert then(incident, by(ANN, c.HandOver, 2, to=BOB)).commander == BOB


def test_in_an_investigation_a_commander_may_go() -> None:
    incident = tell(opened(), by(ANN, c.Claim, 1, role=LEAD), by(ANN, c.Release, 2, role=LEAD))
    assert incident.commander is None


def test_handing_over_to_the_present_holder_is_refused() -> None:
    incident = tell(opened(declare=True))
    assert refused(incident, by(BOB, c.HandOver, 1, to=ANN)) == ["same-holder"]


def test_an_empty_role_cannot_be_handed_over() -> None:
    assert refused(tell(opened()), by(ANN, c.HandOver, 1, role=TECH, to=BOB)) == ["role-empty"]


def test_a_role_changes_hands_and_the_record_says_whose_they_were() -> None:
    incident = tell(opened(), by(ANN, c.Claim, 1, role=TECH))
    (claimed,) = asked(incident, by(BOB, c.Claim, 2, role=TECH))
    assert claimed == e.RoleAssigned(
        actor=BOB, at=claimed.at, role=TECH, holder=BOB, previous=ANN, how="claimed"
    )
    (released,) = asked(incident, by(BOB, c.Release, 2, role=TECH))
    assert released == e.RoleReleased(actor=BOB, at=released.at, role=TECH, holder=ANN)


def test_a_role_that_the_deployment_dropped_can_still_be_left() -> None:
    """The policy changed while the incident was open: whoever holds the role is not stuck with it."""
    old, new = Policy(roles=(LEAD, "scribe")), ANY_POLICY
    incident = tell(opened(), by(ANN, c.Claim, 1, role="scribe"), policy=old)
    left = then(incident, by(ANN, c.Release, 2, role="scribe"), policy=new)
    assert dict(left.roles) == {}
    assert refused(left, by(ANN, c.Claim, 3, role="scribe"), new) == ["role-unknown"]


UNCHANGED = {
    "declare an incident": (opened(declare=True), by(ANN, c.Declare, 1)),
    "declare with the commander it has": (opened(declare=True), by(BOB, c.Declare, 1, commander=ANN)),
    "assign to the holder": (opened(declare=True), by(BOB, c.Assign, 1, role=LEAD, holder=ANN)),
    "claim one's own role": (opened(declare=True), by(ANN, c.Claim, 1, role=LEAD)),
    "release an empty role": (opened(), by(ANN, c.Release, 1, role=TECH)),
    "reopen what is open": (opened(), by(ANN, c.Reopen, 1)),
    "the title it has": (opened(title="x"), by(ANN, c.CorrectTitle, 1, title=" x ")),
    "the severity it has": (opened(), by(ANN, c.SetSeverity, 1, severity=Severity.SEV4)),
    "sight for who sees it": (opened(), by(ANN, c.Grant, 1, who=ANN)),
    "no sight for who sees nothing": (opened(), by(ANN, c.Revoke, 1, who=BOB)),
}


@pytest.mark.parametrize(("first", "command"), UNCHANGED.values(), ids=UNCHANGED)
def test_what_would_change_nothing_is_done_and_leaves_no_event(first: c.Command, command: c.Command) -> None:
    assert asked(tell(first), command) == ()


def test_a_closed_incident_is_not_closed_again_with_another_outcome() -> None:
    closed = tell(opened(), by(ANN, c.Close, 1, outcome=Outcome.FALSE_ALARM))
    assert asked(closed, by(ANN, c.Close, 2, outcome=Outcome.FALSE_ALARM)) == ()
    assert asked(closed, by(ANN, c.Close, 2)) == ()
    for other in (by(ANN, c.Close, 2, outcome=Outcome.NO_ACTION), by(ANN, c.Close, 2, duplicate_of="INC-9")):
        assert refused(closed, other) == ["wrong-stage"]


def test_what_is_so_already_is_unchanged_whatever_the_time() -> None:
    """Even before the opening: a repeat that was delayed is no fault of the person."""
    assert asked(tell(opened(10)), by(ANN, c.SetSeverity, 5, severity=Severity.SEV4)) == ()


def test_an_override_is_recorded_only_where_a_rule_was_passed_over() -> None:
    policy = Policy(required_roles=(LEAD, TECH))
    incident = tell(opened(declare=True), policy=policy)
    override = "TECH is on a plane"
    passed, resolved = asked(incident, by(ANN, c.Resolve, 1, override=override), policy)
    assert passed == e.RuleOverridden(actor=ANN, at=resolved.at, rules=("required-roles",), reason=override)
    held = then(incident, by(BOB, c.Claim, 1, role=TECH), policy=policy)
    assert [type(each) for each in asked(held, by(ANN, c.Resolve, 2, override=override), policy)] == [
        e.Resolved
    ]


def test_a_structural_rule_and_a_missing_reason_cannot_be_overridden() -> None:
    resolved = tell(opened(declare=True), by(ANN, c.Resolve, 5))
    assert refused(resolved, by(ANN, c.Reopen, 6, override="please")) == ["reason-missing"]
    assert refused(resolved, by(ANN, c.Close, 4, override="please")) == ["before-stage"]


def test_a_refusal_names_every_rule_that_failed_and_what_to_type() -> None:
    policy = Policy(required_roles=(LEAD, TECH))
    incident = tell(opened(10, declare=True), policy=policy)
    answer = decide(policy, incident, by(ANN, c.Resolve, 5))
    assert isinstance(answer, Refused)
    assert [(reason.code, reason.remedy.line("INC-7")) for reason in answer.reasons] == [
        ("before-stage", "incident resolve INC-7 --at 2026-11-22T09:10:00.000000Z"),
        ("out-of-order", "incident resolve INC-7 --at 2026-11-22T09:10:00.000000Z"),
        ("required-roles", "incident claim INC-7 technical_lead"),
    ]


def test_the_way_to_a_close_begins_with_what_a_rule_asks_for() -> None:
    """Resolving comes first; where that is not yet allowed either, its first step is what is shown."""
    policy = Policy(required_roles=(LEAD, TECH))
    incident = tell(opened(declare=True), policy=policy)
    for helper, line in (
        (None, "claim INC-7 technical_lead"),
        (by(BOB, c.Claim, 1, role=TECH), "resolve INC-7"),
    ):
        incident = incident if helper is None else then(incident, helper, policy=policy)
        answer = decide(policy, incident, by(ANN, c.Close, 2))
        assert isinstance(answer, Refused)
        assert [(each.code, each.remedy.line("INC-7")) for each in answer.reasons] == [
            ("wrong-stage", f"incident {line}")
        ]


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (by(ANN, c.Close, 1, outcome=Outcome.FALSE_ALARM), "close INC-7 --outcome false_alarm --at"),
        (by(ANN, c.Close, 1, duplicate_of="INC-9"), "close INC-7 --duplicate-of INC-9 --at"),
        (by(ANN, c.Declare, 1, commander=BOB), "declare INC-7 --commander cli:bob --at"),
    ],
)
def test_a_remedy_repeats_the_command_as_it_is_typed(command: c.Command, line: str) -> None:
    answer = decide(ANY_POLICY, tell(opened(2)), command)
    assert isinstance(answer, Refused)
    assert answer.reasons[0].remedy.line("INC-7") == f"incident {line} 2026-11-22T09:02:00.000000Z"
