"""The panel: the pinned first message of the channel says how things are, and lets people change them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from incident_core.model.role import COMMANDER, COMMUNICATIONS_LIAISON, TECHNICAL_LEAD
from tests.databases import sqlite_address
from tests.slack.stories.conftest import Founding
from tests.slack.stories.town import Town, town, wait_for
from tests.slack.stories.using import asked, row, select, sent

GUIDE, POSTMORTEMS = "https://guide.example/incidents", "https://wiki.example/post-mortems"
CALL = "Call: https://meet.example/sre"


@pytest.fixture(scope="module")
def home(sandbox: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town with a guide, post-mortems, and an address to call; a technical lead is asked for."""
    folder = tmp_path_factory.mktemp("panel")
    path = Path(shutil.copy(sqlite_template, folder / "incidents.db"))
    with town(
        sandbox,
        sqlite_address(path),
        folder,
        INCIDENT_GUIDE_LINK=GUIDE,
        INCIDENT_POSTMORTEMS_LINK=POSTMORTEMS,
        INCIDENT_CHANNEL_TOPIC=CALL,
        RESOLVE_REQUIRED_ROLES="incident_commander,technical_lead",
        RCA_CHANNEL="never",
    ) as made:
        yield made


def shown(home: Town, key: str) -> list[str]:
    """The panel, line by line."""
    return home.shown(home.panel(key)).splitlines()


def moves(home: Town, key: str) -> list[str]:
    """The buttons of the panel that are no role's."""
    rows = [each for each in home.panel(key).blocks if each["type"] == "actions"]
    return [
        str(element["text"]["text"])
        for each in rows
        for element in each["elements"]
        if element["type"] == "button" and not element["action_id"].startswith("role:")
    ]


def chosen(home: Town, key: str, name: str) -> str:
    """What a select of the panel shows."""
    (element,) = row(home.panel(key), name)["elements"]
    return str(element["initial_option"]["value"])


def offers(home: Town, key: str, name: str) -> list[str]:
    """What a select of the panel offers."""
    (element,) = row(home.panel(key), name)["elements"]
    return [str(each["value"]) for each in element["options"]]


def test_the_panel_is_the_pinned_opening_message_that_everybody_who_joins_sees(home: Town) -> None:
    key = home.opened("Something is slow")
    home.slack.person("cleo").join(home.room(key).id)
    place = home.slack.workspace.channels[home.room(key).id]
    seen = home.slack.person("cleo").sees(place.id)
    first = next(each for each in seen if each.user == home.slack.bot_user and each.blocks)
    assert list(place.pins) == [first.ts]
    assert home.shown(first).splitlines() == [
        f"{key} · Something is slow",
        "sev4 · investigation",
        "Opened by <@ann>, DATE",
        "[severity: sev4 ▾]",
        "incident commander: nobody yet",
        "[Claim] [Assign to… ▾]",
        "technical lead: nobody yet",
        "[Claim] [Assign to… ▾]",
        "communications liaison: nobody yet",
        "[Claim] [Assign to… ▾]",
        "[Declare an incident] [Send an update] [Close]",
        f"Incident guide ({GUIDE}) · Post-mortems ({POSTMORTEMS})",
        "What to do next",
        "• Collect what you find: the shortcut Collect Evidence of any message, or /incident evidence LINK",
        "• It is serious: /incident declare calls the responders, and you lead.",
    ]


def test_it_shows_stage_status_and_severity_selects(home: Town) -> None:
    key = home.opened("It is an incident", options="--declare --sev3")
    assert shown(home, key)[1] == "sev3 · incident: investigating"
    assert (chosen(home, key, "status"), chosen(home, key, "severity")) == ("investigating", "sev3")
    assert offers(home, key, "status") == ["investigating", "identified", "monitoring"]
    assert offers(home, key, "severity") == ["sev1", "sev2", "sev3", "sev4"]
    (element,) = row(home.panel(key), "severity")["elements"]
    assert element["options"][0]["description"]["text"].startswith("Critical: customers cannot use")


def test_each_role_has_its_holder_claim_and_assign(home: Town) -> None:
    key = home.opened("Who does what", options="--declare")
    home.say(f"assign {key} lead @ben")
    home.quiet()
    lines = shown(home, key)
    held = {COMMANDER: "<@ann>", COMMUNICATIONS_LIAISON: "nobody yet", TECHNICAL_LEAD: "<@ben>"}
    for role, who in held.items():
        assert f"{role.replace('_', ' ')}: {who}" in lines
        buttons = [each["action_id"] for each in row(home.panel(key), "role", role)["elements"]]
        assert buttons[:2] == ["role:claim", "role:assign"]
    ben = row(home.panel(key), "role", TECHNICAL_LEAD)["elements"]
    assert ben[1]["initial_user"] == home.slack.person("ben").id
    assert ben[2]["action_id"] == "role:release", "who has it may be relieved of it"
    alone = row(home.panel(key), "role", COMMANDER)["elements"]
    assert len(alone) == 2, "an incident is never without a commander"


