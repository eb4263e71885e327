"""What became of a call is found out from what is certainly ours; what cannot be looked at is made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from adapters.slack.api import Api
from adapters.slack.mirror import SlackMirror
from incident_core.ports.mirror import Call, Ended, Kind, Outcome
from tests.slack.faults.scene import Scene, new_scene

CHANNEL = {"name": "inc-1-api-is-slow", "private": False}
SHOWN = {"text": "hello", "blocks": [{"type": "divider"}]}


@pytest.fixture
def reading(sandbox: Sandbox) -> Scene:
    """A scene whose bot may read messages."""
    return new_scene(sandbox, history=True)


def call(slot: str, content: Mapping[str, object], kind: Kind = Kind.MAKE, **known: str) -> Call:
    return Call(
        f"key of {slot}",
        kind,
        slot,
        "any",
        content,
        {name.replace("_", ":"): id_ for name, id_ in known.items()},
    )


def checked(scene: Scene, asked: Call, ago: float = 0.0) -> Outcome:
    """As if the call had been begun so many seconds ago."""
    return scene.mirror.check(asked, scene.clock.now() - timedelta(seconds=ago))


def made(scene: Scene, name: str = "inc-1-api-is-slow", **more: Any) -> str:
    """A channel that the bot makes."""
    return str(scene.api.call("conversations.create", name=name, **more).named("channel", "id"))


def posted(scene: Scene, asked: Call) -> str:
    """What the mirror has posted."""
    ended = scene.mirror.perform(asked)
    assert ended.external_id is not None
    return ended.external_id


@pytest.mark.parametrize("name", ["inc-1-api-is-slow", "inc-1-api-is-slow-2", "inc-1-api-is-slow-5"])
def test_a_channel_of_ours_is_found_under_each_of_its_names(scene: Scene, name: str) -> None:
    id_ = made(scene, name)
    assert checked(scene, call("channel", CHANNEL)) == Outcome(Ended.DONE, id_)


def test_a_private_one_is_found_too(scene: Scene) -> None:
    id_ = made(scene, is_private=True)
    assert checked(scene, call("channel", CHANNEL | {"private": True})) == Outcome(Ended.DONE, id_)
    assert checked(scene, call("channel", CHANNEL)).ended is Ended.LATER


def test_several_are_all_named_so_that_one_is_kept(scene: Scene) -> None:
    ids = sorted([made(scene), made(scene, "inc-1-api-is-slow-2")])
    assert checked(scene, call("channel", CHANNEL)) == Outcome(Ended.DONE, ids[0], also=(ids[1],))


def test_a_channel_of_somebody_else_is_not_ours_even_if_the_bot_is_in_it(scene: Scene) -> None:
    theirs = scene.slack.team.add_channel("inc-1-api-is-slow", by="ann")
    scene.slack.person("ann").invite(theirs, scene.slack.bot_user)
    assert checked(scene, call("channel", CHANNEL)).ended is Ended.LATER


def test_one_that_is_older_than_the_call_is_not_what_it_made(scene: Scene) -> None:
    made(scene)
    scene.clock.move(timedelta(seconds=120))
    assert checked(scene, call("channel", CHANNEL)).ended is Ended.LATER
    assert checked(scene, call("channel", CHANNEL), ago=119.0).ended is Ended.DONE


def test_a_clock_that_is_a_minute_apart_hides_nothing(scene: Scene) -> None:
    made(scene)
    assert checked(scene, call("channel", CHANNEL), ago=-59.0).ended is Ended.DONE


def test_the_channel_that_is_to_be_replaced_is_not_taken_for_the_new_one(scene: Scene) -> None:
    former = made(scene)
    assert checked(scene, call("channel", CHANNEL, was_channel=former)).ended is Ended.LATER


def test_a_name_that_only_begins_like_ours_is_not_ours(scene: Scene) -> None:
    made(scene, "inc-1-api-is-slow-and-more")
    assert checked(scene, call("channel", CHANNEL)).ended is Ended.LATER


def test_all_pages_are_looked_through(scene: Scene) -> None:
    for number in range(1005):
        made(scene, f"room-{number}")
    id_ = made(scene)
    scene.calls()
    assert checked(scene, call("channel", CHANNEL)) == Outcome(Ended.DONE, id_)
    assert scene.counted() == {"users.conversations": 2}


PANEL = {"to": "channel", **SHOWN}


PLACES = ("panel", "line", "digest", "thread", "list", "declared", "update", "review's note")


def places(scene: Scene) -> dict[str, Call]:
    """A call for each place in which something is said."""
    channel, digest = made(scene), scene.slack.workspace.names["incidents"]
    parent = scene.mirror.perform(call("digest", {"to": "digest", **SHOWN}))
    below = {"channel": channel, "digest": str(parent.external_id)}
    assert str(parent.external_id).startswith(digest)
    return {
        "panel": call("panel", PANEL, channel=channel),
        "line": call("say:channel:3", PANEL, Kind.SAY, channel=channel),
        "digest": replace(call("digest", {"to": "digest", **SHOWN}), key="another"),
        "thread": call("say:digest:3", {"to": "thread", **SHOWN}, Kind.SAY, **below),
        "list": call("remind:digest:1", {"to": "digest", **SHOWN}, Kind.SAY),
        "declared": call("declared", {"to": "thread", **SHOWN}, Kind.MAKE, **below),
        "update": call("update:u3", {"to": "thread", **SHOWN}, Kind.MAKE, **below),
        "review's note": call("review_note", {"to": "review", **SHOWN}, review=channel),
    }


@pytest.mark.parametrize("place", PLACES)
def test_a_message_is_found_by_its_mark_wherever_it_was_posted(reading: Scene, place: str) -> None:
    asked = places(reading)[place]
    assert checked(reading, asked).ended is Ended.LATER
    first = posted(reading, asked)
    assert checked(reading, asked) == Outcome(Ended.DONE, first)
    second = posted(reading, asked)
    assert checked(reading, asked) == Outcome(Ended.DONE, first, also=(second,))
    assert checked(reading, replace(asked, key="other")).ended is Ended.LATER


@pytest.mark.parametrize("place", PLACES)
def test_without_history_it_may_be_posted_again_and_nothing_is_asked(scene: Scene, place: str) -> None:
    asked = places(scene)[place]
    posted(scene, asked)
    scene.calls()
    assert checked(scene, asked) == Outcome(Ended.LATER)
    assert scene.calls() == []


def test_a_mark_stays_when_the_message_is_changed(reading: Scene) -> None:
    asked = places(reading)["panel"]
    at = posted(reading, asked)
    known = {**asked.known, "panel": at}
    reading.mirror.perform(replace(asked, kind=Kind.CHANGE, key="changed", known=known))
    assert checked(reading, asked) == Outcome(Ended.DONE, at)


def test_a_message_among_thousands_is_found(reading: Scene) -> None:
    asked = places(reading)["panel"]
    at = posted(reading, asked)
    owner = reading.slack.person("owner")
    owner.join(reading.channel.id)
    for number in range(1005):
        owner.post(reading.channel.id, f"{number}")
    assert checked(reading, asked, ago=30.0) == Outcome(Ended.DONE, at)


@pytest.mark.parametrize("code", ["missing_scope", "not_in_channel", "channel_not_found"])
def test_where_the_bot_may_not_look_after_all_it_is_made_again(reading: Scene, code: str) -> None:
    asked = places(reading)["panel"]
    reading.slack.team.fault("conversations.history", "error", code=code)
    assert checked(reading, asked).ended is Ended.LATER


@pytest.mark.parametrize("fault", ["error", "status", "drop", "ratelimited", "hang"])
def test_what_cannot_be_told_now_is_looked_at_again_later(reading: Scene, fault: Any) -> None:
    slack = reading.slack
    mirror = SlackMirror(Api(slack.bot_token, slack.api_url, timeout=0.2), reading.setup)
    asked = places(reading)["panel"]
    for method, wanted in (
        ("conversations.history", asked),
        ("users.conversations", call("channel", CHANNEL)),
    ):
        slack.team.fault(method, fault, seconds=1.0)
        assert mirror.check(wanted, reading.clock.now()).ended is Ended.UNKNOWN


def test_an_archive_is_looked_at_itself(scene: Scene) -> None:
    channel = made(scene)
    asked = call("archive", {}, channel=channel)
    assert checked(scene, asked).ended is Ended.LATER
    scene.mirror.perform(asked)
    assert checked(scene, asked) == Outcome(Ended.DONE, channel)


@pytest.mark.parametrize("slot", ["members", "responders", "invited", "topic", "pin", "review_members"])
def test_what_can_be_done_again_is_not_looked_for(scene: Scene, slot: str) -> None:
    assert checked(scene, call(slot, {})) == Outcome(Ended.LATER)
    assert scene.calls() == []


def removing(slot: str, external_id: str) -> Call:
    return Call("key", Kind.REMOVE, slot, "remove", {}, {slot: external_id}, repeatable=True)


MESSAGES = ("panel", "digest", "declared", "update:u3", "review_note", "say:channel:3", "remind:digest:1")


@pytest.mark.parametrize("slot", [*(f"stray:{each}" for each in (*MESSAGES, "say:direct:U0BEN0000:3"))])
def test_a_message_too_many_is_deleted_and_to_do_so_again_is_done(scene: Scene, slot: str) -> None:
    at = posted(scene, places(scene)["panel"])
    remove = removing(f"{slot}:{at}", at)
    assert scene.mirror.perform(remove) == scene.mirror.perform(remove) == Outcome(Ended.DONE)
    assert scene.said(scene.channel.id) == []


@pytest.mark.parametrize("slot", ["digest", "declared", "update:u3"])
def test_what_the_digest_should_not_have_any_more_is_deleted(scene: Scene, slot: str) -> None:
    at = posted(scene, places(scene)["digest"])
    before = len(scene.digest)
    remove = removing(slot, at)
    assert scene.mirror.perform(remove) == scene.mirror.perform(remove) == Outcome(Ended.DONE)
    assert len(scene.digest) == before - 1


def test_the_channel_of_a_review_is_found_and_one_too_many_archived_like_any_other(scene: Scene) -> None:
    wanted = {"name": "inc-1-api-is-slow-rca", "private": False}
    id_ = made(scene, "inc-1-api-is-slow-rca")
    assert checked(scene, call("review", wanted)) == Outcome(Ended.DONE, id_)
    assert checked(scene, call("review", wanted, was_review=id_)).ended is Ended.LATER
    assert scene.mirror.perform(removing(f"stray:review:{id_}", id_)).ended is Ended.DONE
    assert scene.channel.archived


def test_a_direct_message_cannot_be_looked_for(reading: Scene) -> None:
    told = {"to": "direct", "user": reading.slack.person("ben").id, **SHOWN}
    asked = call("say:direct:U0BEN0000:3", told, Kind.SAY)
    posted(reading, asked)
    reading.calls()
    assert checked(reading, asked) == Outcome(Ended.LATER)
    assert reading.calls() == []


def test_a_channel_too_many_is_archived_and_an_archive_that_came_late_is_undone(scene: Scene) -> None:
    id_ = made(scene)
    assert scene.mirror.perform(removing(f"stray:channel:{id_}", id_)).ended is Ended.DONE
    assert scene.channel.archived
    assert scene.mirror.perform(removing(f"stray:archive:{id_}", id_)) == Outcome(Ended.DONE)
    assert not scene.channel.archived


KEPT = (
    "channel", "members", "responders", "invited", "topic", "panel", "pin",
    "review", "review_members", "review_note",
)  # fmt: skip


@pytest.mark.parametrize("slot", [*KEPT, "unheard of"])
def test_what_nobody_wants_any_more_is_left_to_those_who_are_in_it(scene: Scene, slot: str) -> None:
    assert scene.mirror.perform(removing(slot, "C0CHANNEL")) == Outcome(Ended.DONE)
    assert scene.calls() == []
