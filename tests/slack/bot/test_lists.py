"""Long lists, timelines and texts: a page at a time, turned in place, and never longer than Slack takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from adapters.slack.bot.answer import MOST, within
from adapters.slack.parts import Code
from adapters.slack.words import shipped_words
from incident_core import commands as c
from tests.slack.bot.house import House, buttons, house

WIDEST = '"' * 200
"""A title that is longest where every character is escaped."""
TEXT = '\u2028"\\&<>é🔥' * 1_200


@pytest.fixture(scope="module")
def full(sandbox: Sandbox) -> Iterator[House]:
    """A house with 200 open incidents that have the longest titles, and 30 that Ben sees only."""
    with house(sandbox) as made:
        for number in range(200):
            made.opened(f"{number:03} {WIDEST}"[:200], room=number >= 180)
            if number % 2:
                made.do(c.Claim, f"INC-{number + 1}", role="incident_commander")
        for number in range(30):
            made.opened(f"private {number}", by="ben", private=True)
        yield made


def _fits(blocks: list[dict[str, Any]]) -> None:
    assert len(json.dumps(blocks, ensure_ascii=False)) < 13_000
    assert len(blocks) <= 50


def _keys(said: str) -> list[str]:
    return re.findall(r"INC-\d+", said)


def _walked(home: House, text: str, label: str, by: str = "ann") -> list[str]:
    """The keys of every page, one page after the other."""
    said = home.say(text, by=by)
    message = home.newest(by)
    pages = [_keys(said)]
    while label in buttons(message):
        _fits(message.blocks)
        pages.append(_keys(home.turned(message, label, by=by)))
        message = home.newest(by)
    return [key for page in pages for key in page]


def test_two_hundred_are_listed_page_by_page_in_place(full: House) -> None:
    before = len(full.seen())
    assert _walked(full, "list", "Older") == [f"INC-{number}" for number in range(200, 0, -1)]
    assert len(full.seen()) == before + 1, "the pages take the place of the first"


def test_a_page_says_where_it_is_and_goes_back(full: House) -> None:
    assert full.say("list").startswith("1–12 of 200 open")
    message = full.newest()
    assert buttons(message) == ["Older"]
    assert full.turned(message, "Older").startswith("13–24 of 200 open")
    message = full.newest()
    assert buttons(message) == ["Newer", "Older"]
    assert full.turned(message, "Newer").startswith("1–12 of 200 open")


def test_every_viewer_has_pages_of_their_own(full: House) -> None:
    keys = _walked(full, "list", "Older", by="ben")
    assert len(keys) == len(set(keys)) == 230


def test_all_shows_the_closed_ones_too(sandbox: Sandbox) -> None:
    with house(sandbox) as home:
        keys = [home.opened(f"number {number}") for number in range(30)]
        for key in keys[:15]:
            home.do(c.Close, key)
        assert _walked(home, "list", "Older") == list(reversed(keys[15:]))
        assert _walked(home, "list all", "Older") == list(reversed(keys))


def test_what_is_found_is_paged(full: House) -> None:
    keys = _walked(full, "search 0* ", "More")
    assert sorted(keys) == sorted(f"INC-{number + 1}" for number in range(100))


def test_a_long_timeline_is_paged_from_its_end(home: House) -> None:
    key = home.opened("much happened")
    for number in range(40):
        home.do(c.SendUpdate, key, text=f"news {number} {TEXT}"[:10_000])
    said = home.say(f"timeline {key}")
    assert "37–41 of 41" in said
    message, found = home.newest(), [said]
    while "Older" in buttons(message):
        _fits(message.blocks)
        found.append(home.turned(message, "Older"))
        message = home.newest()
    assert [text for page in reversed(found) for text in re.findall(r"news (\d+) ", page)] == [
        str(number) for number in range(40)
    ]
    assert "opened sev4: much happened" in found[-1]
    assert "13–24 of 41" in home.turned(message, "Newer")


def test_a_page_about_much_still_fits(home: House) -> None:
    key = home.opened(WIDEST)
    home.do(c.Declare, key)
    for _ in range(30):
        home.do(c.SendUpdate, key, text=TEXT[:10_000])
        home.do(c.AddTask, key, text=TEXT[:10_000])
        home.do(c.AddFollowUp, key, text=TEXT[:10_000])
        home.do(c.AddEvidence, key, url=f"https://x.y/{'ab' * 900}?{home.events()}", note=TEXT[:10_000])
    for verb in ("status", "evidence", "update", "task", "followup", "assign", "explain", "timeline"):
        _fits(home.blocks(f"{verb} {key}"))
    assert "(30)" in home.say(f"update {key}")


@pytest.mark.parametrize("text", ["help", "stats all", "explain INC-1", "export", "nonsense", "status INC-1"])
def test_every_other_answer_fits(full: House, text: str) -> None:
    _fits(full.blocks(text))


def test_a_button_of_a_list_that_is_no_longer_so_long_shows_its_beginning(sandbox: Sandbox) -> None:
    with house(sandbox) as home:
        keys = [home.opened(f"number {number}") for number in range(14)]
        home.say("list")
        for key in keys:
            home.do(c.Close, key)
        assert home.turned(home.newest(), "Older").startswith("Nothing is open")


def test_what_does_not_fit_is_counted() -> None:
    lines = [(Code("x" * 500),)] * 100
    kept = within(shipped_words(), lines)
    assert len(json.dumps([list(map(str, line)) for line in kept])) < MOST
    assert f"and {100 - (len(kept) - 1)} lines more" in str(kept[-1])
    assert within(shipped_words(), lines[:3]) == lines[:3]
