"""What Slack was told of a text that is redacted says it no longer; what cannot be changed is reported."""

from __future__ import annotations

import json

import pytest

from adapters.sandbox.conditions import FaultKind
from incident_core import commands as c
from incident_core.model.role import TECHNICAL_LEAD
from tests.slack.faults.scene import WORKSPACE, Scene

SECRET = "hunter2"
WHY = "a password"


def told(scene: Scene) -> str:
    """Everything that is in Slack: names, topics, messages; but for what Slack itself has written."""
    found = scene.slack.workspace.channels.values()
    said = [
        (each.text, each.blocks) for place in found for each in place.messages.values() if not each.subtype
    ]
    return json.dumps([*said, *((each.name, str(each.topic)) for each in found)])


def redact(scene: Scene, entry: str, *texts: tuple[int, str]) -> None:
    scene.do(c.Redact, entry=entry, texts=texts, reason=WHY)
    scene.settle()


def test_a_line_in_the_channel_is_changed_in_its_place(scene: Scene) -> None:
    scene.open()
    scene.do(c.AddTask, text=f"Change {SECRET}")
    scene.settle()
    before = scene.said(scene.channel.id)
    scene.calls()
    redact(scene, "t1", (2, "text"))
    assert scene.counted() == {"chat.update": 1, "chat.postMessage": 1}
    after = scene.said(scene.channel.id)
    assert [each["ts"] for each in after[: len(before)]] == [each["ts"] for each in before]
    assert "[redacted]" in after[-2]["text"]
    assert SECRET not in told(scene)
    assert scene.settled


def test_a_title_leaves_the_name_of_the_channel_its_topic_the_panel_the_digest_and_direct_messages(
    scene: Scene,
) -> None:
    scene.open(title=f"The password is {SECRET}", declare=True)
    scene.do(c.Assign, role=TECHNICAL_LEAD, holder=scene.actor("ben"))
    scene.do(c.SendUpdate, text="All is well")
    scene.settle()
    assert told(scene).count(SECRET) >= 5
    said = len(scene.digest)
    redact(scene, "title", (1, "title"))
    assert SECRET not in told(scene)
    assert scene.channel.name == "inc-1"
    assert len(scene.digest) == said
    assert scene.settled


def test_lines_that_do_not_tell_of_the_title_are_left_alone_when_it_is_redacted(scene: Scene) -> None:
    scene.open(title=f"The password is {SECRET}")
    for number in range(5):
        scene.do(c.AddTask, text=f"Look at {number}")
    scene.do(c.CorrectTitle, title=SECRET)
    scene.settle()
    scene.calls()
    redact(scene, "title", (1, "title"), (7, "title"))
    assert SECRET not in told(scene)
    changed = scene.counted()
    assert changed["chat.update"] == 3, "the panel, the digest, and the line about the other title"
    assert changed["chat.postMessage"] == 2


def test_a_text_that_is_redacted_before_it_was_said_is_never_said(scene: Scene) -> None:
    scene.open()
    scene.settle()
    scene.do(c.AddTask, text=f"Change {SECRET}")
    redact(scene, "t1", (2, "text"))
    assert SECRET not in told(scene)
    assert SECRET not in json.dumps([call.args for call in scene.slack.team.calls()])
    assert scene.settled


def test_a_text_whose_message_is_gone_is_gone(scene: Scene) -> None:
    scene.open()
    scene.do(c.AddTask, text=f"Change {SECRET}")
    scene.settle()
    *_, line = scene.said(scene.channel.id)
    scene.api.call("chat.delete", 4.0, channel=scene.channel.id, ts=line["ts"])
    redact(scene, "t1", (2, "text"))
    assert SECRET not in told(scene)
    assert scene.settled
    assert sum("added the task" in each["text"] for each in scene.said(scene.channel.id)) == 0


def test_what_cannot_be_changed_in_an_archived_channel_is_reported_and_done_once_it_is_open(
    scene: Scene,
) -> None:
    scene.open(title=f"The password is {SECRET}")
    scene.do(c.SendUpdate, text=f"It is {SECRET}")
    scene.settle()
    scene.do(c.Close)
    scene.settle()
    redact(scene, "title", (1, "title"))
    redact(scene, "u1", (2, "text"))
    lag = scene.lag
    assert (lag.shown, lag.next_at) == (scene.incident.version, None), "nothing waits for it"
    assert {each.slot for each in lag.stuck} == {"channel", "topic", "panel", "say:channel:2"}
    assert all(each.stopped for each in lag.stuck)
    assert SECRET not in json.dumps(scene.digest), "what is not archived is changed"
    scene.slack.person("ann").unarchive(scene.channel.id)
    scene.store.backlog.retry(WORKSPACE, scene.key, "slack", scene.clock.now())
    scene.settle()
    assert SECRET not in told(scene)
    assert scene.settled


def test_the_name_of_a_private_channel_that_is_archived_is_reported_too(scene: Scene) -> None:
    scene.open(title=f"The password is {SECRET}", private=True)
    scene.settle()
    scene.do(c.Close)
    scene.settle()
    redact(scene, "title", (1, "title"))
    assert "channel" in {each.slot for each in scene.lag.stuck}


def test_who_may_not_see_it_any_more_is_left_with_no_message_of_its_title(scene: Scene) -> None:
    scene.open(title=f"The password is {SECRET}", private=True)
    scene.do(c.Grant, who=scene.actor("ben"))
    scene.do(c.Assign, role=TECHNICAL_LEAD, holder=scene.actor("ben"))
    scene.settle()
    assert direct(scene, "ben")
    scene.do(c.Release, role=TECHNICAL_LEAD)
    scene.do(c.Revoke, who=scene.actor("ben"))
    redact(scene, "title", (1, "title"))
    assert SECRET not in told(scene)
    assert not direct(scene, "ben")


def direct(scene: Scene, name: str) -> list[str]:
    """What the bot has told this person alone."""
    place = scene.slack.workspace.directs.get(frozenset((scene.slack.person(name).id, scene.slack.bot_user)))
    return [] if place is None else [each["text"] for each in scene.said(place)]


@pytest.mark.parametrize(
    ("kind", "after"), [("drop", False), ("drop", True), ("error", True), ("status", False)]
)
def test_a_change_that_failed_is_made_again(scene: Scene, kind: FaultKind, after: bool) -> None:
    scene.open()
    scene.do(c.AddTask, text=f"Change {SECRET}")
    scene.settle()
    scene.slack.team.fault("chat.update", kind, after=after)
    redact(scene, "t1", (2, "text"))
    assert SECRET not in told(scene)
    assert scene.settled
