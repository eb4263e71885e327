"""The review document in Slack, with the whole bot: where it comes, by which button, and what it says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.person.seen import SeenMessage
from tests.databases import sqlite_address
from tests.slack.stories.test_ending import logs, resolution, review
from tests.slack.stories.town import Town, town, wait_for


@pytest.fixture(scope="module")
def filing(
    sandbox: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A town whose bot may send files; severe incidents get a channel for their review."""
    folder = tmp_path_factory.mktemp("filing")
    path = Path(shutil.copy(sqlite_template, folder / "incidents.db"))
    with town(sandbox, sqlite_address(path), folder, SLACK_SEND_FILES="true") as made:
        yield made


def over(home: Town, title: str, options: str) -> str:
    """The key of an incident that was resolved."""
    key = home.opened(title, options=f"{options} --declare")
    home.say(f"update {key} It was the cache")
    home.say(f"resolve {key}")
    home.quiet()
    return key


def is_there(home: Town, room: str) -> str:
    """The one file in that channel, once it is there."""
    wait_for(lambda: bool(logs(home, room)))
    (file,) = logs(home, room)
    assert file.content is not None
    return file.content.decode()


def first(home: Town, room: str) -> SeenMessage:
    """The first message of the bot in a channel in which Ann is."""
    seen = home.slack.person("ann").sees(room)
    return next(each for each in seen if "The review of" in home.shown(each))


def test_from_the_resolution_it_comes_into_the_channel_for_the_review_as_the_command_line_has_it(
    filing: Town,
) -> None:
    key = over(filing, "Checkout *is* slow", "--sev1")
    place = review(filing, key)
    assert place is not None
    room = filing.room(key).id
    before = len(filing.alone("ann", room))
    filing.slack.person("ann").press(resolution(filing, key), "Review document")
    told = filing.told("ann", room, before)
    assert told == f"The review of {key} is being written; it comes to <#{place.name}> as a file."
    text = is_there(filing, place.id)
    assert text.startswith(f"<!-- review of {key}; yours: What went well;")
    assert f"\n# Review of {key}: Checkout \\*is\\* slow\n" in text
    ann = filing.slack.person("ann").id
    shown = filing.program(f"review {key} --as slack:{ann}").out
    assert filing.plain(shown) == filing.plain(text).replace(" ann", " slack:ann")


def test_the_first_message_of_the_channel_for_the_review_has_the_same_button(filing: Town) -> None:
    key = over(filing, "It broke", "--sev2")
    place = review(filing, key)
    assert place is not None
    filing.slack.person("ann").press(first(filing, place.id), "Review document")
    assert f"# Review of {key}: It broke" in is_there(filing, place.id)


def test_typed_in_the_channel_of_the_incident_it_needs_no_key(filing: Town) -> None:
    key = over(filing, "A small one", "")
    room = filing.room(key).id
    said = filing.say("review", channel=room).splitlines()
    assert said[0].startswith(f"{key}: the review was not held yet")
    assert "- Review held: not yet\n" in is_there(filing, room)
    assert filing.say("review done", channel=room) == f"{key}: the review is done."


def test_of_a_closed_one_it_comes_as_a_direct_message(filing: Town) -> None:
    key = over(filing, "Over and done", "")
    filing.close(key)
    filing.quiet()
    assert filing.room(key).archived
    filing.say(f"review {key}")
    direct = filing.slack.person("ann").direct(filing.slack.bot_user)
    wait_for(
        lambda: any(f"review of {key};".encode() in (each.content or b"") for each in logs(filing, direct))
    )
    assert not logs(filing, filing.room(key).id)


def test_a_private_one_comes_only_into_its_own_channel_and_others_learn_nothing(filing: Town) -> None:
    key = over(filing, "Payroll leaked", "--private --sev1")
    place = review(filing, key)
    assert place is not None
    assert "secret" not in filing.say(f"review {key}", by="ben")
    assert filing.say(f"review {key}", by="ben") == filing.say("review INC-999", by="ben").replace(
        "INC-999", key
    )
    filing.say(f"review {key}")
    text = is_there(filing, filing.room(key).id)
    assert "**PRIVATE**" in text
    named = [
        each for each in filing.slack.workspace.files.values() if each.name == f"{key.lower()}-review.md"
    ]
    assert [[room for room, _ in each.shares] for each in named] == [[filing.room(key).id]]
