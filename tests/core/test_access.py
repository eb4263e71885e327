"""Who may see a private incident: the opener, whoever holds a role, and whoever was let in."""

from __future__ import annotations

from incident_core import commands as c
from incident_core import events as e
from incident_core.lifecycle.decide import decide
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from tests.core.telling import ANN, BOB, CLEO, LEAD, TECH, asked, by, opened, refused, tell, then

DORA, EVE = Actor("cli", "dora"), Actor("cli", "eve")

PRIVATE = tell(opened(private=True))


def test_everybody_sees_what_is_not_private() -> None:
    assert tell(opened()).seen_by(CLEO)


def test_only_the_opener_sees_a_new_private_incident() -> None:
    assert [PRIVATE.seen_by(viewer) for viewer in (ANN, BOB, CLEO)] == [True, False, False]


def test_a_granted_sight_lasts_until_it_is_revoked() -> None:
    seen = then(PRIVATE, by(ANN, c.Grant, 1, who=BOB))
    assert seen.seen_by(BOB)
    assert not then(seen, by(ANN, c.Revoke, 2, who=BOB)).seen_by(BOB)


def test_whoever_takes_or_gets_a_role_sees_it() -> None:
    for command in (
        by(ANN, c.Assign, 1, role=TECH, holder=BOB),
        by(BOB, c.Claim, 1, role=TECH),
        by(ANN, c.Declare, 1, commander=BOB),
    ):
        assert then(PRIVATE, command).seen_by(BOB)
    led = then(PRIVATE, by(ANN, c.Declare, 1))
    assert then(led, by(ANN, c.HandOver, 2, to=BOB)).seen_by(BOB)


def test_sight_stays_when_the_role_is_gone_and_can_then_be_revoked() -> None:
    held = then(PRIVATE, by(BOB, c.Claim, 1, role=TECH))
    assert refused(held, by(ANN, c.Revoke, 2, who=BOB)) == ["role-held"]
    left = then(held, by(BOB, c.Release, 2, role=TECH))
    assert left.seen_by(BOB)
    assert not then(left, by(ANN, c.Revoke, 3, who=BOB)).seen_by(BOB)


def test_the_last_one_who_sees_it_stays() -> None:
    assert refused(PRIVATE, by(ANN, c.Revoke, 1, who=ANN)) == ["last-viewer"]
    assert not then(PRIVATE, by(ANN, c.Grant, 1, who=BOB), by(BOB, c.Revoke, 2, who=ANN)).seen_by(ANN)


def test_a_login_behind_a_name_makes_no_other_person() -> None:
    from_root = type(ANN)("cli", "ann", login="root")
    assert PRIVATE.seen_by(from_root)


def test_one_who_holds_two_roles_is_told_of_each_until_none_is_left() -> None:
    held = then(PRIVATE, by(BOB, c.Claim, 1, role=LEAD), by(BOB, c.Claim, 1, role=TECH))
    assert refused(held, by(ANN, c.Revoke, 2, who=BOB)) == ["role-held"]
    one = then(held, by(ANN, c.Assign, 2, role=LEAD, holder=ANN))
    assert refused(one, by(ANN, c.Revoke, 2, who=BOB)) == ["role-held"]


def test_what_is_made_private_is_seen_by_who_opened_it_holds_a_role_was_let_or_saw_to_it() -> None:
    held = tell(opened(), by(BOB, c.Claim, 1, role=TECH), by(ANN, c.Grant, 2, who=DORA))
    assert held.seen_by(EVE)
    hidden = then(held, by(CLEO, c.MakePrivate, 3))
    assert [hidden.seen_by(who) for who in (ANN, BOB, CLEO, DORA, EVE)] == [True] * 4 + [False]
    assert decide(Policy(), hidden, by(ANN, c.MakePrivate, 4)) == ()


def test_an_admin_sees_what_is_private_and_nothing_says_that_others_do() -> None:
    policy = Policy(admins=frozenset({EVE}))
    assert [policy.sees(PRIVATE, who) for who in (ANN, EVE, BOB)] == [True, True, False]
    assert policy.sees(tell(opened()), BOB)


def test_a_look_is_recorded_of_who_has_no_access_in_every_stage_and_gives_none() -> None:
    for incident in (PRIVATE, then(PRIVATE, by(ANN, c.Close, 1))):
        (looked,) = asked(incident, by(EVE, c.Look, 2, how="list"))
        assert isinstance(looked, e.Looked)
        assert (looked.actor, looked.how) == (EVE, "list")
        assert not then(incident, by(EVE, c.Look, 2, how="list")).seen_by(EVE)
        assert asked(incident, by(ANN, c.Look, 2, how="list")) == ()
    assert asked(tell(opened()), by(EVE, c.Look, 2, how="list")) == ()
