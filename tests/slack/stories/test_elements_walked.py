"""Every interactive element that any message of any story contains has a working listener.

Found by walking: what was ever drawn is in the calls that the bot made and in its answers; what is there in
the end is pressed, chosen from and typed into as people do it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.person import Person
from adapters.sandbox.person.elements import Element, every
from adapters.sandbox.person.seen import Interaction, SeenMessage, SeenView
from adapters.slack.bot import buttons, forms, pages, suggestions
from tests.slack.stories import long_story, workflow
from tests.slack.stories.test_ending import resolution
from tests.slack.stories.town import Town, town, wait_for
from tests.slack.stories.using import asked, sent

UNKNOWN = "not known here any more"
TURNS = frozenset(f"{pages.TURN}{way}" for way in ("older", "newer", "more", "better"))
LINKS = frozenset(f"{buttons.LINK}{name}" for name in ("guide", "postmortems"))
KNOWN = frozenset(buttons.ABOUT) | frozenset(buttons.ALONE) | TURNS | LINKS
"""What can be pressed or chosen in messages and in the home."""
QUIETLY = LINKS
"""What is only acknowledged: it leads somewhere else."""
CHOICES = {
    "set:status": "monitoring",
    "set:severity": "sev2",
    "role:assign": "ben",
    "timer:snooze": "15 minutes",
    "followup:assign": "ben",
}
BESIDE = 14
"""Incidents beside those of the story: more than fit on a page of a list or of a search."""


@dataclass(frozen=True)
class Place:
    """An element where somebody sees it."""

    person: Person
    where: SeenMessage | SeenView
    element: Element

    @property
    def kind(self) -> tuple[str, str]:
        """Its name, and what kind of element it is."""
        return self.element.action_id, self.element.kind


def there(home: Town) -> Iterator[Place]:
    """All that people can use now: in every conversation and home, the newest first."""
    for known in home.slack.team.people():
        if known.is_bot or known.deleted:
            continue
        person = home.slack.person(known.id)
        yield from _of(person, person.home(home.slack.app.id))
        for view in person.modals:
            yield from _of(person, view)
        for channel in home.slack.workspace.channels.values():
            if person.id in channel.members and not channel.is_archived:
                for message in reversed(person.sees(channel.id)):
                    yield from _of(person, message)


def _of(person: Person, where: SeenMessage | SeenView | None) -> Iterator[Place]:
    if where is not None:
        yield from (Place(person, where, each) for each in every(where.blocks) if each.dispatches)


def drawn(home: Town) -> Iterator[dict[str, Any]]:
    """Everything that was ever drawn: in the calls that the bot made, and in what it answered."""
    for call in home.slack.team.calls():
        yield _read(call.args)
    for delivery in home.slack.team.deliveries():
        yield {"answer": delivery.answer}


def _read(args: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments, with what is JSON in them."""

    def value(each: Any) -> Any:
        return json.loads(each) if isinstance(each, str) and each[:1] in "[{" and each else each

    return {name: value(each) for name, each in args.items() if name in ("blocks", "view")}


def blocks(shape: Any) -> Iterator[dict[str, Any]]:
    """All blocks in something that was drawn."""
    if isinstance(shape, list):
        for each in shape:
            yield from blocks(each)
    elif isinstance(shape, dict):
        for name, each in shape.items():
            if name == "blocks" and isinstance(each, list):
                yield from each
            else:
                yield from blocks(each)


def elements(home: Town) -> Iterator[Element]:
    """All elements that were ever drawn."""
    yield from every([block for shape in drawn(home) for block in blocks(shape)])


def windows(home: Town) -> set[str]:
    """The forms that were ever shown."""
    return {
        str(view["callback_id"])
        for shape in drawn(home)
        if isinstance(view := shape.get("view"), dict) and view.get("submit")
    }


def use(place: Place) -> Interaction:
    """Press it, or choose something in it."""
    name, block = place.element.action_id, place.element.block_id
    if place.element.kind == "button":
        value = place.element.shape.get("value")
        came = place.person.press(place.where, name, block=block, value=value)
    else:
        came = place.person.choose(place.where, name, CHOICES[name], block=block)
    assert came is not None
    return came


