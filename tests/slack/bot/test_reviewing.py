"""The review document is a file in the channel of the incident or its review; if private, nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from adapters.slack.features import Features
from incident_core import commands as c
from tests.servers.watchdog import wait_until
from tests.slack.bot.house import SOON, House, drawn, house, words
from tests.slack.bot.test_chatlog import client, files, incident


@pytest.fixture(scope="module")
def home(sandbox: Sandbox) -> Iterator[House]:
    """A house whose bot may send files, and knows who is who."""
    with house(sandbox, features=Features(private=True, files=True)) as made:
        for name in ("ann", "ben", "cleo"):
            made.desk.directory.learn(made.slack.person(name).id, name)
        yield made


def pressed(home: House, key: str, by: str = "ann") -> str:
    """Press the button, somewhere else; what it answers."""
    button = {"action_id": "review:document", "value": json.dumps({"key": key})}
    message = drawn(home, home.general, button, by=by)
    return home.told(lambda: home.slack.person(by).press(message, "review:document"), by=by)


def is_told(home: House, text: str, by: str = "ann") -> bool:
    """Whether somebody comes to read this, in a message that only they see."""
    return wait_until(lambda: any(text in words(each.raw) for each in home.seen(by) if each.ephemeral), SOON)


def is_there(home: House, room: str, by: str = "ann") -> str:
    """The file in that channel, once it is there."""
    assert wait_until(lambda: bool(files(home, room, by)), SOON)
    return files(home, room, by)[-1]


def with_review(home: House, key: str, **values: Any) -> str:
    """The channel of its review, in which Ann is."""
    room = client(home).conversations_create(name=f"r-{key.lower()}-rca", **values)["channel"]["id"]
    client(home).conversations_invite(channel=room, users=home.slack.person("ann").id)
    home.remember(key, room, "review")
    return str(room)


def everywhere(home: House) -> list[str]:
    """The names of all files that are anywhere in this workspace."""
    return [each.name for each in home.slack.workspace.files.values() if each.completed]


def test_typed_it_comes_into_the_channel_with_names_for_people(home: House) -> None:
    key, room = incident(home, "API <b>&</b> *co*")
    home.do(c.Declare, key, commander=home.actor("ben"))
    said = home.say(f"review {key}").splitlines()
    assert said[0].startswith(f"{key}: the review was not held yet; say that it was with ")
    assert said[1].startswith(f"The review of {key} is being written; it comes to ")
    text = is_there(home, room)
    assert text.startswith(f"<!-- review of {key}; yours: ")
    assert f"# Review of {key}: API &lt;b&gt;&amp;&lt;/b&gt; \\*co\\*\n" in text
    assert "- Opened by ann on 20" in text
    assert "- Led by ben\n" in text
    assert "slack:U" not in text


def test_pressed_it_comes_into_the_channel_of_the_review_where_there_is_one(home: House) -> None:
    key, room = incident(home)
    review = with_review(home, key)
    assert f"The review of {key} is being written; it comes to " in pressed(home, key)
    assert is_there(home, review).startswith(f"<!-- review of {key};")
    assert not files(home, room)


def test_where_the_channel_of_the_review_takes_no_file_it_comes_into_the_other(home: House) -> None:
    key, room = incident(home)
    client(home).conversations_archive(channel=with_review(home, key))
    pressed(home, key)
    assert is_there(home, room).startswith(f"<!-- review of {key};")


def test_where_no_channel_takes_it_it_comes_as_a_direct_message(home: House) -> None:
    key, room = incident(home)
    client(home).conversations_archive(channel=room)
    pressed(home, key)
    direct = home.slack.person("ann").direct(home.slack.bot_user)
    assert wait_until(lambda: any(f"review of {key};" in each for each in files(home, direct)), SOON)
    assert is_told(home, f"The channel of {key} takes no file any more: its review came to you")


def test_a_private_one_goes_only_into_its_own_channel(home: House) -> None:
    key, room = incident(home, "Quite secret", private=True)
    review = with_review(home, key, is_private=True)
    pressed(home, key)
    assert "**PRIVATE**" in is_there(home, room)
    assert not files(home, review)


def test_a_private_one_whose_channel_everybody_can_join_goes_nowhere(home: House) -> None:
    key, room = incident(home, "Secret since just now")
    with_review(home, key)
    home.do(c.MakePrivate, key)
    before = everywhere(home)
    pressed(home, key)
    assert is_told(home, f"The review of {key} went nowhere: it is private, and its channel is not")
    assert everywhere(home) == before
    assert not files(home, room)


def test_a_private_one_whose_channel_is_archived_goes_nowhere_not_even_to_who_asked(home: House) -> None:
    key, room = incident(home, "Secret and over", private=True)
    client(home).conversations_archive(channel=room)
    before = everywhere(home)
    pressed(home, key)
    assert is_told(home, f"The review of {key} went nowhere")
    assert everywhere(home) == before


def test_whoever_may_not_see_it_learns_nothing(home: House) -> None:
    key, _ = incident(home, "Quite secret", private=True)
    told = pressed(home, key, by="cleo")
    assert told == pressed(home, "INC-999", by="cleo").replace("INC-999", key)
    assert home.say(f"review {key}", by="cleo") == told


def test_without_a_channel_it_is_said_what_to_type(home: House) -> None:
    key = home.opened()
    told = pressed(home, key)
    assert told.startswith(f"{key} has no channel that could take its review document.")
    assert f"incident review {key} -o {key.lower()}-review.md" in told


def test_where_slack_does_not_take_it_that_is_said(home: House) -> None:
    key, room = incident(home)
    home.slack.team.fault("files.getUploadURLExternal", "error")
    pressed(home, key)
    assert is_told(home, f"The review of {key} was not made. The file could not be sent")
    assert not files(home, room)


def test_a_word_that_means_nothing_is_answered_with_what_does(home: House) -> None:
    key, room = incident(home)
    assert "later means nothing here: /incident review INC-42 done" in home.say(f"review {key} later")
    assert not files(home, room)


def test_where_the_bot_may_not_send_files_it_is_said_what_to_type_and_to_switch_on(sandbox: Sandbox) -> None:
    with house(sandbox, features=Features(private=True)) as home:
        key, _ = incident(home)
        told = pressed(home, key)
        assert f"incident review {key} -o {key.lower()}-review.md" in told
        assert "SLACK_SEND_FILES=true, and installs the app" in told
        assert told in home.say(f"review {key}")
        assert not home.slack.team.calls("files.getUploadURLExternal")
