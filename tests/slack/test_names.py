"""Names of channels are ones that Slack takes, whatever the title is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sandbox import rooms
from adapters.sandbox.state.workspace import Workspace
from adapters.slack.names import LONGEST, REVIEW, candidates, channel_name
from incident_core.testing.values import hostile_text
from tests.slack.texts import ODD

NAME = re.compile(r"inc-42(-[a-z0-9]+)*")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("API is slow", "inc-42-api-is-slow"),
        ("  It's   DOWN!  ", "inc-42-its-down"),
        ("Żółć in Zürich", "inc-42-zolc-in-zurich"),
        ("数据库", "inc-42-shu-ju-ku"),
        ("データベースが遅い", "inc-42-detabesugachi-i"),
        ("& < > ( )", "inc-42"),
        ("🔥🔥", "inc-42"),
        (None, "inc-42"),
    ],
)
def test_a_channel_is_called_by_its_number_and_title(title: str | None, name: str) -> None:
    assert channel_name("inc", 42, title) == name


def test_a_long_title_ends_with_a_whole_word() -> None:
    name = channel_name("inc", 42, "database " * 22)
    assert name.endswith("-database")
    assert 60 < len(name) <= LONGEST


@given(
    title=st.none() | hostile_text(200),
    number=st.integers(1, 10**12),
    prefix=st.sampled_from(["inc", "-", "a" * 20]),
)
def test_every_candidate_is_a_name_that_can_be_given(title: str | None, number: int, prefix: str) -> None:
    for name in candidates(channel_name(prefix, number, title)):
        rooms.check_name(Workspace("T1", "Acme", "acme", ""), name)


@pytest.mark.parametrize("title", ODD.values(), ids=ODD)
def test_odd_titles_have_names_too(title: str) -> None:
    assert NAME.fullmatch(channel_name("inc", 42, title))


def test_where_a_name_is_taken_there_are_four_others() -> None:
    assert list(candidates("inc-42")) == ["inc-42", "inc-42-2", "inc-42-3", "inc-42-4", "inc-42-5"]


@pytest.mark.parametrize("length", [5, 60, 66, 70, 74, 200])
def test_an_ending_is_whole_and_stands_behind_the_name_of_the_channel(length: int) -> None:
    name, review = (channel_name("inc", 42, "x" * length, ending) for ending in ("", REVIEW))
    assert review.endswith("-rca")
    assert all(len(each) <= LONGEST for each in candidates(review))
    assert review == f"{name}-rca" or length > 60
    assert channel_name("inc", 42, None, REVIEW) == "inc-42-rca"
