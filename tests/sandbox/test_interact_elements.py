"""Elements: what a person can do with each, what the app is sent for it, and what Slack's client refuses."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.person import CannotDo, MustConfirm
from tests.sandbox.bots import new_bot
from tests.sandbox.forms import Hand, actions, answering, button, by_hand, field, modal, option, text

LETTERS = [option("Alpha", "a"), option("Beta", "b"), option("Gamma", "c")]
CONFIRM = {"title": text("Sure?"), "text": text("It is final."), "confirm": text("Yes"), "deny": text("No")}


@pytest.fixture
def hand(sandbox: Sandbox) -> Iterator[Hand]:
    with by_hand(new_bot(sandbox, events=())) as there:
        yield there


def test_a_pressed_button_is_sent_with_its_message_and_all_that_slack_sends(hand: Hand) -> None:
    panel = hand.says(actions(button("go", "Go on", value="7", style="primary")))
    sent = hand.ack(hand.person.press(panel, "Go on", wait=False)).payload
    bot = hand.bot
    assert sent["type"] == "block_actions"
    assert sent["user"] == {
        "id": hand.person.id,
        "username": "owner",
        "name": "owner",
        "team_id": bot.workspace.id,
    }
    assert (sent["api_app_id"], sent["token"]) == (bot.app.id, bot.app.verification_token)
    assert sent["team"] == {"id": bot.workspace.id, "domain": bot.workspace.domain}
    assert (sent["enterprise"], sent["is_enterprise_install"]) == (None, False)
    assert sent["channel"] == {"id": bot.general, "name": "general"}
    assert sent["container"] == {
        "type": "message",
        "message_ts": panel.ts,
        "channel_id": bot.general,
        "is_ephemeral": False,
    }
    assert sent["message"]["ts"] == panel.ts
    assert sent["message"]["blocks"] == panel.blocks
    assert sent["state"] == {"values": {}}
    [action] = sent["actions"]
    assert action.pop("action_ts")
    assert action == {
        "type": "button",
        "action_id": "go",
        "block_id": "row",
        "text": {"type": "plain_text", "text": "Go on", "emoji": True},
        "value": "7",
        "style": "primary",
    }
    assert sent["response_url"].startswith(bot.sandbox.url + "/actions/")
    assert sent["trigger_id"]


def test_a_button_in_an_ephemeral_message_comes_without_the_message(hand: Hand) -> None:
    bot = hand.bot
    bot.client.chat_postEphemeral(
        channel=bot.general, user=hand.person.id, text="Only you", blocks=actions(button("go"))
    )
    mine = hand.person.sees("general")[-1]
    assert mine.ephemeral
    sent = hand.ack(hand.person.press(mine, "go", wait=False)).payload
    assert sent["container"]["is_ephemeral"]
    assert "message" not in sent


def test_a_button_in_a_thread_names_the_thread(hand: Hand) -> None:
    panel = hand.says(actions(button("go")))
    bot = hand.bot
    bot.client.chat_postMessage(
        channel=bot.general, thread_ts=panel.ts, text="Reply", blocks=actions(button("deeper"))
    )
    sent = hand.ack(hand.person.press(hand.person.sees("general")[-1], "deeper", wait=False)).payload
    assert sent["container"]["thread_ts"] == panel.ts


def test_a_dialog_asks_first_and_nothing_is_sent_unless_it_is_accepted(hand: Hand) -> None:
    panel = hand.says(actions(button("close", confirm=CONFIRM)))
    with pytest.raises(MustConfirm, match=r"Sure\?: It is final") as asked:
        hand.person.press(panel, "close")
    assert asked.value.dialog["confirm"]["text"] == "Yes"
    assert hand.person.press(panel, "close", accept=False) is None
    sent = hand.ack(hand.person.press(panel, "close", accept=True, wait=False))
    assert sent.payload["actions"][0]["action_id"] == "close"


def test_of_elements_that_look_the_same_one_must_be_meant(hand: Hand) -> None:
    twins = [*actions(button("a", value="1"), button("b", value="2")), *actions(button("a"), block_id="two")]
    panel = hand.says(twins)
    for name in ("Go", "a"):
        with pytest.raises(CannotDo, match="say which"):
            hand.person.press(panel, name)
    assert (
        hand.ack(hand.person.press(panel, "Go", value="2", wait=False)).payload["actions"][0]["value"] == "2"
    )
    sent = hand.ack(hand.person.press(panel, "a", block="two", wait=False)).payload
    assert sent["actions"][0]["block_id"] == "two"


def test_a_button_is_not_chosen_in_and_a_select_is_not_pressed(hand: Hand) -> None:
    select = {"type": "static_select", "action_id": "pick", "options": LETTERS}
    panel = hand.says(actions(button("go"), select))
    with pytest.raises(CannotDo, match="choose something"):
        hand.person.press(panel, "pick")
    with pytest.raises(CannotDo, match="is pressed"):
        hand.person.choose(panel, "go", "x")


SELECTS: list[tuple[dict[str, Any], Any, dict[str, Any]]] = [
    ({"type": "static_select", "options": LETTERS}, "Beta", {"selected_option": "b"}),
    ({"type": "radio_buttons", "options": LETTERS}, "c", {"selected_option": "c"}),
    ({"type": "overflow", "options": LETTERS}, "Alpha", {"selected_option": "a"}),
    ({"type": "checkboxes", "options": LETTERS}, ["a", "c"], {"selected_options": ["a", "c"]}),
    (
        {"type": "multi_static_select", "options": LETTERS, "max_selected_items": 2},
        ["Beta"],
        {"selected_options": ["b"]},
    ),
    ({"type": "datepicker"}, "2026-11-30", {"selected_date": "2026-11-30"}),
    ({"type": "datepicker"}, datetime.date(2026, 1, 2), {"selected_date": "2026-01-02"}),
    ({"type": "timepicker"}, "09:30", {"selected_time": "09:30"}),
    ({"type": "datetimepicker"}, 1_795_000_000, {"selected_date_time": 1_795_000_000}),
    (
        {"type": "datetimepicker"},
        datetime.datetime(2026, 11, 18, tzinfo=datetime.UTC),
        {"selected_date_time": 1_794_960_000},
    ),
    ({"type": "conversations_select"}, "general", {"selected_conversation": "general"}),
    ({"type": "multi_conversations_select"}, ["general"], {"selected_conversations": ["general"]}),
    ({"type": "channels_select"}, "#general", {"selected_channel": "general"}),
    ({"type": "users_select"}, "owner", {"selected_user": "owner"}),
    ({"type": "multi_users_select"}, ["owner"], {"selected_users": ["owner"]}),
]


@pytest.mark.parametrize(("element", "choice", "held"), SELECTS)
def test_a_choice_is_sent_as_slack_writes_it_and_stays_in_the_state(
    hand: Hand, element: dict[str, Any], choice: Any, held: dict[str, Any]
) -> None:
    ids = {"general": hand.bot.general, "owner": hand.person.id}
    [(name, wanted)] = held.items()
    accessory = element | {"action_id": "it"}
    section = {"type": "section", "block_id": "row", "text": text("Pick"), "accessory": accessory}
    blocks = actions(accessory) if element["type"] == "datetimepicker" else [section]
    panel = hand.says(blocks)
    sent = hand.ack(hand.person.choose(panel, "it", choice, wait=False)).payload
    [action] = sent["actions"]
    assert plain(action[name]) == (
        [ids.get(each, each) for each in wanted] if isinstance(wanted, list) else ids.get(wanted, wanted)
    )
    if element["type"] != "overflow":
        kept = sent["state"]["values"]["row"]["it"]
        assert kept == {"type": element["type"], name: action[name]}


def plain(value: Any) -> Any:
    """Options as their values."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value["value"] if isinstance(value, dict) else value


