"""Events: their envelope, what each tells, and which apps hear of what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from adapters.sandbox import Sandbox, World, add_channel, create_app, found, install
from adapters.sandbox.alarms import Alarms
from adapters.sandbox.control import Team
from adapters.sandbox.delivery.events import Events
from adapters.sandbox.delivery.post import Post
from adapters.sandbox.delivery.volume import Volume
from adapters.sandbox.person import Person
from tests.sandbox.bots import EVENTS, Bot, manifest, new_bot
from tests.sandbox.lines import Line, line
from tests.sandbox.team import BOT_SCOPES


class Ear:
    """What an app hears: everything is acknowledged as it is read."""

    def __init__(self, bot: Bot, one: Line) -> None:
        self.bot, self._line = bot, one
        self.ann: Person = bot.person()
        self.team: Team = bot.sandbox.control.team(bot.workspace.id)

    def hears(self) -> list[dict[str, Any]]:
        """The envelopes of everything that has happened until now, by way of a command that comes last."""
        sent = self.ann.command("/incident", "", "general", wait=False)
        heard = []
        while (frame := self._line.next())["envelope_id"] != sent.id:
            self._line.ack(frame)
            heard.append(frame["payload"])
        self._line.ack(frame)
        return heard

    def next(self) -> dict[str, Any]:
        """The envelope that comes next."""
        frame = self._line.next()
        self._line.ack(frame)
        payload: dict[str, Any] = frame["payload"]
        return payload

    def events(self, *but: str) -> list[dict[str, Any]]:
        """The events themselves, without those of these types."""
        return [told["event"] for told in self.hears() if told["event"]["type"] not in but]


@pytest.fixture
def ear(sandbox: Sandbox) -> Iterator[Ear]:
    bot = new_bot(sandbox)
    with line(bot) as one:
        ear = Ear(bot, one)
        ear.hears()
        yield ear


def test_an_event_comes_in_an_envelope_with_all_that_slack_sends(ear: Ear) -> None:
    said = ear.ann.post("general", "Hello")
    [told] = ear.hears()
    bot = ear.bot
    assert told.pop("event_context")
    assert told.pop("event_id").startswith("Ev")
    assert told.pop("event_time") == int(float(said.ts))
    event = told.pop("event")
    assert told == {
        "token": bot.app.verification_token,
        "team_id": bot.workspace.id,
        "context_team_id": bot.workspace.id,
        "context_enterprise_id": None,
        "api_app_id": bot.app.id,
        "type": "event_callback",
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": bot.workspace.id,
                "user_id": bot.installed.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }
    place = {"channel": bot.general, "channel_type": "channel", "team": bot.workspace.id}
    assert (
        event.items()
        >= {"type": "message", "user": ear.ann.id, "text": "Hello", "ts": said.ts, **place}.items()
    )
    assert (event["event_ts"], event["blocks"][0]["type"]) == (said.ts, "rich_text")


def test_a_post_that_mentions_the_bot_comes_as_message_and_as_mention(ear: Ear) -> None:
    ear.ann.post("general", "@probe new API is slow")
    message, mention = ear.events()
    assert (message["type"], mention["type"]) == ("message", "app_mention")
    assert message["ts"] == mention["ts"]
    assert mention["text"] == f"<@{ear.bot.installed.bot_user_id}> new API is slow"
    assert "channel_type" not in mention


def test_editing_deleting_and_replying_are_messages_of_a_kind(ear: Ear) -> None:
    first = ear.ann.post("general", "One")
    ear.ann.edit(first, "Two")
    ear.ann.post("general", "Reply", thread=first)
    ear.ann.delete(ear.ann.post("general", "Gone"))
    told = ear.events()
    assert [one.get("subtype") for one in told] == [None, "message_changed", None, None, "message_deleted"]
    assert (told[1]["message"]["text"], told[1]["previous_message"]["text"]) == ("Two", "One")
    assert told[2]["thread_ts"] == first.ts
    assert told[4]["deleted_ts"] == told[3]["ts"]


def test_an_app_hears_its_own_messages_too(ear: Ear) -> None:
    ear.bot.client.chat_postMessage(channel=ear.bot.general, text="Mine")
    [mine] = ear.events()
    assert (mine["bot_id"], mine["app_id"]) == (ear.bot.installed.bot_id, ear.bot.app.id)


def test_a_direct_message_to_the_bot_is_heard_and_one_between_people_is_not(ear: Ear) -> None:
    ear.team.add_user("ben")
    ear.hears()
    ear.ann.post(ear.ann.direct("ben"), "Between us")
    ear.ann.post(ear.ann.direct("probe"), "help")
    [told] = ear.events()
    assert (told["type"], told["channel_type"], told["text"]) == ("message", "im", "help")


def test_nobody_hears_of_an_ephemeral_message(ear: Ear) -> None:
    bot = ear.bot
    bot.client.chat_postEphemeral(channel=bot.general, user=ear.ann.id, text="Only you")
    assert ear.events() == []


def test_reactions_pins_and_files_are_told_with_what_they_are_on(ear: Ear) -> None:
    said = ear.ann.post("general", "Look")
    ear.ann.react(said, "fire")
    ear.ann.unreact(said, "fire")
    ear.ann.pin(said)
    added, removed, pinned = ear.events("message")
    assert (added["type"], removed["type"], added["reaction"]) == (
        "reaction_added",
        "reaction_removed",
        "fire",
    )
    assert added["item"] == {"type": "message", "channel": ear.bot.general, "ts": said.ts}
    assert (added["user"], added["item_user"]) == (ear.ann.id, ear.ann.id)
    assert (pinned["type"], pinned["item"]["message"]["ts"]) == ("pin_added", said.ts)
    client = ear.bot.client
    client.files_upload_v2(channel=ear.bot.general, content="log", filename="log.txt")
    [shared] = [one for one in ear.events() if one["type"] == "file_shared"]
    assert shared["channel_id"] == ear.bot.general


def test_comings_and_goings_are_told_where_the_bot_is(ear: Ear) -> None:
    bot = ear.bot
    room = ear.ann.create_channel("room")
    [created] = ear.events()
    assert (created["type"], created["channel"]["id"]) == ("channel_created", room)
    ear.ann.invite("room", "probe")
    ear.team.add_user("ben")
    ear.ann.invite("room", "ben")
    ear.ann.remove("room", "ben")
    told = ear.events("message", "team_join")
    assert [(one["type"], one["user"], one["channel"]) for one in told] == [
        ("member_joined_channel", bot.installed.bot_user_id, room),
        ("member_joined_channel", bot.person("ben").id, bot.general),
        ("member_joined_channel", bot.person("ben").id, room),
        ("member_left_channel", bot.person("ben").id, room),
    ]
    assert told[0]["inviter"] == ear.ann.id


def test_a_private_channel_is_silent_until_the_bot_is_in_it(ear: Ear) -> None:
    ear.ann.create_channel("war-room", private=True)
    ear.ann.post("war-room", "Secret")
    assert ear.events() == []
    ear.ann.invite("war-room", "probe")
    ear.ann.post("war-room", "Heard")
    told = ear.events()
    assert [(one["type"], one.get("text")) for one in told][-1] == ("message", "Heard")
    assert {one.get("channel_type") for one in told} == {"group", "G"}


def test_a_public_channel_is_renamed_and_archived_for_all_to_hear_but_not_its_messages(ear: Ear) -> None:
    ear.ann.create_channel("room")
    ear.ann.post("room", "Unheard")
    ear.ann.rename("room", "hall")
    ear.ann.archive("hall")
    assert [one["type"] for one in ear.events()] == ["channel_created", "channel_rename", "channel_archive"]


def test_people_and_groups_are_told_of(ear: Ear) -> None:
    ben = ear.team.add_user("ben")
    ear.team.add_group("oncall", ["ben"])
    ear.team.set_group("oncall", ["owner"])
    ear.team.switch_group("oncall", False)
    ear.team.switch_group("oncall", True)
    ear.team.deactivate("ben")
    joined, group, members, off, on, gone = ear.events("message", "member_joined_channel")
    assert (joined["type"], joined["user"]["id"]) == ("team_join", ben)
    assert (group["type"], group["subteam"]["handle"]) == ("subteam_created", "oncall")
    assert (members["added_users"], members["removed_users"]) == ([ear.ann.id], [ben])
    assert {off["type"], on["type"]} == {"subteam_updated"}
    assert off["subteam"]["date_delete"] > 0 == on["subteam"]["date_delete"]
    assert (gone["type"], gone["user"]["deleted"]) == ("user_change", True)


def test_opening_the_home_of_an_app_tells_this_app_with_its_view(ear: Ear) -> None:
    ear.ann.open_home("Probe")
    [first] = ear.events()
    assert (first["type"], first["tab"], first["user"]) == ("app_home_opened", "home", ear.ann.id)
    assert "view" not in first
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    ear.bot.client.views_publish(user_id=ear.ann.id, view=home)
    ear.ann.open_home("Probe")
    [second] = ear.events()
    assert second["view"]["blocks"][0]["type"] == "divider"


def test_a_channel_that_is_shared_says_so(ear: Ear) -> None:
    ear.team.share("general", "T0OTHER", "Globex")
    stranger = ear.team.add_user("zoe", home="T0OTHER")
    ear.ann.invite("general", "zoe")
    ear.hears()
    ear.bot.person("zoe").post("general", "Hi")
    [told] = ear.hears()
    assert told["is_ext_shared_channel"]
    assert (told["event"]["user"], told["event"]["team"]) == (stranger, "T0OTHER")


def test_an_app_that_goes_hears_so_and_then_nothing(ear: Ear) -> None:
    ear.team.uninstall(ear.bot.app.id)
    told = [ear.next()["event"] for _ in range(2)]
    assert [one["type"] for one in told] == ["app_uninstalled", "tokens_revoked"]
    assert told[1]["tokens"] == {"oauth": [], "bot": [ear.bot.installed.bot_user_id]}
    ear.ann.post("general", "Anybody?")
    deliveries = ear.team.deliveries(ear.bot.app.id)
    assert deliveries[-1].payload["event"]["type"] == "tokens_revoked"


def test_an_app_whose_token_is_revoked_hears_so(ear: Ear) -> None:
    ear.bot.sandbox.control.revoke(ear.bot.installed.bot_token)
    [told] = ear.events()
    assert told["tokens"] == {"oauth": [], "bot": [ear.bot.installed.bot_user_id]}
    ear.bot.sandbox.control.revoke(ear.bot.installed.bot_token, "token_expired")
    assert ear.events() == []


def heard_by(sandbox: Sandbox, events: tuple[str, ...], scopes: tuple[str, ...]) -> list[str]:
    """What a second app with these events and scopes hears of a reaction and a message in #general."""
    bot = new_bot(sandbox)
    control = sandbox.control
    other = control.create_app(manifest(events=events, scopes=scopes))
    team = control.team(bot.workspace.id)
    ann = bot.person()
    ann.invite("general", team.install(other).bot_user_id)
    before = len(team.deliveries(other))
    ann.react(ann.post("general", "Look"), "fire")
    return [one.payload["event"]["type"] for one in team.deliveries(other)[before:]]


