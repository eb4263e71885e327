"""Who is in a conversation, and how they come and go."""

from __future__ import annotations

import pytest

from adapters.sandbox import Standing, add_channel, add_user, deactivate, people, share
from adapters.sandbox.errors import ApiError
from tests.sandbox.team import Team, code, refused


def member(team: Team, name: str, standing: Standing = Standing.MEMBER) -> str:
    """The id of a new user."""
    return add_user(team.world, team.workspace, name, standing=standing).id


class TestInviting:
    """conversations.invite."""

    def test_everybody_named_is_in_the_channel_afterwards(self, team: Team) -> None:
        channel, ann, bob = team.channel(), member(team, "ann"), member(team, "bob")
        team.client.conversations_invite(channel=channel, users=[ann, bob])
        assert team.client.conversations_members(channel=channel)["members"] == [team.bot, ann, bob]
        joined = team.client.conversations_history(channel=channel)["messages"][0]
        assert (joined["subtype"], joined["user"], joined["inviter"]) == ("channel_join", bob, team.bot)

    def test_one_wrong_user_keeps_all_out_unless_forced(self, team: Team) -> None:
        channel, ann = team.channel(), member(team, "ann")
        answer = refused(team.client, "conversations.invite", channel=channel, users=f"{ann},U0,{team.bot}")
        assert answer["errors"] == [
            {"user": "U0", "ok": False, "error": "user_not_found"},
            {"user": team.bot, "ok": False, "error": "cant_invite_self"},
        ]
        assert ann not in team.state(channel).members
        forced = team.client.conversations_invite(channel=channel, users=f"{ann},U0", force=True)
        assert [error["user"] for error in forced["errors"]] == ["U0"]
        assert ann in team.state(channel).members

    def test_each_reason_has_its_code(self, team: Team) -> None:
        channel, ann, gone = team.channel(), member(team, "ann"), member(team, "gone")
        people.invite(team.world, team.workspace, team.bot, channel, ann)
        deactivate(team.world, team.workspace, gone)
        guest = member(team, "guest", Standing.SINGLE_CHANNEL_GUEST)
        people.invite(team.world, team.workspace, team.bot, team.channel("other"), guest)
        stranger = add_user(team.world, team.workspace, "stranger", home="T0ELSEWHERE").id
        for user, error in (
            (ann, "already_in_channel"),
            (team.bot, "cant_invite_self"),
            ("U0", "user_not_found"),
            (gone, "cant_invite"),
            (guest, "ura_max_channels"),
            (stranger, "org_user_not_in_team"),
            ("", "no_user"),
        ):
            assert code(team.client, "conversations.invite", channel=channel, users=user) == error

    def test_a_hundred_users_are_the_most(self, team: Team) -> None:
        channel = team.channel()
        users = [member(team, f"user{number}") for number in range(101)]
        too_many = code(team.client, "conversations.invite", channel=channel, users=",".join(users))
        assert too_many == "invalid_arguments"
        assert team.client.conversations_invite(channel=channel, users=users[:100])["ok"]
        assert len(team.state(channel).members) == 101

    def test_it_needs_a_member_of_a_channel_that_is_not_archived(self, team: Team) -> None:
        ann, theirs = member(team, "ann"), add_channel(team.world, team.workspace, "theirs")
        ours, im = team.channel(), team.client.conversations_open(users=ann)["channel"]["id"]
        team.client.conversations_archive(channel=ours)
        for channel, error in (
            (theirs, "not_in_channel"),
            (ours, "is_archived"),
            (im, "method_not_supported_for_channel_type"),
            ("C0", "channel_not_found"),
        ):
            assert code(team.client, "conversations.invite", channel=channel, users=ann) == error

    def test_people_of_other_workspaces_come_to_shared_channels(self, team: Team) -> None:
        channel = team.channel()
        share(team.world, team.workspace, channel, "T0ELSEWHERE", "Elsewhere")
        stranger = add_user(team.world, team.workspace, "stranger", home="T0ELSEWHERE").id
        team.client.conversations_invite(channel=channel, users=stranger)
        user = team.client.users_info(user=stranger)["user"]
        assert (user["team_id"], user["is_stranger"]) == ("T0ELSEWHERE", True)
        shown = team.client.conversations_info(channel=channel)["channel"]
        assert shown["shared_team_ids"] == [team.workspace.id, "T0ELSEWHERE"]
        assert team.client.team_info(team="T0ELSEWHERE")["team"]["name"] == "Elsewhere"


def test_a_guest_may_invite_nobody(team: Team) -> None:
    guest, ann, channel = member(team, "guest", Standing.GUEST), member(team, "ann"), team.channel()
    people.invite(team.world, team.workspace, team.bot, channel, guest)
    app = team.add_app(("users:read",), ("channels:manage",))
    team.world.tokens[app.user_token or ""].user_id = guest
    wrong = code(team.speak(app.user_token), "conversations.invite", channel=channel, users=ann)
    assert wrong == "user_is_restricted"


class TestJoining:
    """conversations.join."""

    def test_a_public_channel_is_joined_once(self, team: Team) -> None:
        channel = add_channel(team.world, team.workspace, "theirs")
        assert "warning" not in team.client.conversations_join(channel=channel).data
        assert team.client.conversations_join(channel=channel)["warning"] == "already_in_channel"
        said = [message.subtype for message in team.state(channel).messages.values()]
        assert said.count("channel_join") == 2  # whoever made it, and the bot

    def test_others_are_not_joined(self, team: Team) -> None:
        private, archived = team.channel("secret", is_private=True), team.channel("old")
        team.client.conversations_archive(channel=archived)
        join = "conversations.join"
        assert code(team.client, join, channel=archived) == "is_archived"
        assert code(team.client, join, channel="C0") == "channel_not_found"
        assert code(team.client, join, channel=private) == "method_not_supported_for_channel_type"