WRONG: list[tuple[dict[str, Any], Any, str]] = [
    ({"type": "static_select", "options": LETTERS}, "Delta", "it offers: Alpha, Beta, Gamma"),
    (
        {"type": "multi_static_select", "options": LETTERS, "max_selected_items": 1},
        ["a", "b"],
        "takes 1 at most",
    ),
    ({"type": "datepicker"}, "30.11.2026", "takes a date"),
    ({"type": "timepicker"}, "25:00", "takes a time"),
    ({"type": "datetimepicker"}, "soon", "takes seconds"),
    ({"type": "users_select"}, "nobody", "nobody is called"),
    ({"type": "channels_select"}, "secret", "sees no channel"),
    ({"type": "conversations_select", "filter": {"include": ["im"]}}, "general", "of this kind"),
    ({"type": "plain_text_input", "min_length": 3}, "ab", "takes 3 to 3000 characters"),
    ({"type": "plain_text_input", "max_length": 3}, "abcd", "takes 0 to 3 characters"),
    ({"type": "plain_text_input"}, "two\nlines", "takes one line"),
    ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "a whole number"),
    ({"type": "number_input", "is_decimal_allowed": False}, "many", "takes a number"),
    (
        {"type": "number_input", "is_decimal_allowed": True, "min_value": "1", "max_value": "5"},
        "5.1",
        "from 1 to 5",
    ),
    ({"type": "email_text_input"}, "nobody", "an e-mail address"),
    ({"type": "url_text_input"}, "nowhere", "a web address"),
]


