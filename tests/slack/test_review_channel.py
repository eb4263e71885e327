"""The channel for the review: made when something severe is resolved, once, with those who led."""

from __future__ import annotations

import re
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from adapters.slack.drawing.said import items
from adapters.slack.drawing.wanted import wanted
from incident_core import commands as c
from incident_core.model.incident import Incident
from incident_core.model.severity import Severity
from incident_core.testing.simulation.stories import command
from tests.slack.faults.scene import Scene, new_scene
from tests.slack.test_drawing import BEN, OPENED, SETUP, checked, last, of
from tests.slack.test_mirror import assigns_ben
from tests.slack.texts import ODD

SEVERE = frozenset({Severity.SEV1, Severity.SEV2})


@pytest.fixture
def severe(sandbox: Sandbox) -> Scene:
    """One in which what was severe is reviewed; a sev1 is under way, and ben leads the work."""
    scene = new_scene(sandbox, review_at=SEVERE)
    scene.open(declare=True, severity=Severity.SEV1)
    assigns_ben(scene)
    scene.settle()
    return scene


def does(scene: Scene, kind: type[c.Command], **values: Any) -> None:
    scene.do(kind, **values)
    scene.settle()


def reviews(scene: Scene) -> list[Any]:
    return [place for place in scene.channels() if "-rca" in place.name]


def test_it_is_named_after_the_channel_and_has_those_who_led(severe: Scene) -> None:
    does(severe, c.Resolve)
    (room,) = reviews(severe)
    people = {severe.slack.person(name).id for name in ("ann", "ben")}
    assert (room.name, room.kind) == ("inc-1-api-is-slow-rca", "public_channel")
    assert set(room.members) == people | {severe.slack.bot_user}
    assert severe.settled


def test_its_first_message_says_what_it_is_for_and_the_panel_leads_there(severe: Scene) -> None:
    does(severe, c.Resolve)
    (room,), (channel,) = reviews(severe), [x for x in severe.channels() if "-rca" not in x.name]
    (note,) = severe.said(room.id)
    assert note["text"].startswith(f"The review of INC-1 · API is slow\nIt was handled in <#{channel.id}>.")
    panel = severe.said(channel.id)[0]["text"]
    assert panel.endswith(f"What can be learnt from it: <#{room.id}>")
    does(severe, c.Close)
    assert severe.said(channel.id)[0]["text"].count(f"<#{room.id}>") == 1
    assert [place.archived for place in (channel, room)] == [False, False]
    assert [place.archived for place in severe.channels()] == [True, False]


def test_what_was_not_severe_has_none(sandbox: Sandbox) -> None:
    for review_at, severity in ((SEVERE, Severity.SEV3), (frozenset[Severity](), Severity.SEV1)):
        scene = new_scene(sandbox, review_at=review_at)
        scene.open(declare=True, severity=severity)
        scene.settle()
        does(scene, c.Resolve)
        assert reviews(scene) == []
        assert scene.settled


def test_it_is_made_once_however_often_it_is_reopened(severe: Scene) -> None:
    does(severe, c.Resolve)
    does(severe, c.Reopen, reason="not over")
    does(severe, c.SetSeverity, severity=Severity.SEV3, reason="less")
    does(severe, c.Resolve)
    does(severe, c.SetSeverity, severity=Severity.SEV1)
    does(severe, c.Close)
    assert len(reviews(severe)) == 1
    assert severe.settled


def test_what_was_closed_before_anybody_looked_has_none(severe: Scene) -> None:
    severe.do(c.Resolve)
    does(severe, c.Close)
    assert reviews(severe) == []
    assert severe.channel.archived
    assert severe.settled


def test_a_corrected_title_renames_it_and_is_in_its_message(severe: Scene) -> None:
    does(severe, c.Resolve)
    does(severe, c.CorrectTitle, title="API is gone")
    (room,) = reviews(severe)
    assert room.name == "inc-1-api-is-gone-rca"
    assert "API is gone" in severe.said(room.id)[0]["text"]