class TestKicking:
    """conversations.kick."""

    def test_another_member_leaves(self, team: Team) -> None:
        channel, ann = team.channel(), member(team, "ann")
        people.invite(team.world, team.workspace, team.bot, channel, ann)
        team.client.conversations_kick(channel=channel, user=ann)
        assert ann not in team.state(channel).members

    def test_each_reason_has_its_code(self, team: Team) -> None:
        channel, ann = team.channel(), member(team, "ann")
        general = team.workspace.general
        people.join(team.world, team.workspace, team.bot, general)
        im = team.client.conversations_open(users=ann)["channel"]["id"]
        for where, user, error in (
            (channel, team.bot, "cant_kick_self"),
            (channel, ann, "not_in_channel"),
            (channel, "U0", "user_not_found"),
            (general, ann, "cant_kick_from_general"),
            ("C0", ann, "channel_not_found"),
            (im, ann, "method_not_supported_for_channel_type"),
        ):
            assert code(team.client, "conversations.kick", channel=where, user=user) == error


class TestDirectMessages:
    """conversations.open."""

    def test_the_same_users_get_the_same_conversation(self, team: Team) -> None:
        ann, bob = member(team, "ann"), member(team, "bob")
        first = team.client.conversations_open(users=[ann])
        again = team.client.conversations_open(users=ann, return_im=True)
        assert first["channel"]["id"] == again["channel"]["id"]
        assert (again["already_open"], again["channel"]["user"]) == (True, ann)
        group = team.client.conversations_open(users=[bob, ann])["channel"]["id"]
        assert group == team.client.conversations_open(users=[ann, bob])["channel"]["id"]
        assert team.client.conversations_open(channel=group)["channel"]["id"] == group
        assert team.client.conversations_info(channel=group)["channel"]["is_mpim"] is True

    def test_a_message_to_a_user_goes_into_it(self, team: Team) -> None:
        ann = member(team, "ann")
        posted = team.client.chat_postMessage(channel=ann, text="hello")
        assert posted["channel"] == team.client.conversations_open(users=ann)["channel"]["id"]

    def test_each_reason_has_its_code(self, team: Team) -> None:
        gone, ann = member(team, "gone"), member(team, "ann")
        deactivate(team.world, team.workspace, gone)
        stranger = add_user(team.world, team.workspace, "stranger", home="T0ELSEWHERE").id
        nine = ",".join(member(team, f"user{number}") for number in range(9))
        for args, error in (
            ({}, "users_list_not_supplied"),
            ({"users": nine}, "too_many_users"),
            ({"users": gone}, "user_disabled"),
            ({"users": "U0"}, "user_not_found"),
            ({"users": stranger}, "user_not_visible"),
            ({"users": team.bot}, "not_enough_users"),
            ({"channel": "D0"}, "channel_not_found"),
            ({"channel": team.channel()}, "method_not_supported_for_channel_type"),
            ({"users": ann, "prevent_creation": True}, "channel_not_found"),
        ):
            assert code(team.client, "conversations.open", **args) == error

    @pytest.mark.parametrize(("many", "needed"), [(1, "im:write"), (2, "mpim:write")])
    def test_it_needs_the_scope_of_its_kind(self, team: Team, many: int, needed: str) -> None:
        client = team.speak(team.add_app(("channels:manage",)).bot_token)
        users = ",".join(member(team, f"user{number}") for number in range(many))
        answer = refused(client, "conversations.open", users=users)
        assert (answer["error"], answer["needed"]) == ("missing_scope", needed)


def test_members_are_given_in_pages(team: Team) -> None:
    channel = team.channel()
    users = [member(team, f"user{number}") for number in range(5)]
    people.invite(team.world, team.workspace, team.bot, channel, *users)
    found, cursor = [], ""
    while True:
        page = team.client.conversations_members(channel=channel, limit=2, cursor=cursor)
        found += page["members"]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert found == [team.bot, *users]
    page = team.client.conversations_members(channel=channel, limit=len(found))
    assert page["response_metadata"]["next_cursor"] == ""
    assert code(team.client, "conversations.members", channel=channel, cursor="!") == "invalid_cursor"
    assert code(team.client, "conversations.members", channel=channel, limit=0x3E8) == "invalid_limit"


class TestDeleting:
    """What admins of a workspace do for good."""

    def test_only_an_admin_deletes_a_channel_and_then_it_is_gone(self, team: Team) -> None:
        channel, ann = team.channel("old"), member(team, "ann")
        boss = member(team, "boss", Standing.ADMIN)
        with pytest.raises(ApiError, match="restricted_action"):
            people.delete_channel(team.world, team.workspace, ann, channel)
        people.delete_channel(team.world, team.workspace, boss, channel)
        assert code(team.client, "conversations.info", channel=channel) == "channel_not_found"
        assert team.client.conversations_create(name="old")["channel"]["id"] != channel

    def test_an_admin_deletes_what_a_bot_has_said_and_nobody_else_does(self, team: Team) -> None:
        channel, ann = team.channel(), member(team, "ann")
        boss = member(team, "boss", Standing.ADMIN)
        ts = team.client.chat_postMessage(channel=channel, text="x")["ts"]
        with pytest.raises(ApiError, match="cant_delete_message"):
            people.delete(team.world, team.workspace, ann, channel, ts)
        people.delete(team.world, team.workspace, boss, channel, ts)
        assert code(team.client, "chat.getPermalink", channel=channel, message_ts=ts) == "message_not_found"
