"""Resolve and close: forms that show what is missing, what is said then, and the channel for the review."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.control.facts import Place
from adapters.sandbox.person.seen import SeenMessage, SeenView
from adapters.sandbox.state.apps import File
from incident_core.model.outcome import Outcome
from incident_core.model.role import COMMANDER
from incident_core.model.stage import Stage
from tests.databases import sqlite_address
from tests.slack.stories.conftest import Founding
from tests.slack.stories.town import Town, town, wait_for
from tests.slack.stories.using import asked, sent

GUIDE, POSTMORTEMS = "https://guide.example/incidents", "https://wiki.example/post-mortems"
STRICT = {
    "RESOLVE_REQUIRED_ROLES": "incident_commander,technical_lead",
    "INCIDENT_REVIEW_TO_CLOSE": "true",
    "INCIDENT_GUIDE_LINK": GUIDE,
    "INCIDENT_POSTMORTEMS_LINK": POSTMORTEMS,
    "RCA_CHANNEL": "always",
    "SLACK_READ_HISTORY": "true",
    "SLACK_SEND_FILES": "true",
}


@pytest.fixture(scope="module")
def strict(
    sandbox: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A technical lead and a review are asked for, and every incident gets a channel for its review."""
    folder = tmp_path_factory.mktemp("strict")
    path = Path(shutil.copy(sqlite_template, folder / "incidents.db"))
    with town(sandbox, sqlite_address(path), folder, http=False, slack=None, **STRICT) as made:
        yield made


def form(home: Town, key: str, button: str, by: str = "ann") -> SeenView:
    """Press a button of the panel that opens a form; the form."""
    return asked(home, lambda person: person.press(home.panel(key), button), by)


def beside(home: Town, view: SeenView, by: str = "ann", **values: str) -> dict[str, str]:
    """Send a form that is not taken; what stands beside its fields."""
    person = home.slack.person(by)
    assert person.submit(view, values).acked
    assert person.modal is not None
    assert person.modal.id == view.id
    return {name: home.plain(text) for name, text in person.modal.errors.items()}


def fields(view: SeenView) -> list[str]:
    """What can be filled in."""
    return [block["block_id"] for block in view.blocks if block["type"] == "input"]


def resolution(home: Town, key: str) -> SeenMessage:
    """What the channel was told of the last resolve."""
    return [each for each in home.messages(key) if "resolved this" in home.shown(each)][-1]


def review(home: Town, key: str) -> Place | None:
    """The channel of the review, if there is one."""
    name = f"{home.room(key).name}-rca"
    return next((place for place in home.slack.team.channels() if place.name == name), None)


def members(home: Town, place: Place | None) -> set[str]:
    """The names of those who are in it."""
    assert place is not None
    names = {each.id: each.name for each in home.slack.team.people()}
    return {names[each] for each in place.members}


def test_resolve_asks_in_a_modal_and_where_nothing_is_missing_it_only_asks(home: Town) -> None:
    key = home.opened("Nothing is missing", options="--declare")
    shape = form(home, key, "Resolve")
    assert home.shown(shape).splitlines() == [
        f"{key} Nothing is missing",
        "Service is restored? It stays open for follow-up until it is closed.",
    ]
    assert fields(shape) == []
    assert home.incident(key).stage is Stage.INCIDENT
    assert sent(home, shape).startswith(f"{key} resolved, LENGTH after it was declared.")
    assert home.incident(key).stage is Stage.RESOLVED
    home.quiet()


def test_the_commander_is_the_default_of_what_resolve_requires(home: Town) -> None:
    key = home.opened("Ann leads", options="--declare")
    kept = home.say(f"release {key} commander").splitlines()
    assert kept[1] == f"• {key} cannot be without a commander until it is closed; hand over instead."
    assert home.incident(key).roles == {COMMANDER: home.actor("ann")}
    home.slack.person("ben").join(home.room(key).id)
    shape = form(home, key, "Resolve", by="ben")
    assert sent(home, shape, by="ben").startswith(f"{key} resolved")
    home.quiet()


