"""One value has one canonical text, whichever program writes it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_core.errors import Invalid
from incident_core.events import Event
from incident_core.record.canonical import canonical
from incident_core.record.codec import encode
from incident_core.testing.strategies import events

LIMIT = 2**53

values: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers(-LIMIT, LIMIT) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner, max_size=4)
    ),
    max_leaves=12,
)
objects = st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=5), values, max_size=5)

SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def independent(value: object) -> str:
    """RFC 8785 for our shapes, written again without the json module."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return f"{value:d}"
    if isinstance(value, str):
        return '"' + "".join(escaped(each) for each in value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(independent(each) for each in value) + "]"
    assert isinstance(value, dict)
    in_order = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
    return "{" + ",".join(f"{independent(name)}:{independent(inner)}" for name, inner in in_order) + "}"


def escaped(character: str) -> str:
    if character in SHORT:
        return SHORT[character]
    return f"\\u{ord(character):04x}" if ord(character) < 0x20 else character


@given(value=objects)
def test_it_is_what_an_independent_implementation_writes(value: dict[str, object]) -> None:
    assert canonical(value) == independent(value).encode()


@given(event=events())
def test_so_is_the_body_of_every_event(event: Event) -> None:
    body, _ = encode(event, lambda: b"1" * 16)
    assert canonical(body) == independent(body).encode()


@given(value=objects)
def test_it_is_read_back_as_the_same_value_and_does_not_depend_on_the_order_of_keys(
    value: dict[str, object],
) -> None:
    assert json.loads(canonical(value)) == value
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (1.0, "A float cannot be stored."),
        (-0.0, "A float cannot be stored."),
        (math.nan, "A float cannot be stored."),
        (math.inf, "A float cannot be stored."),
        (LIMIT + 1, "The number 9007199254740993 is too large to be stored."),
        (-LIMIT - 1, "The number -9007199254740993 is too large to be stored."),
        ("half \ud83d of a character", "A text contains half of a character (a lone surrogate)."),
        (b"bytes", "A bytes cannot be stored."),
        ((1, 2), "A tuple cannot be stored."),
        ({1, 2}, "A set cannot be stored."),
        ({"é": 1}, "'é' cannot be a key of a stored object."),
        ({1: 1}, "1 cannot be a key of a stored object."),
        ({None: 1}, "None cannot be a key of a stored object."),
    ],
)
@pytest.mark.parametrize(
    "where", [lambda bad: {"x": bad}, lambda bad: {"x": [{"y": [bad]}]}], ids=["top", "deep"]
)
def test_what_other_libraries_would_write_otherwise_is_refused(
    where: Callable[[object], dict[str, object]], value: object, sentence: str
) -> None:
    with pytest.raises(Invalid) as caught:
        canonical(where(value))
    assert caught.value.sentence == sentence


def test_the_largest_numbers_and_all_ascii_keys_are_accepted() -> None:
    assert canonical({"b": LIMIT, "a": -LIMIT, "": True}) == (
        b'{"":true,"a":-9007199254740992,"b":9007199254740992}'
    )
