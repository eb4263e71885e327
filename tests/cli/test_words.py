"""Every event has words, every text is made harmless, and what was redacted says so."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.cli import shown, words
from incident_core.events import EVENT_TYPES, Event
from tests.record.samples import SAMPLES

FIRST = {event.type: event for event in reversed(SAMPLES)}


def _texts(event: Event) -> list[str]:
    """The names of its free texts."""
    hints = get_type_hints(type(event), include_extras=True)
    return [each.name for each in fields(event) if getattr(hints[each.name], "__metadata__", ()) == ("text",)]


def test_every_type_of_event_has_words() -> None:
    assert set(EVENT_TYPES) == words.TYPES == set(FIRST)


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_the_words_name_everything_that_the_event_tells(kind: str) -> None:
    event = FIRST[kind]
    said = words.words(event)
    for name in _texts(event):
        if name != "components":
            assert str(getattr(event, name)).splitlines()[0] in said, name
    for each in fields(event):
        value = getattr(event, each.name)
        if each.name in ("role", "holder", "to", "who", "owner", "item", "milestone", "status", "system"):
            assert str(value) in said, each.name


@pytest.mark.parametrize("kind", [kind for kind, event in FIRST.items() if _texts(event)])
def test_a_redacted_text_is_shown_as_redacted(kind: str) -> None:
    event = FIRST[kind]
    for name in _texts(event):
        absent: dict[str, Any] = {name: None}
        gone = replace(event, **absent)
        assert shown.REDACTED in words.words(gone, (name,)), name


@pytest.mark.parametrize(
    ("timer", "told"),
    [
        ("comms", "stopped the comms reminder"),
        ("role:technical_lead", "stopped the reminder of the empty role technical_lead"),
        ("followup:f1", "stopped the reminder of follow-up f1"),
    ],
)
def test_a_reminder_is_named_by_what_it_is_about(timer: str, told: str) -> None:
    assert words.words(replace(FIRST["reminder_stopped"], reminder=timer)) == told  # type: ignore[call-arg]


def test_a_text_that_was_never_there_is_not_called_redacted() -> None:
    event = replace(FIRST["severity_set"], reason=None)  # type: ignore[call-arg]
    assert shown.REDACTED not in words.words(event)


@given(st.text())
def test_nothing_that_is_shown_steers_a_terminal(text: str) -> None:
    safe = shown.harmless(text)
    assert not any(ord(character) < 32 and character not in "\n\t" for character in safe)
    assert not set(safe) & set("\x1b\x7f\x85\x9b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(st.text())
def test_a_text_in_a_field_of_a_line_stays_in_its_field(text: str) -> None:
    assert shown.cell(text)
    assert len(shown.cell(text).splitlines()) == 1
    assert "\t" not in shown.cell(text)


@pytest.mark.parametrize("text", ["🔥 👩\u200d🚒", "日本語", "e\u0301", "a\u00a0b", "plain"])
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    assert shown.isolated(text) == text


def test_right_to_left_text_is_isolated_line_by_line() -> None:
    assert shown.isolated("\u05d0\n\u05d1") == "\u2068\u05d0\u2069\n\u2068\u05d1\u2069"


def test_later_lines_of_a_text_on_a_page_are_indented() -> None:
    assert shown.prose("a\nb\u2028c", "  ") == "a\n    b\n    c"
    assert shown.prose(None) == shown.REDACTED


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, "0s"), (59, "59s"), (3_900, "1h 5m"), (90_061, "1d 1h"), (86_400, "1d")]
)
def test_a_duration_is_told_by_its_two_largest_units(seconds: int, told: str) -> None:
    assert shown.length(timedelta(seconds=seconds)) == told


def test_a_moment_is_told_in_utc() -> None:
    assert shown.moment(datetime(2026, 11, 22, 8, 45, 59, 999, UTC)) == "2026-11-22 08:45:59Z"
    assert shown.moment(None) == "-"


def test_a_long_list_of_words_is_cut_and_counted() -> None:
    assert shown.joined(tuple("abcdef")) == "a, b, c, d, e, f"
    assert shown.joined(tuple("abcdefg")) == "a, b, c, d, e and 2 more"