def test_who_leads_later_is_invited_and_nobody_is_removed(severe: Scene) -> None:
    does(severe, c.Resolve)
    does(severe, c.Claim, by="rita", role="technical_lead")
    members = {severe.slack.person(name).id for name in ("ann", "ben", "rita")}
    assert set(reviews(severe)[0].members) == members | {severe.slack.bot_user}


@pytest.mark.parametrize("fault", ["error", "status", "drop"])
@pytest.mark.parametrize("after", [True, False])
def test_a_lost_answer_makes_no_second_one(severe: Scene, fault: Any, after: bool) -> None:
    severe.slack.team.fault("conversations.create", fault, after=after)
    does(severe, c.Resolve)
    (room,) = reviews(severe)
    assert room.name == "inc-1-api-is-slow-rca"
    assert severe.settled


def test_one_that_cannot_be_made_keeps_nothing_else_back(severe: Scene) -> None:
    severe.slack.team.fault("conversations.create", "error", code="restricted_action")
    does(severe, c.Resolve)
    assert str(severe.lag.error) == "Slack refuses conversations.create (restricted_action)."
    assert "· resolved" in severe.said(severe.channel.id)[0]["text"]
    does(severe, c.Close)
    assert severe.channel.archived


def test_that_of_a_private_incident_is_private_and_has_only_those_with_access(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, review_at=SEVERE)
    scene.open(declare=True, severity=Severity.SEV1, private=True)
    does(scene, c.Grant, who=scene.actor("rita"))
    assigns_ben(scene)
    does(scene, c.Resolve)
    (room,) = reviews(scene)
    assert room.kind == "private_channel"
    assert scene.slack.person("rita").id not in room.members
    does(scene, c.Claim, by="rita", role="technical_lead")
    assert {scene.slack.person(each).id for each in ("ben", "rita")} <= set(reviews(scene)[0].members)
    does(scene, c.Revoke, who=scene.actor("ben"))
    assert scene.slack.person("ben").id not in reviews(scene)[0].members
    assert "PRIVATE" in scene.said(room.id)[0]["text"]


def resolved(title: str) -> Incident:
    given = (command(c.Open, title=title, severity=Severity.SEV1), command(c.Declare), command(c.Resolve))
    return last(of(*given))


@pytest.mark.parametrize("title", ODD.values(), ids=ODD)
def test_any_title_gives_it_a_name_that_slack_takes(title: str) -> None:
    setup = type(SETUP)(SETUP.bot_user, review_at=SEVERE, prefix="p" * 20)
    slots = {each.slot: each.content for each in wanted(setup, resolved(title))}
    name = str(slots["review"]["name"])
    assert re.fullmatch(r"[a-z0-9_-]+-rca", name)
    assert len(name) <= 78, "a number may come behind it"
    assert name.startswith(f"{'p' * 20}-42")
    checked(slots["review_note"])


def test_the_line_of_what_is_resolved_offers_what_comes_next() -> None:
    setup = type(SETUP)(SETUP.bot_user, guide="https://g.example", postmortems="https://p.example")
    chapter = of(OPENED, command(c.Declare), command(c.Assign, role="technical_lead", holder=BEN),
                 command(c.Resolve)).chapters[-1]  # fmt: skip
    (item,) = items(setup, chapter.incident, chapter.entries[-1])
    checked(item.content)
    row = item.content["blocks"][-1]["elements"]  # type: ignore[index]
    assert [(each["action_id"], each["text"]["text"]) for each in row] == [
        ("chatlog:export", "Export chat log"),
        ("review:document", "Review document"),
        ("followup:add", "Add a follow-up"),
        ("link:guide", "Incident guide"),
        ("link:postmortems", "Post-mortems"),
    ]
    assert [each["value"] for each in row[:3]] == ['{"key": "INC-42"}'] * 3
    assert [each.get("url") for each in row] == [None, None, None, "https://g.example", "https://p.example"]
    others = [item for entry in chapter.entries[:-1] for item in items(setup, chapter.incident, entry)]
    assert others
    assert not any(each["type"] == "actions" for item in others for each in item.content["blocks"])  # type: ignore[attr-defined]
    (bare,) = items(SETUP, chapter.incident, chapter.entries[-1])
    assert len(bare.content["blocks"][-1]["elements"]) == 3  # type: ignore[index]
