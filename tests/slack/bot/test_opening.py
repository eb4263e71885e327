"""Opening: the key comes at once, the channel's link follows, and any title stays as it was typed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from adapters.sandbox import Sandbox
from adapters.slack.bot.following import Following, channel
from adapters.slack.bot.pool import Pool
from adapters.slack.features import Features
from adapters.slack.words import shipped_words
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from tests.servers.watchdog import wait_until
from tests.slack.bot.house import SOON, House, house, words

TITLES = (
    "API & checkout <b>slow</b> (again)",
    '$PATH // C:\\temp … it\'s "broken" `now`',
    "@everyone <here> <U0123ABC|x> & co",
    "*bold* _italic_ ~gone~ >quote",
    "🔥🔥 💥",
    "שלום עולם",
    "ЖЖЖ",
    "--- !!! ???",
    "x" * 200,
    "no --private --sev1 flags inside",
    "two  spaces",
)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_stored_as_typed_and_shown_literally(home: House, title: str) -> None:
    said = home.say(f"open {title}")
    key = said.split()[0]
    assert home.incident(key).title == title
    assert title.replace("  ", " ") in home.say(f"status {key}")
    assert title.replace("  ", " ") in home.say("list")


@pytest.mark.parametrize(
    ("flags", "severity", "private", "drill", "stage"),
    [
        ("", Severity.SEV4, False, False, Stage.INVESTIGATION),
        ("--sev1", Severity.SEV1, False, False, Stage.INVESTIGATION),
        ("--severity SEV2 --drill", Severity.SEV2, False, True, Stage.INVESTIGATION),
        ("--private —sev3", Severity.SEV3, True, False, Stage.INVESTIGATION),
        ("--declare", Severity.SEV4, False, False, Stage.INCIDENT),
    ],
)
def test_flags_stand_before_the_title(
    home: House, flags: str, severity: Severity, private: bool, drill: bool, stage: Stage
) -> None:
    key = home.say(f"open {flags} It is {flags or 'plain'}").split()[0]
    opened = home.incident(key)
    assert (opened.severity, opened.private, opened.drill, opened.stage) == (severity, private, drill, stage)
    assert opened.title == f"It is {flags or 'plain'}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("open", "Give it a title: /incident open API answers slowly"),
        ("open --private", "Give it a title"),
        ("open --severity bad It burns", "bad is not a severity"),
        ("open --sev1 --sev2 It burns", "has one severity"),
        ("open " + "x" * 201, "has 201 characters; at most 200 fit"),
        ("open one line\nand another", "control character"),
    ],
)
def test_what_is_no_title_opens_nothing(home: House, text: str, said: str) -> None:
    before = home.events()
    assert said in home.say(text)
    assert home.events() == before


def test_the_link_to_the_channel_follows_once_it_exists(home: House) -> None:
    key = home.say("open It has a channel soon").split()[0]
    room = home.slack.team.add_channel("soon-there")
    told = home.told(lambda: home.remember(key, room), links=True)
    assert told == f"{key} has its channel: <#{room}>"
    assert [each for each in home.ann.sees(home.general) if "has its channel" in words(each.raw)][
        -1
    ].ephemeral


def test_several_links_are_looked_for_together(home: House) -> None:
    people = ("ann", "ben", "cleo")
    keys = {name: home.say(f"open {name} waits", by=name).split()[0] for name in people}
    for name, key in keys.items():
        home.remember(key, home.slack.team.add_channel(f"for-{name}"))
    for name, key in keys.items():
        assert wait_until(partial(_linked, home, name, key), SOON)


def _linked(home: House, name: str, key: str) -> bool:
    return words(home.newest(name, links=True).raw).startswith(f"{key} has its channel")


def test_the_same_title_typed_twice_is_two_incidents_and_the_second_answer_names_the_first(
    home: House,
) -> None:
    first = home.say("open Twice, by me").split()[0]
    said = home.say("open twice,  by ME")
    second = said.split()[0]
    assert first != second
    assert f"You opened {first} under the same title a moment ago." in said
    assert f"/incident close {second} --duplicate-of {first}" in said


def test_others_and_later_ones_are_not_taken_for_the_same(home: House) -> None:
    home.say("open Not the same")
    assert "a moment ago" not in home.say("open Not the same", by="ben")
    home.clock.move(timedelta(minutes=5, seconds=1))
    assert "a moment ago" not in home.say("open Not the same")


def test_a_private_incident_without_a_channel_promises_none(sandbox: Sandbox) -> None:
    with house(sandbox, features=Features(private=False)) as home:
        assert "channel" not in home.say("open --private Quietly")
        assert "The link to its channel follows." in home.say("open Loudly")


def test_who_waits_for_long_is_told_that_the_channel_is_late(home: House) -> None:
    key, told = home.opened("late"), list[tuple[str, str]]()
    pool = Pool(1)
    following = Following(
        home.desk.whereabouts,
        home.desk.workspace,
        pool,
        lambda url, answer: told.append((url, words(answer.message(shipped_words())))),
        partial(channel, shipped_words()),
        at_most=0.0,
    )
    following.follow(key, "https://answer.here")
    assert wait_until(lambda: bool(told), SOON)
    late = f"{key} has no channel yet; it comes by itself as soon as Slack makes one."
    assert told == [("https://answer.here", late)]
    home.give_room(key)
    following.follow(key, "https://answer.here")
    assert wait_until(lambda: len(told) == 2, SOON)
    assert "has its channel" in told[1][1]
    pool.close()


def test_everybody_in_a_crowd_gets_their_link(home: House) -> None:
    keys, told = [home.opened(f"one of many {number}") for number in range(120)], list[str]()
    pool = Pool(1)
    said = partial(channel, shipped_words())
    following = Following(
        home.desk.whereabouts, home.desk.workspace, pool, lambda url, _: told.append(url), said
    )
    for key in keys:
        following.follow(key, key)
    home.give_room(keys[-1])
    assert wait_until(lambda: told == [keys[-1]], SOON)
    pool.close()
