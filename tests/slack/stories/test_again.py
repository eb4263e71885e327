"""What comes twice is done once: the record and Slack stay as they are, and the answer is the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.sandbox.person.seen import Interaction
from incident_core.model.stage import Stage
from tests.slack.stories.town import Town

_TEXTS = (
    "declare {key}",
    "severity {key} sev1",
    "status {key} identified",
    "assign {key} comms @cleo",
    "claim {key} lead",
    "handover {key} @ben",
    "evidence {key} https://x.example/1 what it shows",
    "update {key} News",
    "task {key} add Something",
    "followup {key} add Something later",
    "title {key} Another title",
    "resolve {key}",
    "reopen {key} it was not over",
)

LOOKS = ("conversations.info", "users.conversations", "chat.getPermalink")
"""What is asked now and then: whether people have changed something by hand."""


def state(home: Town, key: str) -> tuple[object, ...]:
    """The record, and everything that Slack shows of it, with every call that was made to change that."""
    room = home.room(key)
    return (
        home.events(),
        room,
        home.shown(home.panel(key)),
        home.lines(key),
        home.digest(),
        sum(call.method not in LOOKS for call in home.slack.team.calls()),
    )


def repeated(home: Town, key: str, came: Interaction) -> object:
    """Deliver it again; the second answer, and nothing has changed."""
    home.quiet()
    before = state(home, key)
    answer = home.again(came.id).answer
    home.quiet()
    assert state(home, key) == before
    return answer


def test_an_open_that_comes_again_is_the_same_incident(home: Town) -> None:
    came = home.typed("open Comes twice")
    key = home.say("list").splitlines()[1].partition(" ")[0]
    home.quiet()
    assert repeated(home, key, came) == came.answer
    assert home.say("search Comes twice").count("INC-") == 1


@pytest.mark.parametrize("text", _TEXTS)
def test_a_command_that_comes_again(home: Town, text: str) -> None:
    declared = "--declare" if text.split()[0] in ("handover", "resolve", "status", "reopen") else ""
    key = home.opened("Something happens to it", options=declared)
    if text.startswith("reopen"):
        home.say(f"resolve {key}")
    before = home.events()
    came = home.typed(text.format(key=key))
    assert home.events() > before, home.plain(str(came.answer))
    assert repeated(home, key, came) == came.answer


def test_a_refusal_that_comes_again_is_the_same_also_when_it_would_be_allowed_now(home: Town) -> None:
    key = home.opened("Refused first")
    came = home.typed(f"resolve {key}")
    home.say(f"declare {key}")
    assert repeated(home, key, came) == came.answer
    assert home.incident(key).stage is Stage.INCIDENT


def test_the_first_answer_stands_when_things_have_moved_on(home: Town) -> None:
    key = home.opened("It gets worse")
    came = home.typed(f"severity {key} sev2")
    home.say(f"severity {key} sev1")
    assert repeated(home, key, came) == came.answer
    assert home.room(key).topic.startswith(f"{key} · sev1 · ")


@pytest.fixture
def slow_panel(home: Town) -> Iterator[None]:
    """What is drawn stays for a while as it was."""
    home.slack.team.latency(1.0, "chat.update")
    yield
    home.slack.team.latency(0.0, "chat.update")


def test_a_click_that_comes_again(home: Town) -> None:
    key = home.opened("Delivered twice")
    room = home.room(key).id
    came = home.slack.person("ann").press(home.panel(key), "Declare an incident")
    assert came is not None
    repeated(home, key, came)
    told = [home.told("ann", room, number) for number in range(2)]
    assert told == [f"{key} declared; <@ann> is the commander."] * 2
    assert home.lines(key) == ["<@ann> declared an incident.", "<@ann> is incident commander now."]


@pytest.mark.usefixtures("slow_panel")
def test_a_double_click_is_one(home: Town) -> None:
    key = home.opened("Clicked twice")
    room, panel = home.room(key).id, home.panel(key)
    for _ in range(2):
        home.slack.person("ann").press(panel, "Declare an incident", wait=False)
    told = [home.told("ann", room, number) for number in range(2)]
    assert told == [f"{key} declared; <@ann> is the commander."] * 2
    home.quiet()
    assert home.lines(key) == ["<@ann> declared an incident.", "<@ann> is incident commander now."]


@pytest.mark.usefixtures("slow_panel")
def test_a_click_on_a_panel_that_is_behind_changes_nothing(home: Town) -> None:
    key = home.opened("It moves on")
    room, panel = home.room(key).id, home.panel(key)
    home.say(f"declare {key}", by="ben")
    before = home.events()
    home.slack.person("ann").press(panel, "Declare an incident")
    assert home.told("ann", room, 0) == (
        f"{key} has moved on since this button was shown; nothing was changed. "
        "It is now: sev4 · incident · investigating."
    )
    assert home.events() == before
    home.quiet()


def test_a_confirmed_close_that_comes_again_after_a_reopen_does_not_close_it(home: Town) -> None:
    key = home.opened("Closed twice")
    home.close(key)
    pressed = home.slack.team.deliveries()[-1]
    home.say(f"reopen {key} it was not over")
    home.quiet()
    before = state(home, key)
    home.again(pressed.id)
    home.quiet()
    assert state(home, key) == before
    assert not home.room(key).archived


def test_a_form_that_comes_again(home: Town) -> None:
    key, _ = home.opened("A form about it"), home.opened("Another one")
    ann = home.slack.person("ann")
    ann.message_shortcut("Collect Evidence", ann.post(home.general, "p99 is 4 seconds"))
    came = ann.submit(home.form(), {"incident": key})
    assert repeated(home, key, came) == came.answer
    assert len(home.incident(key).evidence) == 1


def test_a_shortcut_that_comes_again_opens_a_form_that_leads_to_one_piece_of_evidence(home: Town) -> None:
    key, _ = home.opened("Chosen twice"), home.opened("Another one")
    ann = home.slack.person("ann")
    message = ann.post(home.general, "p99 is 5 seconds")
    for _ in range(2):
        ann.message_shortcut("Collect Evidence", message)
        ann.submit(home.form(), {"incident": key})
    assert len(home.incident(key).evidence) == 1
