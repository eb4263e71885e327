"""What is made private leaves the digest channel, and goes on where only those are who have access."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from incident_core import commands as c
from incident_core.model.severity import Severity
from incident_core.model.status import Status
from tests.slack.faults.scene import WORKSPACE, Scene, new_scene
from tests.slack.test_mirror import assigns_ben


@pytest.fixture
def public(sandbox: Sandbox) -> Scene:
    """An incident that everybody has seen: ann leads, ben works, rita and rob were called, two updates."""
    scene = new_scene(sandbox, review_at=frozenset({Severity.SEV1}), invited="responders")
    scene.open("API of Mallory is slow", declare=True, severity=Severity.SEV1)
    assigns_ben(scene)
    for text in ("It is Mallory.", "It is Mallory again."):
        scene.do(c.SendUpdate, text=text)
        scene.settle()
    scene.calls()
    return scene


def does(scene: Scene, kind: type[c.Command], **values: Any) -> None:
    scene.do(kind, **values)
    scene.settle()


def test_nothing_of_it_is_left_in_the_digest_channel(public: Scene) -> None:
    assert len(public.digest) == 4
    does(public, c.MakePrivate)
    assert public.digest == []
    seen = [message.text for message in public.slack.person("owner").sees("incidents")]
    assert not [text for text in seen if "Mallory" in text or public.key in text]
    assert public.settled


def test_it_goes_on_in_a_private_channel_with_those_who_have_access(public: Scene) -> None:
    before = len(public.said(public.channel.id))
    does(public, c.MakePrivate)
    old, new = public.channels()
    assert (old.kind, old.archived) == ("public_channel", True)
    assert (new.kind, new.archived) == ("private_channel", False)
    people = {public.slack.person(name).id for name in ("ann", "ben")}
    assert set(new.members) == people | {public.slack.bot_user}
    assert len(public.said(old.id)) == before, "nothing more is said in the old one"
    panel, line = (each["text"] for each in public.said(new.id))
    assert panel.startswith(f"This goes on from <#{old.id}>.\nPRIVATE INC-1 · API of Mallory is slow")
    assert line.startswith(f"<@{public.slack.person('ann').id}> made this private")
    assert "PRIVATE" in new.topic


def test_what_is_told_in_the_same_moment_never_comes_into_the_old_channel(public: Scene) -> None:
    public.do(c.MakePrivate)
    public.do(c.SetStatus, status=Status.IDENTIFIED)
    public.do(c.AddEvidence, url="https://x.example", note="secret note")
    public.do(c.CorrectTitle, title="secret title")
    public.settle()
    old, new = public.channels()
    assert "secret" not in json.dumps(public.said(old.id)) + old.topic + old.name
    assert "secret note" in json.dumps(public.said(new.id))
    assert "secret title" in new.topic
    assert public.settled


@pytest.mark.parametrize("fault", ["error", "status", "drop", "ratelimited"])
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("method", ["conversations.info", "conversations.archive", "conversations.create"])
def test_whatever_fails_nothing_is_told_where_everybody_sees_it(
    public: Scene, method: str, fault: Any, after: bool
) -> None:
    old = public.channel.id
    before = public.said(old)
    public.slack.team.fault(method, fault, after=after, times=2)
    public.do(c.MakePrivate)
    does(public, c.AddEvidence, url="https://x.example", note="secret note")
    assert public.said(old) == before
    assert [place.kind for place in public.channels() if not place.archived] == ["private_channel"]
    assert "secret note" in json.dumps(public.said(public.channel.id))
    assert public.digest == []
    assert public.settled


def test_an_old_channel_that_cannot_be_archived_is_left_as_it_was(public: Scene) -> None:
    old = public.channel.id
    before = public.said(old)
    public.slack.team.fault("conversations.archive", "error", code="restricted_action", times=9)
    does(public, c.MakePrivate)
    assert public.said(old) == before
    assert [place.archived for place in public.channels()] == [False, False]
    assert public.digest == []
    assert public.settled


def test_while_slack_does_not_tell_what_the_channel_is_nothing_comes_into_it(public: Scene) -> None:
    before = public.said(public.channel.id)
    public.slack.team.fault("conversations.info", "error", code="missing_scope", times=3)
    public.do(c.MakePrivate)
    public.work()
    assert public.said(public.channel.id) == before
    assert "conversations.info" in str(public.lag.error)
    public.settle()
    assert public.channel.kind == "private_channel"
    assert public.settled


def test_one_whose_first_call_was_lost_is_not_left_open(sandbox: Sandbox) -> None:
    """It was made, nobody knows of it yet, and it is to be private by now."""
    scene = new_scene(sandbox)
    scene.slack.team.fault("conversations.create", "drop", after=True)
    scene.open()
    scene.work()
    does(scene, c.MakePrivate)
    assert [(each.kind, each.archived) for each in scene.channels()] == [
        ("public_channel", True),
        ("private_channel", False),
    ]
    assert scene.said(scene.channels()[0].id) == []
    assert scene.settled


def test_what_is_made_private_before_anybody_looks_was_never_public(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox)
    scene.open()
    does(scene, c.MakePrivate)
    assert [each.kind for each in scene.channels()] == ["private_channel"]
    assert scene.digest == []


def test_the_channel_of_its_review_becomes_another_too(public: Scene) -> None:
    does(public, c.Resolve)
    does(public, c.MakePrivate)
    rooms = [(each.name, each.kind, each.archived) for each in public.channels()]
    assert sorted(rooms) == [
        ("inc-1-api-of-mallory-is-slow", "public_channel", True),
        ("inc-1-api-of-mallory-is-slow-2", "private_channel", False),
        ("inc-1-api-of-mallory-is-slow-rca", "public_channel", True),
        ("inc-1-api-of-mallory-is-slow-rca-2", "private_channel", False),
    ]
    review = next(each for each in public.channels() if each.name.endswith("-rca-2"))
    (note,) = public.said(review.id)
    assert note["text"].startswith("PRIVATE The review of INC-1")
    assert public.settled


def test_nor_does_it_come_into_the_old_channel_of_the_review(
    public: Scene,
) -> None:
    does(public, c.Resolve)
    public.do(c.MakePrivate)
    does(public, c.CorrectTitle, title="secret title")
    for room in public.channels():
        said = json.dumps(public.said(room.id)) + room.name + room.topic
        assert ("secret" in said) is (room.kind == "private_channel")
    assert public.settled


@pytest.mark.parametrize("code", ["name_taken", "restricted_action"])
def test_a_private_channel_that_cannot_be_renamed_keeps_its_name(public: Scene, code: str) -> None:
    does(public, c.MakePrivate)
    name = public.channel.name
    public.slack.team.fault("conversations.rename", "error", code=code, times=5)
    does(public, c.CorrectTitle, title="API is gone")
    assert public.channel.name == name
    assert "API is gone" in public.channel.topic
    assert public.settled


def test_it_can_go_on_to_its_end(public: Scene) -> None:
    for kind in (c.MakePrivate, c.Resolve, c.Close):
        does(public, kind)
    assert all(place.archived for place in public.channels() if "-rca" not in place.name)
    assert public.digest == []
    assert public.settled


def test_without_private_channels_it_has_none_any_more(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, private=False)
    scene.open(declare=True)
    scene.settle()
    before = scene.said(scene.channel.id)
    does(scene, c.MakePrivate)
    assert [place.archived for place in scene.channels()] == [True]
    assert scene.said(scene.channel.id) == before
    assert scene.digest == []


def test_a_message_that_cannot_be_deleted_is_named_until_somebody_helps(public: Scene) -> None:
    public.slack.team.fault("chat.delete", "error", code="restricted_action", times=1)
    does(public, c.MakePrivate)
    assert len(public.digest) == 1
    assert str(public.lag.error) == "Slack refuses chat.delete (restricted_action)."
    assert public.store.backlog.retry(WORKSPACE, public.key, None, public.clock.now()) == 1
    public.settle()
    assert public.digest == []
    assert public.settled