@pytest.mark.parametrize(("element", "choice", "why"), WRONG)
def test_what_an_element_does_not_take_is_refused_and_nothing_is_sent(
    hand: Hand, element: dict[str, Any], choice: Any, why: str
) -> None:
    kind, more = element["type"], {name: value for name, value in element.items() if name != "type"}
    form = hand.open(modal(field("f", kind, **more)))
    with pytest.raises(CannotDo, match=why):
        hand.person.choose(form, "it", choice)
    with pytest.raises(CannotDo, match=why):
        hand.person.submit(form, {"f": choice})


def test_an_input_tells_the_app_only_where_it_asks_for_it(hand: Hand) -> None:
    form = hand.open(
        modal(field("quiet", "plain_text_input"), field("loud", "plain_text_input", dispatch_action=True))
    )
    assert hand.person.choose(form, "quiet", "One") is None
    sent = hand.ack(hand.person.choose(form, "loud", "Two", wait=False)).payload
    assert sent["container"] == {"type": "view", "view_id": form.id}
    assert sent["actions"][0]["value"] == "Two"
    values = sent["view"]["state"]["values"]
    assert [values[name]["it"]["value"] for name in ("quiet", "loud")] == ["One", "Two"]
    assert "response_url" not in sent


def test_options_are_asked_for_as_a_person_types(hand: Hand) -> None:
    form = hand.open(modal(field("team", "external_select", min_query_length=2)))
    with pytest.raises(CannotDo, match="after 2 characters"):
        hand.person.options(form, "team", "x")
    answer = {"option_groups": [{"label": text("Teams"), "options": [option("Payments", "p")]}]}
    with answering(hand, answer) as asked:
        assert hand.person.options(form, "team", "pay") == ["Payments"]
        hand.person.choose(form, "team", "Payments", typed="pa")
    [first, second] = asked
    assert (first["type"], first["value"], second["value"]) == ("block_suggestion", "pay", "pa")
    assert (first["action_id"], first["block_id"], first["container"]["type"]) == ("it", "team", "view")
    came = hand.ack(hand.person.submit(form, wait=False))
    chosen = came.payload["view"]["state"]["values"]["team"]["it"]["selected_option"]
    assert chosen["value"] == "p"


def test_options_that_are_none_are_told_to_the_person(hand: Hand) -> None:
    form = hand.open(modal(field("team", "external_select", min_query_length=0)))
    with answering(hand, {"nothing": True}), pytest.raises(CannotDo, match="could not load its options"):
        hand.person.options(form, "team")
    assert [notice.code for notice in hand.person.notices] == ["invalid_response"]


def test_an_element_that_is_gone_or_hidden_cannot_be_used(hand: Hand) -> None:
    bot, panel = hand.bot, hand.says(actions(button("go")))
    bot.client.chat_update(channel=bot.general, ts=panel.ts, text="No more", blocks=actions(button("other")))
    with pytest.raises(CannotDo, match="no 'go' to use; there is: other"):
        hand.person.press(panel, "go")
    bot.client.chat_delete(channel=bot.general, ts=panel.ts)
    with pytest.raises(CannotDo, match="no such message"):
        hand.person.press(panel, "other")
    private = bot.client.conversations_create(name="war-room", is_private=True)["channel"]["id"]
    bot.client.chat_postMessage(channel=private, text="Panel", blocks=actions(button("go")))
    with pytest.raises(CannotDo, match="sees no channel"):
        hand.person.sees("war-room")


def test_nothing_can_be_used_in_an_archived_channel_or_from_outside(hand: Hand) -> None:
    bot = hand.bot
    room = bot.client.conversations_create(name="room")["channel"]["id"]
    panel = hand.says(actions(button("go")), "room")
    with pytest.raises(CannotDo, match="is not in #room"):
        hand.person.press(panel, "go")
    hand.person.join("room")
    bot.client.conversations_archive(channel=room)
    with pytest.raises(CannotDo, match="archived"):
        hand.person.press(panel, "go")
    with pytest.raises(CannotDo, match="archived"):
        hand.person.command("/incident", "", "room")
