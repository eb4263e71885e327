"""Collect Evidence: a link to the message, for the right incident, and never its text."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.person.seen import SeenMessage
from adapters.slack.bot.app import request
from incident_core import commands as c
from tests.slack.bot.house import House, house

SECRET = "the password is hunter2"


@pytest.fixture
def alone(sandbox: Sandbox) -> Iterator[House]:
    """A house without incidents."""
    with house(sandbox) as made:
        yield made


def _link(home: House, message: SeenMessage) -> str:
    domain, ts = home.slack.workspace.domain, message.ts.replace(".", "")
    return f"https://{domain}.slack.com/archives/{message.channel}/p{ts}"


def test_with_none_then_with_one_open_incident(alone: House) -> None:
    message = alone.ann.post(alone.general, SECRET)
    told = alone.told(lambda: alone.ann.message_shortcut("Collect Evidence", message))
    assert told == (
        "There is nothing open that this could be evidence for. Open something first: "
        "/incident open API answers slowly"
    )
    key = alone.opened("the only one")
    alone.do(c.Close, alone.opened("a closed one"))
    told = alone.told(lambda: alone.ann.message_shortcut("Collect Evidence", message))
    assert told == f"{key}: evidence e1 added."
    assert alone.incident(key).evidence[0].url == _link(alone, message)
    again = alone.told(lambda: alone.ann.message_shortcut("Collect Evidence", message))
    assert again == f"Unchanged: {key} has this link already, as evidence e1."
    assert len(alone.incident(key).evidence) == 1


def test_of_several_one_is_chosen_by_key_or_by_words(home: House) -> None:
    home.do(c.Close, home.opened("Checkout was slow"))
    first, second = home.opened("Checkout is slow"), home.opened("Search is down")
    message = home.ann.post(home.general, SECRET)
    form = home.form(lambda: home.ann.message_shortcut("Collect Evidence", message))
    offered = home.ann.options(form, "incident")
    assert offered[:2] == [f"{second} sev4 Search is down", f"{first} sev4 Checkout is slow"]
    assert home.ann.options(form, "incident", "check") == [f"{first} sev4 Checkout is slow"]
    assert home.ann.options(form, "incident", first.lower()) == [f"{first} sev4 Checkout is slow"]
    assert (
        home.ann.options(form, "incident", first.removeprefix("INC-"))[0] == f"{first} sev4 Checkout is slow"
    )
    assert home.ann.options(form, "incident", "nothing such") == []
    home.ann.submit(form, {"incident": first, "note": "before & after"})
    assert home.shown(form) == f"{first}: evidence e1 added."
    (piece,) = home.incident(first).evidence
    assert (piece.url, piece.note) == (_link(home, message), "before & after")


def test_in_the_channel_of_an_incident_that_one_is_chosen_already(home: House) -> None:
    key = home.opened("with a channel", room=True)
    home.opened("another")
    message = home.ann.post(home.room_of(key), SECRET)
    form = home.form(lambda: home.ann.message_shortcut("Collect Evidence", message))
    home.ann.submit(form)
    assert home.shown(form) == f"{key}: evidence e1 added."


def test_a_reply_in_a_thread_is_linked_with_its_thread(home: House) -> None:
    key = home.opened("in a thread", room=True)
    home.opened("another, so that a form asks which")
    room = home.room_of(key)
    top = home.ann.post(room, "It begins")
    reply = home.ann.post(room, SECRET, thread=top)
    form = home.form(lambda: home.ann.message_shortcut("Collect Evidence", reply))
    home.ann.submit(form)
    home.shown(form)
    assert home.incident(key).evidence[0].url == f"{_link(home, reply)}?thread_ts={top.ts}&cid={room}"


def test_it_works_where_the_bot_is_not_and_asks_slack_nothing(home: House) -> None:
    home.opened("one")
    key = home.opened("two")
    elsewhere = home.ann.create_channel("without-the-bot", private=True)
    message = home.ann.post(elsewhere, SECRET)
    home.slack.team.clear_calls()
    form = home.form(lambda: home.ann.message_shortcut("Collect Evidence", message))
    home.ann.submit(form, {"incident": key})
    home.shown(form)
    assert home.incident(key).evidence[0].url == _link(home, message)
    assert [call.method for call in home.slack.team.calls()] == ["views.open"]


def test_the_text_of_a_message_is_neither_stored_nor_logged(
    home: House, caplog: pytest.LogCaptureFixture
) -> None:
    key = home.opened("nothing is kept of it")
    home.opened("another, so that a form asks which")
    message = home.ann.post(home.general, SECRET)
    form = home.form(lambda: home.ann.message_shortcut("Collect Evidence", message))
    home.ann.submit(form, {"incident": key})
    home.shown(form)
    stored = [salted.text for texts in home.store.memory.texts.values() for salted in texts.values()]
    assert not any("hunter2" in text for text in stored)
    came = next(each for each in home.slack.team.deliveries() if "hunter2" in str(each.payload))
    caplog.set_level(logging.DEBUG)
    home.app.dispatch(request({**came.payload, "trigger_id": "another"}))
    home.app.dispatch(request({**came.payload, "type": "something else", "command": 3}))
    assert caplog.records
    assert [line.getMessage()[:300] for line in caplog.records if "hunter2" in line.getMessage()] == []


def test_one_that_was_closed_meanwhile_refuses_it(home: House) -> None:
    key = home.opened("closed soon")
    home.opened("another one")
    message = home.ann.post(home.general, SECRET)
    form = home.form(lambda: home.ann.message_shortcut("Collect Evidence", message))
    home.ann.choose(form, "incident", key)
    home.do(c.Close, key)
    home.ann.submit(form)
    assert f"{key} is closed" in home.beside(form)["incident"]
    home.shown(form)


def test_of_two_hundred_a_hundred_are_offered_and_every_one_is_found(alone: House) -> None:
    keys = [alone.opened(f"Number {number} is slow") for number in range(200)]
    message = alone.ann.post(alone.general, "x")
    form = alone.form(lambda: alone.ann.message_shortcut("Collect Evidence", message))
    assert len(alone.ann.options(form, "incident")) == 100
    assert alone.ann.options(form, "incident", keys[0]) == [f"{keys[0]} sev4 Number 0 is slow"]
    assert alone.ann.options(form, "incident", "number 7 sl") == [f"{keys[7]} sev4 Number 7 is slow"]
