"""The log of an incident's channel is a text file in that channel, with all that was said there."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient

from adapters.sandbox import Sandbox
from adapters.sandbox.person.seen import SeenMessage
from adapters.slack.api import Api
from adapters.slack.bot.people import Directory
from adapters.slack.bot.talk import Message, NotRead, Reading
from adapters.slack.bot.transcript import written
from adapters.slack.features import Features
from adapters.slack.words import shipped_words
from tests.servers.watchdog import wait_until
from tests.slack.bot.house import SOON, House, drawn, house, words

ON = Features(private=True, history=True, files=True)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")


@pytest.fixture(scope="module")
def home(sandbox: Sandbox) -> Iterator[House]:
    """A house whose bot may read channels and send files."""
    with house(sandbox, features=ON) as made:
        for name in ("ann", "ben", "cleo"):
            made.desk.directory.learn(made.slack.person(name).id, name)
        yield made


def client(home: House) -> WebClient:
    return WebClient(home.slack.bot_token, base_url=home.slack.api_url)


def incident(home: House, title: str = "API is slow", **values: Any) -> tuple[str, str]:
    """The key and the channel of a new incident; Ann, Ben and the bot are in it."""
    key = home.opened(title, **values)
    room = client(home).conversations_create(name=f"r-{key.lower()}", is_private=bool(values))["channel"][
        "id"
    ]
    client(home).conversations_invite(channel=room, users=home.slack.person("ann").id)
    client(home).conversations_invite(channel=room, users=home.slack.person("ben").id)
    home.remember(key, room)
    return key, str(room)


def asked(home: House, key: str, by: str = "ann") -> str:
    """Press the button, somewhere else; what it answers."""
    button = {"action_id": "chatlog:export", "value": json.dumps({"key": key})}
    message = drawn(home, home.general, button, by=by)
    return home.told(lambda: home.slack.person(by).press(message, "chatlog:export"), by=by)


def files(home: House, channel: str, by: str = "ann") -> list[str]:
    """The contents of the files in that channel."""
    raws = [file for each in home.slack.person(by).sees(channel) for file in each.raw.get("files", [])]
    return [_content(home, file["url_private"]) for file in raws]


def _content(home: House, url: str) -> str:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {home.slack.bot_token}"})
    with urllib.request.urlopen(request, timeout=SOON) as answer:
        return str(answer.read().decode())


def log(home: House, key: str, room: str) -> str:
    """Ask for the log; the file, once it is there."""
    before = len(files(home, room))
    assert "is being made" in asked(home, key)
    assert wait_until(lambda: len(files(home, room)) > before, SOON)
    return files(home, room)[-1]


def test_all_that_was_said_is_there_with_names_times_and_threads(home: House) -> None:
    key, room = incident(home, "API <b>&</b> co")
    ann, ben = home.slack.person("ann"), home.slack.person("ben")
    first = ann.post(room, "It is slow & we see <errors>")
    ben.post(room, f"<@{ann.id}> I look at <https://a.example/x|the graphs> in <#{home.general}|general>")
    ben.post(room, "Below", thread=first)
    ann.edit(ann.post(room, "Typo"), "Corrected")
    text = log(home, key, room)
    assert text.startswith(f"{key}: API <b>&</b> co\nWhat was said in its channel, until 20")
    assert "All times are UTC." in text
    lines = _TIME.sub("T", text).splitlines()[3:]
    said = [line for line in lines if "joined" not in line]
    assert said == [
        "T  ann: It is slow & we see <errors>",
        "    T  ben: Below",
        "T  ben: @ann I look at the graphs in #general",
        "T  ann: Corrected (edited T)",
    ]


def test_nothing_that_was_said_can_look_like_another_line() -> None:
    said = {
        "user": "U012AB3CD",
        "ts": "1700000000.000100",
        "text": "One\n2026-01-01 00:00:00  ann: Two\r\x00Three",
    }
    text = written(shipped_words(), ["Head"], [Message(said, [{**said, "text": "a\u2028b"}])], Directory())
    assert text.splitlines() == [
        "Head",
        "",
        "2023-11-14 22:13:20  U012AB3CD: One",
        "      2026-01-01 00:00:00  ann: Two",
        "      Three",
        "    2023-11-14 22:13:20  U012AB3CD: a",
        "          b",
    ]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"text": "x", "username": "Deploy bot", "bot_id": "B1"}, "at an unknown time  Deploy bot: x"),
        ({"text": "x", "bot_profile": {"name": "Alerts"}, "ts": 7}, "at an unknown time  Alerts: x"),
        ({"text": None, "ts": "soon", "files": "none"}, "at an unknown time  somebody:"),
        ({"text": "x", "ts": "99999999999999999999"}, "at an unknown time  somebody: x"),
        ({"text": "<!date^1^{time}|then> <!here>", "user": "U1"}, "at an unknown time  U1: then @here"),
    ],
)
def test_whatever_slack_gives_becomes_a_line(said: dict[str, object], line: str) -> None:
    assert written(shipped_words(), [], [Message(said)], Directory()).splitlines() == ["", line]


def test_files_are_named_with_their_address_and_not_copied(home: House) -> None:
    key, room = incident(home)
    log(home, key, room)
    text = log(home, key, room)
    assert f"[file] {key.lower()}-chat-log.txt http" in text


def test_a_long_channel_is_read_to_its_end_page_by_page(home: House) -> None:
    _, room = incident(home)
    ann = home.slack.person("ann")
    parent = ann.post(room, "Parent")
    for number in range(7):
        ann.post(room, f"Top {number}")
        ann.post(room, f"Reply {number}", thread=parent)
    api = Api(home.slack.bot_token, home.slack.api_url)
    found, whole = Reading(api, room, page=3).messages()
    tops = [str(each.said["text"]) for each in found if "joined" not in str(each.said["text"])]
    assert (tops, whole) == (["Parent", *(f"Top {number}" for number in range(7))], True)
    (below,) = [each.replies for each in found if each.replies]
    assert [each["text"] for each in below] == [f"Reply {number}" for number in range(7)]
    newest, whole = Reading(api, room, page=3, most=4).messages()
    assert ([each.said["text"] for each in newest], whole) == (
        [f"Top {number}" for number in range(3, 7)],
        False,
    )


def test_a_reply_that_was_sent_to_the_channel_too_is_there_once(home: House) -> None:
    _, room = incident(home)
    parent = home.slack.person("ann").post(room, "Parent")
    client(home).chat_postMessage(channel=room, text="Everybody", thread_ts=parent.ts, reply_broadcast=True)
    found, _ = Reading(Api(home.slack.bot_token, home.slack.api_url), room).messages()
    every = [each["text"] for top in found for each in (top.said, *top.replies)]
    assert every.count("Everybody") == 1


def test_where_slack_wants_to_hear_no_more_it_waits_and_goes_on(home: House) -> None:
    key, room = incident(home)
    home.slack.person("ann").post(room, "Before the pause")
    home.slack.team.fault("conversations.history", "ratelimited", seconds=1)
    assert "Before the pause" in log(home, key, room)


@pytest.mark.parametrize(
    ("method", "kind", "seconds", "why"),
    [
        (
            "conversations.history",
            "ratelimited",
            3_000,
            "Slack takes no more calls of conversations.history for",
        ),
        ("conversations.history", "error", 0, "Slack gave no clear answer to conversations.history"),
        ("files.getUploadURLExternal", "error", 0, "The file could not be sent (fatal_error)."),
    ],
)
def test_where_it_fails_that_is_said_to_who_asked(
    home: House, method: str, kind: str, seconds: int, why: str
) -> None:
    key, room = incident(home)
    home.slack.team.fault(method, kind, seconds=seconds)  # type: ignore[arg-type]
    button = {"action_id": "chatlog:export", "value": json.dumps({"key": key})}
    message = drawn(home, room, button)
    home.slack.person("ann").press(message, "chatlog:export")
    told: list[SeenMessage] = []

    def failed() -> bool:
        told[:] = [each for each in home.seen("ann", room) if "was not made" in words(each.raw)]
        return bool(told)

    assert wait_until(failed, SOON)
    assert why in words(told[0].raw)
    assert told[0].ephemeral
    assert not files(home, room)


def test_a_bot_that_ends_waits_for_nothing(home: House) -> None:
    _, room = incident(home)
    home.slack.team.fault("conversations.history", "ratelimited", seconds=600)
    api = Api(home.slack.bot_token, home.slack.api_url)
    with pytest.raises(NotRead):
        Reading(api, room, ended=lambda: True).messages()


def test_of_an_archived_channel_the_log_comes_as_a_direct_message(home: House) -> None:
    key, room = incident(home)
    ann = home.slack.person("ann")
    ann.post(room, "The last words")
    button = {"action_id": "chatlog:export", "value": json.dumps({"key": key})}
    message = drawn(home, home.general, button)
    client(home).conversations_archive(channel=room)
    ann.press(message, "chatlog:export")
    direct = ann.direct(home.slack.bot_user)
    assert wait_until(lambda: any("The last words" in each for each in files(home, direct)), SOON)
    told = f"The channel of {key} takes no file any more"
    assert wait_until(lambda: any(told in words(each.raw) for each in home.seen("ann")), SOON)


def test_a_private_incident_is_marked_and_whoever_may_not_see_it_gets_nothing(home: House) -> None:
    key, room = incident(home, "Quite secret", private=True, drill=True)
    assert log(home, key, room).startswith(f"{key} DRILL PRIVATE: Quite secret")
    before = len(files(home, room))
    told = asked(home, key, by="cleo")
    assert "is being made" not in told
    assert "secret" not in told
    assert told == asked(home, "INC-999", by="cleo").replace("INC-999", key)
    assert len(files(home, room)) == before


@pytest.mark.parametrize(
    ("features", "missing"),
    [
        (Features(), "SLACK_READ_HISTORY=true and SLACK_SEND_FILES=true"),
        (Features(history=True), "SLACK_SEND_FILES=true"),
        (Features(files=True), "SLACK_READ_HISTORY=true"),
    ],
)
def test_where_it_is_off_it_is_said_what_to_switch_on(
    sandbox: Sandbox, features: Features, missing: str
) -> None:
    with house(sandbox, features=features) as home:
        key, _ = incident(home)
        told = asked(home, key)
        assert told.startswith("This bot may not make a log of the channel.")
        assert f"An administrator sets {missing}, and installs" in told
        assert not home.slack.team.calls("conversations.history")


def test_without_a_channel_there_is_no_log(home: House) -> None:
    key = home.opened()
    assert asked(home, key) == f"{key} has no channel, so that there is no log of it."
