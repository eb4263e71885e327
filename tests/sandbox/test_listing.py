"""Which conversations a caller finds, and in which pages."""

from __future__ import annotations

from adapters.sandbox import add_channel, add_user, people
from tests.sandbox.team import Team, code


def names(team: Team, method: str, **args: object) -> list[str]:
    """The names of all channels that a listing gives, page by page."""
    found: list[str] = []
    cursor = ""
    while True:
        page = team.client.api_call(method, json={"limit": 2, "cursor": cursor, **args})
        assert len(page["channels"]) <= 2
        found += [channel.get("name", "") for channel in page["channels"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            return found


def test_a_listing_has_every_channel_once(team: Team) -> None:
    mine = [f"room-{number}" for number in range(5)]
    for name in mine:
        team.channel(name)
    assert names(team, "conversations.list") == ["general", *mine]
    assert names(team, "users.conversations") == mine


def test_kinds_and_archived_ones_are_chosen(team: Team) -> None:
    team.channel("open")
    team.channel("secret", is_private=True)
    add_channel(team.world, team.workspace, "hidden", private=True)
    team.client.conversations_archive(channel=team.channel("old"))
    ann = add_user(team.world, team.workspace, "ann")
    team.client.conversations_open(users=ann.id)
    both = "public_channel,private_channel"
    assert names(team, "conversations.list", types=both) == ["general", "open", "secret", "old"]
    assert names(team, "conversations.list", types=both, exclude_archived=True) == [
        "general",
        "open",
        "secret",
    ]
    assert len(names(team, "users.conversations", types="im")) == 1


def test_of_others_only_shared_knowledge_is_given(team: Team) -> None:
    ann = add_user(team.world, team.workspace, "ann").id
    hidden = add_channel(team.world, team.workspace, "hidden", by=ann, private=True)
    people.join(team.world, team.workspace, ann, team.channel("open"))
    types = "public_channel,private_channel"
    assert names(team, "users.conversations", user=ann, types=types) == ["general", "open"]
    people.invite(team.world, team.workspace, ann, hidden, team.bot)
    assert names(team, "users.conversations", user=ann, types=types) == ["general", "hidden", "open"]


def test_what_cannot_be_listed_is_refused(team: Team) -> None:
    for method in ("conversations.list", "users.conversations"):
        assert code(team.client, method, types="rooms") == "invalid_types"
        assert code(team.client, method, limit=1000) == "invalid_limit"
        assert code(team.client, method, cursor="bm9wZQ==") == "invalid_cursor"
        assert code(team.client, method, cursor="***") == "invalid_cursor"
    assert code(team.client, "conversations.info", channel="C0") == "channel_not_found"
    assert code(team.client, "conversations.members", channel="C0") == "channel_not_found"
