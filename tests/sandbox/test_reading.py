"""History and threads: what is given, in which order and in which pages."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.sandbox import add_channel, add_user, people
from tests.sandbox.team import Team, code


def post(team: Team, channel: str, text: str, **args: Any) -> str:
    """The ts of a new message."""
    return str(team.client.chat_postMessage(channel=channel, text=text, **args)["ts"])


def texts(team: Team, channel: str, **args: Any) -> list[str]:
    """What history gives."""
    return [said["text"] for said in team.client.conversations_history(channel=channel, **args)["messages"]]


def test_history_is_given_newest_first_in_pages_without_gaps(team: Team) -> None:
    channel = team.channel()
    for number in range(7):
        post(team, channel, str(number))
    found: list[str] = []
    cursor = ""
    while True:
        page = team.client.conversations_history(channel=channel, limit=3, cursor=cursor)
        found += [said["text"] for said in page["messages"]]
        if not page["has_more"]:
            break
        cursor = page["response_metadata"]["next_cursor"]
    assert found[:-1] == list("6543210")


def test_a_page_is_not_shifted_by_what_is_posted_meanwhile(team: Team) -> None:
    channel = team.channel()
    for number in range(4):
        post(team, channel, str(number))
    first = team.client.conversations_history(channel=channel, limit=2)
    post(team, channel, "late")
    cursor = first["response_metadata"]["next_cursor"]
    assert texts(team, channel, limit=2, cursor=cursor) == ["1", "0"]


def test_a_span_has_its_ends_only_when_asked_for(team: Team) -> None:
    channel = team.channel()
    stamps = [post(team, channel, str(number)) for number in range(4)]
    span = {"oldest": stamps[0], "latest": stamps[3]}
    assert texts(team, channel, **span) == ["2", "1"]
    assert texts(team, channel, **span, inclusive=True) == ["3", "2", "1", "0"]
    assert texts(team, channel, latest=stamps[1], limit=1, inclusive=True) == ["1"]


def test_replies_are_in_their_thread_and_in_the_channel_only_when_broadcast(team: Team) -> None:
    channel = team.channel()
    parent = post(team, channel, "parent")
    post(team, channel, "quiet", thread_ts=parent)
    loud = post(team, channel, "loud", thread_ts=parent, reply_broadcast=True)
    history = team.client.conversations_history(channel=channel)["messages"]
    assert [said["text"] for said in history[:2]] == ["loud", "parent"]
    assert history[0]["subtype"] == "thread_broadcast"
    told = history[1]
    assert (told["thread_ts"], told["reply_count"], told["reply_users"]) == (parent, 2, [team.bot])
    assert told["latest_reply"] == loud
    thread = team.client.conversations_replies(channel=channel, ts=parent)["messages"]
    assert [said["text"] for said in thread] == ["parent", "quiet", "loud"]
    assert thread[1]["parent_user_id"] == team.bot


def test_a_long_thread_is_given_in_pages_oldest_first(team: Team) -> None:
    channel = team.channel()
    parent = post(team, channel, "parent")
    for number in range(5):
        post(team, channel, str(number), thread_ts=parent)
    first = team.client.conversations_replies(channel=channel, ts=parent, limit=3)
    assert [said["text"] for said in first["messages"]] == ["parent", "0", "1", "2"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = team.client.conversations_replies(channel=channel, ts=parent, limit=3, cursor=cursor)
    assert [said["text"] for said in rest["messages"]] == ["3", "4"]
    assert rest["has_more"] is False


def test_metadata_is_given_back_only_when_asked_for(team: Team) -> None:
    channel = team.channel()
    metadata = {"event_type": "incident_outbox", "event_payload": {"key": "k-1"}}
    parent = post(team, channel, "with", metadata=metadata)
    plain = team.client.conversations_history(channel=channel, limit=1)["messages"][0]
    whole = team.client.conversations_history(channel=channel, limit=1, include_all_metadata=True)
    assert plain["metadata"] == {"event_type": "incident_outbox"}
    assert whole["messages"][0]["metadata"] == metadata
    thread = team.client.conversations_replies(channel=channel, ts=parent, include_all_metadata=True)
    assert thread["messages"][0]["metadata"] == metadata


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("conversations.history", {"oldest": "yesterday"}, "invalid_ts_oldest"),
        ("conversations.history", {"latest": "tomorrow"}, "invalid_ts_latest"),
        ("conversations.history", {"cursor": "***"}, "invalid_cursor"),
        ("conversations.history", {"cursor": "bmV4dDpub3Blbm9wZQ=="}, "invalid_cursor"),
        ("conversations.history", {"channel": "C0"}, "channel_not_found"),
        ("conversations.replies", {"oldest": "yesterday"}, "invalid_ts_oldest"),
        ("conversations.replies", {"latest": "tomorrow"}, "invalid_ts_latest"),
        ("conversations.replies", {"cursor": "***"}, "invalid_cursor"),
        ("conversations.replies", {"channel": "C0"}, "channel_not_found"),
        ("conversations.replies", {"ts": "1700000000.000100"}, "thread_not_found"),
    ],
)
def test_what_cannot_be_read_says_why(team: Team, method: str, args: dict[str, str], error: str) -> None:
    channel = team.channel()
    given = {"channel": channel, **args}
    if method.endswith("replies"):
        given.setdefault("ts", post(team, channel, "parent"))
    assert code(team.client, method, **given) == error


def test_a_bot_reads_only_where_it_is_and_a_person_any_public_channel(team: Team) -> None:
    theirs = add_channel(team.world, team.workspace, "theirs")
    assert code(team.client, "conversations.history", channel=theirs) == "not_in_channel"
    ann = add_user(team.world, team.workspace, "ann")
    app = team.add_app(("users:read",), ("channels:history",))
    team.world.tokens[app.user_token or ""].user_id = ann.id
    assert team.speak(app.user_token).conversations_history(channel=theirs)["ok"]


def test_a_thousand_messages_are_never_given_at_once(team: Team) -> None:
    channel = team.channel()
    for number in range(1005):
        people.post(team.world, team.workspace, team.bot, channel, str(number))
    page = team.client.conversations_history(channel=channel, limit=5000)
    assert (len(page["messages"]), page["has_more"]) == (999, True)


def test_no_two_messages_of_a_channel_have_the_same_ts(team: Team) -> None:
    channel = team.channel()
    with team.world.clock.stopped():
        stamps = [post(team, channel, "x") for _ in range(5)]
    assert len(set(stamps)) == 5
    assert stamps == sorted(stamps)
