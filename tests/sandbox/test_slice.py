"""From an installed app to a message in a channel, over real sockets."""

from __future__ import annotations

from adapters.sandbox import Happening
from tests.sandbox.team import Team


def test_an_installed_app_makes_a_channel_posts_and_reads_it_back(team: Team) -> None:
    who = team.client.auth_test()
    assert (who["team_id"], who["user_id"], who["bot_id"]) == (
        team.workspace.id,
        team.installed.bot_user_id,
        team.installed.bot_id,
    )
    channel = team.client.conversations_create(name="inc-1-checkout")["channel"]
    posted = team.client.chat_postMessage(channel=channel["id"], text="Checkout is down & burning")
    read = team.client.conversations_history(channel=channel["id"])["messages"]
    assert [message["text"] for message in read] == [
        "Checkout is down &amp; burning",
        f"<@{team.bot}> has joined the channel",
    ]
    assert read[0]["ts"] == posted["ts"]


def test_every_call_is_journalled_with_its_times_and_its_outcome(team: Team) -> None:
    team.client.conversations_create(name="inc-2")
    [call] = team.workspace.calls("conversations.create")
    assert (call.method, call.args, call.outcome, call.status) == (
        "conversations.create",
        {"name": "inc-2"},
        "ok",
        200,
    )
    assert call.began is not None
    assert call.answered is not None
    assert call.arrived <= call.began <= call.answered


def test_what_happens_is_told_to_listeners(team: Team) -> None:
    heard: list[Happening] = []
    stop = team.world.listen(heard.append)
    team.client.conversations_create(name="inc-3")
    stop()
    team.client.conversations_create(name="inc-4")
    mine = [happening.type for happening in heard if happening.team_id == team.workspace.id]
    assert mine == ["channel_created", "message", "member_joined_channel"]
