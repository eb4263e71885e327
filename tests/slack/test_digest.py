"""The digest channel: known by name or id, joined where everybody may, and missed by nobody without one."""

from __future__ import annotations

import pytest

from adapters.sandbox import Sandbox
from incident_core import commands as c
from tests.slack.faults.scene import WORKSPACE, new_scene


@pytest.mark.parametrize("named", ["incidents", "#incidents"])
def test_the_digest_channel_may_be_known_by_its_name(sandbox: Sandbox, named: str) -> None:
    scene = new_scene(sandbox, digest=named)
    scene.open(declare=True)
    scene.settle()
    assert len(scene.digest) == 2
    assert scene.counted()["conversations.list"] == 0


@pytest.mark.parametrize("digest", ["incidents", None], ids=["name", "id"])
def test_a_public_digest_channel_is_joined_once(sandbox: Sandbox, digest: str | None) -> None:
    scene = new_scene(sandbox, in_digest=False, digest=digest)
    scene.open()
    scene.settle()
    scene.open()
    scene.settle()
    assert len(scene.digest) == 2
    assert scene.counted()["conversations.join"] == 1


def test_the_digest_channel_is_found_among_many(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, in_digest=False, digest="zulu")
    for number in range(1100):
        scene.slack.team.add_channel(f"room-{number}")
    scene.slack.team.add_channel("zulu")
    scene.open()
    scene.settle()
    assert scene.lag.error is None
    assert len(scene.said(scene.slack.workspace.names["zulu"])) == 1


@pytest.mark.parametrize("digest", ["nowhere", "C0NOWHERE"])
def test_a_digest_channel_that_is_missing_is_named_with_its_setting(sandbox: Sandbox, digest: str) -> None:
    scene = new_scene(sandbox, digest=digest)
    scene.open()
    scene.settle()
    assert scene.lag.error == (
        f"There is no channel {digest} that the bot can see: make it, or invite the bot to it, "
        "or name another in INCIDENTS_DIGEST_CHANNEL."
    )
    assert "API is slow" in scene.channel.topic


def test_without_a_digest_channel_nobody_misses_it(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, digest="", group=())
    scene.open(declare=True)
    for kind in (c.Resolve, c.Close):
        scene.settle()
        scene.do(kind)
    scene.settle()
    assert (scene.lag.error, scene.channel.archived, scene.digest) == (None, True, [])


def test_a_digest_channel_that_is_missing_keeps_no_channel_from_being_archived(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, digest="nowhere")
    scene.open(declare=True)
    for kind in (c.Resolve, c.Close):
        scene.settle()
        scene.do(kind)
    scene.settle()
    assert scene.channel.archived
    assert "closed: fixed" in scene.said(scene.channel.id)[0]["text"]
    assert [each["text"].split(" ")[1] for each in scene.said(scene.channel.id)[1:]] == [
        "declared",
        "resolved",
        "closed",
    ]


def test_once_the_digest_channel_is_there_what_was_missing_comes_when_somebody_asks(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, digest="nowhere")
    scene.open(declare=True)
    scene.settle()
    made = scene.slack.team.add_channel("nowhere")
    assert scene.store.backlog.retry(WORKSPACE, scene.key, None, scene.clock.now()) == 1
    scene.settle()
    assert [each["thread"] is None for each in scene.said(made)] == [True, False]
    assert scene.settled


def test_a_line_that_somebody_deleted_is_posted_again(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox)
    scene.open()
    scene.settle()
    deleted = {"channel": scene.slack.workspace.names["incidents"], "ts": scene.digest[0]["ts"]}
    assert scene.api.call("chat.delete", **deleted).ok
    scene.do(c.Declare)
    scene.settle()
    assert [each["text"].split(" · ")[2] for each in scene.digest if each["thread"] is None] == [
        "incident: investigating"
    ]


def test_a_declaration_is_seen_by_everybody_in_the_digest_channel(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox)
    scene.open(declare=True)
    scene.settle()
    last = scene.slack.person("owner").sees("incidents")[-1]
    assert (last.user, last.raw["subtype"]) == (scene.slack.bot_user, "thread_broadcast")


def test_a_name_is_turned_into_an_id_as_soon_as_slack_tells_it(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, digest="incidents")
    for _ in range(2):
        scene.open()
        scene.settle()
    posted = [call.args["channel"] for call in scene.slack.team.calls("chat.postMessage")]
    id_ = scene.slack.workspace.names["incidents"]
    assert [each for each in posted if each in ("incidents", id_)] == ["incidents", id_]
