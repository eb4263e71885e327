"""Whoever has a role now is told so directly, with what it means; nobody is told what they cannot see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.sandbox import Sandbox
from adapters.slack.definitions import Definitions
from adapters.slack.drawing.said import items
from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD
from incident_core.ports.mirror import Item
from incident_core.testing.simulation.stories import Story, command
from tests.slack.faults.scene import Scene, new_scene
from tests.slack.test_drawing import BEN, OPENED, SETUP, checked, of
from tests.slack.test_mirror import assigns_ben, hands_over_to_ben
from tests.slack.texts import ODD

DECLARE = command(c.Declare)
MEANT = replace(SETUP, definitions=Definitions(roles={TECHNICAL_LEAD: "You find out\nwhat <is> broken."}))


def told(story: Story) -> list[Item]:
    """The direct messages."""
    chapter = story.chapters[-1]
    found = [item for entry in chapter.entries for item in items(MEANT, chapter.incident, entry)]
    return [item for item in found if item.audience.startswith("direct:")]


def direct(scene: Scene, name: str) -> list[str]:
    """What the bot has said to somebody alone."""
    pair = frozenset((scene.slack.person(name).id, scene.slack.bot_user))
    place = scene.slack.workspace.directs.get(pair)
    return [] if place is None else [each["text"] for each in scene.said(place)]


def by(actor: Actor, given: c.Command) -> c.Command:
    return replace(given, actor=actor)


def test_who_is_given_a_role_hears_by_whom_of_what_where_and_what_it_means() -> None:
    (item,) = told(of(OPENED, command(c.Assign, role=TECHNICAL_LEAD, holder=BEN)))
    assert checked(item.content) == (
        "ann (cli) made you technical lead of INC-42.\n"
        "sev4 · <#C0CHANNEL> · API is slow\n"
        "You find out\nwhat &lt;is&gt; broken."
    )
    assert (item.audience, item.method) == ("direct:U0BEN0000", "chat.postMessage direct")
    assert (item.needs, item.without) == (("channel",), ())


def test_who_claims_or_takes_over_is_told_too() -> None:
    claimed = told(of(OPENED, by(BEN, command(c.Claim, role=COMMANDER))))
    assert [checked(item.content).split("\n")[0] for item in claimed] == [
        "You are incident commander of INC-42."
    ]
    handed = told(of(OPENED, DECLARE, command(c.HandOver, to=BEN)))
    assert [checked(item.content).split("\n")[0] for item in handed] == [
        "ann (cli) handed over to you: you are incident commander of INC-42."
    ]
    declared = told(of(OPENED, by(BEN, command(c.Declare))))
    assert [item.audience for item in declared] == ["direct:U0BEN0000"]


def test_who_opens_an_incident_at_once_knows_what_they_got() -> None:
    assert told(of(by(BEN, command(c.Open, title="x", declare=True)))) == []


def test_only_people_who_are_known_to_slack_can_be_told() -> None:
    elsewhere = command(c.Assign, role=TECHNICAL_LEAD, holder=Actor("cli", "cleo"))
    robot = command(c.Assign, role=TECHNICAL_LEAD, holder=Actor("slack", SETUP.bot_user))
    assert told(of(OPENED, elsewhere)) == told(of(OPENED, robot)) == []


def test_who_has_no_access_any_more_is_not_told_what_it_is_about() -> None:
    story = of(command(c.Open, title="x", private=True), command(c.Assign, role=TECHNICAL_LEAD, holder=BEN))
    assert len(told(story)) == 1
    chapter = story.chapters[-1]
    bare = replace(chapter.incident, access=frozenset({chapter.incident.opened_by}))
    assert told(replace(story, chapters=(replace(chapter, incident=bare),))) == []


def test_drills_and_private_incidents_say_so() -> None:
    story = of(
        command(c.Open, title="x", private=True, drill=True),
        command(c.Assign, role=TECHNICAL_LEAD, holder=BEN),
    )
    assert checked(told(story)[0].content).startswith("DRILL PRIVATE ann (cli) made you")


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_titles_are_literal(text: str) -> None:
    story = of(command(c.Open, title=text), command(c.Assign, role=TECHNICAL_LEAD, holder=BEN))
    checked(told(story)[0].content)


def test_it_comes_as_a_direct_message_and_to_nobody_else(scene: Scene) -> None:
    scene.open(declare=True)
    assigns_ben(scene)
    scene.settle()
    ann = scene.slack.person("ann").id
    assert direct(scene, "ben") == [
        f"<@{ann}> made you technical lead of INC-1.\nsev4 · <#{scene.channel.id}> · API is slow"
    ]
    assert direct(scene, "ann") == []
    hands_over_to_ben(scene)
    scene.settle()
    assert len(direct(scene, "ben")) == 2
    assert scene.settled


@pytest.mark.parametrize("code", ["channel_not_found", "messages_tab_disabled", "cannot_dm_bot"])
def test_somebody_who_cannot_be_written_to_keeps_nothing_else_back(scene: Scene, code: str) -> None:
    scene.open(declare=True)
    scene.settle()
    scene.slack.team.fault("chat.postMessage", "error", code=code, skip=1)
    assigns_ben(scene)
    scene.settle()
    assert direct(scene, "ben") == []
    assert scene.settled


def test_a_slack_that_is_away_tells_later(scene: Scene) -> None:
    scene.open(declare=True)
    scene.settle()
    scene.slack.team.fault("chat.postMessage", "error", code="service_unavailable", skip=1, times=3)
    assigns_ben(scene)
    scene.settle()
    assert len(direct(scene, "ben")) == 1
    assert scene.settled


@pytest.mark.parametrize("history", [True, False])
def test_one_whose_end_is_unknown_is_said_again_and_never_looked_for(sandbox: Sandbox, history: bool) -> None:
    """To read direct messages the bot would need a scope that it does not ask for."""
    scene = new_scene(sandbox, history=history)
    scene.open(declare=True)
    scene.settle()
    scene.calls()
    scene.slack.team.fault("chat.postMessage", "status", after=True, skip=1)
    assigns_ben(scene)
    scene.settle()
    assert len(direct(scene, "ben")) == 2
    assert not {"conversations.history", "conversations.open"} & set(scene.calls())
    assert scene.settled
