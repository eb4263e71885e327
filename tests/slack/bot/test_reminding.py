"""Reminders are put off and stopped: by their buttons and by typing; asked twice, they end when they did."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.person.seen import SeenMessage
from incident_core import commands as c
from incident_core.model.severity import Severity
from tests.slack.bot.house import House, drawn, house, named, select, value, words

HALF = timedelta(minutes=30)


@pytest.fixture
def key(home: House) -> str:
    """A bad incident of Ann's, with a channel."""
    return home.opened(room=True, declare=True, severity=Severity.SEV1)


@pytest.fixture
def room(home: House, key: str) -> str:
    """Its channel."""
    return home.room_of(key)


def _reminder(home: House, key: str, timer: str) -> SeenMessage:
    return drawn(
        home,
        home.room_of(key),
        select("timer:snooze", "15", "30", "60", "240"),
        {"action_id": "timer:stop", "value": value(home, key, timer=timer)},
        {"action_id": "update:send", "value": value(home, key)},
        block=named(home, "timer", key, timer),
    )


def _snoozed(home: House, key: str, timer: str = "comms") -> datetime | None:
    return home.incident(key).reminders[timer]


def test_a_reminder_is_put_off_for_as_long_as_is_chosen(home: House, key: str, room: str) -> None:
    message = _reminder(home, key, "comms")
    told = home.told(lambda: home.ann.choose(message, "timer:snooze", "30"), channel=room)
    assert told.startswith(f"{key}: no reminder of comms before ")
    assert _snoozed(home, key) == home.clock.now() + HALF


def test_a_choice_that_is_delivered_twice_ends_when_it_did(home: House, key: str, room: str) -> None:
    message = _reminder(home, key, "comms")
    told = home.told(lambda: home.ann.choose(message, "timer:snooze", "30"), channel=room)
    sent, until, events = home.slack.team.deliveries()[-1], _snoozed(home, key), home.events()
    home.clock.move(timedelta(minutes=5))
    assert home.told(lambda: home.again(sent.id), channel=room) == told
    assert (_snoozed(home, key), home.events()) == (until, events)


def test_a_reminder_is_stopped(home: House, key: str, room: str) -> None:
    message = _reminder(home, key, "stale")
    told = home.told(lambda: home.ann.press(message, "timer:stop"), channel=room)
    assert told == f"{key}: no more reminders of stale."
    assert _snoozed(home, key, "stale") is None
    again = home.told(lambda: home.ann.press(message, "timer:stop"), channel=room)
    assert again == f"Unchanged: {key}: stale was stopped already."


def test_a_reminder_of_news_leads_to_the_form_for_them(home: House, key: str) -> None:
    message = _reminder(home, key, "comms")
    form = home.form(lambda: home.ann.press(message, "update:send"))
    home.ann.submit(form, {"text": "Here they are"})
    assert home.shown(form) == f"{key}: update u1 sent."


@pytest.mark.parametrize("element", ["timer:snooze", "timer:stop", "update:send"])
def test_a_reminder_of_an_earlier_stage_changes_nothing(
    home: House, key: str, room: str, element: str
) -> None:
    message = _reminder(home, key, "comms")
    home.do(c.Resolve, key)
    events = home.events()

    def used() -> object:
        return (
            home.ann.choose(message, element, "30")
            if "snooze" in element
            else home.ann.press(message, element)
        )

    assert "has moved on since this button was shown" in home.told(used, channel=room)
    assert home.events() == events


def test_a_timer_that_is_not_there_is_refused_both_times(home: House, key: str, room: str) -> None:
    message = _reminder(home, key, "followup:f7")
    told = home.told(lambda: home.ann.choose(message, "timer:snooze", "30"), channel=room)
    assert f"{key} has no timer followup:f7" in told
    assert f"→ /incident timers {key}" in told
    sent, events = home.slack.team.deliveries()[-1], home.events()
    home.clock.move(timedelta(minutes=1))
    assert home.told(lambda: home.again(sent.id), channel=room) == told
    assert home.events() == events


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("30m", HALF),
        ("2h", timedelta(hours=2)),
        ("1h 30m", timedelta(minutes=90)),
        ("for 30m", HALF),
        ("--for 30m", HALF),
        ("in 30m", HALF),
        ("--until in 30m", HALF),
        ("--until=30m", HALF),
        ("until {at}", timedelta(hours=3)),
        ("--until {at}", timedelta(hours=3)),
        ("{at}", timedelta(hours=3)),
    ],
)
def test_a_snooze_is_typed_as_a_length_or_a_time(
    home: House, key: str, room: str, typed: str, span: timedelta
) -> None:
    until = home.clock.now() + span
    home.say(f"timers snooze comms {typed.format(at=until.isoformat())}", channel=room)
    assert _snoozed(home, key) == until


