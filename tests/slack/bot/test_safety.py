"""Who may come in, how often, and what they may see: the same at every way in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters.sandbox import Sandbox
from adapters.slack.bot import faults
from adapters.slack.bot.app import request
from adapters.slack.bot.desk import Team
from adapters.slack.bot.gate import Buckets, Gate
from adapters.slack.bot.payload import Payload
from incident_core.testing.memory import FrozenClock
from tests.slack.bot.house import House, drawn, house, panel, speaks_of


@pytest.fixture(scope="module")
def shared(sandbox: Sandbox) -> Iterator[House]:
    """A house with a channel that is shared with another workspace, of which Sid is."""
    with house(sandbox) as made:
        other = made.slack.control.found("Elsewhere")
        made.slack.team.share(made.general, other.id, "Elsewhere")
        made.slack.team.add_user("sid", home=other.id)
        made.slack.person("sid").join(made.general)
        yield made


def test_strangers_are_refused_at_every_button(shared: House) -> None:
    key = shared.opened("not for strangers")
    shared.remember(key, shared.general)
    sid = shared.slack.person("sid")
    events = shared.events()
    for move in ("declare", "resolve", "close", "reopen"):
        message = panel(shared, key, move, by="sid")
        told = shared.told(lambda: sid.press(message, f"move:{move}"), by="sid")  # noqa: B023
        assert told == faults.STRANGER
    message = drawn(
        shared, shared.general, {"action_id": "page:older", "value": '{"v":"list","at":0}'}, by="sid"
    )
    assert shared.told(lambda: sid.press(message, "page:older"), by="sid") == faults.STRANGER
    assert shared.events() == events


def test_strangers_collect_no_evidence(shared: House) -> None:
    shared.opened("not for strangers either")
    sid = shared.slack.person("sid")
    message = sid.post(shared.general, "look")
    told = shared.told(lambda: sid.message_shortcut("Collect Evidence", message), by="sid")
    assert told == faults.STRANGER


@pytest.mark.parametrize(
    ("payload", "stranger"),
    [
        ({"team_id": "T1"}, False),
        ({"team_id": "T2"}, True),
        ({"team": {"id": "T1"}, "user": {"id": "U01", "team_id": "T1"}}, False),
        ({"team": {"id": "T1"}, "user": {"id": "U01", "team_id": "T2"}}, True),
        ({"team": {"id": "T2"}, "user": {"id": "U01", "team_id": "T2"}}, True),
        ({"team": None, "user": {"id": "W01", "team_id": "T1"}, "enterprise": {"id": "E1"}}, False),
        ({"team": {"id": "T1"}, "user": {"id": "W01", "team_id": "E1"}, "enterprise": {"id": "E1"}}, False),
        ({"team": {"id": "T2"}, "user": {"id": "U01", "team_id": "T2"}, "enterprise": {"id": "E2"}}, True),
        ({}, True),
        ({"team": "T1", "user": "U01"}, True),
    ],
)
def test_only_people_of_the_own_workspace_come_in(payload: dict[str, object], stranger: bool) -> None:
    gate = Gate(Team("T1", "acme", "U0BOT", enterprise="E1"), frozenset(), Buckets(FrozenClock(), 30))
    assert gate.stranger(Payload(payload)) is stranger


@pytest.mark.parametrize(
    ("allowed", "payload", "stranger"),
    [
        ({"T2"}, {"team_id": "T2"}, False),
        ({"T2"}, {"team_id": "T1"}, True),
        ({"T1", "T2"}, {"team": {"id": "T1"}, "user": {"id": "U01", "team_id": "T2"}}, False),
        ({"E1"}, {"team_id": "T7", "enterprise_id": "E1"}, False),
        ({"E1"}, {"team_id": "T7", "enterprise_id": "E2"}, True),
        ({"E1"}, {"team_id": "T7"}, True),
    ],
)
def test_a_setting_says_which_workspaces_may(
    allowed: set[str], payload: dict[str, object], stranger: bool
) -> None:
    gate = Gate(Team("T1", "acme", "U0BOT"), frozenset(allowed), Buckets(FrozenClock(), 30))
    assert gate.stranger(Payload(payload)) is stranger


def test_people_with_a_w_are_people(home: House) -> None:
    walter = home.slack.team.add_user("walter", grid=True)
    assert walter.startswith("W")
    home.slack.person("walter").join(home.general)
    key = home.say("open Walter opens it", by="walter").split()[0]
    home.say(f"assign {key} comms <@{walter}>")
    incident = home.incident(key)
    assert incident.opened_by.id == incident.roles["communications_liaison"].id == walter


def test_a_private_incident_is_not_there_for_others(home: House) -> None:
    key = home.say("open --private Quietly").split()[0]
    home.give_room(key, "ann", "ben")
    room = home.room_of(key)
    nowhere = "INC-99999"
    for verb in (
        "status",
        "timeline",
        "declare",
        "severity {} sev1",
        "evidence {} https://x.y",
        "explain",
        "close",
    ):
        text = verb if "{}" in verb else f"{verb} {{}}"
        there = home.say(text.format(key), by="ben")
        assert there.replace(key, nowhere) == home.say(text.format(nowhere), by="ben")
        assert there == f"There is no incident {key} that you can see."
    assert "Which incident?" in home.say("status", by="ben", channel=room), "nor by its channel"
    assert not speaks_of(key, home.say("list", by="ben"))
    assert "Nothing was found" in home.say("search quietly", by="ben")
    message = panel(home, key, "declare")
    told = home.told(lambda: home.slack.person("ben").press(message, "move:declare"), by="ben", channel=room)
    assert told == f"There is no incident {key} that you can see."
    home.say(f"access {key} grant @ben")
    assert home.say("status", by="ben", channel=room).startswith(key)
    assert f"<@{home.actor('ben').id}>" in home.say(f"access {key}")


def test_a_private_incident_is_offered_only_to_those_with_access(home: House) -> None:
    secret = home.say("open --private Undisclosed matter").split()[0]
    home.opened("one", by="ben")
    home.opened("two", by="ben")
    ben = home.slack.person("ben")
    message = ben.post(home.general, "x")
    form = home.form(lambda: ben.message_shortcut("Collect Evidence", message), by="ben")
    assert ben.options(form, "incident", secret) == ben.options(form, "incident", "undisclosed") == []
    home.shown(form, by="ben")


def test_who_asks_too_often_waits_and_others_do_not(sandbox: Sandbox) -> None:
    with house(sandbox, per_minute=3) as home:
        for _ in range(3):
            assert "Nothing is open" in home.say("list")
        assert home.say("open Too much").startswith("That was a lot in one minute: nothing was done.")
        assert "in 20 seconds" in home.say("list")
        assert "Nothing is open" in home.say("list", by="ben")
        message = home.ann.post(home.general, "x")
        told = home.told(lambda: home.ann.message_shortcut("Collect Evidence", message))
        assert "That was a lot" in told
        home.clock.move(timedelta(seconds=20))
        assert "opened" in home.say("open Not too much")
        assert "That was a lot" in home.say("list")


def test_a_bucket_is_filled_evenly_and_never_overflows() -> None:
    clock = FrozenClock()
    buckets = Buckets(clock, 60)
    assert [buckets.take("ann") for _ in range(61)] == [0] * 60 + [1]
    clock.move(timedelta(hours=1))
    assert [buckets.take("ann") for _ in range(61)] == [0] * 60 + [1]
    clock.move(timedelta(hours=-2))
    assert buckets.take("ann") == 1, "a clock that is set back gives nothing"


def test_the_name_a_person_has_elsewhere_is_used(sandbox: Sandbox) -> None:
    with house(sandbox) as plain:
        ann = plain.ann.id
        slack = plain.slack
    with house(sandbox, slack=slack, people=((f"slack:{ann}", "cli:ann"),)) as home:
        key = home.say("open By Ann").split()[0]
        found = home.store.reader.show("default", key, home.desk.actor(ann))
        assert found is not None
        assert str(found.opened_by) == "cli:ann"
        assert "opened by ann (cli)" in home.say(f"status {key}")


def test_commands_of_others_are_not_answered_as_ours(home: House) -> None:
    before = home.events()
    assert home.say("open It", command="/elsewhere") == (
        "This bot does not know /elsewhere; it answers to /incident and /case."
    )
    assert home.events() == before
    assert "opened: By its other name" in home.say("open By its other name", command="/case")


def test_unknown_buttons_and_shortcuts_are_explained(home: House) -> None:
    message = drawn(home, home.general, {"action_id": "nobody_knows", "value": "x"})
    told = home.told(lambda: home.ann.press(message, "nobody_knows"))
    assert told == "This button is not known here any more; nothing was done."
    told = home.told(lambda: home.ann.message_shortcut("Old one", message))
    assert told == "This shortcut is not known here any more; nothing was done."
    form = home.form(lambda: home.ann.shortcut("Old everywhere"))
    assert home.shown(form) == "This shortcut is not known here any more; nothing was done."


def test_a_form_that_nobody_knows_is_explained(home: House) -> None:
    came = home.ann.shortcut("Old everywhere")
    view = {"type": "modal", "callback_id": "nobody_knows", "id": "V1", "state": {"values": {}}}
    answer = home.app.dispatch(request({**came.payload, "type": "view_submission", "view": view}))
    assert (answer.status, json.loads(answer.body)["response_action"]) == (200, "update")
    assert "This form is not known here any more" in answer.body