def test_the_moves_possible_now_are_its_buttons(home: Town) -> None:
    key = home.opened("From one stage to the next")
    assert moves(home, key) == ["Declare an incident", "Send an update", "Close"]
    ann = home.slack.person("ann")
    ann.press(home.panel(key), "Declare an incident")
    home.quiet()
    assert moves(home, key) == ["Send an update", "Resolve"]
    sent(home, asked(home, lambda who: who.press(home.panel(key), "Resolve")), override="it mended itself")
    home.quiet()
    assert moves(home, key) == ["Send an update", "Close", "Reopen", "Add a follow-up"]
    sent(home, asked(home, lambda who: who.press(home.panel(key), "Close")))
    home.quiet()
    assert moves(home, key) == ["Reopen"]
    assert not [each for each in home.panel(key).blocks if "|" in str(each.get("block_id"))]
    home.say(f"reopen {key} it was not over")
    home.quiet()
    assert moves(home, key) == ["Send an update", "Resolve"]


def test_what_is_missing_for_the_next_move_stands_there_in_words(home: Town) -> None:
    key = home.opened("Nobody looks into it", options="--declare")
    missing = (
        f"Before you resolve: Nobody holds technical_lead in {key}. /incident claim {key} technical_lead"
    )
    assert missing in shown(home, key)
    home.say(f"claim {key} lead", by="ben")
    home.quiet()
    assert not [line for line in shown(home, key) if line.startswith("Before you")]


def test_a_move_that_needs_more_is_a_button_all_the_same_and_says_so(home: Town) -> None:
    key = home.opened("Nobody looked into it", options="--declare")
    form = asked(home, lambda who: who.press(home.panel(key), "Resolve"))
    assert f"• Nobody holds technical_lead in {key}." in home.shown(form).splitlines()
    home.slack.person("ann").close(form)


def test_guide_and_post_mortem_links(home: Town) -> None:
    key = home.opened("With links")
    assert f"Incident guide ({GUIDE}) · Post-mortems ({POSTMORTEMS})" in shown(home, key)


def test_there_are_no_links_where_none_are_configured(new_town: Founding) -> None:
    with new_town() as home:
        key = home.opened("Without links")
        assert "https://" not in home.shown(home.panel(key))
        assert home.room(key).topic == f"{key} · sev4 · investigation · Without links"


def test_it_is_redrawn_in_place(home: Town) -> None:
    key = home.opened("Always true")
    first = home.panel(key)
    seen = [shown(home, key)]
    for text in (
        "declare",
        "severity {} sev2",
        "status {} identified",
        "claim {} comms",
        "title {} Still true",
    ):
        typed = text.format(key) if "{}" in text else f"{text} {key}"
        home.say(typed)
        home.quiet()
        panel = home.panel(key)
        assert panel.ts == first.ts
        assert shown(home, key) != seen[-1], typed
        seen.append(shown(home, key))
    assert seen[-1][:2] == [f"{key} · Still true", "sev2 · incident: identified"]
    assert "communications liaison: <@ann>" in seen[-1]
    assert len(home.slack.workspace.channels[home.room(key).id].pins) == 1


def test_a_select_shows_what_was_chosen_elsewhere(home: Town) -> None:
    """Slack keeps what somebody chose for as long as a block has one name: it has another then."""
    key = home.opened("Chosen twice", options="--declare")
    select(home, key, "severity", "sev2")
    home.quiet()
    block = row(home.panel(key), "severity")["block_id"]
    home.program(f"severity {key} sev1")
    wait_for(lambda: chosen(home, key, "severity") == "sev1")
    assert row(home.panel(key), "severity")["block_id"] != block
    assert select(home, key, "severity", "sev1") == f"Unchanged: {key} is sev1 already."


def test_the_topic_has_severity_status_and_the_text_of_the_deployment(home: Town) -> None:
    key = home.opened("Told on top")
    assert home.room(key).topic == f"{key} · sev4 · investigation · Told on top · {CALL}"
    home.say(f"declare {key}")
    home.quiet()
    select(home, key, "severity", "sev2")
    select(home, key, "status", "monitoring")
    home.quiet()
    assert home.room(key).topic == f"{key} · sev2 · incident: monitoring · Told on top · {CALL}"


def test_of_a_long_title_the_topic_keeps_severity_status_and_that_text(home: Town) -> None:
    key = home.opened("Long " * 38 + "title", options="--declare")
    topic = home.room(key).topic
    assert topic.startswith(f"{key} · sev4 · incident: investigating · Long Long ")
    assert topic.endswith(f"… · {CALL}")
    assert len(topic) <= 250


@pytest.mark.parametrize("options", ["--drill", "--private", "--private --drill"])
def test_drills_and_private_ones_are_marked_on_panel_and_topic(home: Town, options: str) -> None:
    key = home.opened("Marked", options=options)
    marks = [mark for mark in ("DRILL", "PRIVATE") if mark.lower() in options]
    assert shown(home, key)[0] == " ".join([*marks, key, "· Marked"])
    assert home.room(key).topic.startswith(" ".join([key, *marks, "· sev4 · "]))
