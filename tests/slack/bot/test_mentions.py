"""Whoever mentions the bot is answered, alone, where they asked; every verb of the slash command works."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient

from adapters.sandbox import Sandbox
from adapters.sandbox.person.seen import SeenMessage
from adapters.slack.bot.app import request
from adapters.slack.features import Features
from tests.servers.watchdog import wait_until
from tests.slack.bot.house import SOON, House, house, words

ON = Features(private=True, mentions=True)
_OUTSIDE = ("is_ext_shared_channel", "team_id")
"""What stands in the envelope of an event."""


@pytest.fixture(scope="module")
def home(sandbox: Sandbox) -> Iterator[House]:
    """A house in which mentions are answered; the bot is in #general."""
    with house(sandbox, features=ON) as made:
        client(made).conversations_join(channel=made.general)
        yield made


def client(home: House) -> WebClient:
    return WebClient(home.slack.bot_token, base_url=home.slack.api_url)


def asks(home: House, text: str, *, by: str = "ann", thread: SeenMessage | None = None) -> SeenMessage:
    """Mention the bot with this behind it; the answer."""
    before = len(whispers(home, by))
    home.slack.person(by).post(home.general, f"<@{home.slack.bot_user}> {text}", thread=thread)
    assert wait_until(lambda: len(whispers(home, by)) > before, SOON)
    return whispers(home, by)[before]


def whispers(home: House, by: str = "ann", channel: str | None = None) -> list[SeenMessage]:
    """What only this person sees."""
    return [each for each in home.slack.person(by).sees(channel or home.general) if each.ephemeral]


def said(home: House, text: str, **more: Any) -> str:
    return words(asks(home, text, **more).raw)


def event(home: House, text: str, event_id: str = "Ev7", **more: Any) -> dict[str, Any]:
    """A mention as Slack sends it."""
    inner = {
        "type": "app_mention",
        "user": home.slack.person("ann").id,
        "channel": home.general,
        "text": f"<@{home.slack.bot_user}> {text}",
        "ts": "1700000000.000100",
        "team": home.slack.workspace.id,
    }
    envelope: dict[str, Any] = {name: more.pop(name) for name in _OUTSIDE if name in more}
    body = {"type": "event_callback", "event_id": event_id, "team_id": home.slack.workspace.id}
    return {**body, **envelope, "event": {**inner, **more}}


def test_help_is_the_help_of_the_slash_command_in_words_of_the_mention(home: House) -> None:
    told = said(home, "help")
    assert "@incidents VERB …" in told
    assert "/incident" not in told
    assert "resolve Service is restored" in told


def test_every_verb_that_there_is_answers_to_a_mention_too(home: House) -> None:
    key = home.opened("Queue grows", declare=True)
    assert key in said(home, "list")
    assert "Queue grows" in said(home, f"status {key}")
    assert "sev1" in said(home, f"severity {key} sev1")
    assert home.incident(key).severity.value == "sev1"
    assert "time spent" in said(home, "stats")


def test_only_who_asked_sees_the_answer(home: House) -> None:
    key = home.opened("Quite secret", private=True)
    assert "Quite secret" in said(home, f"status {key}")
    assert "Quite secret" not in "".join(
        words(each.raw) for each in home.slack.person("ben").sees(home.general)
    )
    assert said(home, f"status {key}", by="ben") == said(home, "status INC-999", by="ben").replace(
        "INC-999", key
    )


def test_in_a_thread_it_is_answered_in_that_thread_and_outside_of_any_below_the_rest(home: House) -> None:
    parent = home.slack.person("ann").post(home.general, "Something is odd")
    assert asks(home, "list", thread=parent).thread_ts == parent.ts
    assert asks(home, "list").thread_ts is None


def test_a_person_who_is_mentioned_is_the_person_that_is_meant(home: House) -> None:
    key, ben = home.opened("Queue grows", declare=True), home.slack.person("ben").id
    said(home, f"assign {key} technical_lead <@{ben}>")
    assert home.incident(key).roles["technical_lead"] == home.actor("ben")


def test_what_is_opened_is_opened_once_however_often_slack_sends_it(home: House) -> None:
    told = said(home, "open API answers slowly & <b>badly</b>")
    assert "opened: API answers slowly & <b>badly</b>" in told
    before = home.events()
    sent = [each for each in home.slack.team.deliveries() if each.payload["event"]["type"] == "app_mention"][
        -1
    ]
    answers = len(whispers(home))
    home.again(sent.id)
    assert "list" in said(home, "help list")  # asked for later, and answered
    assert home.events() == before
    assert len(whispers(home)) == answers + 1


