"""Follow-ups from a message: of the right incident, and due where whoever adds one lives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import partial

import pytest

from adapters.sandbox import Sandbox
from adapters.slack.bot import follow_ups
from adapters.slack.bot.answer import MOST
from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.times import Due
from tests.slack.bot.house import House, drawn, house

ADD = "Add a follow-up"
DAY = date(2099, 12, 24)


@pytest.fixture
def alone(sandbox: Sandbox) -> Iterator[House]:
    """A house without incidents."""
    with house(sandbox) as made:
        yield made


def test_with_nothing_open_it_says_so_and_with_one_that_is_chosen_already(alone: House) -> None:
    message = alone.ann.post(alone.general, "We should alert on this")
    told = alone.told(lambda: alone.ann.message_shortcut(ADD, message))
    assert told.startswith("There is nothing open that this could be a follow-up of.")
    key = alone.opened("the only one")
    alone.do(c.Close, alone.opened("a closed one"))
    form = alone.form(lambda: alone.ann.message_shortcut(ADD, message))
    assert alone.ann.submit(form, {"text": "Alert on it"}).acked
    (item,) = alone.incident(key).follow_ups
    assert (item.text or "").startswith("Alert on it https://")
    assert (item.owner, item.due) == (None, None)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [(None, "UTC"), ("Asia/Tokyo", "Asia/Tokyo"), ("Middle/Earth", "UTC")],
    ids=["not known", "known", "known to Slack alone"],
)
def test_a_day_ends_where_whoever_chooses_it_lives(alone: House, zone: str | None, expected: str) -> None:
    key = alone.opened("somewhere")
    if zone is not None:
        alone.desk.directory.learn_zone(alone.ann.id, zone)
    message = alone.ann.post(alone.general, "We should alert on this")
    form = alone.form(lambda: alone.ann.message_shortcut(ADD, message))
    assert alone.ann.submit(form, {"text": "Alert on it", "due": DAY.isoformat()}).acked
    assert [each.due for each in alone.incident(key).follow_ups] == [Due(DAY, expected)]


def test_of_many_the_newest_can_be_pressed_and_all_of_it_fits(home: House) -> None:
    key = home.opened()
    for number in range(30):
        home.do(c.AddFollowUp, key, text=f"{number} {'x' * 300}", owner=Actor("cli", "ann"))
    home.do(c.FinishFollowUp, key, item="f30")
    shown = json.dumps(home.blocks(f"followup {key}"), ensure_ascii=False)
    assert "f29 is done" in shown
    assert "f30 is done" not in shown
    assert shown.count("followup:assign") == follow_ups.PRESSED
    assert len(shown) <= MOST + 100


def test_of_all_that_are_open_so_many_are_listed_and_that_there_are_more(home: House) -> None:
    key = home.opened()
    for number in range(follow_ups.MOST + 1):
        home.do(c.AddFollowUp, key, text=f"{number} {'x' * 300}")
    said = home.say("followups")
    assert said.count("• ") == follow_ups.MOST
    assert said.endswith("and more: /incident followups mine, or incident followups on the command line")


def test_what_is_pressed_without_sense_changes_nothing(home: House) -> None:
    key = home.opened()
    home.do(c.AddFollowUp, key, text="index it")
    before = home.events()
    nonsense = ("{}", '{"key": 1}', f'{{"key": "{key}"}}', f'{{"key": "{key}", "item": ["f1"]}}', "x" * 2_000)
    for value in nonsense:
        message = drawn(home, home.general, {"action_id": "followup:done", "value": value})
        assert "cannot read" in home.told(partial(home.ann.press, message, "followup:done")), value
    assert home.events() == before
