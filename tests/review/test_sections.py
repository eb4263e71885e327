"""What people write in their sections is kept byte for byte, whatever else becomes of the document."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.review.sections import Damaged, headed, renewed

BODY = """
# Review

<!-- yours: Lessons -->

<!-- /yours: Lessons -->

## Timeline

<!-- yours: Root causes -->
Why?
<!-- /yours: Root causes -->

the end
"""
FRESH = headed("INC-1", BODY)
HEAD = "<!-- review of INC-1; yours: Lessons; Root causes -->\n"


def with_lessons(text: str, document: str = FRESH) -> str:
    """The document with this in its section Lessons."""
    before, mark, rest = document.partition("<!-- yours: Lessons -->\n")
    _, end, after = rest.partition("<!-- /yours: Lessons -->")
    return f"{before}{mark}{text}{end}{after}"


def test_the_first_line_names_the_incident_and_its_sections() -> None:
    assert FRESH == HEAD + BODY


def test_what_was_written_is_kept_and_all_else_is_made_again() -> None:
    written = with_lessons("We *learn*\n\n\t| slowly  \n").replace("the end", "what somebody wrote outside")
    assert renewed(FRESH, written, "INC-1") == with_lessons("We *learn*\n\n\t| slowly  \n")


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.sampled_from(["\n", "\r\n"]))
def test_any_text_in_a_section_is_kept_byte_for_byte(text: str, end: str) -> None:
    document = FRESH.replace("\n", end)
    before, mark, rest = document.partition(f"<!-- yours: Lessons -->{end}")
    written = f"{before}{mark}{text}{end}{rest.lstrip()}"
    assert renewed(FRESH, written, "INC-1") == written


def test_made_again_without_a_change_it_is_the_same() -> None:
    for document in (FRESH, FRESH.replace("\n", "\r\n"), f"\ufeff{FRESH}", with_lessons("x\n")):
        assert renewed(FRESH, document, "INC-1") == document


@pytest.mark.parametrize("nothing", ["", " \r\n\n", "\ufeff"])
def test_an_empty_file_is_written_as_a_new_one(nothing: str) -> None:
    assert renewed(FRESH, nothing, "INC-1") == FRESH


def test_the_line_ends_of_the_file_stay_and_those_in_a_section_too() -> None:
    written = with_lessons("one\ntwo\r\nthree\n", FRESH.replace("\n", "\n")).replace(
        HEAD, HEAD.replace("\n", "\r\n")
    )
    again = renewed(FRESH, written, "INC-1")
    assert "one\ntwo\r\nthree\n<!-- /yours" in again
    assert again.startswith(HEAD.replace("\n", "\r\n"))
    assert again.endswith("\r\nthe end\r\n")


def test_a_section_that_the_template_no_longer_has_is_kept_at_the_end_for_ever() -> None:
    shorter = headed("INC-1", "# Review\n")
    written = with_lessons("We learn\n")
    once = renewed(shorter, written, "INC-1")
    assert once == (
        "<!-- review of INC-1; yours: Lessons; Root causes -->\n# Review\n"
        "\n## Lessons\n\n<!-- yours: Lessons -->\nWe learn\n<!-- /yours: Lessons -->\n"
        "\n## Root causes\n\n<!-- yours: Root causes -->\nWhy?\n<!-- /yours: Root causes -->\n"
    )
    assert renewed(shorter, once, "INC-1") == once
    assert renewed(FRESH, once, "INC-1") == written


def test_a_new_section_of_the_template_begins_as_the_template_has_it() -> None:
    older = headed("INC-1", "# Review\n\n<!-- yours: Lessons -->\nWe learn\n<!-- /yours: Lessons -->\n")
    assert renewed(FRESH, older, "INC-1") == with_lessons("We learn\n")


LOST = "has lost the marks of its section Lessons"


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("# My notes\n", "does not begin like a review of INC-1"),
        (FRESH.removeprefix(HEAD), "does not begin like a review of INC-1"),
        (f"# Before it\n{FRESH}", "does not begin like a review of INC-1"),
        (FRESH.replace("INC-1;", "INC-12;"), "is a review of INC-12, not of INC-1"),
        (FRESH.replace("<!-- yours: Lessons -->\n", ""), "has a mark out of place: <!-- /yours: Lessons -->"),
        (
            FRESH.replace("<!-- /yours: Lessons -->\n", ""),
            "has a mark out of place: <!-- yours: Root causes -->",
        ),
        (FRESH.partition("<!-- /yours: Root")[0], "has no end of its section Root causes"),
        (FRESH.replace("Root causes -->", "Lessons -->").replace(" Lessons -->", "; Lessons -->", 0),
         "has two sections Lessons"),
        (FRESH.replace("/yours: Lessons", "/yours: x"), "has a mark out of place: <!-- /yours: x -->"),
        (FRESH.replace("yours: Lessons -->\n", "yours: Lessons —>\n"), LOST),
        (FRESH.replace("Lessons -->\n", "Lessons --> and text\n"), LOST),
        (FRESH.replace("\n<!-- ", "\n <!-- "), LOST),
        (with_lessons("<!-- yours: Mine -->\n"), "has a mark out of place: <!-- yours: Mine -->"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_whole_review_of_this_incident_is_refused(document: str, why: str) -> None:
    with pytest.raises(Damaged) as fault:
        renewed(FRESH, document, "INC-1")
    assert str(fault.value) == why


def test_blanks_behind_a_mark_do_no_harm() -> None:
    written = with_lessons("We learn\n").replace("Lessons -->\n", "Lessons -->  \n")
    assert renewed(FRESH, written, "INC-1") == with_lessons("We learn\n")
