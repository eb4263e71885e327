"""The edges of deciding and folding: what is asked wrongly says so."""

from __future__ import annotations

import pytest

from incident_core import commands as c
from incident_core import events as e
from incident_core.errors import Invalid
from incident_core.guards.refusal import Remedy
from incident_core.lifecycle.available import Verdict, available
from incident_core.lifecycle.decide import decide
from incident_core.lifecycle.fold import evolve, fold
from incident_core.model.milestone import Milestone
from incident_core.model.move import Move
from incident_core.model.policy import Policy
from incident_core.model.status import Status
from tests.core.telling import ANN, ANY_POLICY, BOB, CLEO, LEAD, NINE, TECH, at, by, opened, tell


def test_only_open_begins_an_incident_and_it_begins_only_one() -> None:
    for incident, command in ((None, by(ANN, c.Declare)), (tell(opened()), opened(1))):
        with pytest.raises(Invalid, match="The command open, and no other, begins an incident"):
            decide(ANY_POLICY, incident, command)


def test_a_history_begins_with_opened() -> None:
    for events in ([], [e.Declared(actor=ANN, at=NINE)]):
        with pytest.raises(Invalid, match="A history begins with the event opened"):
            fold(events)
    with pytest.raises(Invalid):
        evolve(None, e.Declared(actor=ANN, at=NINE))


def test_an_incident_cannot_be_changed_from_outside() -> None:
    incident = tell(opened(declare=True))
    with pytest.raises(TypeError):
        incident.roles["incident_commander"] = BOB  # type: ignore[index]
    with pytest.raises(AttributeError):
        incident.title = "other"  # type: ignore[misc]


def test_evolving_leaves_the_incident_before_as_it_was() -> None:
    before = tell(opened())
    after = evolve(before, e.RoleAssigned(actor=ANN, at=NINE, role=TECH, holder=BOB, how="assigned"))
    assert (dict(before.roles), before.access, before.version) == ({}, frozenset({ANN}), 1)
    assert (dict(after.roles), after.version) == ({TECH: BOB}, 2)


def test_available_lists_every_move_and_target_once() -> None:
    incident = tell(opened(declare=True), by(ANN, c.AddTask, text="x"))
    found = [(each.move, each.target) for each in available(ANY_POLICY, incident, ANN, at(1))]
    assert len(found) == len(set(found))
    moves = {move for move, _ in found}
    assert moves == set(Move) - {Move.OPEN, Move.LOOK, Move.CORRECT, Move.FOLLOWUP_ASSIGN, Move.FOLLOWUP_DONE}
    assert {target for move, target in found if move is Move.STATUS} == set(Status)
    assert {target for move, target in found if move is Move.TIMES} == set(Milestone) - {Milestone.CLOSED}
    assert [target for move, target in found if move is Move.TASK_DONE] == ["t1"]


def test_available_says_what_is_needed_and_why_not() -> None:
    policy = Policy(required_roles=(LEAD, TECH))
    incident = tell(opened(declare=True), policy=policy)
    resolve, *_ = available(policy, incident, BOB, at(1), Move.RESOLVE)
    assert (resolve.verdict, resolve.needs) == (Verdict.NEEDS, ("override",))
    hand_over = {each.target: each for each in available(policy, incident, BOB, at(1), Move.HANDOVER)}
    assert (hand_over[LEAD].verdict, hand_over[LEAD].needs) == (Verdict.NEEDS, ("person",))
    assert [reason.code for reason in hand_over[TECH].reasons] == ["role-empty"]
    release = {each.target: each.verdict for each in available(policy, incident, BOB, at(1), Move.RELEASE)}
    assert (release[LEAD], release[TECH]) == (Verdict.REFUSED, Verdict.UNCHANGED)


def test_available_shows_whose_sight_can_be_taken() -> None:
    incident = tell(opened(declare=True), by(ANN, c.Grant, who=CLEO))
    found = {each.target: each.verdict for each in available(ANY_POLICY, incident, ANN, at(1), Move.REVOKE)}
    assert found == {"cli:ann": Verdict.REFUSED, "slack:U0CLEO": Verdict.ALLOWED}


@pytest.mark.parametrize(
    ("remedy", "line"),
    [
        (Remedy(Move.TASK_DONE, "t2"), "incident task INC-1 done t2"),
        (Remedy(Move.TIMES, "opened_at NOON"), "incident times INC-1 set opened_at NOON"),
        (Remedy(Move.DECLARE), "incident declare INC-1"),
        (Remedy("show"), "incident show INC-1"),
    ],
)
def test_a_remedy_is_a_line_to_type(remedy: Remedy, line: str) -> None:
    assert remedy.line("INC-1") == line