def test_a_snooze_that_was_typed_and_comes_twice_is_one(home: House, key: str) -> None:
    came = home.ann.command("/incident", f"timers {key} snooze comms 30m", home.general)
    events = home.events()
    home.clock.move(timedelta(minutes=7))
    assert home.again(came.id).answer == came.answer
    assert home.events() == events
    other = home.opened("another", severity=Severity.SEV1)
    said = home.say(f"timers {other} snooze comms 30m --key slack:{came.trigger_id}")
    assert "was used for another command" in said


def test_the_key_of_anothers_snooze_tells_nothing_of_it(home: House, key: str) -> None:
    secret = home.opened("for Ben alone", by="ben", private=True)
    came = home.slack.person("ben").command(
        "/incident", f"timers {secret} snooze followup:f7 30m", home.general
    )
    assert f"{secret} has no timer" in words(came.answer)
    said = home.say(f"timers {key} snooze comms 30m --key slack:{came.trigger_id}")
    assert "was used for another command" in said
    assert secret not in said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("timers snooze", "Say what and which"),
        ("timers put off comms", "Say what and which"),
        ("timers stop comms now", "Say what and which"),
        ("timers snooze comms", "Nothing is not a length of time"),
        ("timers snooze comms later", "later is not a length of time"),
        ("timers snooze comms 2026-12-01", "is not a length of time"),
        ("timers snooze comms 999999999w", "beyond the year 9999"),
        ("timers snooze comms 9999999d", "beyond the year 9999"),
        ("timers snooze comms until 2020-01-01T00:00Z", "A snooze ends after it begins"),
        ("timers snooze COMMS! 30m", "is not the name of a timer"),
        ("scheduler stop", "This shows all timers"),
    ],
)
def test_what_cannot_be_meant_is_said(home: House, key: str, room: str, typed: str, said: str) -> None:
    events = home.events()
    assert said in home.say(typed, channel=room)
    assert home.events() == events


def test_timers_are_listed_with_times_in_each_readers_zone(home: House, key: str, room: str) -> None:
    said = home.say("timers", channel=room)
    assert said.startswith("Timers, the next to fire first\n• ")
    assert f"• {key} comms: {home.clock.now() + HALF:%Y-%m-%d %H:%M} UTC" in said
    assert set(re.findall(r"INC-\d+", said)) == {key}
    home.say("timers stop stale", channel=room)
    home.say("timers snooze comms 2h", channel=room)
    said = home.say(f"timers {key} list")
    assert f"• {key} stale: stopped" in said
    assert f"• {key} comms: snoozed until " in said
    dates = [each for each in str(home.blocks("timers", channel=room)).split("'type': ") if "'date'" in each]
    assert dates


def test_all_timers_are_those_of_what_one_may_see(sandbox: Sandbox) -> None:
    with house(sandbox) as made:
        assert made.say("scheduler list") == "No timer counts."
        open_, secret = made.opened("for all"), made.opened("for Ben", by="ben", private=True)
        for typed in ("timers", "timers list", "scheduler list", "scheduler"):
            said = made.say(typed)
            assert f"• {open_} stale: " in said
            assert secret not in said
            assert secret in made.say(typed, by="ben")
        assert made.say(f"timers {secret}") == f"There is no incident {secret} that you can see."
        made.do(c.Close, open_)
        assert made.say(f"timers {open_}") == f"{open_} has no timer that counts."


def test_more_timers_than_fit_are_cut(sandbox: Sandbox) -> None:
    with house(sandbox) as made:
        for number in range(30):
            made.opened(f"number {number}")
        said = made.say("timers")
        assert said.count(" stale: ") == 20
        assert "and more: /incident timers INC-42" in said
        assert words({"blocks": made.blocks("timers")}) == said