def test_the_link_to_the_channel_follows_to_the_same_person(home: House) -> None:
    key = said(home, "open Disks are full").partition(" ")[0]
    room = home.give_room(key)
    assert wait_until(
        lambda: any(f"{key} has its channel: <#{room}>" in words(each.raw) for each in whispers(home)), SOON
    )
    assert not any("has its channel" in words(each.raw) for each in whispers(home, "ben"))


@pytest.mark.parametrize("text", ["thanks {bot}!", "ask {bot} about it", "{bot}", " {bot} , "])
def test_who_mentions_it_in_passing_hears_one_line(home: House, text: str) -> None:
    before = len(whispers(home))
    home.slack.person("ann").post(home.general, text.format(bot=f"<@{home.slack.bot_user}>"))
    assert wait_until(lambda: len(whispers(home)) > before, SOON)
    assert words(whispers(home)[before].raw) == "What I can do: @incidents help"


def test_an_unknown_verb_is_answered_with_some_help(home: House) -> None:
    told = said(home, "thank you <@USLACKBOT>")
    assert told.startswith("thank is not a verb of @incidents.")
    assert "@incidents help\nFor example: @incidents new API answers slowly @incidents list" in told
    assert told.count("\n") == 1
    assert "Did you mean resolve?" in said(home, "resolv INC-1")


def test_what_fails_is_said_with_how_to_ask_again(home: House) -> None:
    assert "Which incident?" in said(home, "resolve")
    assert "@incidents resolve INC-42" in said(home, "resolve")
    assert said(home, "status " + "x" * 25_000) == "That is too long: nothing was done."


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"bot_id": "B1"}, id="of another bot"),
        pytest.param({"edited": {"user": "U1", "ts": "1.2"}}, id="in a message that was edited"),
        pytest.param({"user": None}, id="of nobody"),
        pytest.param({"channel": 7}, id="nowhere"),
        pytest.param({"team": "T0OTHER"}, id="of somebody from another workspace"),
        pytest.param({"user_team": "T0OTHER"}, id="of somebody whose message says another workspace"),
        pytest.param({"team_id": "T0OTHER"}, id="in another workspace"),
    ],
)
def test_mentions_that_are_left_alone(home: House, more: dict[str, Any]) -> None:
    before, events = len(home.slack.team.calls("chat.postEphemeral")), home.events()
    body = event(home, "open Nobody asked for this", f"Ev-{sorted(more)}", **more)
    assert home.app.dispatch(request(body)).status == 200
    home.pool.release()
    assert "@incidents VERB" in said(home, "help")
    assert home.events() == events
    assert len(home.slack.team.calls("chat.postEphemeral")) == before + 1


def test_the_bots_own_words_are_no_mention(home: House) -> None:
    body = event(home, "open Nobody asked", "Ev-own", user=home.slack.bot_user)
    before = home.events()
    assert home.app.dispatch(request(body)).status == 200
    assert home.events() == before


def test_in_a_channel_shared_with_others_nothing_is_done_but_its_own_people_hear_how(home: House) -> None:
    before, answers = home.events(), len(whispers(home))
    body = event(home, "open Shared", "Ev-shared", is_ext_shared_channel=True)
    assert home.app.dispatch(request(body)).status == 200
    home.pool.release()
    assert wait_until(lambda: len(whispers(home)) > answers, SOON)
    assert words(whispers(home)[-1].raw) == "In a channel with people of other workspaces, type /incident."
    assert home.events() == before


def test_where_mentions_are_off_nobody_is_answered(sandbox: Sandbox) -> None:
    with house(sandbox) as quiet:
        client(quiet).conversations_join(channel=quiet.general)
        assert quiet.app.dispatch(request(event(quiet, "open Nobody hears"))).status == 200
        quiet.pool.release()
        assert quiet.events() == 0
        assert not quiet.slack.team.calls("chat.postEphemeral")


def test_who_asks_too_often_is_told_to_wait(sandbox: Sandbox) -> None:
    with house(sandbox, features=ON, per_minute=1) as slow:
        client(slow).conversations_join(channel=slow.general)
        said(slow, "list")
        assert said(slow, "open One more").startswith("That was a lot in one minute")
        assert slow.events() == 0


def test_it_is_called_as_the_app_is_called(sandbox: Sandbox) -> None:
    from dataclasses import replace

    with house(sandbox, features=ON) as plain:
        team = replace(plain.desk.team, bot_name="dr.watson")
    with house(sandbox, features=ON, slack=plain.slack, team=team) as home:
        client(home).conversations_join(channel=home.general)
        assert "@dr.watson VERB" in said(home, "help")
