"""Texts that programs stumble over: stored as typed, shown literally, and a channel has a valid name."""

from __future__ import annotations

import re

import pytest

from tests.slack.stories.reading import read
from tests.slack.stories.town import Town
from tests.slack.texts import ODD, PROSE

UNWRAPPED = {
    "mention": "@U012AB3CD @channel #x @here",
    "link": "click https://x.example/?a=1&b=2",
    "entity": "& <b>",
}
"""What Slack's client takes for its own markup when somebody types it: what stands there is what they see."""

_ISOLATES = str.maketrans("", "", "\u2068\u2069")
_NAME = re.compile(r"inc-[0-9]+(-[a-z0-9]+)*")
WAYS = ("slack", "command line")


@pytest.fixture(scope="module")
def opened(home: Town) -> dict[tuple[str, str], str]:
    """An incident for every text, opened in Slack and on the command line; the keys."""
    keys, ann = {}, home.actor("ann")
    for name, text in ODD.items():
        keys[name, "slack"] = home.say(f"open {text}").partition(" ")[0]
        keys[name, "command line"] = home.program(["open", "--as", str(ann), "--json", "--", text]).json[
            "key"
        ]
    home.say("list")
    home.quiet()
    return keys


def typed(name: str, way: str) -> str:
    """What should be stored."""
    return UNWRAPPED.get(name, ODD[name]) if way == "slack" else ODD[name]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ODD)
def test_a_title_is_stored_as_typed_and_shown_literally_everywhere(
    home: Town, opened: dict[tuple[str, str], str], name: str, way: str
) -> None:
    key, title = opened[name, way], typed(name, way)
    assert home.incident(key).title == title
    room = home.room(key)
    assert read(home.panel(key).raw).splitlines()[0] == f"{key} · {title}"
    topic = f"{key} · sev4 · investigation · {title}"
    assert room.topic == (topic if len(topic) <= 250 else f"{topic[:249]}…")
    (line,) = [each for each in home.digest() if each.startswith(f"{key} · ")]
    assert line == home.plain(f"{key} · sev4 · investigation · <#{room.name}> · {title}")
    status = read(home.typed(f"status {key}").answer).translate(_ISOLATES)
    assert status.splitlines()[0] == f"{key}  {title}  <#{room.id}>"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ODD)
def test_the_name_of_the_channel_is_valid(
    home: Town, opened: dict[tuple[str, str], str], name: str, way: str
) -> None:
    room = home.room(opened[name, way]).name
    assert _NAME.fullmatch(room)
    assert len(room) <= 80


def test_only_signs_leave_the_number_and_other_letters_are_written_in_latin(
    home: Town, opened: dict[tuple[str, str], str]
) -> None:
    assert home.room(opened["only signs", "slack"]).name == opened["only signs", "slack"].lower()
    written = home.room(opened["no latin", "slack"]).name
    assert re.fullmatch(rf"{opened['no latin', 'slack'].lower()}-[a-z-]{{8,}}", written)


def test_the_list_shows_every_one_of_them_literally(home: Town, opened: dict[tuple[str, str], str]) -> None:
    shown = read(home.typed("list").answer).translate(_ISOLATES)
    message = home.alone("ann", home.general)[-1]
    while "[Older]" in shown.splitlines()[-1]:
        home.pressed(message, "Older")
        message = next(each for each in home.alone("ann", home.general) if each.ts == message.ts)
        shown += "\n" + read(message.raw).translate(_ISOLATES)
    for (name, way), key in opened.items():
        assert f"{key} sev4 · investigation · {typed(name, way)}" in shown, name


@pytest.mark.parametrize("name", [name for name in PROSE if name != "very long"])
def test_a_note_an_update_and_a_reason_are_kept_and_shown_as_typed(home: Town, name: str) -> None:
    text = PROSE[name]
    wanted = UNWRAPPED.get(name, text)
    key = home.opened("It has notes", options="--declare")
    home.say(f"update {key} {text}")
    home.say(f"evidence {key} https://x.example/1 {text}")
    home.say(f"severity {key} sev1 {text}")
    home.quiet()
    incident = home.incident(key)
    assert incident.updates[0].text == incident.evidence[0].note == wanted
    said = [read(each.raw) for each in home.messages(key)]
    quoted = "\n".join(f"> {line}" for line in wanted.split("\n"))
    assert sum(each.endswith(quoted) for each in said) == 3


def test_what_is_too_long_is_refused_in_a_sentence_and_changes_nothing(home: Town) -> None:
    key, before = home.opened("It is long"), home.events()
    assert home.say(f"update {key} {PROSE['very long']}") == "That is too long: nothing was done."
    assert home.say(f"open {'x' * 201}") == "The title has 201 characters; at most 200 fit."
    assert home.events() == before
