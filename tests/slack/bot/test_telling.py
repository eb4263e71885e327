"""Forms that tell something: a new incident, an update, a correction; what was typed is never lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from slack_sdk import WebClient

from adapters.sandbox import Sandbox, new_slack
from adapters.slack.bot.app import request
from adapters.slack.bot.fields import LONGEST
from adapters.slack.definitions import Definitions
from adapters.slack.features import Features
from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.move import Move
from incident_core.model.permit import Permit
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from tests.servers.watchdog import wait_until
from tests.slack.bot.house import SOON, House, drawn, house, manifest, value, words

MEANING = Definitions(severities={"sev1": "Everything is down. " * 20, "sev2": ""})


@pytest.fixture(scope="module")
def alone(sandbox: Sandbox) -> Iterator[House]:
    """A house without incidents, which says what severities mean."""
    with house(sandbox, definitions=MEANING) as made:
        yield made


def _key(said: str) -> str:
    return said.split()[0]


def test_the_shortcut_starts_an_incident_at_once(home: House) -> None:
    form = home.form(lambda: home.ann.shortcut("Start a new incident"))
    home.ann.submit(form, {"title": "Checkout & <cart> are down"})
    said = home.shown(form)
    assert "opened and declared: Checkout & <cart> are down (sev4)." in said
    assert "Its channel follows" in said
    incident = home.incident(_key(said))
    assert (incident.stage, incident.commander) == (Stage.INCIDENT, home.actor())


def test_all_that_can_be_said_of_it_is_kept(home: House) -> None:
    form = home.form(lambda: home.ann.shortcut("start_incident"))
    filled = {"title": "Quiet", "severity": "sev2", "flags": ["Private", "Drill"], "impact": "Half of\nthem"}
    home.ann.submit(form, filled)
    incident = home.incident(_key(home.shown(form)))
    assert (incident.severity, incident.private, incident.drill) == (Severity.SEV2, True, True)
    assert [(each.text, each.impact) for each in incident.updates] == [("Quiet", "Half of\nthem")]


def test_the_button_at_home_starts_one_too(home: House) -> None:
    message = drawn(home, home.general, {"action_id": "home:start", "value": "{}"})
    form = home.form(lambda: home.ann.press(message, "home:start"))
    home.ann.submit(form, {"title": "From home"})
    assert "From home" in home.shown(form)


def test_a_title_of_blanks_is_refused_beside_it_and_the_rest_stays(home: House) -> None:
    form = home.form(lambda: home.ann.shortcut("start_incident"))
    events = home.events()
    home.ann.submit(form, {"title": "  ", "impact": "A long story"})
    assert home.beside(form) == {"title": "The title is empty."}
    assert home.events() == events
    home.ann.submit(form, {"title": "Now with a title"})
    incident = home.incident(_key(home.shown(form)))
    assert incident.updates[0].impact == "A long story"


def test_a_form_that_is_sent_twice_opens_one(home: House) -> None:
    form = home.form(lambda: home.ann.shortcut("start_incident"))
    came = home.ann.submit(form, {"title": "Sent twice"})
    events = home.events()
    assert home.again(came.id).answer == came.answer
    home.app.dispatch(request({**came.payload, "trigger_id": "of a second click"}))
    assert home.events() == events
    home.shown(form)


def test_the_same_title_again_is_named(home: House) -> None:
    first = _key(home.say("new The same thing"))
    said = home.say("new The same thing")
    second = _key(said)
    assert f"You opened {first} under the same title a moment ago." in said
    assert f"/incident resolve {second}, then /incident close {second} --duplicate-of {first}" in said


def test_what_the_severities_mean_stands_beside_them(alone: House) -> None:
    form = alone.form(lambda: alone.ann.shortcut("start_incident"))
    block = next(each for each in form.blocks if each["block_id"] == "severity")
    about = {each["value"]: each.get("description", {}).get("text") for each in block["element"]["options"]}
    assert about["sev1"].startswith("Everything is down.")
    assert about["sev1"].endswith("…")
    assert about["sev2"] is None
    alone.ann.close(form)


def test_an_update_from_anywhere_asks_which_and_offers_only_what_is_open(home: House) -> None:
    resolved = home.opened("Payment was down", declare=True)
    home.do(c.Resolve, resolved)
    home.do(c.Close, home.opened("Payment was slow"))
    looked_at, key = home.opened("Payment is odd"), home.opened("Payment is down", declare=True)
    secret = home.opened("Payment is robbed", by="ben", private=True)
    form = home.form(lambda: home.ann.shortcut("Provide incident update"))
    offered = home.ann.options(form, "open_incident", "payment")
    assert offered == [f"{key} sev4 Payment is down", f"{looked_at} sev4 Payment is odd"]
    assert home.ann.options(form, "open_incident", secret) == []
    assert home.ann.options(form, "open_incident", resolved) == []
    assert home.ann.options(form, "open_incident", key)
    home.ann.submit(form, {"open_incident": key, "text": "We know <why>"})
    assert home.shown(form) == f"{key}: update u1 sent."


def test_an_update_says_whom_and_what_it_affects_and_when_the_next_is_due(home: House) -> None:
    key = home.opened("to be told of", room=True, declare=True)
    message = drawn(home, home.room_of(key), {"action_id": "update:send", "value": value(home, key)})
    form = home.form(lambda: home.ann.press(message, "update:send"))
    due = home.clock.now() + timedelta(hours=1)
    filled = {
        "text": "We roll back",
        "impact": "Everybody",
        "components": "api, , web shop ,",
        "next_due": due,
    }
    home.ann.submit(form, filled)
    assert home.shown(form) == f"{key}: update u1 sent."
    (update,) = home.incident(key).updates
    assert (update.text, update.impact, update.components) == (
        "We roll back",
        "Everybody",
        ("api", "web shop"),
    )
    assert update.next_due == due


def test_what_is_wrong_in_an_update_stands_beside_it_and_nothing_is_lost(home: House) -> None:
    key = home.opened("to be told of wrongly", room=True, declare=True)
    message = drawn(home, home.room_of(key), {"action_id": "update:send", "value": value(home, key)})
    form = home.form(lambda: home.ann.press(message, "update:send"))
    past = home.clock.now() - timedelta(hours=1)
    home.ann.submit(form, {"text": "We roll back", "next_due": past})
    assert home.beside(form) == {"next_due": "The next update must be due after this one."}
    home.ann.submit(form, {"next_due": None, "components": "x" * 201})
    assert "at most 200 fit" in home.beside(form)["components"]
    home.ann.submit(form, {"components": "", "text": "no \x07 bell"})
    assert "control character" in home.beside(form)["text"]
    home.do(c.Resolve, key)
    home.do(c.Close, key)
    home.ann.submit(form, {"text": "We rolled back"})
    assert f"{key} is closed" in home.beside(form)["open_incident"]
    home.do(c.Reopen, key, reason="it is back")
    home.ann.submit(form)
    assert home.shown(form) == f"{key}: update u1 sent."
    assert home.incident(key).updates[0].text == "We rolled back"


def test_with_nothing_open_there_can_be_no_news_and_with_one_it_is_chosen(alone: House) -> None:
    alone.opened("for Ben alone", by="ben", private=True)
    alone.do(c.Resolve, alone.opened("over", declare=True))
    said = alone.form(lambda: alone.ann.shortcut("incident_update"))
    assert alone.shown(said).startswith("Nothing is open that there could be news of.")
    key = alone.opened("the only one")
    form = alone.form(lambda: alone.ann.shortcut("incident_update"))
    alone.ann.submit(form, {"text": "Hello"})
    assert alone.shown(form) == f"{key}: update u1 sent."


def test_an_update_is_corrected_in_a_form_or_by_typing(home: House) -> None:
    key = home.opened("told wrongly", room=True)
    room = home.room_of(key)
    home.say("update It works < again", channel=room)
    form = home.form(lambda: home.say("correct u1", channel=room))
    (field,) = [block for block in form.blocks if block["type"] == "input"]
    assert field["element"]["initial_value"] == "It works < again"
    home.ann.submit(form, {"text": "It works > again"})
    assert home.shown(form) == f"{key}: update u1 is corrected; the timeline keeps the old one."
    assert home.incident(key).updates[0].text == "It works > again"
    said = home.say("correct U1 It works & stays", channel=room)
    assert said == f"{key}: update u1 is corrected; the timeline keeps the old one."
    assert "says that already" in home.say("correct u1 It works & stays", channel=room)
    assert home.incident(key).updates[0].text == "It works & stays"


def test_what_cannot_be_corrected_is_said(home: House) -> None:
    key = home.opened("told at length", room=True)
    room = home.room_of(key)
    home.do(c.SendUpdate, key, text="x" * (LONGEST + 1))
    events = home.events()
    assert "too long for a form" in home.say("correct u1", channel=room)
    assert f"{key} has no update with the id u9" in home.say("correct u9", channel=room)
    assert f"{key} has no update with the id u9" in home.say("correct u9 What", channel=room)
    assert "Say which update" in home.say("correct", channel=room)
    assert home.events() == events


def test_where_no_form_can_open_it_is_said_what_to_type(sandbox: Sandbox) -> None:
    with house(sandbox, features=Features(mentions=True)) as made:
        WebClient(made.slack.bot_token, base_url=made.slack.api_url).conversations_join(channel=made.general)
        key = made.opened("asked by a mention")
        made.do(c.SendUpdate, key, text="Wrong")
        told = made.told(lambda: made.ann.post(made.general, f"<@{made.slack.bot_user}> correct {key} u1"))
        assert told.startswith("<@"), "what was asked"
        assert wait_until(lambda: made.newest().ephemeral, SOON)
        answer = words(made.newest().raw)
        assert answer == f"Say what it should say: @incidents correct {key} u1 All is well again."


def test_a_form_opens_once_for_one_interaction(sandbox: Sandbox) -> None:
    with house(sandbox) as made:
        made.form(lambda: made.ann.shortcut("start_incident"))
        made.again(made.slack.team.deliveries()[-1].id)
        made.pool.close()
        assert len(made.slack.team.calls("views.open")) == 1


def test_names_stand_beside_a_field_as_people_write_them(sandbox: Sandbox) -> None:
    slack = new_slack(sandbox, manifest(), people=("ann", "ben"))
    few = Permit(people=frozenset({Actor("slack", slack.person("ben").id)}))
    with house(sandbox, slack=slack, policy=Policy(permits={Move.EVIDENCE: few})) as made:
        made.say("list", by="ben")
        key, _ = made.opened("only for Ben"), made.opened("another")
        message = made.ann.post(made.general, "x")
        form = made.form(lambda: made.ann.message_shortcut("Collect Evidence", message))
        made.ann.submit(form, {"incident": key})
        assert f"Only @ben may do this (evidence) to {key}." in made.beside(form)["incident"]
