"""Answers: what comes with an acknowledgement, and the five messages that a response address takes."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.webhook import WebhookClient

from adapters.sandbox import Sandbox
from adapters.sandbox.person import Interaction
from tests.sandbox.bots import new_bot
from tests.sandbox.forms import Hand, actions, button, by_hand, text


@pytest.fixture
def hand(sandbox: Sandbox) -> Iterator[Hand]:
    with by_hand(new_bot(sandbox, events=())) as there:
        yield there


def url(came: Interaction) -> str:
    """Where an interaction may be answered."""
    return str(came.payload["response_url"])


def answer(address: str, **said: Any) -> tuple[int, str]:
    """Post an answer; status and body."""
    came = WebhookClient(address).send_dict(said)
    return came.status_code, came.body


def commanded(hand: Hand, said: Any = None) -> Interaction:
    """A command that was acknowledged."""
    return hand.ack(hand.person.command("/incident", "", "general", wait=False), said)


def pressed(hand: Hand) -> Interaction:
    """A button that was pressed, in a message of the app."""
    panel = hand.says(actions(button("go")))
    return hand.ack(hand.person.press(panel, "go", wait=False))


def seen(hand: Hand) -> list[tuple[str, bool]]:
    """What was said in #general: text, and whether it is only for this person."""
    shown = hand.person.sees("general")
    return [(one.text, one.ephemeral) for one in shown if "has joined" not in one.text]


def test_the_answer_to_a_command_is_for_its_sender_unless_it_says_otherwise(hand: Hand) -> None:
    ben = hand.bot.sandbox.control.team(hand.bot.workspace.id).add_user("ben")
    commanded(hand, {"text": "Just you"})
    commanded(hand, {"text": "Everybody", "response_type": "in_channel"})
    commanded(hand, {"blocks": [{"type": "section", "text": text("Block")}]})
    commanded(hand, {})
    assert seen(hand) == [("Just you", True), ("Everybody", False), ("", True)]
    others = [one.text for one in hand.bot.person("ben").sees("general") if "has joined" not in one.text]
    assert (others, ben != hand.person.id) == (["Everybody"], True)


def test_an_answer_that_is_no_message_is_told_to_the_sender(hand: Hand) -> None:
    for wrong in ({"blocks": [{"type": "nonsense"}]}, {"txt": "?"}, 7):
        assert commanded(hand, wrong).notice == "invalid_command_response"
    assert seen(hand) == []


def test_an_address_takes_five_messages(hand: Hand) -> None:
    address = url(commanded(hand))
    assert [answer(address, text=str(number)) for number in range(5)] == [(200, "ok")] * 5
    status, body = answer(address, text="Sixth")
    assert (status, "used_url" in body) == (404, True)
    assert [one for one, _ in seen(hand)] == ["0", "1", "2", "3", "4"]


def test_an_address_is_good_for_thirty_minutes(hand: Hand) -> None:
    clock = hand.bot.sandbox.world.clock
    with clock.stopped():
        address = url(commanded(hand))
        clock.move(1800)
        assert answer(address, text="In time")[0] == 200
        clock.move(1)
        status, body = answer(address, text="Late")
    assert (status, "expired_url" in body) == (404, True)
    assert seen(hand) == [("In time", True)]


def test_an_answer_that_is_refused_does_not_count(hand: Hand) -> None:
    address = url(commanded(hand))
    for said in ({}, {"text": ""}, {"blocks": [{"type": "nonsense"}]}, {"text": "x", "thread_ts": "1.2"}):
        assert answer(address, **said)[0] == 400
    assert [answer(address, text="Well")[0] for _ in range(5)] == [200] * 5


def test_an_address_nobody_knows_takes_nothing(hand: Hand) -> None:
    known = url(commanded(hand))
    assert answer(known[:-3] + "xyz", text="?")[0] == 404


def test_the_message_that_was_used_can_be_replaced_and_deleted(hand: Hand) -> None:
    came = pressed(hand)
    assert answer(url(came), replace_original=True, text="Done") == (200, '{"ok":true}')
    [message] = [one for one in hand.person.sees("general") if one.text == "Done"]
    assert (message.ts, message.blocks) == (came.payload["container"]["message_ts"], [])
    assert answer(url(came), delete_original=True)[0] == 200
    assert seen(hand) == []
    assert answer(url(came), replace_original=True, text="Again")[0] == 400


def test_an_ephemeral_message_can_be_replaced_only_so(hand: Hand) -> None:
    commanded(hand, {"text": "Sure?", "blocks": actions(button("yes"))})
    mine = hand.person.sees("general")[-1]
    came = hand.ack(hand.person.press(mine, "yes", wait=False))
    answer(url(came), replace_original=True, text="Done")
    assert seen(hand) == [("Done", True)]
    answer(url(came), delete_original=True)
    assert seen(hand) == []


def test_without_replacing_an_answer_to_a_button_is_another_message_for_its_presser(hand: Hand) -> None:
    came = pressed(hand)
    answer(url(came), text="Noted")
    answer(url(came), text="All of you", response_type="in_channel")
    panel = came.payload["container"]["message_ts"]
    answer(url(came), text="Below", response_type="in_channel", thread_ts=panel)
    assert seen(hand) == [("Panel", False), ("Noted", True), ("All of you", False), ("Below", False)]
    assert hand.person.sees("general")[-1].thread_ts == panel


def test_somebody_elses_message_cannot_be_replaced_through_its_shortcut(hand: Hand) -> None:
    said = hand.person.post("general", "Mine")
    came = hand.ack(hand.person.message_shortcut("collect", said, wait=False))
    status, body = answer(url(came), replace_original=True, text="Yours")
    assert (status, "cant_update_message" in body) == (400, True)
    assert answer(url(came), text="Kept")[0] == 200
    assert seen(hand) == [("Mine", False), ("Kept", True)]


def test_an_answer_works_where_the_bot_is_no_member(hand: Hand) -> None:
    hand.person.create_channel("elsewhere", private=True)
    came = hand.ack(hand.person.command("/incident", "", "elsewhere", wait=False), {"text": "Here too"})
    assert came.payload["channel_name"] == "privategroup"
    assert [one.text for one in hand.person.sees("elsewhere")][-1] == "Here too"


def test_what_is_no_json_is_refused(hand: Hand) -> None:
    address = url(commanded(hand))
    request = urllib.request.Request(address, b"{no", {"Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(request)
