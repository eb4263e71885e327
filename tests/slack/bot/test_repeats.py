"""What comes twice is done once, and is answered both times the same."""

from __future__ import annotations

import pytest

from incident_core import commands as c
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from tests.servers.watchdog import wait_until
from tests.slack.bot.house import SOON, House, panel, words


@pytest.mark.parametrize(
    "text",
    [
        "open It comes twice",
        "declare {key}",
        "severity {key} sev1",
        "severity {key} sev4",
        "assign {key} comms @ben",
        "handover {key} @ben",
        "evidence {key} https://x.y/1",
        "update {key} News",
        "task {key} add Something",
        "resolve {key}",
        "close {key}",
        "reopen {key} It was not over",
    ],
)
def test_a_redelivered_command_answers_the_same_and_changes_nothing(home: House, text: str) -> None:
    key = home.opened("something happens to it")
    came = home.ann.command("/incident", text.format(key=key), home.general)
    events = home.events()
    assert home.again(came.id).answer == came.answer
    assert home.events() == events


def test_a_redelivered_open_sends_no_second_link(home: House) -> None:
    came = home.ann.command("/incident", "open It comes twice, its link once", home.general)
    key = words(came.answer).split()[0]
    told = home.told(lambda: home.remember(key, home.slack.team.add_channel("linked-once")), links=True)
    home.again(came.id)
    other = home.say("open Another one").split()[0]
    too = home.told(lambda: home.remember(other, home.slack.team.add_channel("linked-too")), links=True)
    assert too.startswith(other)
    assert [words(each.raw) for each in home.ann.sees(home.general)].count(told) == 1


def test_the_first_answer_stands_when_things_have_moved_on(home: House) -> None:
    key = home.opened("it moves on")
    came = home.ann.command("/incident", f"severity {key} sev2", home.general)
    home.do(c.SetSeverity, key, severity=Severity.SEV1)
    assert home.again(came.id).answer == came.answer
    assert home.incident(key).severity is Severity.SEV1


def test_the_first_of_two_same_titles_is_answered_again_without_a_word_about_the_second(home: House) -> None:
    came = home.ann.command("/incident", "open The same title", home.general)
    second = home.ann.command("/incident", "open The same title", home.general)
    assert "a moment ago" in words(second.answer)
    assert home.again(came.id).answer == came.answer
    assert home.again(second.id).answer == second.answer


def test_typed_twice_it_is_given_twice(home: House) -> None:
    key = home.opened("typed twice")
    home.say(f"task {key} add The same")
    home.say(f"task {key} add The same")
    assert [task.text for task in home.incident(key).tasks] == ["The same", "The same"]


def test_typed_with_the_key_of_the_first_it_is_the_first(home: House) -> None:
    key = home.opened("typed with a key")
    came = home.ann.command("/incident", f"task {key} add Once", home.general)
    assert words(came.answer) == home.say(f"task {key} add Once --key slack:{came.trigger_id}")
    assert len(home.incident(key).tasks) == 1


def test_a_doubled_click_is_one_command_with_one_answer(home: House) -> None:
    key = home.opened("clicked twice", room=True)
    message = panel(home, key, "declare")
    came = home.ann.press(message, "move:declare")
    assert came is not None
    assert wait_until(lambda: "declared" in words(home.newest(channel=message.channel).raw), SOON)
    first, events = words(home.newest(channel=message.channel).raw), home.events()
    told = home.told(lambda: home.again(came.id), channel=message.channel)
    assert told == first
    told = home.told(lambda: home.ann.press(message, "move:declare"), channel=message.channel)
    assert told == first
    assert home.events() == events


def test_a_doubled_close_is_one(home: House) -> None:
    key = home.opened("closed twice", room=True)
    room = home.room_of(key)
    home.say("close", channel=room)
    said = home.turned(home.newest(channel=room), f"Close {key}")
    assert said.startswith(f"{key} closed: no_action.")
    events = home.events()
    home.again(home.slack.team.deliveries()[-1].id)
    assert home.events() == events
    assert words(home.newest(channel=room).raw) == said


def test_a_close_that_comes_again_after_a_reopen_changes_nothing(home: House) -> None:
    key = home.opened("closed and delivered again", room=True)
    room = home.room_of(key)
    home.say("close", channel=room)
    home.turned(home.newest(channel=room), f"Close {key}")
    home.do(c.Reopen, key, reason="it was not over")
    pressed = home.slack.team.deliveries()[-1]
    home.again(pressed.id)
    assert home.incident(key).stage is Stage.INVESTIGATION
