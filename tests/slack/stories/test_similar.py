"""Whoever opens something is told at once what is open and looks alike, and never of what is private."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from tests.databases import sqlite_address
from tests.slack.stories.town import PEOPLE, Town, founded, town
from tests.slack.stories.using import SHORTCUT, asked, happened, sent


@pytest.fixture(scope="module")
def home(sandbox: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town with an admin, Olga."""
    folder = tmp_path_factory.mktemp("similar")
    url = sqlite_address(Path(shutil.copy(sqlite_template, folder / "incidents.db")))
    slack = founded(sandbox, people=(*PEOPLE, "olga"))
    with town(sandbox, url, folder, slack=slack, ADMIN_USERS=slack.person("olga").id) as made:
        yield made


def by_command(home: Town, title: str, by: str) -> str:
    return home.say(f"open {title}", by)


def at_once(home: Town, title: str, by: str) -> str:
    return home.say(f"new --sev2 {title}", by)


def by_form(home: Town, title: str, by: str) -> str:
    return sent(home, asked(home, lambda who: who.shortcut(SHORTCUT), by), by, title=title)


def from_home(home: Town, title: str, by: str) -> str:
    tab = home.tab(by)
    return sent(home, asked(home, lambda who: who.press(tab, SHORTCUT), by), by, title=title)


def by_mention(home: Town, title: str, by: str) -> str:
    return home.mention(f"new {title}", by)


WAYS = [by_command, at_once, by_form, from_home, by_mention]
Way = Callable[[Town, str, str], str]


def hints(said: str) -> list[str]:
    """The lines about what looks alike."""
    return [line for line in said.splitlines() if "looks alike" in line]


@pytest.mark.parametrize("way", WAYS)
def test_it_is_named_with_its_channel_however_the_new_one_is_opened(home: Town, way: Way) -> None:
    name = way.__name__.replace("_", "")
    there = home.opened(f"Zähler{name} und pumpe{name}")
    said = way(home, f"ZAHLER{name} pumpe{name} wrong{name}", "ben")
    room = home.room(there).name
    assert hints(said) == [f"{there} is open and looks alike: Zähler{name} und pumpe{name} · <#{room}>"]
    assert re.match("INC-[0-9]+ opened", said), "it is opened all the same"
    home.quiet()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("by", ["ann", "cleo", "olga"])
def test_what_is_private_is_named_to_nobody(home: Town, way: Way, by: str) -> None:
    """To those who see it neither: somebody may look over their shoulder.

    An admin has not looked at it by that; but home, where they begin there, shows it to them.
    """
    name = f"{way.__name__.replace('_', '')}{by}"
    hidden = home.say(f"open --private payroll{name} leaked{name}").partition(" ")[0]
    said = way(home, f"leaked{name} payroll{name} again{name}", by)
    assert hints(said) == []
    assert not re.search(rf"\b{hidden}\b", said)
    assert ("Looked" in happened(home, hidden)) is (way is from_home and by == "olga")
    home.quiet()


def test_what_is_over_or_has_little_in_common_is_not_named(home: Town) -> None:
    over = home.opened("Lights in the harbour flicker")
    home.close(over)
    home.opened("Harbour master is ill")
    assert hints(home.say("open Lights in the harbour flicker again", "ben")) == []
    home.quiet()


def test_of_many_the_three_that_are_most_alike_are_named_the_most_alike_first(home: Town) -> None:
    less = home.opened("Printer queue is stuck since noon on the second floor")
    others = [home.opened("Printer queue is stuck today") for _ in range(2)]
    same = home.opened("Printer queue is stuck")
    said = hints(home.say("open Printer queue is stuck", "ben"))
    assert [line.partition(" ")[0] for line in said] == [same, *reversed(others)]
    assert less not in "".join(said)
    home.quiet()