def answers(home: Town, person: Person) -> list[str]:
    """What only this person was told, and the forms that they have open."""
    channels = [each for each in home.slack.workspace.channels.values() if person.id in each.members]
    told = [each.raw for channel in channels for each in person.sees(channel.id) if each.ephemeral]
    return [json.dumps(each) for each in (*told, *(view.raw for view in person.modals))]


def used(home: Town, place: Place) -> None:
    """Use it: it is acknowledged, and answered in words, or by a form, or by another page in its place."""
    person, before = place.person, answers(home, place.person)
    came = use(place)
    assert (came.acked, came.notice) == (True, None), (place.kind, came)
    if place.element.action_id not in QUIETLY:
        wait_for(lambda: answers(home, person) != before)
    assert not [each for each in answers(home, person) if UNKNOWN in each], place.kind
    for view in reversed(person.modals):
        person.close(view)
    home.quiet()


def walked(home: Town) -> set[tuple[str, str]]:
    """Use one of each kind, until nothing is left that was not used; which."""
    done: set[tuple[str, str]] = set()
    while place := next((each for each in there(home) if each.kind not in done), None):
        done.add(place.kind)
        used(home, place)
    return done


def well(home: Town, caplog: pytest.LogCaptureFixture) -> None:
    """Whether everything that was ever sent was taken, and no error was logged."""
    lost = [each for each in home.slack.team.deliveries() if each.failure is not None]
    assert lost == []
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR] == []


def much_more(home: Town) -> None:
    """What is open beside the story: one in each stage, a reminder, lists of several pages, and a home."""
    ann = home.slack.person("ann")
    home.program(f'open "No news" --declare --severity sev1 --at "40m ago" --as slack:{ann.id}')
    form = asked(home, lambda who: who.press(home.tab(), "Start a new incident"))
    restored = sent(home, form, title="Restored", severity="sev2").partition(" ")[0]
    home.say(f"claim {restored} lead")
    home.say(f"resolve {restored}")
    home.quiet()
    form = asked(home, lambda who: who.press(resolution(home, restored), "Add a follow-up"))
    sent(home, form, text="Alert on it", owner=ann.id)
    home.say(f"followup {restored}")
    looked_into = [home.say(f"open Looked into {number}").partition(" ")[0] for number in range(BESIDE)]
    wait_for(lambda: set(looked_into) <= set(home.linked()))
    home.say(f"close {looked_into[0]}")
    home.say("list")
    home.say("search looked into")
    wait_for(lambda: "timer:stop" in {each.element.action_id for each in there(home)})
    home.quiet()


def of_messages(found: Iterable[Element]) -> set[tuple[str, str]]:
    """The names and kinds of those that are used at once."""
    return {(each.action_id, each.kind) for each in found if each.dispatches}


def submitted(home: Town) -> set[str]:
    """The forms that were ever sent."""
    sent_ = (each.payload for each in home.slack.team.deliveries() if each.kind == "interactive")
    return {each["view"]["callback_id"] for each in sent_ if each["type"] == "view_submission"}


def test_every_element_of_the_long_workflow_has_a_listener(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with town(sandbox, sqlite_url, tmp_path) as home:
        assert [*workflow.played(home), *workflow.left(home)]
        home.tab()
        assert {name for name, _ in walked(home)} == {
            "home:start", "page:older", "page:newer", "review:document",
        }  # fmt: skip
        assert {name for name, _ in of_messages(elements(home))} <= KNOWN
        well(home, caplog)


def test_every_element_of_the_long_story_and_of_what_is_open_beside_it_has_a_listener(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """All that the bot knows is found, and nothing else; every form was sent, and every list offers."""
    slack = long_story.peopled(sandbox)
    with town(sandbox, sqlite_url, tmp_path, http=False, slack=slack, **long_story.OPTIONS) as home:
        assert [*long_story.played(home), *long_story.left(home)]
        much_more(home)
        used_ = walked(home)
        assert {name for name, _ in used_} == KNOWN
        assert of_messages(elements(home)) <= used_
        assert windows(home) == submitted(home) == set(forms.FORMS)
        inputs = {each.action_id for each in elements(home) if each.kind == "external_select"}
        assert inputs == set(suggestions.SELECTS) == buttons.SILENT
        well(home, caplog)
