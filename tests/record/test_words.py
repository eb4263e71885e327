"""How texts are cut into words: the same whoever does it, and never more than fits."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from incident_core.errors import Invalid
from incident_core.record.words import (
    LONGEST,
    MOST,
    MOST_ASKED,
    Asked,
    asked,
    indexed,
    joined,
    occurring,
    words,
)

EMPTY: list[str] = []
Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", EMPTY),
        (" \t\n%_*'\"\\-+|&!<>(){}[]:;,.?~^`$@#/=", EMPTY),
        ("API is slow, API!", ["api", "is", "slow", "api"]),
        ("https://a.example/x?y=1", ["https", "a", "example", "x", "y", "1"]),
        ("snake_case kebab-case v1.2", ["snake", "case", "kebab", "case", "v1", "2"]),
        ("Straße ΛΟΓΟΣ İ", ["strasse", "λογοσ", "i\u0307"]),
        ("ﬁle \uff11\uff12 ²", ["file", "12", "2"]),
        ("e\u0301 é", ["é", "é"]),
        ("🔥🔥x❤\ufe0f👩\u200d🚒", ["🔥", "🔥", "x", "❤", "👩", "🚒"]),
        ("東京abc", ["東", "京", "abc"]),
        ("葛\U000e0100城", ["葛", "城"]),
        ("서버 장애", ["서버", "장애"]),
        ("हिन्दी", ["हिन्दी"]),
        ("a\x00b\ud83dc\u200bd\ufeffe", ["a", "b", "c", "d", "e"]),
        ("y" * 250, ["y" * 100]),
    ],
)
def test_a_text_is_cut_into_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text())
def test_a_word_is_never_empty_never_long_and_has_nothing_that_separates(text: str) -> None:
    for word in words(text):
        assert 0 < len(word) <= LONGEST
        alone = len(word) == 1 and word > "\x7f"
        assert alone or all(unicodedata.category(each)[0] in "LNM" for each in word)
        assert word.split() == [word]
        assert not any("A" <= each <= "Z" for each in word)


@given(st.text(), st.sampled_from(FORMS))
def test_neither_case_nor_the_form_of_a_text_matters(text: str, form: Form) -> None:
    assert words(unicodedata.normalize(form, text)) == words(text)
    assert words(text.casefold()) == words(text)


@given(st.text(), st.text())
def test_what_is_separated_is_cut_apart(one: str, two: str) -> None:
    assert words(f"{one} {two}") == words(one) + words(two)


@given(st.text())
def test_every_word_of_a_text_is_asked_for_and_occurs_in_it(text: str) -> None:
    found = words(text)
    assume(len(set(found)) <= MOST_ASKED)
    wanted = asked(text.replace("*", " "))
    assert wanted == tuple(sorted(Asked(word, False) for word in set(found)))
    assert occurring(wanted, found) == len(wanted)
    assert occurring(wanted, EMPTY) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", EMPTY),
        ("* % **", EMPTY),
        ("Slow API slow", [("api", False), ("slow", False)]),
        ("che* a-b* *c d*e f *", [("a", False), ("b", True), ("c", False), ("che", True), ("d", False),
                                  ("e", False), ("f", False)]),
        ("a* a", [("a", False), ("a", True)]),
        ("東京*", [("京", True), ("東", False)]),
        ("a,* b.*", [("a", True), ("b", True)]),
    ],
)  # fmt: skip
def test_a_star_at_the_end_asks_for_a_beginning(text: str, expected: list[tuple[str, bool]]) -> None:
    assert [tuple(each) for each in asked(text)] == expected


def test_fifty_words_can_be_asked_for_and_no_more() -> None:
    fifty = " ".join(f"w{number}" for number in range(MOST_ASKED))
    assert len(asked(f"{fifty} w1 W2")) == MOST_ASKED
    for text in (f"{fifty} more", f"{fifty} w1*"):
        with pytest.raises(Invalid, match=r"^Search for at most 50 words at once\.$"):
            asked(text)


def test_occurring_counts_whole_words_and_beginnings() -> None:
    wanted = asked("check* slow api checkout*")
    assert occurring(wanted, ["checkout", "slow"]) == 3
    assert occurring(wanted, ["check", "slower"]) == 1
    assert occurring(wanted, ["recheck", "apis"]) == 0


@given(st.dictionaries(st.sampled_from(["title", "text", "note"]), st.text()))
def test_the_words_of_an_event_are_those_of_its_texts_in_the_order_of_their_names(
    texts: dict[str, str],
) -> None:
    assert indexed(texts).split() == [word for name in sorted(texts) for word in words(texts[name])]


@pytest.mark.parametrize("length", [99, 100, 7, 1])
def test_an_event_has_as_many_whole_words_as_fit(length: int) -> None:
    word = "y" * length
    found = indexed({"text": f"{word} " * (MOST // (length + 1) + 5)})
    assert set(found.split(" ")) == {word}
    assert MOST - length - 1 <= len(found) <= MOST


@given(st.lists(st.integers(0, 130_000), max_size=8))
@example([MOST - 2, 1])
@example([MOST - 1, 1, 0])
@example([0, MOST, 1])
def test_an_event_that_would_be_too_much_is_left_out_and_a_shorter_one_finds_room(lengths: list[int]) -> None:
    """As a database adds them, one by one; here only their lengths count."""
    parts = [chr(ord("a") + place) * length for place, length in enumerate(lengths)]
    expected = ""
    for part in parts:
        longer = f"{expected} {part}".strip() if part else expected
        expected = longer if len(longer) <= MOST else expected
    assert joined(parts) == expected
    assert joined(iter(parts)) == expected
