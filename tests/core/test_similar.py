"""A hint names what is open and looks alike: by words, in any script, and nothing that is private."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_core import commands as c
from incident_core.testing.contracts import ANN, BOB, Desk
from incident_core.testing.memory import Memory, MemoryStore
from incident_core.usecases.similar import MOST, alike, similar, words_of


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryStore.over(Memory()))


def _hint(desk: Desk, title: str, key: str | None = None) -> list[str]:
    return [each.key for each in similar(desk.store.reader, desk.workspace, key, title)]


@pytest.mark.parametrize(
    ("one", "other", "so"),
    [
        ("Checkout is slow", "checkout slow in Europe", True),
        ("Checkout is slow", "Checkout", False),
        ("Checkout", "CHECKOUT!", True),
        ("API response times increasing", "Response times of the API", True),
        ("API is slow", "Database is slow", False),
        ("Größe des Caches fällt", "grosse caches gefallen", True),
        ("Café down in Paris", "cafe DOWN", True),
        ("The app and the web", "The app for the shop", False),
        ("データベースが遅い", "データベース接続エラー", True),
        ("支付失败", "登录失败了", False),
        ("Ошибка оплаты заказа", "ошибка ОПЛАТЫ", True),
        ("500 errors on node 17", "node 17 errors", True),
        ("🔥🔥", "🔥🔥", False),
        ("", "anything", False),
    ],
)
def test_titles_look_alike_by_the_words_that_say_something(one: str, other: str, so: bool) -> None:
    assert bool(alike(words_of(one), words_of(other))) is so
    assert bool(alike(words_of(other), words_of(one))) is so


@given(st.text(max_size=80), st.text(max_size=80))
def test_it_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    first, second = words_of(one), words_of(other)
    assert alike(first, second) == alike(second, first)
    assert 0 <= alike(first, second) <= 1
    assert alike(first, first) == (1.0 if first else 0.0)


def test_the_most_alike_comes_first_and_only_so_many_are_named(desk: Desk) -> None:
    keys = [desk.open(f"Checkout slow {word}", by=ANN) for word in ("one", "two", "three", "four")]
    best = desk.open("Checkout slow everywhere today", by=ANN)
    found = _hint(desk, "Checkout slow everywhere")
    assert found[0] == best
    assert len(found) == MOST
    assert set(found[1:]) <= set(keys)


def test_neither_itself_nor_what_is_over_nor_what_is_private_is_named(desk: Desk) -> None:
    over = desk.open("Checkout slow", by=ANN)
    desk.do(c.Close, over)
    desk.open("Checkout slow", by=BOB, private=True)
    own = desk.open("Checkout slow", by=ANN)
    assert _hint(desk, "Checkout slow", own) == []
    assert _hint(desk, "Checkout slow") == [own]
    assert _hint(desk, "!!") == []


def test_a_title_that_was_redacted_is_like_nothing(desk: Desk) -> None:
    key = desk.open("Checkout slow", by=ANN)
    desk.do(c.Redact, key, entry="title", texts=((1, "title"),), reason="a name")
    assert _hint(desk, "Checkout slow") == []


def test_only_what_was_opened_before_it_is_named_so_that_a_repeat_is_answered_alike(desk: Desk) -> None:
    first = desk.open("Checkout slow", by=ANN)
    second = desk.open("Checkout slow", by=BOB)
    assert (_hint(desk, "Checkout slow", first), _hint(desk, "Checkout slow", second)) == ([], [first])
