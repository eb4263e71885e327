"""Posting, changing, deleting and scheduling messages, and what each may say."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.sandbox import Standing, add_channel, add_user, create_app, install, people
from adapters.sandbox.state.channels import Posting
from tests.sandbox.team import Team, code, manifest

METADATA = {"event_type": "incident", "event_payload": {"key": "k"}}


class TestPosting:
    """chat.postMessage."""

    def test_what_was_posted_comes_back_with_who_posted_it(self, team: Team) -> None:
        posted = team.client.chat_postMessage(channel=team.channel(), text="hello")
        message = posted["message"]
        assert (message["user"], message["bot_id"], message["app_id"], message["text"]) == (
            team.bot,
            team.installed.bot_id,
            team.app.id,
            "hello",
        )
        assert message["bot_profile"]["name"] == "probe"

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("a & b", "a &amp; b"),
            ("a &amp; b", "a &amp; b"),
            ("x < y > z", "x &lt; y &gt; z"),
            ("<@U012AB3CD> and <!here> and <#C0AAA|ops>", "<@U012AB3CD> and <!here> and <#C0AAA|ops>"),
            ("<https://x.io/?a=1&b=2|x>", "<https://x.io/?a=1&amp;b=2|x>"),
            ("see https://x.io/a.", "see <https://x.io/a>."),
            ("<script>", "&lt;script&gt;"),
            ("שלום 🔥 …", "שלום 🔥 …"),
        ],
    )
    def test_text_is_kept_as_slack_keeps_it(self, team: Team, given: str, kept: str) -> None:
        assert team.client.chat_postMessage(channel=team.channel(), text=given)["message"]["text"] == kept

    def test_addresses_are_left_alone_when_asked_to(self, team: Team) -> None:
        posted = team.client.chat_postMessage(channel=team.channel(), text="https://x.io", parse="none")
        assert posted["message"]["text"] == "https://x.io"

    def test_a_channel_may_be_named(self, team: Team) -> None:
        channel = team.channel("named")
        assert team.client.chat_postMessage(channel="#named", text="x")["channel"] == channel
        assert team.client.chat_postMessage(channel="named", text="x")["channel"] == channel

    def test_where_it_cannot_be_posted_says_why(self, team: Team) -> None:
        theirs = add_channel(team.world, team.workspace, "theirs")
        assert code(team.client, "chat.postMessage", channel="C0", text="x") == "channel_not_found"
        assert code(team.client, "chat.postMessage", channel=theirs, text="x") == "not_in_channel"
        public = team.speak(team.add_app(("chat:write", "chat:write.public")).bot_token)
        assert public.chat_postMessage(channel=theirs, text="x")["ok"]

    def test_more_than_40000_characters_are_cut_with_a_warning(self, team: Team) -> None:
        posted = team.client.chat_postMessage(channel=team.channel(), text="a" * 40_001)
        assert posted["warning"] == "message_truncated"
        assert len(posted["message"]["text"]) == 40_000

    @pytest.mark.parametrize(
        ("args", "error"),
        [
            ({}, "no_text"),
            ({"text": "  "}, "no_text"),
            ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
            ({"markdown_text": "y", "blocks": [{"type": "divider"}]}, "markdown_text_conflict"),
            ({"markdown_text": "y" * 12_001}, "msg_blocks_too_long"),
            ({"text": "x", "blocks": "{"}, "invalid_blocks_format"),
            ({"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
            ({"text": "x", "blocks": [1]}, "invalid_blocks_format"),
            ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
            ({"text": "x", "attachments": [{"text": "a"}] * 101}, "too_many_attachments"),
            ({"text": "x", "attachments": "nothing"}, "invalid_arguments"),
            ({"text": "x", "metadata": {"event_type": "a b"}}, "invalid_metadata_format"),
            ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
            ({"text": "x", "metadata": "{"}, "invalid_metadata_format"),
            ({"text": "x", "metadata": {"event_type": "a", "event_payload": {"a": {"b": {}}}}},
             "invalid_metadata_format"),
            ({"text": "x", "metadata": {"event_type": "a", "event_payload": {"a": "b" * 16_000}}},
             "metadata_too_large"),
            ({"text": "x", "thread_ts": "1700000000.000100"}, "cannot_reply_to_message"),
            ({"text": "x", "as_user": True}, "as_user_not_supported"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_said_says_why(self, team: Team, args: dict[str, Any], error: str) -> None:
        channel = team.channel()
        assert code(team.client, "chat.postMessage", channel=channel, **args) == error
        assert len(team.state(channel).messages) == 1

    def test_blocks_alone_are_enough_and_get_their_names(self, team: Team) -> None:
        block = {"type": "section", "text": {"type": "mrkdwn", "text": "a & b"}}
        given = {"channel": team.channel(), "blocks": [block]}
        posted = team.client.api_call("chat.postMessage", json=given)
        kept = posted["message"]["blocks"][0]
        assert len(kept["block_id"]) == 5
        assert kept["text"] == {"type": "mrkdwn", "text": "a &amp; b", "verbatim": False}

    def test_all_blocks_together_have_a_limit(self, team: Team) -> None:
        section = {"type": "section", "text": {"type": "mrkdwn", "text": "a" * 3000}}
        channel = team.channel()
        assert team.client.chat_postMessage(channel=channel, text="x", blocks=[section] * 4)["ok"]
        too_long = code(team.client, "chat.postMessage", channel=channel, text="x", blocks=[section] * 5)
        assert too_long == "msg_blocks_too_long"

    def test_another_name_needs_its_scope(self, team: Team) -> None:
        posted = team.client.chat_postMessage(channel=team.channel(), text="x", username="Incident")
        assert posted["message"]["username"] == "Incident"
        plain = team.speak(team.add_app(("chat:write", "chat:write.public")).bot_token)
        wrong = code(plain, "chat.postMessage", channel=team.workspace.general, text="x", username="x")
        assert wrong == "missing_scope"

    @pytest.mark.parametrize(
        ("posting", "in_thread", "error"),
        [
            (Posting.ADMINS, False, "restricted_action_read_only_channel"),
            (Posting.THREADS, False, "restricted_action_thread_only_channel"),
            (Posting.NO_THREADS, True, "restricted_action_non_threadable_channel"),
            (Posting.EVERYONE, True, "restricted_action_thread_locked"),
        ],
    )
    def test_the_settings_of_a_channel_are_kept(
        self, team: Team, posting: Posting, in_thread: bool, error: str
    ) -> None:
        channel = team.channel()
        parent = team.client.chat_postMessage(channel=channel, text="parent")["ts"]
        team.state(channel).posting = posting
        team.state(channel).messages[parent].thread_locked = posting is Posting.EVERYONE
        thread = {"thread_ts": parent} if in_thread else {}
        assert code(team.client, "chat.postMessage", channel=channel, text="x", **thread) == error


class TestEphemeral:
    """chat.postEphemeral."""

    def test_only_the_user_sees_it_and_history_does_not_have_it(self, team: Team) -> None:
        channel, ann = team.channel(), add_user(team.world, team.workspace, "ann").id
        people.join(team.world, team.workspace, ann, channel)
        team.client.chat_postEphemeral(channel=channel, user=ann, text="for you")
        assert people.seen(team.workspace, ann, channel)[-1]["text"] == "for you"
        assert all("for you" not in said["text"] for said in people.seen(team.workspace, team.bot, channel))
        history = team.client.conversations_history(channel=channel)["messages"]
        assert all("for you" not in said["text"] for said in history)

    @pytest.mark.parametrize(
        ("args", "error"),
        [
            ({"user": "U0"}, "user_not_in_channel"),
            ({"channel": "C0"}, "channel_not_found"),
            ({"text": ""}, "no_text"),
            ({"text": "a" * 40_001}, "msg_too_long"),
            ({"markdown_text": "a"}, "markdown_text_conflict"),
            ({"blocks": "{"}, "invalid_blocks_format"),
            ({"blocks": [{"type": "nothing"}]}, "invalid_blocks"),
            ({"attachments": "{"}, "invalid_attachments"),
            ({"attachments": [{}] * 101}, "too_many_attachments"),
            ({"thread_ts": "1.000000"}, "cannot_reply_to_message"),
        ],
    )
    def test_what_cannot_be_shown_says_why(self, team: Team, args: dict[str, Any], error: str) -> None:
        given = {"channel": team.channel(), "user": team.bot, "text": "x", **args}
        assert code(team.client, "chat.postEphemeral", **given) == error

    def test_it_needs_a_member_of_a_channel_that_is_open(self, team: Team) -> None:
        theirs, ours = add_channel(team.world, team.workspace, "theirs"), team.channel()
        args = {"user": team.bot, "text": "x"}
        assert code(team.client, "chat.postEphemeral", channel=theirs, **args) == "not_in_channel"
        team.state(ours).posting = Posting.ADMINS
        assert code(team.client, "chat.postEphemeral", channel=ours, **args) == "restricted_action"
        team.client.conversations_archive(channel=ours)
        assert code(team.client, "chat.postEphemeral", channel=ours, **args) == "is_archived"


class TestUpdating:
    """chat.update."""

    def test_text_takes_the_blocks_away_and_leaves_the_metadata(self, team: Team) -> None:
        channel = team.channel()
        posted = team.client.chat_postMessage(
            channel=channel, text="a", blocks=[{"type": "divider"}], metadata=METADATA
        )
        updated = team.client.chat_update(channel=channel, ts=posted["ts"], text="b")
        assert updated["text"] == "b"
        assert "blocks" not in updated["message"]
        assert updated["message"]["metadata"] == METADATA
        assert updated["message"]["edited"]["user"] == team.bot
        emptied = team.client.chat_update(channel=channel, ts=posted["ts"], text="b", metadata={})
        assert "metadata" not in emptied["message"]

    def test_blocks_leave_the_text(self, team: Team) -> None:
        channel = team.channel()
        posted = team.client.chat_postMessage(channel=channel, text="a")
        given = {"channel": channel, "ts": posted["ts"], "blocks": [{"type": "divider"}]}
        updated = team.client.api_call("chat.update", json=given)
        assert (updated["message"]["text"], len(updated["message"]["blocks"])) == ("a", 1)

    @pytest.mark.parametrize(
        ("args", "error"),
        [
            ({"text": ""}, "no_text"),
            ({"text": None}, "no_text"),
            ({"text": "a" * 4001}, "msg_too_long"),
            ({"ts": "1.000000"}, "message_not_found"),
            ({"channel": "C0"}, "channel_not_found"),
            ({"markdown_text": "a"}, "markdown_text_conflict"),
            ({"as_user": True}, "as_user_not_supported"),
            ({"blocks": "{"}, "invalid_blocks_format"),
            ({"blocks": [{"type": "nothing"}]}, "invalid_blocks"),
            ({"attachments": "{"}, "invalid_attachments"),
            ({"attachments": [{}] * 101}, "too_many_attachments"),
            ({"metadata": {"event_type": 1}}, "invalid_metadata_format"),
            ({"metadata": {"event_type": "a", "event_payload": {"a": "b" * 16_000}}}, "metadata_too_large"),
            ({"reply_broadcast": True}, "cant_broadcast_message"),
        ],
    )
    def test_what_cannot_be_changed_says_why(self, team: Team, args: dict[str, Any], error: str) -> None:
        channel = team.channel()
        ts = team.client.chat_postMessage(channel=channel, text="before")["ts"]
        given = {"channel": channel, "ts": ts, "text": "after", **args}
        assert code(team.client, "chat.update", **given) == error
        assert team.state(channel).messages[ts].text == "before"

    def test_4000_characters_are_the_most(self, team: Team) -> None:
        channel = team.channel()
        ts = team.client.chat_postMessage(channel=channel, text="a")["ts"]
        assert team.client.chat_update(channel=channel, ts=ts, text="a" * 4000)["ok"]

    def test_only_ones_own_in_a_channel_that_is_open(self, team: Team) -> None:
        channel, ann = team.channel(), add_user(team.world, team.workspace, "ann").id
        people.join(team.world, team.workspace, ann, channel)
        hers = people.post(team.world, team.workspace, ann, channel, "hers").ts
        mine = team.client.chat_postMessage(channel=channel, text="mine")["ts"]
        update = {"channel": channel, "text": "x"}
        assert code(team.client, "chat.update", ts=hers, **update) == "cant_update_message"
        assert code(team.client, "chat.delete", ts=hers, channel=channel) == "cant_delete_message"
        team.client.conversations_archive(channel=channel)
        assert code(team.client, "chat.update", ts=mine, **update) == "is_inactive"

    def test_a_reply_can_be_broadcast_later(self, team: Team) -> None:
        channel = team.channel()
        parent = team.client.chat_postMessage(channel=channel, text="parent")["ts"]
        reply = team.client.chat_postMessage(channel=channel, text="reply", thread_ts=parent)["ts"]
        team.client.chat_update(channel=channel, ts=reply, text="reply", reply_broadcast=True)
        newest = team.client.conversations_history(channel=channel)["messages"][0]
        assert (newest["ts"], newest["subtype"]) == (reply, "thread_broadcast")


class TestDeleting:
    """chat.delete and chat.getPermalink."""

    def test_a_deleted_message_is_gone_and_a_parent_leaves_a_tombstone(self, team: Team) -> None:
        channel = team.channel()
        parent = team.client.chat_postMessage(channel=channel, text="parent")["ts"]
        reply = team.client.chat_postMessage(channel=channel, text="reply", thread_ts=parent)["ts"]
        team.client.chat_delete(channel=channel, ts=parent)
        thread = team.client.conversations_replies(channel=channel, ts=parent)["messages"]
        assert [said.get("subtype") for said in thread] == ["tombstone", None]
        team.client.chat_delete(channel=channel, ts=reply)
        assert reply not in team.state(channel).messages
        thread = team.client.conversations_replies(channel=channel, ts=parent)["messages"]
        assert [said["ts"] for said in thread] == [parent]
        assert code(team.client, "chat.delete", channel=channel, ts=reply) == "message_not_found"
        assert code(team.client, "chat.delete", channel="C0", ts=reply) == "channel_not_found"

    def test_a_permalink_names_channel_message_and_thread(self, team: Team) -> None:
        channel = team.channel()
        parent = team.client.chat_postMessage(channel=channel, text="parent")["ts"]
        reply = team.client.chat_postMessage(channel=channel, text="reply", thread_ts=parent)["ts"]
        link = team.client.chat_getPermalink(channel=channel, message_ts=reply)["permalink"]
        where = f"{team.workspace.url}archives/{channel}/p{reply.replace('.', '')}"
        assert link == f"{where}?thread_ts={parent}&cid={channel}"
        permalink = "chat.getPermalink"
        assert code(team.client, permalink, channel=channel, message_ts="1.0") == "message_not_found"
        assert code(team.client, permalink, channel="C0", message_ts=reply) == "channel_not_found"


class TestScheduling:
    """chat.scheduleMessage and chat.deleteScheduledMessage."""

    def test_it_is_posted_when_it_is_time(self, team: Team) -> None:
        channel, now = team.channel(), team.world.second()
        client = team.client
        client.chat_scheduleMessage(channel=channel, post_at=now + 3600, text="late")
        client.chat_scheduleMessage(channel=channel, post_at=now + 1800, text="early")
        dropped = client.chat_scheduleMessage(channel=channel, post_at=now + 60, text="x", metadata=METADATA)
        client.chat_deleteScheduledMessage(
            channel=channel,
            scheduled_message_id=client.chat_scheduleMessage(
                channel=channel, post_at=now + 100, text="deleted"
            )["scheduled_message_id"],
        )
        assert dropped["ok"]
        assert len(team.state(channel).messages) == 1
        team.world.clock.move(3601)
        said = [message.text for message in team.state(channel).messages.values()]
        assert said[1:] == ["early", "late"]

    @pytest.mark.parametrize(
        ("args", "error"),
        [
            ({"post_at": 1}, "time_in_past"),
            ({"post_at": 99_999_999_999}, "time_too_far"),
            ({"channel": "C0"}, "channel_not_found"),
            ({"text": ""}, "no_text"),
            ({"text": "a" * 40_001}, "msg_too_long"),
            ({"blocks": "{"}, "invalid_blocks_format"),
            ({"blocks": '[{"type":"nothing"}]'}, "invalid_blocks"),
            ({"attachments": [{}] * 101}, "too_many_attachments"),
            ({"markdown_text": "x"}, "markdown_text_conflict"),
            ({"metadata": {"event_type": 1}}, "invalid_metadata_format"),
            ({"metadata": {"event_type": "a", "event_payload": {"a": "b" * 16_000}}}, "metadata_too_large"),
            ({"parse": "some"}, "invalid_arguments"),
        ],
    )
    def test_what_cannot_be_scheduled_says_why(self, team: Team, args: dict[str, Any], error: str) -> None:
        at = team.world.second() + 3600
        given = {"channel": team.channel(), "post_at": at, "text": "x", **args}
        assert code(team.client, "chat.scheduleMessage", **given) == error
        assert team.workspace.scheduled == {}

    def test_five_minutes_of_a_channel_take_thirty(self, team: Team) -> None:
        channel, at = team.channel(), team.world.second() + 3600
        for _ in range(30):
            team.client.chat_scheduleMessage(channel=channel, post_at=at, text="x")
        args = {"channel": channel, "text": "x"}
        assert code(team.client, "chat.scheduleMessage", post_at=at, **args) == "restricted_too_many"
        assert team.client.chat_scheduleMessage(channel=channel, post_at=at + 300, text="x")["ok"]

    def test_where_and_how_it_may_be_posted_is_checked_at_once(self, team: Team) -> None:
        at, theirs = team.world.second() + 3600, add_channel(team.world, team.workspace, "theirs")
        args = {"post_at": at, "text": "x"}
        assert code(team.client, "chat.scheduleMessage", channel=theirs, **args) == "not_in_channel"
        ours = team.channel()
        parent = team.client.chat_postMessage(channel=ours, text="parent")["ts"]
        for posting, thread, error in (
            (Posting.ADMINS, {}, "restricted_action_read_only_channel"),
            (Posting.THREADS, {}, "restricted_action_thread_only_channel"),
            (Posting.NO_THREADS, {"thread_ts": parent}, "restricted_action_non_threadable_channel"),
        ):
            team.state(ours).posting = posting
            assert code(team.client, "chat.scheduleMessage", channel=ours, **args, **thread) == error
        team.client.conversations_archive(channel=ours)
        assert code(team.client, "chat.scheduleMessage", channel=ours, **args) == "is_archived"

    def test_what_was_never_scheduled_cannot_be_deleted(self, team: Team) -> None:
        delete = "chat.deleteScheduledMessage"
        channel, wrong = team.channel(), {"scheduled_message_id": "Q0"}
        assert code(team.client, delete, channel=channel, **wrong) == "invalid_scheduled_message_id"
        assert code(team.client, delete, channel="C0", **wrong) == "channel_not_found"


def test_an_app_without_a_messages_tab_writes_to_nobody(team: Team) -> None:
    without = manifest()
    without["features"]["app_home"]["messages_tab_enabled"] = False
    made = install(team.world, team.workspace, create_app(team.world, without))
    ann, client = add_user(team.world, team.workspace, "ann").id, team.speak(made.bot_token)
    assert code(client, "chat.postMessage", channel=ann, text="x") == "messages_tab_disabled"


def test_an_admin_posts_in_a_read_only_channel(team: Team) -> None:
    admin = add_user(team.world, team.workspace, "admin", standing=Standing.ADMIN)
    app = team.add_app(("users:read",), ("chat:write",))
    team.world.tokens[app.user_token or ""].user_id = admin.id
    general = team.workspace.channels[team.workspace.general]
    general.posting = Posting.ADMINS
    assert team.speak(app.user_token).chat_postMessage(channel=general.id, text="x")["ok"]