def test_the_modal_shows_what_is_missing_and_takes_an_override_with_its_reason(strict: Town) -> None:
    key = strict.opened("Nobody looked into it", options="--declare")
    shape = form(strict, key, "Resolve")
    shown = strict.shown(shape).splitlines()
    assert shown[2:5] == [
        "What is missing",
        f"• Nobody holds technical_lead in {key}.",
        f"   → /incident claim {key} technical_lead",
    ]
    assert fields(shape) == ["override"]
    assert f"Nobody holds technical_lead in {key}." in beside(strict, shape)["override"]
    assert strict.incident(key).stage is Stage.INCIDENT
    said = sent(strict, shape, override="it mended itself")
    assert said.splitlines()[0].startswith(f"{key} resolved")
    assert "The override is recorded, with its reason." in said
    strict.quiet()
    assert "overrode required-roles: it mended itself" in strict.say(f"timeline {key}")
    assert strict.lines(key)[1] == "<@ann> overrides required-roles with what follows:\n> it mended itself"


def test_the_commander_and_technical_lead_of_the_seed_are_one_setting_away(strict: Town) -> None:
    key = strict.opened("Both are there", options="--declare")
    refused = strict.say(f"resolve {key}").splitlines()
    assert refused[:2] == ["Not done: nothing was changed.", f"• Nobody holds technical_lead in {key}."]
    panel = strict.shown(strict.panel(key))
    assert f"Before you resolve: Nobody holds technical_lead in {key}." in panel
    strict.say(f"claim {key} lead", by="ben")
    shape = form(strict, key, "Resolve")
    assert fields(shape) == []
    assert sent(strict, shape).startswith(f"{key} resolved")
    strict.quiet()


def test_close_asks_in_a_modal_how_it_ended_with_what_is_missing_and_takes_an_override(strict: Town) -> None:
    key = strict.opened("No review was held", options="--declare")
    strict.say(f"resolve {key} --override by itself")
    strict.quiet()
    shape = form(strict, key, "Close")
    shown = strict.shown(shape)
    assert f"Its channel <#{strict.room(key).name}> is archived and can only be read then." in shown
    assert f"• The review of {key} has not been held." in shown
    assert fields(shape) == ["outcome", "other", "override"]
    assert "has not been held" in beside(strict, shape)["override"]
    assert sent(strict, shape, override="nobody is left to ask").startswith(f"{key} closed: fixed.")
    strict.quiet()
    assert strict.room(key).archived
    assert "overrode review-missing: nobody is left to ask" in strict.say(f"timeline {key}")


def test_a_duplicate_is_closed_with_the_key_of_the_other(home: Town) -> None:
    first, second = home.opened("The first one"), home.opened("The same again")
    shape = form(home, second, "Close")
    assert "names the other incident's key" in beside(home, shape, outcome="duplicate")["other"]
    said = sent(home, shape, outcome="duplicate", other=first)
    assert said == f"{second} closed: duplicate of {first}."
    assert home.incident(second).outcome is Outcome.DUPLICATE
    home.quiet()


def test_the_resolution_message_has_export_chat_log_and_the_links(strict: Town) -> None:
    key = strict.opened("It is over", options="--declare")
    strict.say(f"resolve {key} --override by itself")
    strict.quiet()
    message = resolution(strict, key)
    offered = "[Export chat log] [Review document] [Add a follow-up] [Incident guide] [Post-mortems]"
    assert strict.shown(message).splitlines()[-1] == offered
    (row,) = (block["elements"] for block in message.blocks if block["type"] == "actions")
    assert [each.get("url") for each in row] == [None, None, None, GUIDE, POSTMORTEMS]
    before = strict.events()
    came = strict.slack.person("ann").press(message, "Incident guide")
    assert came is not None
    assert came.acked
    assert strict.events() == before


def test_export_chat_log_puts_all_that_was_said_into_the_channel_as_a_file(strict: Town) -> None:
    key = strict.opened("Much was said", options="--declare")
    room, ann = strict.room(key).id, strict.slack.person("ann")
    thread = ann.post(room, "p99 is <4 seconds>")
    ann.post(room, "It was the cache", thread=thread)
    strict.say(f"resolve {key} --override by itself")
    strict.quiet()
    before = len(strict.alone("ann", room))
    ann.press(resolution(strict, key), "Export chat log")
    told = strict.told("ann", room, before)
    assert told == f"The log of <#{strict.room(key).name}> is being made; it comes there as a file."
    wait_for(lambda: bool(logs(strict, room)))
    (file,) = logs(strict, room)
    assert file.name == f"{key.lower()}-chat-log.txt"
    assert file.content is not None
    lines = file.content.decode().splitlines()
    assert lines[0] == f"{key}: Much was said"
    said = [line.strip()[21:] for line in lines]
    assert said.index("ann: p99 is <4 seconds>") + 1 == said.index("ann: It was the cache")


