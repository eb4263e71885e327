"""Lines of parts: what people typed is literal in the blocks, and escaped in the text beside them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.sandbox import blocks as block_kit
from adapters.slack.drawing.message import FALLBACK, Quote, body, content, fallback
from adapters.slack.parts import (
    Bold,
    Code,
    Everybody,
    Group,
    Line,
    Link,
    Room,
    When,
    Who,
    bullets,
    filled,
    known,
    message,
    plain,
    rich,
)
from incident_core.model.actor import Actor
from tests.slack.texts import PROSE

ANN, CLEO = Actor("slack", "U012AB3CD"), Actor("cli", "cleo <b>")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def literal(block: Any) -> str:
    """Every text of a block, as it is."""
    if isinstance(block, list):
        return "".join(map(literal, block))
    if not isinstance(block, dict):
        return ""
    own = block.get("text") if isinstance(block.get("text"), str) else literal(block.get("text"))
    return str(own or "") + literal(block.get("elements"))


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE)
def test_what_was_typed_is_shown_as_it_is_and_is_no_markup(text: str) -> None:
    made = content([[Who(ANN), " said:"], Quote(text), [Bold("last")]])
    block_kit.for_message(made["blocks"])
    quote = made["blocks"][0]["elements"][1]
    shown = literal(quote)
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))
    kinds = {element["type"] for element in quote["elements"]}
    assert kinds == {"text"}
    assert len(made["text"]) <= FALLBACK
    rest = made["text"].removeprefix("<@U012AB3CD> said:\n")
    assert not {"<", ">"} & set(rest)


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE)
def test_a_line_of_it_cannot_pass_for_one_of_ours(text: str) -> None:
    lines = fallback([Quote(text)]).split("\n")
    assert all(line.startswith("&gt; ") for line in lines)


def test_each_part_is_drawn_twice() -> None:
    line: Line = [
        "a & b ", Bold("bold"), " ", Code("x < y"), " ", Who(ANN), " ", Who(CLEO), " ",
        Room("C012AB3CD"), " ", Link("https://x.example/?a=1&b=|", "a | b"), " ", When(NOON),
    ]  # fmt: skip
    assert plain(line) == (
        "a &amp; b bold `x &lt; y` <@U012AB3CD> cleo &lt;b&gt; (cli) <#C012AB3CD> "
        "<https://x.example/?a=1&amp;b=%7C|a ¦ b> "
        "<!date^1795348800^{date_short_pretty} at {time}|2026-11-22 12:00 UTC>"
    )
    block_kit.for_message([rich(line), bullets(line, ["second"])])
    kinds = [element["type"] for element in rich(line)["elements"][0]["elements"]]
    assert [kind for kind in kinds if kind != "text"] == ["user", "channel", "link", "date"]


def test_a_user_group_is_named_by_its_id_and_read_by_its_handle() -> None:
    made = message([Group("S0604QSJC"), " S0604QSJC"])
    element, typed = made["blocks"][0]["elements"][0]["elements"]
    assert element == {"type": "usergroup", "usergroup_id": "S0604QSJC"}
    assert typed == {"type": "text", "text": " S0604QSJC"}
    assert made["text"] == "<!subteam^S0604QSJC> S0604QSJC"


def test_only_what_is_ours_calls_everybody() -> None:
    block = rich([Everybody(), " <!channel> @channel"])
    kinds = [element["type"] for element in block["elements"][0]["elements"]]
    block_kit.for_message([block])
    assert kinds == ["broadcast", "text"]
    assert plain([Everybody(), " <!channel>"]) == "<!channel> &lt;!channel&gt;"


def test_ids_that_are_not_known_yet_are_filled_in_later_and_nobody_can_type_them() -> None:
    made = message([Room(known("channel")), " channel ", "\0channel"])
    found = filled(made, {"channel": "C012AB3CD"})
    assert found["text"] == "<#C012AB3CD> channel \0channel"
    assert found["blocks"][0]["elements"][0]["elements"][0]["channel_id"] == "C012AB3CD"


def test_rows_and_quotes_keep_their_order() -> None:
    made = body([["one"], ["two"], Quote("three"), Quote("four"), ["five"]])
    kinds = [element["type"] for element in made["elements"]]
    assert kinds == ["rich_text_section", "rich_text_quote", "rich_text_quote", "rich_text_section"]
    assert literal(made) == "one\ntwothreefourfive"


@pytest.mark.parametrize("size", range(3880, 3920))
def test_a_text_that_is_cut_ends_in_no_half_of_a_sign(size: int) -> None:
    text = fallback(
        [["x" * 2000], ["y" * (size - 2001 - 12)], ["&" * 400, Link("https://x.example", "there")]]
    )
    assert len(text) <= FALLBACK
    assert "&" not in text.replace("&amp;", "")