def test_only_what_was_subscribed_to_is_heard(sandbox: Sandbox) -> None:
    assert heard_by(sandbox, ("reaction_added",), BOT_SCOPES) == ["reaction_added"]
    assert heard_by(sandbox, ("message.channels", "message.groups"), BOT_SCOPES) == ["message"]
    assert heard_by(sandbox, ("message.im",), BOT_SCOPES) == []


def test_only_what_was_granted_is_heard(sandbox: Sandbox) -> None:
    assert heard_by(sandbox, EVENTS, ("reactions:read", "commands")) == ["reaction_added"]
    assert heard_by(sandbox, EVENTS, ("channels:history", "commands")) == ["message"]


def test_scopes_that_differ_by_kind_of_channel_are_asked_for_the_kind(sandbox: Sandbox) -> None:
    events = ("member_joined_channel",)
    bot = new_bot(sandbox, events=events, scopes=("groups:read", "channels:join", "commands", "chat:write"))
    ann = bot.person()
    for name, private in (("hall", False), ("war-room", True)):
        ann.create_channel(name, private=private)
        ann.invite(name, "probe")
    told = sandbox.control.team(bot.workspace.id).deliveries(bot.app.id)
    assert [one.payload["event"]["channel_type"] for one in told] == ["G"]


def test_more_events_than_an_hour_takes_are_dropped_and_the_app_is_told_once_a_minute() -> None:
    world = World()
    alarms = Alarms(world.clock)
    post = Post(world, alarms)
    workspace = found(world)
    app = create_app(world, manifest(events=("channel_created",)))
    install(world, workspace, app)
    world.listen(Events(world, post, Volume(3)).told)

    def told() -> list[str]:
        return [parcel.payload.get("event", parcel.payload)["type"] for parcel in post.parcels]

    with world.clock.stopped():
        for name in "abcde":
            add_channel(world, workspace, name)
        assert told() == ["channel_created"] * 3 + ["app_rate_limited"]
        minute = post.parcels[-1].payload["minute_rate_limited"]
        assert 0 <= world.now() - minute < 60
        world.clock.move(60)
        add_channel(world, workspace, "f")
        assert told()[4:] == ["app_rate_limited"]
        world.clock.move(3600)
        add_channel(world, workspace, "g")
        assert told()[5:] == ["channel_created"]
