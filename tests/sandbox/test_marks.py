"""Pins, reactions and bookmarks."""

from __future__ import annotations

from adapters.sandbox import Fault, add_channel, people
from tests.sandbox.team import Team, code

LINK = {"title": "Runbook", "type": "link", "link": "https://runbook.example/a"}


def said(team: Team, channel: str) -> str:
    """The ts of a message of the bot."""
    return str(team.client.chat_postMessage(channel=channel, text="x")["ts"])


class TestPins:
    """pins.add, pins.remove and pins.list."""

    def test_a_pin_is_listed_until_it_is_removed(self, team: Team) -> None:
        channel = team.channel()
        first, second = said(team, channel), said(team, channel)
        team.client.pins_add(channel=channel, timestamp=first)
        team.client.pins_add(channel=channel, timestamp=second)
        items = team.client.pins_list(channel=channel)["items"]
        assert [item["message"]["ts"] for item in items] == [second, first]
        assert items[0]["message"]["pinned_to"] == [channel]
        team.client.pins_remove(channel=channel, timestamp=second)
        assert len(team.client.pins_list(channel=channel)["items"]) == 1

    def test_each_reason_has_its_code(self, team: Team) -> None:
        channel, theirs = team.channel(), add_channel(team.world, team.workspace, "theirs")
        ts, joined = said(team, channel), next(iter(team.state(channel).messages))
        team.client.pins_add(channel=channel, timestamp=ts)
        outside = next(iter(team.workspace.channels[theirs].messages))
        for args, error in (
            ({"channel": channel, "timestamp": ts}, "already_pinned"),
            ({"channel": channel}, "no_item_specified"),
            ({"channel": channel, "timestamp": "soon"}, "bad_timestamp"),
            ({"channel": channel, "timestamp": "1700000000.000100"}, "message_not_found"),
            ({"channel": "C0", "timestamp": ts}, "channel_not_found"),
            ({"channel": channel, "timestamp": joined}, "not_pinnable"),
            ({"channel": theirs, "timestamp": outside}, "not_in_channel"),
        ):
            assert code(team.client, "pins.add", **args) == error
        for args, error in (
            ({"channel": channel, "timestamp": joined}, "no_pin"),
            ({"channel": channel}, "no_item_specified"),
            ({"channel": channel, "timestamp": "soon"}, "bad_timestamp"),
            ({"channel": channel, "timestamp": "1700000000.000100"}, "message_not_found"),
            ({"channel": "C0", "timestamp": ts}, "channel_not_found"),
        ):
            assert code(team.client, "pins.remove", **args) == error
        assert code(team.client, "pins.list", channel="C0") == "channel_not_found"

    def test_a_hundred_are_the_most(self, team: Team) -> None:
        channel = team.channel()
        for _ in range(100):
            team.client.pins_add(channel=channel, timestamp=said(team, channel))
        ts = said(team, channel)
        assert code(team.client, "pins.add", channel=channel, timestamp=ts) == "too_many_pins"


