"""Whatever people type, the document has the structure of its template, and their text is only text in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.review.markdown import link, markdown
from adapters.review.renderer import Reviews
from tests.review.hostile import NAMES, TEXTS, full, shipped

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_TEXT = frozenset({"text", "text_special"})
_BREAK = "<br>"
_SIGNS = "\\`*_{}[]()<>#+-.!|~&:=$^\"' \t\n1a"

hostile = st.one_of(
    st.sampled_from(TEXTS),
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3).map("\n".join),
    st.text(_SIGNS, min_size=1, max_size=30),
    st.text(min_size=1, max_size=30),
).filter(lambda text: bool(text.strip()) and not any(0xD800 <= ord(each) < 0xE000 for each in text))


def blocks(document: str) -> list[tuple[str, str, int, int]]:
    """Its blocks, and what stands in each but for text and line breaks."""
    return [each for token in PARSER.parse(document) for each in _shape(token)]


def _shape(token: Token) -> Iterator[tuple[str, str, int, int]]:
    if token.type == "html_block":
        yield ("html", token.content, 0, token.level)
        return
    yield (token.type, token.tag, token.nesting, token.level)
    for child in token.children or ():
        if child.type not in _TEXT and child.content != _BREAK:
            yield (child.type, child.content or str(child.attrs), child.nesting, child.level)


def said(document: str) -> list[str]:
    """The text of each block, as people read it."""
    return [
        "".join("\n" if child.content == _BREAK else child.content for child in token.children or ())
        for token in PARSER.parse(document)
        if token.type == "inline"
    ]


def unlinked(document: str) -> list[tuple[str, str, int, int]]:
    """The same without links: an address that somebody gave as one leads there."""
    return [each for each in blocks(document) if each[0] not in ("link_open", "link_close")]


TAME = unlinked(shipped().written(full("tame")))


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_that_would_break_it_leaves_the_document_as_it_is_and_only_links_into_the_web(
    text: str,
) -> None:
    written = shipped().written(full(text))
    assert unlinked(written) == TAME
    found = [each for each in blocks(written) if each[0] == "link_open"]
    assert found[0][1] == "{'href': 'https://a.example/x'}"
    assert (len(found) == 1) is not text.startswith("http://")
    assert all("'href': 'http" in each[1] for each in found)


@settings(max_examples=40)
@given(hostile)
def test_any_text_leaves_the_document_as_it_is(text: str) -> None:
    assert unlinked(shipped().written(full(text))) == TAME


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_a_name(name: str) -> None:
    assert unlinked(shipped().written(full("tame", name))) == TAME


@given(hostile)
def test_people_read_what_was_typed(text: str) -> None:
    """But for blanks at the ends of lines, and marks that would turn a line around, which are spelled out."""
    (read,) = said(markdown(text))
    expected = [
        " ".join(line.split())
        for line in re.split(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*", text.strip())
    ]
    if not any(ord(each) < 32 or 0x7F <= ord(each) < 0xA0 or each in _STEERING for each in text):
        assert [" ".join(line.split()) for line in read.split("\n") if line.strip()] == [
            x for x in expected if x
        ]


_STEERING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(hostile)
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "- {}",
        "> {}",
        "1. {}",
        "# {} #",
        "| {} | {} |\n| --- | --- |\n| {} | {} |",
        "a {} b",
        "**b** {}",
    ],
)
def test_wherever_a_template_puts_a_text_it_is_only_text(around: str, text: str) -> None:
    shape = around.replace("{}", str(markdown(text)))
    assert blocks(shape) == blocks(around.replace("{}", "tame"))


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://a.example/x_y?a=1&b=2#c", "<https://a.example/x_y?a=1&b=2#c>"),
        ("https://a.example/a|b`c>d", "<https://a.example/a%7Cb%60c%3Ed>"),
        ("https://a.example/%7Cä", "<https://a.example/%7Cä>"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("data:text/html,<b>", "data:text/html,&lt;b&gt;"),
        ("https://", "https://"),
        ("https://[", "https://\\["),
        ("https://a.example/\u202ex", "https://a.example/&lt;U+202E&gt;x"),
        ("[redacted]", "\\[redacted\\]"),
        (None, "–"),
    ],
)
def test_only_an_address_of_the_web_becomes_a_link(url: str | None, written: str) -> None:
    assert link(url) == written


@pytest.mark.parametrize(
    "between", ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", " \n\t"]
)
def test_whatever_breaks_a_line_somewhere_is_a_break_and_the_line_goes_on(between: str) -> None:
    assert markdown(f"a{between}- b") == "a<br>\\- b"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "–"),
        ("", "–"),
        ((), "–"),
        (("a", "*"), "a, \\*"),
        (True, "yes"),
        (1_000, "1000"),
        (datetime(2026, 11, 22, 8, 45, 0, 9, tzinfo=UTC), "2026-11-22 08:45:00Z"),
        (timedelta(days=1, hours=2, minutes=3), "1d 2h"),
        (timedelta(minutes=-5), "-5m"),
        (timedelta(), "0s"),
    ],
)
def test_a_value_that_is_no_text_is_written_as_people_read_it(value: object, written: str) -> None:
    assert markdown(value) == written


def test_a_template_writer_cannot_forget_to_escape_nor_mark_a_text_as_safe(tmp_path: Path) -> None:
    ways = (
        "{{ title }}",
        "{{ title | safe }}",
        "{{ title ~ '' }}",
        "{{ [title, title] | join(', ') }}",
        "{{ '%s' | format(title) }}",
        "{{ (evidence[0].url | link) ~ title }}",
        "{{ [evidence[0].url | link, title] | join }}",
        "{% set x %}{{ title }}{% endset %}{{ x }}",
        "{% macro m() %}{{ title }}{% endmacro %}{{ m() }}",
        "{{ title.replace('x', 'y') }}",
        "{{ timeline | map(attribute='what') | first }}",
        "{{ title | tojson }}",
        "{{ title | e }}",
        "{{ title | xmlattr if false else title | upper }}",
    )
    for way in ways:
        (tmp_path / "t").write_text(f"- {way}\n")
        shapes = [
            [each for each in blocks(Reviews(tmp_path / "t").written(full(text))) if each[0] != "html"]
            for text in ("tame", "<b>*x*</b> [a](b)\n\n# c `d` |")
        ]
        assert shapes[0] == shapes[1], way
