"""Modals: submitted, corrected, replaced, stacked and closed, and what a trigger is good for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from adapters.sandbox import Sandbox
from adapters.sandbox.person import CannotDo, SeenView
from tests.sandbox.bots import new_bot
from tests.sandbox.forms import Hand, actions, button, by_hand, field, modal, option, text

TITLE = field("title", "plain_text_input", label="Title")
PLAIN = {"type": "section", "text": text("Read this")}


@pytest.fixture
def hand(sandbox: Sandbox) -> Iterator[Hand]:
    with by_hand(new_bot(sandbox, events=())) as there:
        yield there


def refused(hand: Hand, method: str, **args: Any) -> str:
    """The error of a call."""
    with pytest.raises(SlackApiError) as caught:
        hand.bot.client.api_call(method, json=args)
    return str(caught.value.response["error"])


def titles(hand: Hand) -> list[str]:
    """The modals that are open, the lowest first."""
    return [view.callback_id for view in hand.person.modals]


def test_a_submission_has_the_values_of_every_field_and_closes_the_modal(hand: Hand) -> None:
    form = hand.open(
        modal(
            TITLE,
            field("kind", "static_select", options=[option("A"), option("B")], initial_option=option("A")),
            field("note", "plain_text_input", optional=True),
            callback_id="new",
            private_metadata="INC-7",
            external_id="mine",
        )
    )
    came = hand.ack(hand.person.submit(form, {"Title": "Down"}, wait=False))
    sent = came.payload
    assert (sent["type"], sent["response_urls"]) == ("view_submission", [])
    assert sent.keys() == {
        "type",
        "user",
        "api_app_id",
        "token",
        "team",
        "enterprise",
        "is_enterprise_install",
        "trigger_id",
        "view",
        "response_urls",
    }
    view = sent["view"]
    assert (view["id"], view["private_metadata"], view["external_id"]) == (form.id, "INC-7", "mine")
    assert view["hash"] == form.raw["hash"]
    values = view["state"]["values"]
    assert values["title"]["it"] == {"type": "plain_text_input", "value": "Down"}
    assert values["kind"]["it"]["selected_option"]["value"] == "a"
    assert values["note"]["it"] == {"type": "plain_text_input", "value": None}
    assert titles(hand) == []


def test_a_required_field_must_be_filled_in_before_anything_is_sent(hand: Hand) -> None:
    form = hand.open(modal(TITLE, field("who", "users_select", label="Who")))
    with pytest.raises(CannotDo, match="required fields: Title, Who"):
        hand.person.submit(form)
    with pytest.raises(CannotDo, match="required fields: Who"):
        hand.person.submit(form, {"title": "Down"})


def test_what_was_typed_stays_when_the_app_redraws_the_modal(hand: Hand) -> None:
    form = hand.open(modal(TITLE))
    hand.person.choose(form, "Title", "Down")
    hand.bot.client.views_update(view_id=form.id, view=modal(TITLE, PLAIN))
    sent = hand.ack(hand.person.submit(hand.top(), wait=False)).payload
    assert sent["view"]["state"]["values"]["title"]["it"]["value"] == "Down"


def test_errors_stand_beside_their_fields_until_the_form_is_sent_again(hand: Hand) -> None:
    form = hand.open(modal(TITLE))
    wrong = {"response_action": "errors", "errors": {"title": "Too short"}}
    hand.ack(hand.person.submit(form, {"title": "x"}, wait=False), wrong)
    assert hand.top().errors == {"title": "Too short"}
    again = hand.person.submit(form, {"title": "longer"}, wait=False)
    assert hand.top().errors == {}
    hand.ack(again)
    assert titles(hand) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "?"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors"},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "push", "view": "?"},
        {"response_action": "vanish"},
    ],
)
def test_an_answer_that_slack_does_not_take_leaves_the_modal_open_and_is_told(
    hand: Hand, answer: dict[str, Any]
) -> None:
    form = hand.open(modal(TITLE, callback_id="new"))
    came = hand.ack(hand.person.submit(form, {"title": "x"}, wait=False), answer)
    assert (came.acked, came.notice) == (True, "invalid_response")
    assert titles(hand) == ["new"]
    assert "trouble connecting" in hand.person.notices[-1].text


def test_a_submission_that_is_not_acknowledged_leaves_the_modal_open(hand: Hand) -> None:
    clock = hand.bot.sandbox.world.clock
    form = hand.open(modal(TITLE, callback_id="new"))
    with clock.stopped():
        sent = hand.person.submit(form, {"title": "x"}, wait=False)
        clock.move(3)
        assert hand.person.outcome(sent).notice == "operation_timeout"
    assert titles(hand) == ["new"]
    assert hand.person.notices[-1].place == form.id


def test_an_answer_can_redraw_the_modal(hand: Hand) -> None:
    form = hand.open(modal(TITLE, callback_id="first"))
    answer = {"response_action": "update", "view": modal(PLAIN, callback_id="second")}
    hand.ack(hand.person.submit(form, {"title": "x"}, wait=False), answer)
    assert titles(hand) == ["second"]
    assert hand.top().id == form.id
    assert hand.top().raw["hash"] != form.raw["hash"]


def test_an_answer_can_put_modals_on_top_three_at_most_and_clear_them_all(hand: Hand) -> None:
    def pushed(name: str) -> str | None:
        answer = {"response_action": "push", "view": modal(TITLE, callback_id=name)}
        return hand.ack(hand.person.submit(hand.top(), {"title": "x"}, wait=False), answer).notice

    hand.open(modal(TITLE, callback_id="one"))
    assert [pushed("two"), pushed("three"), pushed("four")] == [None, None, "invalid_response"]
    assert titles(hand) == ["one", "two", "three"]
    assert hand.top().raw["root_view_id"] == hand.person.modals[0].id
    assert hand.top().raw["previous_view_id"] == hand.person.modals[1].id
    answer = {"response_action": "clear"}
    hand.ack(hand.person.submit(hand.top(), wait=False), answer)
    assert titles(hand) == []


def test_submitting_the_top_modal_shows_the_one_below(hand: Hand) -> None:
    below = hand.open(modal(TITLE, callback_id="below"))
    answer = {"response_action": "push", "view": modal(PLAIN, callback_id="top")}
    hand.ack(hand.person.submit(below, {"title": "x"}, wait=False), answer)
    with pytest.raises(CannotDo, match="Another modal lies on"):
        hand.person.submit(below)
    hand.ack(hand.person.submit(hand.top(), wait=False))
    assert titles(hand) == ["below"]


def closed(hand: Hand, view: SeenView, **how: bool) -> list[dict[str, Any]]:
    """Close it; what the app was told."""
    told = hand.person.close(view, wait=False, **how)
    return [hand.ack(one).payload for one in told]


def test_closing_tells_only_an_app_that_asked_for_it(hand: Hand) -> None:
    assert closed(hand, hand.open(modal(TITLE))) == []
    [told] = closed(hand, hand.open(modal(TITLE, notify_on_close=True, callback_id="new")))
    assert (told["type"], told["is_cleared"], told["view"]["callback_id"]) == ("view_closed", False, "new")
    assert "trigger_id" not in told
    assert titles(hand) == []


@pytest.mark.parametrize(("more", "how"), [({"clear_on_close": True}, {}), ({}, {"everything": True})])
def test_closing_all_of_them_tells_of_each(hand: Hand, more: dict[str, Any], how: dict[str, bool]) -> None:
    below = hand.open(modal(TITLE, notify_on_close=True, callback_id="below"))
    view = modal(PLAIN, notify_on_close=True, callback_id="top", **more)
    hand.ack(hand.person.submit(below, {"title": "x"}, wait=False), {"response_action": "push", "view": view})
    told = closed(hand, hand.top(), **how)
    assert [(one["view"]["callback_id"], one["is_cleared"]) for one in told] == [
        ("top", True),
        ("below", True),
    ]
    assert titles(hand) == []


def test_a_modal_that_is_gone_or_somebody_elses_cannot_be_used(hand: Hand) -> None:
    form = hand.open(modal(TITLE))
    hand.bot.sandbox.control.team(hand.bot.workspace.id).add_user("ben")
    with pytest.raises(CannotDo, match="not open"):
        hand.bot.person("ben").submit(form, {"title": "x"})
    hand.person.close(form)
    with pytest.raises(CannotDo, match="not open"):
        hand.person.submit(form, {"title": "x"})


def test_a_select_can_ask_for_an_address_to_answer_to(hand: Hand) -> None:
    select = field("where", "conversations_select", response_url_enabled=True)
    form = hand.open(modal(select))
    sent = hand.ack(hand.person.submit(form, {"where": "general"}, wait=False)).payload
    [address] = sent["response_urls"]
    assert (address["block_id"], address["action_id"], address["channel_id"]) == (
        "where",
        "it",
        hand.bot.general,
    )
    assert address["response_url"].startswith(hand.bot.sandbox.url)


def test_a_select_can_begin_with_the_conversation_in_which_the_modal_was_opened(hand: Hand) -> None:
    select = field("where", "conversations_select", default_to_current_conversation=True)
    came = hand.ack(hand.person.command("/incident", "", "general", wait=False))
    hand.bot.client.views_open(trigger_id=str(came.trigger_id), view=modal(TITLE))
    pushed = {"response_action": "push", "view": modal(select)}
    hand.ack(hand.person.submit(hand.top(), {"title": "x"}, wait=False), pushed)
    sent = hand.ack(hand.person.submit(hand.top(), wait=False)).payload
    assert sent["view"]["state"]["values"]["where"]["it"]["selected_conversation"] == hand.bot.general


def test_nowhere_such_a_select_is_empty(hand: Hand) -> None:
    form = hand.open(modal(field("where", "conversations_select", default_to_current_conversation=True)))
    with pytest.raises(CannotDo, match="required fields: where"):
        hand.person.submit(form)


def test_a_trigger_opens_one_view_and_only_one(hand: Hand) -> None:
    trigger = hand.ack(hand.person.shortcut("start", wait=False)).trigger_id
    hand.bot.client.views_open(trigger_id=str(trigger), view=modal(TITLE))
    assert refused(hand, "views.open", trigger_id=trigger, view=modal(TITLE)) == "exchanged_trigger_id"
    assert refused(hand, "views.push", trigger_id=trigger, view=modal(TITLE)) == "exchanged_trigger_id"
    assert refused(hand, "views.open", trigger_id="1.2.x", view=modal(TITLE)) == "invalid_trigger_id"


def test_a_trigger_lives_for_three_seconds(hand: Hand) -> None:
    clock = hand.bot.sandbox.world.clock
    with clock.stopped():
        first = hand.ack(hand.person.shortcut("start", wait=False)).trigger_id
        clock.move(3)
        hand.bot.client.views_open(trigger_id=str(first), view=modal(TITLE))
        second = hand.ack(hand.person.shortcut("start", wait=False)).trigger_id
        clock.move(3.1)
        assert refused(hand, "views.open", trigger_id=second, view=modal(TITLE)) == "expired_trigger_id"


def test_a_trigger_of_another_app_is_good_for_nothing(hand: Hand) -> None:
    trigger = hand.ack(hand.person.shortcut("start", wait=False)).trigger_id
    control = hand.bot.sandbox.control
    team = control.team(hand.bot.workspace.id)
    other = team.install(control.create_app(hand.bot.app.manifest))
    client = hand.bot.client
    client.token = other.bot_token
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        client.views_open(trigger_id=str(trigger), view=modal(TITLE))


def test_the_trigger_of_an_action_in_a_modal_puts_another_on_top(hand: Hand) -> None:
    form = hand.open(modal(*actions(button("more")), callback_id="below"))
    trigger = hand.ack(hand.person.press(form, "more", wait=False)).trigger_id
    hand.bot.client.views_push(trigger_id=str(trigger), view=modal(TITLE, callback_id="top"))
    assert titles(hand) == ["below", "top"]


def test_two_who_redraw_a_view_at_once_are_told_apart_by_its_hash(hand: Hand) -> None:
    form = hand.open(modal(*actions(button("more"))))
    seen = hand.ack(hand.person.press(form, "more", wait=False)).payload["view"]["hash"]
    hand.bot.client.views_update(view_id=form.id, hash=seen, view=modal(TITLE))
    assert refused(hand, "views.update", view_id=form.id, hash=seen, view=modal(PLAIN)) == "hash_conflict"


def test_a_home_tab_is_drawn_used_and_drawn_again(hand: Hand) -> None:
    bot = hand.bot
    home = {"type": "home", "blocks": actions(button("go"))}
    assert hand.person.home("Probe") is None
    bot.client.views_publish(user_id=hand.person.id, view=home)
    shown = hand.person.home("Probe")
    assert shown is not None
    sent = hand.ack(hand.person.press(shown, "go", wait=False)).payload
    assert (sent["container"], sent["view"]["type"]) == ({"type": "view", "view_id": shown.id}, "home")
    assert "channel" not in sent
    with pytest.raises(CannotDo, match="Only a modal"):
        hand.person.submit(shown)