class TestReactions:
    """reactions.add and reactions.get."""

    def test_a_reaction_is_counted_with_who_gave_it(self, team: Team) -> None:
        channel = team.channel()
        ts = said(team, channel)
        team.client.reactions_add(channel=channel, timestamp=ts, name="fire")
        given = team.client.reactions_get(channel=channel, timestamp=ts)["message"]["reactions"]
        assert given == [{"name": "fire", "users": [team.bot], "count": 1}]

    def test_each_reason_has_its_code(self, team: Team) -> None:
        channel, theirs = team.channel(), add_channel(team.world, team.workspace, "theirs")
        ts = said(team, channel)
        team.client.reactions_add(channel=channel, timestamp=ts, name="fire")
        outside = next(iter(team.workspace.channels[theirs].messages))
        good = {"channel": channel, "timestamp": ts, "name": "eyes"}
        for args, error in (
            ({"name": "fire"}, "already_reacted"),
            ({"name": "no emoji"}, "invalid_name"),
            ({"timestamp": ""}, "no_item_specified"),
            ({"timestamp": "soon"}, "bad_timestamp"),
            ({"timestamp": "1700000000.000100"}, "message_not_found"),
            ({"channel": "C0"}, "channel_not_found"),
            ({"channel": theirs, "timestamp": outside}, "no_access"),
        ):
            assert code(team.client, "reactions.add", **{**good, **args}) == error
        team.state(channel).messages[ts].thread_locked = True
        assert code(team.client, "reactions.add", **good) == "thread_locked"
        team.state(channel).messages[ts].subtype = "tombstone"
        assert code(team.client, "reactions.add", **good) == "not_reactable"
        team.client.conversations_archive(channel=channel)
        assert code(team.client, "reactions.add", **good) == "is_archived"

    def test_what_has_no_reactions_to_give_says_why(self, team: Team) -> None:
        channel = team.channel()
        for args, error in (
            ({}, "no_item_specified"),
            ({"file": "F0"}, "file_not_found"),
            ({"channel": channel}, "no_item_specified"),
            ({"channel": channel, "timestamp": "soon"}, "bad_timestamp"),
            ({"channel": channel, "timestamp": "1700000000.000100"}, "message_not_found"),
            ({"channel": "C0", "timestamp": "1700000000.000100"}, "channel_not_found"),
        ):
            assert code(team.client, "reactions.get", **args) == error

    def test_a_user_gives_23_and_a_message_takes_50_kinds(self, team: Team) -> None:
        channel = team.channel()
        ts = said(team, channel)
        add = {"channel": channel, "timestamp": ts}
        for number in range(23):
            team.client.reactions_add(**add, name=f"one{number}")
        assert code(team.client, "reactions.add", **add, name="more") == "too_many_reactions"
        owner = next(user for user in team.workspace.users if user.startswith("U0"))
        for number in range(27):
            people.react(team.world, team.workspace, owner, channel, ts, f"two{number}")
        assert code(team.client, "reactions.add", **add, name="more") == "too_many_emoji"


class TestBookmarks:
    """bookmarks.add, bookmarks.edit and bookmarks.list."""

    def test_a_link_is_added_each_time_and_can_be_changed(self, team: Team) -> None:
        channel = team.channel()
        first = team.client.bookmarks_add(channel_id=channel, **LINK)["bookmark"]
        team.client.bookmarks_add(channel_id=channel, **LINK)
        team.client.bookmarks_edit(channel_id=channel, bookmark_id=first["id"], title="Other")
        titles = [known["title"] for known in team.client.bookmarks_list(channel_id=channel)["bookmarks"]]
        assert titles == ["Other", "Runbook"]

    def test_each_reason_has_its_code(self, team: Team) -> None:
        channel, theirs = team.channel(), add_channel(team.world, team.workspace, "theirs")
        for args, error in (
            ({"type": "list"}, "invalid_bookmark_type"),
            ({"link": "runbook"}, "invalid_link"),
            ({"emoji": "no emoji"}, "invalid_emoji"),
            ({"channel_id": "C0"}, "channel_not_found"),
            ({"channel_id": theirs}, "permission_denied"),
        ):
            given = {"channel_id": channel, **LINK, **args}
            assert code(team.client, "bookmarks.add", **given) == error
        known = team.client.bookmarks_add(channel_id=channel, **LINK)["bookmark"]["id"]
        for args, error in (
            ({"bookmark_id": "Bk0"}, "not_found"),
            ({"link": "runbook"}, "invalid_link"),
            ({"emoji": "no emoji"}, "invalid_emoji"),
            ({"channel_id": "C0"}, "channel_not_found"),
            ({"channel_id": theirs}, "permission_denied"),
        ):
            given = {"channel_id": channel, "bookmark_id": known, **args}
            assert code(team.client, "bookmarks.edit", **given) == error
        assert code(team.client, "bookmarks.list", channel_id="C0") == "channel_not_found"

    def test_a_hundred_are_the_most(self, team: Team) -> None:
        channel = team.channel()
        for _ in range(100):
            team.client.bookmarks_add(channel_id=channel, **LINK)
        full = code(team.client, "bookmarks.add", channel_id=channel, **LINK)
        assert full == "too_many_bookmarks"


def test_a_fault_can_be_asked_for_by_its_arguments(team: Team) -> None:
    channel = team.channel()
    first, second = said(team, channel), said(team, channel)
    fault = Fault("pins.add", "error", code="too_many_pins", where=lambda args: args["timestamp"] == second)
    team.workspace.conditions.faults.append(fault)
    assert team.client.pins_add(channel=channel, timestamp=first)["ok"]
    assert code(team.client, "pins.add", channel=channel, timestamp=second) == "too_many_pins"
