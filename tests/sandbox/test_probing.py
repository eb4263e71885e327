"""The sandbox and an independent simulator answer the same, but for the differences that a page explains."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.probing import asked, places
from tests.sandbox.probing.asked import Difference

PAGE = Path(__file__).parents[2] / "docs" / "sandbox-differences.md"


@pytest.fixture(scope="module")
def ours() -> Iterator[dict[str, Any]]:
    """The sandbox's answers."""
    with places.sandbox() as place:
        yield asked.answers(place)


@pytest.fixture(scope="module")
def theirs() -> dict[str, Any]:
    """The simulator's answers, as they were kept."""
    kept: dict[str, Any] = json.loads(asked.RECORDED.read_text("utf-8"))
    return kept


def explained() -> dict[Difference, str]:
    """The rows of the page: each difference, and what decides."""
    rows = (line.strip("| \n").split(" | ") for line in PAGE.read_text("utf-8").splitlines() if "`" in line)
    return {Difference(*row[:3]): row[3] for row in rows if len(row) == 4}


def test_both_are_asked_the_same(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert list(ours) == list(theirs)


def test_every_difference_is_on_the_page_with_what_decides_and_nothing_else_is(
    ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    page = explained()
    assert list(page) == asked.differences(ours, theirs), "python -m tests.sandbox.probing prints the rows"
    assert all(page.values())


def test_the_page_counts_right(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    text = " ".join(PAGE.read_text("utf-8").split())
    same = sum(answer == theirs[question] for question, answer in ours.items())
    assert f"The same {len(ours)} questions" in text
    assert f"{same} are answered the same" in text


def test_the_simulator_itself_answers_as_was_kept(theirs: dict[str, Any]) -> None:
    try:
        answered = places.simulated()
    except places.NotInstalled as why:
        pytest.skip(str(why))
    assert answered == theirs
