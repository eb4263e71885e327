"""The buttons of a panel: they do the next step, ask where that is needed, and know when they are too old."""

from __future__ import annotations

import json

import pytest

from adapters.sandbox import Sandbox
from adapters.slack.bot.app import request
from adapters.slack.bot.payload import carried
from incident_core import commands as c
from incident_core.model.move import Move
from incident_core.model.permit import Permit
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from tests.slack.bot.house import WORKSPACE, House, buttons, drawn, house, panel, words


@pytest.fixture
def key(home: House) -> str:
    """An investigation of Ann's, with a channel in which Ben is too."""
    key = home.opened(room=True)
    home.slack.person("ben").join(home.room_of(key))
    return key


@pytest.fixture
def room(home: House, key: str) -> str:
    """Its channel."""
    return home.room_of(key)


def test_whoever_presses_declare_leads_it(home: House, key: str, room: str) -> None:
    message = panel(home, key, "declare")
    told = home.told(lambda: home.slack.person("ben").press(message, "move:declare"), by="ben", channel=room)
    assert told == f"{key} declared; <@{home.actor('ben').id}> is the commander."


def test_close_that_is_typed_asks_first_and_closes_when_that_is_pressed(
    home: House, key: str, room: str
) -> None:
    assert home.say("close", channel=room).startswith(f"Close {key} as no_action?")
    assert home.incident(key).stage is Stage.INVESTIGATION
    question = home.newest(channel=room)
    assert question.ephemeral
    assert home.turned(question, "move:close!") == f"{key} closed: no_action."
    assert home.incident(key).stage is Stage.CLOSED


def test_reopen_asks_why_in_a_form(home: House, key: str, room: str) -> None:
    home.do(c.Declare, key)
    home.do(c.Resolve, key)
    message = panel(home, key, "reopen")
    form = home.form(lambda: home.ann.press(message, "move:reopen"))
    home.ann.submit(form, {"reason": "Errors are back & worse"})
    assert home.shown(form).startswith(f"{key} reopened, and in stage incident again.")
    assert home.incident(key).stage is Stage.INCIDENT
    assert "Errors are back & worse" in home.say("timeline", channel=room)


def test_a_form_that_is_sent_twice_reopens_once(home: House, key: str, room: str) -> None:
    home.do(c.Close, key)
    message = panel(home, key, "reopen")
    form = home.form(lambda: home.ann.press(message, "move:reopen"))
    came = home.ann.submit(form, {"reason": "twice"})
    events = home.events()
    assert home.again(came.id).answer == came.answer
    clicked = home.app.dispatch(request({**came.payload, "trigger_id": "of a second click"}))
    assert words(json.loads(clicked.body)["view"]) == words(came.answer["view"])
    assert home.events() == events
    home.shown(form)


def test_a_form_says_beside_the_field_what_is_wrong_with_it(home: House, key: str, room: str) -> None:
    home.do(c.Close, key)
    message = panel(home, key, "reopen")
    form = home.form(lambda: home.ann.press(message, "move:reopen"))
    home.ann.submit(form, {"reason": "no \x07 bell"})
    now = next(each for each in home.ann.modals if each.id == form.id)
    assert "control character" in now.errors["reason"]
    home.ann.submit(now, {"reason": "a better one"})
    assert "reopened" in home.shown(form)


def test_a_form_that_slack_does_not_open_is_explained(home: House, key: str, room: str) -> None:
    home.do(c.Close, key)
    message = panel(home, key, "reopen")
    home.slack.team.fault("views.open", "error", code="fatal_error")
    told = home.told(lambda: home.ann.press(message, "move:reopen"), channel=room)
    assert told == "Slack did not open the form in time; nothing was changed. Do it again."


@pytest.mark.parametrize("move", ["declare", "resolve", "close", "reopen"])
def test_a_button_of_an_earlier_stage_changes_nothing_and_says_what_is_so(
    home: House, key: str, room: str, move: str
) -> None:
    message = panel(home, key, move)
    home.do(c.Declare, key, by="ben")
    events = home.events()
    told = home.told(lambda: home.ann.press(message, f"move:{move}"), channel=room)
    assert told == (
        f"{key} has moved on since this button was shown; nothing was changed. "
        "It is now: sev4 · incident · investigating."
    )
    assert home.events() == events


def test_a_question_that_is_too_old_is_answered_in_its_place(home: House, key: str, room: str) -> None:
    home.say("close", channel=room)
    question = home.newest(channel=room)
    home.do(c.Declare, key, by="ben")
    assert "has moved on" in home.turned(question, "move:close!")
    assert buttons(home.ann.sees(room)[-1]) == []


def test_events_that_are_no_stages_do_not_make_a_button_old(home: House, key: str, room: str) -> None:
    message = panel(home, key, "declare")
    home.do(c.SetSeverity, key, severity=Severity.SEV1)
    assert "declared" in home.told(lambda: home.ann.press(message, "move:declare"), channel=room)


def test_a_refusal_does_not_stand_once_it_was_mended(sandbox: Sandbox) -> None:
    permits = {Move.DECLARE: Permit(groups=frozenset({"S0604QSJC"}))}
    with house(sandbox, policy=Policy(permits=permits)) as home:
        key = home.opened(room=True)
        room = home.room_of(key)
        message = panel(home, key, "declare")

        def told() -> str:
            return home.told(lambda: home.ann.press(message, "move:declare"), channel=room)

        first = told()
        assert "S0604QSJC" in first
        assert told() == first
        home.store.groups.keep(WORKSPACE, "S0604QSJC", [home.actor()], home.clock.now())
        assert told().startswith(f"{key} declared")
        events = home.events()
        assert told()
        assert home.events() == events


def test_two_who_press_at_once_are_both_answered_by_the_rules(home: House, key: str, room: str) -> None:
    message = panel(home, key, "declare")
    ben = home.slack.person("ben")
    first = home.ann.press(message, "move:declare", wait=False)
    second = ben.press(message, "move:declare", wait=False)
    assert first is not None
    assert second is not None
    assert home.ann.outcome(first).acked
    assert ben.outcome(second).acked
    incident = home.incident(key)
    assert incident.stage is Stage.INCIDENT
    assert len(incident.stages) == 2


def test_a_long_reason_to_override_is_refused_before_it_is_lost(home: House, key: str, room: str) -> None:
    assert "too long for Slack" in home.say(f"close --override {'x' * 2_000}", channel=room)
    said = home.say(f"close --override {'é' * 1_500}", channel=room)
    assert said.startswith(f"Close {key}")


@pytest.mark.parametrize(
    "value",
    ["[]", "nonsense", carried(key=3, visit="x"), carried(visit=1), carried(key="INC-9999999", visit=1)],
)
def test_what_a_button_carries_is_read_without_trust(home: House, key: str, room: str, value: str) -> None:
    message = drawn(home, room, {"action_id": "move:declare", "value": value})
    events = home.events()
    assert home.told(lambda: home.ann.press(message, "move:declare"), channel=room)
    assert home.events() == events
