"""The home tab shows each person what is open and what is theirs, and nothing that they may not see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.control.facts import Called
from adapters.sandbox.person.seen import SeenView
from adapters.slack.bot import home as tab
from adapters.slack.bot.app import request
from incident_core import commands as c
from incident_core.model.outcome import Outcome
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.times import Due
from tests.servers.watchdog import wait_until
from tests.slack.bot.house import SOON, House, buttons, house, speaks_of, words


@pytest.fixture
def fresh(sandbox: Sandbox) -> Iterator[House]:
    """A house in which nothing was opened yet."""
    with house(sandbox, version="9.8.7") as made:
        yield made


def published(home: House) -> list[Called]:
    return home.slack.team.calls("views.publish")


def drawn(home: House, by: str = "ann") -> SeenView:
    """Open the home tab; what it shows once it is drawn."""
    before = len(published(home))
    person = home.slack.person(by)
    person.open_home(home.slack.app.id)
    assert wait_until(lambda: len(published(home)) > before and published(home)[-1].outcome == "ok", SOON)
    view = person.home(home.slack.app.id)
    assert view is not None
    return view


def shown(home: House, by: str = "ann") -> str:
    """What somebody reads there."""
    return words({"blocks": drawn(home, by).blocks})


def test_where_nothing_is_open_it_says_so_and_offers_to_start(fresh: House) -> None:
    view = drawn(fresh)
    said = words({"blocks": view.blocks})
    assert "Nothing is open." in said
    assert "You hold no role in anything that is open." in said
    assert "You have no open follow-up." in said
    assert buttons(view.blocks) == ["Start a new incident"]
    element = view.blocks[0]["elements"][0]
    assert (element["action_id"], element["value"]) == (tab.START, "{}")
    assert "Health" not in said


def test_it_says_when_it_was_drawn_in_the_readers_own_zone(fresh: House) -> None:
    dates = [each for each in _parts(drawn(fresh).blocks) if each.get("type") == "date"]
    assert [each["timestamp"] for each in dates] == [int(fresh.clock.now().timestamp())]


def test_open_incidents_come_with_all_that_matters_and_closed_ones_do_not(fresh: House) -> None:
    first = fresh.opened("Checkout <b>fails</b>", declare=True, severity=Severity.SEV2, room=True)
    drill = fresh.opened("Just trying", drill=True)
    secret = fresh.opened("Leak", private=True)
    over = fresh.opened("All is over")
    fresh.do(c.Close, over, outcome=Outcome.FALSE_ALARM, override="nothing to see")
    said = shown(fresh)
    room, ann = fresh.room_of(first), fresh.slack.person("ann").id
    assert f"{first} · sev2 · incident: investigating · Checkout <b>fails</b> · <@{ann}> · <#{room}>" in said
    assert f"{drill} DRILL · sev4" in said
    assert f"{secret} PRIVATE · sev4" in said
    assert over not in said
    assert said.index(secret) < said.index(drill) < said.index(first)


def test_of_private_incidents_nothing_shows_to_who_may_not_see_them(fresh: House) -> None:
    for number in range(tab.MOST):
        fresh.opened(f"Ordinary {number}")
    key = fresh.opened("Quite secret", private=True)
    fresh.do(c.AddFollowUp, key, text="Ask the lawyer", owner=fresh.actor("ann"))
    mine, theirs = shown(fresh, "ann"), shown(fresh, "ben")
    assert "Quite secret" in mine
    assert "Ask the lawyer" in mine
    assert "Open now (21)" in mine
    assert "Open now (20)" in theirs
    for word in (key, "secret", "lawyer", "PRIVATE", "more:"):
        assert word not in theirs


def test_of_many_the_newest_are_shown_and_how_many_there_are_more(fresh: House) -> None:
    keys = [fresh.opened("x" * 200) for _ in range(tab.MOST + 3)]
    view = drawn(fresh)
    said = words({"blocks": view.blocks})
    assert "Open now (23)" in said
    assert "and 3 more: /incident list" in said
    assert keys[-1] in said
    assert keys[3] in said
    assert not speaks_of(keys[2], said)
    assert len(view.blocks) < 100
    assert len(json.dumps(view.blocks)) < 50_000


def test_my_roles_and_follow_ups_are_there_and_those_of_others_are_not(fresh: House) -> None:
    led = fresh.opened("API is slow", declare=True, severity=Severity.SEV1)
    fresh.do(c.Assign, led, role="technical_lead", holder=fresh.actor("ben"))
    today = fresh.clock.now().date()
    for text, owner, days in (("Alert sooner", "ann", -1), ("Write it down", "ann", 3), ("Sleep", "ben", 1)):
        due = Due(today + timedelta(days=days))
        fresh.do(c.AddFollowUp, led, text=text, owner=fresh.actor(owner), due=due)
    said = shown(fresh)
    assert f"incident commander of {led} · sev1 · incident · API is slow" in said
    assert "technical lead" not in said
    assert "Your follow-ups (2)" in said
    late = f"{led} f1: Alert sooner, due {today - timedelta(days=1)} UTC overdue · "
    assert f"{late}/incident followup {led} done f1" in said
    assert f"{led} f2: Write it down, due {today + timedelta(days=3)} UTC · " in said
    assert "Sleep" not in said
    theirs = shown(fresh, "ben")
    assert f"technical lead of {led}" in theirs
    assert "Sleep" in theirs


@pytest.mark.parametrize(
    ("count", "said"), [(tab.MOST, ""), (22, "and 2 more"), (60, "and at least 30 more")]
)
def test_of_many_follow_ups_the_newest_are_shown(fresh: House, count: int, said: str) -> None:
    key = fresh.opened()
    for _ in range(count):
        fresh.do(c.AddFollowUp, key, text="Alert sooner", owner=fresh.actor("ann"))
    blocks = drawn(fresh).blocks
    assert words({"blocks": blocks}).count("Alert sooner") == tab.MOST
    assert [words({"blocks": [each]}) for each in blocks if "more" in words({"blocks": [each]})] == [said][
        : len(said)
    ]


def test_what_it_says_to_type_for_a_follow_up_finishes_it(fresh: House) -> None:
    key = fresh.opened()
    fresh.do(c.AddFollowUp, key, text="Alert sooner", owner=fresh.actor())
    line = next(each["text"] for each in _parts(drawn(fresh).blocks) if "done f1" in each.get("text", ""))
    assert "f1 is done" in fresh.say(line.removeprefix("/incident "))
    assert "You have no open follow-up." in shown(fresh)


def test_admins_see_how_the_bot_is(sandbox: Sandbox) -> None:
    with house(sandbox, version="9.8.7") as plain:
        admins = frozenset({plain.actor("ann")})
    with house(
        sandbox, slack=plain.slack, store=plain.store, version="9.8.7", policy=Policy(admins=admins)
    ) as home:
        assert "Health (only admins see this): all is well · version 9.8.7" in shown(home, "ann")
        assert "Health" not in shown(home, "ben")
        key = home.opened()
        home.clock.move(timedelta(days=2))
        said = shown(home, "ann")
        assert "Health (only admins see this): behind: 1 · stopped: 0 · timers late: " in said
        assert f"{key} in slack: version 0 of 1 is shown" in said


def test_opening_another_tab_draws_nothing(fresh: House) -> None:
    for tab_name, drawn_so_far in (("messages", 0), ("home", 1)):
        sent = _home_opened(fresh, tab_name)
        assert sent.status == 200
        fresh.pool.release()
        assert wait_until(lambda: len(published(fresh)) >= drawn_so_far, SOON)  # noqa: B023 - it is waited for
    fresh.pool.close()
    assert len(published(fresh)) == 1


def test_whoever_asks_too_often_waits(sandbox: Sandbox) -> None:
    with house(sandbox, per_minute=2) as home:
        for _ in range(2):
            drawn(home)
        home.slack.person("ann").open_home(home.slack.app.id)
        assert shown(home, "ben")
        assert len(published(home)) == 3


def test_where_slack_refuses_it_the_next_time_works(fresh: House) -> None:
    fresh.slack.team.fault("views.publish", "error", code="fatal_error")
    before = len(published(fresh))
    fresh.slack.person("ann").open_home(fresh.slack.app.id)
    assert wait_until(lambda: len(published(fresh)) > before, SOON)
    assert "Nothing is open" in shown(fresh)


def _home_opened(home: House, tab_name: str) -> Any:
    event = {
        "type": "app_home_opened",
        "user": home.slack.person("ann").id,
        "channel": "D01",
        "tab": tab_name,
    }
    envelope = {"type": "event_callback", "event_id": tab_name, "team_id": home.slack.workspace.id}
    return home.app.dispatch(request({**envelope, "event": event}))


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for each in value:
            yield from _parts(each)
    elif isinstance(value, dict):
        yield {name: each for name, each in value.items() if not isinstance(each, (list, dict))}
        yield from _parts(list(value.values()))
