"""Channels: names, topics, archiving, and who may do what to them."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.sandbox import add_channel, add_user, people
from adapters.sandbox.state.people import Standing
from tests.sandbox.team import Team, code


def test_a_channel_is_given_back_as_it_was_made(team: Team) -> None:
    made = team.client.conversations_create(name="inc-42_checkout", is_private=True)["channel"]
    read = team.client.conversations_info(channel=made["id"], include_num_members=True)["channel"]
    assert read["name"] == "inc-42_checkout"
    assert read["is_private"] is True
    assert read["creator"] == team.bot
    assert read["is_member"] is True
    assert read["num_members"] == 1
    assert read["topic"] == {"value": "", "creator": "", "last_set": 0}
    assert read["id"].startswith("C")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("a" * 81, "invalid_name_maxlength"),
        ("-_-", "invalid_name_punctuation"),
        ("Inc", "invalid_name_specials"),
        ("inc 1", "invalid_name_specials"),
        ("störung", "invalid_name_specials"),
        ("here", "invalid_name"),
        ("general", "name_taken"),
    ],
)
def test_a_name_that_cannot_be_given_is_refused(team: Team, name: str, error: str) -> None:
    assert code(team.client, "conversations.create", name=name) == error
    channel = team.channel("first")
    assert code(team.client, "conversations.rename", channel=channel, name=name) == error
    assert team.state(channel).name == "first"


def test_eighty_characters_are_a_name(team: Team) -> None:
    assert team.client.conversations_create(name="a" * 80)["ok"]


def test_archived_and_invisible_channels_keep_their_names(team: Team) -> None:
    team.client.conversations_archive(channel=team.channel("old"))
    add_channel(team.world, team.workspace, "private", private=True)
    assert code(team.client, "conversations.create", name="old") == "name_taken"
    assert code(team.client, "conversations.create", name="private") == "name_taken"


def test_a_renamed_channel_frees_its_name_and_remembers_it(team: Team) -> None:
    channel = team.channel("before")
    renamed = team.client.conversations_rename(channel=channel, name="after")["channel"]
    assert (renamed["name"], renamed["previous_names"]) == ("after", ["before"])
    assert team.client.conversations_rename(channel=channel, name="after")["ok"]
    assert team.channel("before") != channel


def test_only_its_creator_or_an_admin_renames_a_channel(team: Team) -> None:
    channel = add_channel(team.world, team.workspace, "theirs")
    team.client.conversations_join(channel=channel)
    rename = "conversations.rename"
    assert code(team.client, rename, channel=channel, name="ours") == "not_authorized"
    other = add_channel(team.world, team.workspace, "other")
    assert code(team.client, rename, channel=other, name="ours") == "not_in_channel"
    assert code(team.client, rename, channel="C0", name="ours") == "channel_not_found"


@pytest.mark.parametrize(("method", "what"), [("setTopic", "topic"), ("setPurpose", "purpose")])
class TestTold:
    """Topic and purpose."""

    def test_it_is_set_with_who_and_when_and_said_in_the_channel(
        self, team: Team, method: str, what: str
    ) -> None:
        channel = team.channel()
        team.client.api_call(f"conversations.{method}", json={"channel": channel, what: "SEV1 & rising"})
        told = team.client.conversations_info(channel=channel)["channel"][what]
        assert told == {"value": "SEV1 & rising", "creator": team.bot, "last_set": told["last_set"]}
        newest = team.client.conversations_history(channel=channel)["messages"][0]
        assert (newest["subtype"], newest[what]) == (f"channel_{what}", "SEV1 & rising")

    def test_the_same_again_writes_no_message(self, team: Team, method: str, what: str) -> None:
        channel = team.channel()
        for _ in range(3):
            team.client.api_call(f"conversations.{method}", json={"channel": channel, what: "same"})
        assert len(team.state(channel).messages) == 2

    def test_250_characters_are_the_most(self, team: Team, method: str, what: str) -> None:
        channel, name = team.channel(), f"conversations.{method}"
        assert team.client.api_call(name, json={"channel": channel, what: "a" * 250})["ok"]
        assert code(team.client, name, channel=channel, **{what: "a" * 251}) == "too_long"

    def test_it_needs_a_member_and_a_channel_that_is_not_archived(
        self, team: Team, method: str, what: str
    ) -> None:
        name = f"conversations.{method}"
        theirs, ours = add_channel(team.world, team.workspace, "theirs"), team.channel()
        team.client.conversations_archive(channel=ours)
        assert code(team.client, name, channel=theirs, **{what: "x"}) == "not_in_channel"
        assert code(team.client, name, channel=ours, **{what: "x"}) == "is_archived"
        assert code(team.client, name, channel="C0", **{what: "x"}) == "channel_not_found"

    def test_a_direct_message_has_none(self, team: Team, method: str, what: str) -> None:
        ann = add_user(team.world, team.workspace, "ann")
        im = team.client.conversations_open(users=ann.id)["channel"]["id"]
        wrong = code(team.client, f"conversations.{method}", channel=im, **{what: "x"})
        assert wrong == "method_not_supported_for_channel_type"

    def test_guests_may_not(self, team: Team, method: str, what: str) -> None:
        guest = add_user(team.world, team.workspace, "guest", standing=Standing.GUEST)
        app = team.add_app(("users:read",), ("channels:manage",))
        team.world.tokens[app.user_token or ""].user_id = guest.id
        channel = team.channel()
        people.invite(team.world, team.workspace, team.bot, channel, guest.id)
        client = team.speak(app.user_token)
        wrong = code(client, f"conversations.{method}", channel=channel, **{what: "x"})
        assert wrong == "user_is_restricted"


class TestArchiving:
    """Archiving and taking back out."""

    def test_an_archived_channel_takes_nothing_until_it_is_back(self, team: Team) -> None:
        channel = team.channel()
        team.client.conversations_archive(channel=channel)
        assert team.client.conversations_info(channel=channel)["channel"]["is_archived"] is True
        assert code(team.client, "chat.postMessage", channel=channel, text="x") == "is_archived"
        assert code(team.client, "conversations.rename", channel=channel, name="y") == "is_archived"
        team.client.conversations_unarchive(channel=channel)
        assert team.client.chat_postMessage(channel=channel, text="x")["ok"]

    def test_done_twice_it_says_so(self, team: Team) -> None:
        channel = team.channel()
        assert code(team.client, "conversations.unarchive", channel=channel) == "not_archived"
        team.client.conversations_archive(channel=channel)
        assert code(team.client, "conversations.archive", channel=channel) == "already_archived"

    def test_it_is_refused_to_others_and_for_general(self, team: Team) -> None:
        theirs = add_channel(team.world, team.workspace, "theirs")
        assert code(team.client, "conversations.archive", channel=theirs) == "not_in_channel"
        general = team.workspace.general
        assert code(team.client, "conversations.archive", channel=general) == "cant_archive_general"
        assert code(team.client, "conversations.archive", channel="C0") == "channel_not_found"
        assert code(team.client, "conversations.unarchive", channel="C0") == "channel_not_found"

    def test_it_is_not_for_direct_messages(self, team: Team) -> None:
        ann = add_user(team.world, team.workspace, "ann")
        im = team.client.conversations_open(users=ann.id)["channel"]["id"]
        unsupported = "method_not_supported_for_channel_type"
        for method in ("archive", "unarchive"):
            assert code(team.client, f"conversations.{method}", channel=im) == unsupported
        assert code(team.client, "conversations.rename", channel=im, name="x") == unsupported


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("conversations.create", {"name": "new"}, "restricted_action"),
        ("conversations.create", {"name": "new"}, "cannot_create_channel"),
        ("conversations.invite", {"channel": "ops", "users": "U0"}, "no_permission"),
        ("chat.postEphemeral", {"channel": "ops", "user": "bot", "text": "x"}, "message_limit_exceeded"),
        ("chat.postMessage", {"channel": "ops", "text": "x"}, "message_limit_exceeded"),
        ("chat.update", {"channel": "ops", "ts": "said", "text": "x"}, "edit_window_closed"),
        ("pins.add", {"channel": "ops", "timestamp": "said"}, "restricted_action"),
        ("conversations.rename", {"channel": "ops", "name": "new"}, "not_authorized"),
        ("conversations.setTopic", {"channel": "ops", "topic": "x"}, "user_is_restricted"),
        ("conversations.join", {"channel": "ops"}, "too_many_members"),
        ("conversations.unarchive", {"channel": "old"}, "channel_not_found"),
        ("conversations.open", {"users": "owner"}, "user_not_visible"),
        ("reactions.add", {"channel": "ops", "timestamp": "said", "name": "x"}, "not_reactable"),
        ("chat.delete", {"channel": "ops", "ts": "said"}, "cant_delete_message"),
        ("canvases.create", {"title": "x"}, "canvas_disabled_user_team"),
        ("conversations.canvases.create", {"channel_id": "ops"}, "team_tier_cannot_create_channel_canvases"),
        ("files.getUploadURLExternal", {"filename": "a", "length": 1}, "storage_limit_reached"),
        ("files.getUploadURLExternal", {"filename": "a", "length": 1}, "file_uploads_disabled"),
        ("conversations.archive", {"channel": "ops"}, "restricted_action"),
        ("conversations.archive", {"channel": "ops"}, "cant_archive_required"),
        ("chat.postMessage", {"channel": "ops", "text": "x"}, "restricted_action"),
    ],
)
def test_a_preference_of_the_workspace_forbids_it(
    team: Team, method: str, args: dict[str, Any], error: str
) -> None:
    channel = team.channel("ops")
    ts = team.client.chat_postMessage(channel=channel, text="said")["ts"]
    old, owner = team.channel("old"), team.installed.installer
    team.client.conversations_archive(channel=old)
    team.workspace.restrictions.add(f"{method}:{error}")
    meant = {"ops": channel, "said": ts, "bot": team.bot, "old": old, "owner": owner}
    given = {name: meant.get(str(value), value) for name, value in args.items()}
    before = len(team.state(channel).messages)
    assert code(team.client, method, **given) == error
    assert (len(team.state(channel).messages), "new" in team.workspace.names) == (before, False)


def test_a_private_channel_cannot_be_found_from_outside(team: Team) -> None:
    hidden = add_channel(team.world, team.workspace, "hidden", private=True)
    for method in ("info", "members", "history", "archive", "join"):
        assert code(team.client, f"conversations.{method}", channel=hidden) == "channel_not_found"
    assert code(team.client, "chat.postMessage", channel=hidden, text="x") == "channel_not_found"