def logs(home: Town, room: str) -> list[File]:
    """The files in this channel."""
    files = home.slack.workspace.files.values()
    return [each for each in files if each.completed and room in [place for place, _ in each.shares]]


def test_where_the_bot_may_not_read_what_is_said_the_button_says_what_to_configure(home: Town) -> None:
    key = home.opened("No log of it", options="--declare")
    home.say(f"resolve {key}")
    home.quiet()
    room = home.room(key).id
    before = len(home.alone("ann", room))
    home.slack.person("ann").press(resolution(home, key), "Export chat log")
    told = home.told("ann", room, before)
    assert told.startswith("This bot may not make a log of the channel.")
    assert "SLACK_READ_HISTORY=true and SLACK_SEND_FILES=true" in told


def test_the_digest_message_is_changed_to_show_that_it_is_resolved(home: Town) -> None:
    key = home.opened("It gets resolved", options="--declare")
    before = home.slack.person("ann").sees("incidents")
    home.say(f"resolve {key}")
    home.quiet()
    after = home.slack.person("ann").sees("incidents")
    assert [each.ts for each in after] == [each.ts for each in before]
    room = home.room(key).name
    assert home.digest_of(key) == f"{key} · sev4 · resolved · <#{room}> · led by <@ann> · It gets resolved"


@pytest.mark.parametrize(("severity", "there"), [("sev1", True), ("sev2", True), ("sev3", False)])
def test_by_default_severe_incidents_get_a_channel_for_their_review(
    home: Town, severity: str, there: bool
) -> None:
    key = home.opened("Badly broken", options=f"--{severity} --declare")
    home.say(f"claim {key} lead", by="ben")
    assert review(home, key) is None
    home.say(f"resolve {key}", by="cleo")
    home.quiet()
    place = review(home, key)
    assert (place is not None) is there
    if there:
        assert members(home, place) == {"ann", "ben", "incidents"}
        assert home.plain(f"<#{place.id if place else ''}>") in home.shown(home.panel(key))


def test_they_may_invite_others_as_needed(home: Town) -> None:
    key = home.opened("A review with guests", options="--sev1 --declare")
    home.say(f"resolve {key}")
    home.quiet()
    place = review(home, key)
    assert place is not None
    home.slack.person("ann").invite(place.id, "cleo")
    home.say(f"followup {key} add Something changes")
    home.quiet()
    assert members(home, review(home, key)) == {"ann", "cleo", "incidents"}


def test_with_always_every_incident_gets_one_and_its_first_message_says_what_to_do(strict: Town) -> None:
    key = strict.opened("Hardly anything", options="--declare")
    strict.say(f"claim {key} lead", by="ben")
    strict.say(f"resolve {key}")
    strict.quiet()
    assert members(strict, review(strict, key)) == {"ann", "ben", "incidents"}
    (first,) = strict.digest(f"{strict.room(key).name}-rca")
    assert first.splitlines() == [
        f"The review of {key} · Hardly anything",
        f"It was handled in <#{strict.room(key).name}>.",
        f"What happened: /incident timeline {key}",
        f"What is to be done: /incident followup {key} add TEXT",
        f"The review is done: /incident review {key} done",
        f"Post-mortems ({POSTMORTEMS})",
        "[Review document]",
    ]


def test_resolved_reopened_and_resolved_again_there_is_one_channel_for_the_review(home: Town) -> None:
    key = home.opened("Twice over", options="--sev1 --declare")
    for text in ("resolve {}", "reopen {} it is back", "resolve {}"):
        home.say(text.format(key))
        home.quiet()
    found = [place for place in home.slack.team.channels() if place.name.endswith("twice-over-rca")]
    assert len(found) == 1
    assert not found[0].archived


def test_with_never_no_incident_gets_one(new_town: Founding) -> None:
    with new_town(RCA_CHANNEL="never") as home:
        key = home.opened("As bad as can be", options="--sev1 --declare")
        home.say(f"resolve {key}")
        home.quiet()
        assert review(home, key) is None


def test_the_review_of_a_private_incident_is_in_a_private_channel(home: Town) -> None:
    key = home.opened("Quietly broken", options="--private --sev1 --declare")
    home.say(f"resolve {key}")
    home.quiet()
    place = review(home, key)
    assert place is not None
    assert place.kind == "private_channel"
    assert members(home, place) == {"ann", "incidents"}
