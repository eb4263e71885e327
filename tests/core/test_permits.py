"""Who may do what: everybody, unless a permit names people or user groups; then so does the refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.guards.question import Ask, Question
from incident_core.lifecycle.asking import RULES, Rulebook
from incident_core.lifecycle.available import Verdict, available
from incident_core.lifecycle.decide import decide
from incident_core.model.move import RECORDED, Move
from incident_core.model.permit import Permit
from incident_core.model.policy import Policy
from tests.core.telling import ANN, BOB, CLEO, at, by, opened, refused, tell, then

SRE = "S0604QSJC"
ASKED = [move for move in Move if move is not Move.OPEN and move not in RECORDED]
LED = tell(opened(declare=True))


def only(move: Move, **given: frozenset[object]) -> Policy:
    """A policy in which this move is for some."""
    return Policy(permits={move: Permit(**given)})  # type: ignore[arg-type]


@pytest.mark.parametrize("move", ASKED)
def test_every_move_that_is_for_some_is_refused_to_others_first_of_all(move: Move) -> None:
    policy = only(move, people=frozenset({BOB}))
    targets = {Move.STATUS: "monitoring", Move.SEVERITY: "sev1", Move.TIMES: "detected_at"}
    ask = Ask(move, targets.get(move, "x"))
    others, bob = (Question(policy, LED, actor, at(1), ask) for actor in (ANN, BOB))
    assert RULES.why_not(others)[0].code == "not-permitted"
    assert "not-permitted" not in [reason.code for reason in RULES.why_not(bob)]
    assert "not-permitted" not in [reason.code for reason in Rulebook(always=()).why_not(others)]


@pytest.mark.parametrize("move", ASKED)
def test_a_permit_for_one_move_leaves_every_other_to_everybody(move: Move) -> None:
    policy = only(move, people=frozenset({BOB}))
    found = available(policy, LED, ANN, at(1))
    barred = {each.move for each in found for reason in each.reasons if reason.code == "not-permitted"}
    assert barred <= {move}


def test_the_refusal_names_everybody_who_may_and_every_other_reason() -> None:
    policy = only(Move.RESOLVE, people=frozenset({BOB, CLEO}), groups=frozenset({SRE}))
    needs = replace(policy, required_roles=("technical_lead",))
    answer = decide(needs, LED, by(ANN, c.Resolve, 1))
    assert not isinstance(answer, tuple)
    first, second = answer.reasons
    assert first.sentence == (
        "Only cli:bob or slack:U0CLEO or a member of S0604QSJC may do this (resolve) to INC-?."
    )
    assert first.remedy.who == "only cli:bob or slack:U0CLEO or a member of S0604QSJC"
    assert (first.remedy.line("INC-1"), second.code) == ("incident resolve INC-1", "required-roles")


def test_a_member_of_the_group_may_and_an_unknown_group_has_none() -> None:
    policy = only(Move.RESOLVE, groups=frozenset({SRE}))
    assert refused(LED, by(CLEO, c.Resolve, 1), policy) == ["not-permitted"]
    known = replace(policy, members={SRE: frozenset({CLEO})})
    assert then(LED, by(CLEO, c.Resolve, 1), policy=known).resolved_at == at(1)
    assert refused(LED, by(ANN, c.Resolve, 1), known) == ["not-permitted"]


def test_a_permit_cannot_be_overridden() -> None:
    policy = only(Move.RESOLVE, people=frozenset({BOB}))
    assert refused(LED, by(ANN, c.Resolve, 1, override="nobody is here"), policy) == ["not-permitted"]
    resolve, *_ = available(policy, LED, ANN, at(1), Move.RESOLVE)
    assert resolve.verdict is Verdict.REFUSED


def test_what_would_change_nothing_is_unchanged_for_everybody() -> None:
    policy = only(Move.SEVERITY, people=frozenset({BOB}))
    assert decide(policy, LED, by(ANN, c.SetSeverity, 1, severity=LED.severity)) == ()


def test_nobody_can_be_kept_from_opening() -> None:
    with pytest.raises(Invalid, match="Nobody can be kept from opening an incident"):
        only(Move.OPEN, people=frozenset({BOB}))


def test_a_permit_for_nobody_says_so() -> None:
    assert str(Permit()) == "nobody"
    assert refused(LED, by(ANN, c.Resolve, 1), only(Move.RESOLVE)) == ["not-permitted"]
