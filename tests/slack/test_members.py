"""Who is in the channel: who is needed is invited, once; nobody else is, and nobody is dragged back."""

from __future__ import annotations

import pytest

from adapters.sandbox import Sandbox
from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD
from tests.slack.faults.scene import WORKSPACE, Scene, new_scene
from tests.slack.test_mirror import assigns_ben, grants_ben, revokes_ben


def test_who_left_is_not_dragged_back(scene: Scene) -> None:
    scene.open()
    scene.settle()
    scene.slack.person("ann").leave(scene.channel.id)
    assigns_ben(scene)
    scene.settle()
    members = set(scene.channel.members) - {scene.slack.bot_user}
    assert members == {scene.slack.person("ben").id}


def test_somebody_who_cannot_be_invited_does_not_keep_others_out(scene: Scene) -> None:
    scene.slack.team.deactivate("ben")
    gone = next(each.id for each in scene.slack.team.people() if each.name == "ben")
    scene.open()
    scene.do(c.Assign, role=TECHNICAL_LEAD, holder=Actor("slack", gone))
    scene.settle()
    assert scene.slack.person("ann").id in scene.channel.members
    assert scene.settled


def test_holders_who_are_not_known_to_slack_are_named_and_not_invited(scene: Scene) -> None:
    scene.open()
    scene.do(c.Assign, role=COMMANDER, holder=Actor("cli", "cleo"))
    scene.settle()
    assert "cleo (cli)" in scene.said(scene.channel.id)[0]["text"]
    assert len(scene.channel.members) == 2


def test_a_private_incident_is_known_to_those_who_may_see_it_and_to_nobody_else(scene: Scene) -> None:
    scene.open(private=True, declare=True)
    grants_ben(scene)
    scene.settle()
    people = {scene.slack.person(name).id for name in ("ann", "ben")}
    assert scene.channel.kind == "private_channel"
    assert set(scene.channel.members) == people | {scene.slack.bot_user}
    assert scene.digest == []
    revokes_ben(scene)
    scene.settle()
    assert scene.slack.person("ben").id not in scene.channel.members


def test_without_the_feature_a_private_incident_has_no_channel(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, private=False)
    scene.open(private=True, declare=True)
    scene.settle()
    assert scene.calls() == []
    assert scene.lag.error is None


@pytest.mark.parametrize("size", [1, 100, 101, 350])
def test_all_members_of_the_response_group_come_however_many_they_are(sandbox: Sandbox, size: int) -> None:
    scene = new_scene(sandbox, group=[f"r{number}" for number in range(size)])
    scene.open(declare=True)
    scene.settle()
    assert set(scene.responders) <= set(scene.channel.members)
    assert scene.lag.error is None


def test_a_group_that_is_too_large_for_one_call_in_time_comes_in_several_tries(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, group=[f"r{number}" for number in range(650)], timeout=1.0, total=1.3)
    scene.slack.team.latency(0.1, "conversations.invite")
    scene.slack.team.latency(0.1, "conversations.members")
    scene.open(declare=True)
    scene.settle()
    assert set(scene.responders) <= set(scene.channel.members)
    assert scene.counted()["usergroups.users.list"] > 1


def test_a_group_that_does_not_exist_stops_nothing_else(scene: Scene) -> None:
    scene.slack.workspace.groups.clear()
    scene.open(declare=True)
    scene.settle()
    assert scene.lag.error == "Slack refuses usergroups.users.list (no_such_subteam)."
    assert scene.said(scene.channel.id)[-1]["text"].endswith("declared an incident.")
    scene.do(c.Resolve)
    scene.do(c.Close)
    scene.settle()
    assert scene.channel.archived


def test_who_cannot_be_invited_at_all_is_passed_over(scene: Scene) -> None:
    scene.open()
    scene.settle()
    assigns_ben(scene)
    scene.slack.team.deactivate("ben")
    scene.settle()
    assert len(scene.channel.members) == 2
    assert scene.settled


def test_who_gives_up_a_role_stays_in_the_channel(scene: Scene) -> None:
    scene.open()
    assigns_ben(scene)
    scene.settle()
    scene.do(c.Release, role=TECHNICAL_LEAD)
    scene.settle()
    assert scene.slack.person("ben").id in scene.channel.members


def test_who_may_see_it_again_comes_again(scene: Scene) -> None:
    scene.open(private=True)
    for change in (grants_ben, revokes_ben, grants_ben):
        change(scene)
        scene.settle()
    assert scene.slack.person("ben").id in scene.channel.members


def test_a_group_that_the_deployment_names_is_invited_to_every_incident_that_is_not_private(
    sandbox: Sandbox,
) -> None:
    """Its handle is looked up once."""
    scene = new_scene(sandbox, invited="@responders")
    for _ in range(2):
        scene.open()
        scene.settle()
        assert set(scene.responders) <= set(scene.channel.members)
    assert scene.counted()["usergroups.list"] == 1
    scene.open(private=True)
    scene.settle()
    assert not set(scene.responders) & set(scene.channel.members)
    assert scene.settled


def test_a_group_that_is_not_there_is_named_with_its_setting_and_stops_nothing_else(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, invited="nobody-there")
    scene.open(declare=True)
    scene.settle()
    assert scene.lag.error == (
        "There is no user group @nobody-there in Slack: make it, or name another in "
        "INCIDENT_AUTO_GROUP_INVITE_GROUP_NAME."
    )
    assert scene.said(scene.channel.id)[-1]["text"].endswith("declared an incident.")
    people = [each.id for each in scene.slack.team.people() if each.name in ("rita", "rob")]
    scene.slack.team.add_group("nobody-there", people)
    assert scene.store.backlog.retry(WORKSPACE, scene.key, None, scene.clock.now()) == 1
    scene.settle()
    assert set(people) <= set(scene.channel.members)
    assert scene.settled


def test_a_slack_that_cannot_list_groups_now_is_asked_again(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, invited="responders")
    scene.slack.team.fault("usergroups.list", "error", code="service_unavailable", times=2)
    scene.open()
    scene.settle()
    assert set(scene.responders) <= set(scene.channel.members)
    assert scene.settled
