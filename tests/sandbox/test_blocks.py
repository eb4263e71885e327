"""Every limit of Block Kit, one step inside and one step outside of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.team import Team, refused

Block = dict[str, Any]


def plain(text: str) -> Block:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    """A text object with markup."""
    return {"type": "mrkdwn", "text": text}


def card(**more: Any) -> Block:
    """A card."""
    return {"type": "card", **more}


def icon() -> Block:
    """An icon button."""
    return {"type": "icon_button", "icon": "trash", "text": plain("x")}


def section(**more: Any) -> Block:
    """A section with some text."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, **more}


def actions(*elements: Block, **more: Any) -> Block:
    """An actions block."""
    return {"type": "actions", "elements": list(elements), **more}


def button(**more: Any) -> Block:
    """A button."""
    return {"type": "button", "text": plain("x"), **more}


def options(many: int, text: str = "x", value: str = "v") -> list[Block]:
    """So many options."""
    return [{"text": plain(text), "value": f"{value}{number}"[-len(value) - 3 :]} for number in range(many)]


def select(kind: str = "static_select", **more: Any) -> Block:
    """A select."""
    return {"type": kind, "options": options(2), **more}


def grouped(groups: list[Block]) -> Block:
    """A select whose options are in groups."""
    return {"type": "static_select", "option_groups": groups}


def one(text: str, value: str) -> list[Block]:
    """One option."""
    return [{"text": plain(text), "value": value}]


def table(rows: int, cells: int = 1) -> Block:
    """A table."""
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * cells] * rows}


LIMITS: dict[str, tuple[int, Callable[[int], Block], str]] = {
    "section text": (3000, lambda n: section(text={"type": "mrkdwn", "text": "a" * n}), "/0/text/text"),
    "section fields": (10, lambda n: section(fields=[plain("x")] * n), "/0/fields"),
    "a field": (2000, lambda n: section(fields=[plain("a" * n)]), "/0/fields/0/text"),
    "header": (150, lambda n: {"type": "header", "text": plain("a" * n)}, "/0/text/text"),
    "context elements": (10, lambda n: {"type": "context", "elements": [plain("x")] * n}, "/0/elements"),
    "actions elements": (25, lambda n: actions(*[button() for _ in range(n)]), "/0/elements"),
    "button text": (75, lambda n: actions(button(text=plain("a" * n))), "/0/elements/0/text/text"),
    "button value": (2000, lambda n: actions(button(value="a" * n)), "/0/elements/0/value"),
    "button url": (3000, lambda n: actions(button(url="a" * n)), "/0/elements/0/url"),
    "button label": (
        75,
        lambda n: actions(button(accessibility_label="a" * n)),
        "/0/elements/0/accessibility_label",
    ),
    "options": (100, lambda n: actions(select(options=options(n))), "/0/elements/0/options"),
    "multi options": (
        100,
        lambda n: section(accessory=select("multi_static_select", options=options(n))),
        "/0/accessory/options",
    ),
    "option groups": (
        100,
        lambda n: actions(grouped([{"label": plain("g"), "options": options(1)}] * n)),
        "/0/elements/0/option_groups",
    ),
    "a group's options": (
        100,
        lambda n: actions(grouped([{"label": plain("g"), "options": options(n)}])),
        "/0/elements/0/option_groups/0/options",
    ),
    "a group's label": (
        75,
        lambda n: actions(grouped([{"label": plain("g" * n), "options": options(1)}])),
        "/0/elements/0/option_groups/0/label/text",
    ),
    "option text": (
        75,
        lambda n: actions(select(options=one("a" * n, "v"))),
        "/0/elements/0/options/0/text/text",
    ),
    "option value": (
        150,
        lambda n: actions(select(options=one("a", "v" * n))),
        "/0/elements/0/options/0/value",
    ),
    "overflow": (5, lambda n: actions(select("overflow", options=options(n))), "/0/elements/0/options"),
    "radio buttons": (
        10,
        lambda n: actions(select("radio_buttons", options=options(n))),
        "/0/elements/0/options",
    ),
    "checkboxes": (10, lambda n: actions(select("checkboxes", options=options(n))), "/0/elements/0/options"),
    "placeholder": (
        150,
        lambda n: actions({"type": "users_select", "placeholder": plain("a" * n)}),
        "/0/elements/0/placeholder/text",
    ),
    "block_id": (255, lambda n: section(block_id="a" * n), "/0/block_id"),
    "action_id": (255, lambda n: actions(button(action_id="a" * n)), "/0/elements/0/action_id"),
    "confirm title": (
        100,
        lambda n: actions(button(confirm={"title": plain("a" * n), "text": plain("x")})),
        "/0/elements/0/confirm/title/text",
    ),
    "confirm text": (
        300,
        lambda n: actions(button(confirm={"text": plain("a" * n)})),
        "/0/elements/0/confirm/text/text",
    ),
    "confirm yes": (
        30,
        lambda n: actions(button(confirm={"text": plain("x"), "confirm": plain("a" * n)})),
        "/0/elements/0/confirm/confirm/text",
    ),
    "confirm no": (
        30,
        lambda n: actions(button(confirm={"text": plain("x"), "deny": plain("a" * n)})),
        "/0/elements/0/confirm/deny/text",
    ),
    "image text": (
        2000,
        lambda n: {"type": "image", "image_url": "https://x.io/i.png", "alt_text": "a" * n},
        "/0/alt_text",
    ),
    "image title": (
        2000,
        lambda n: {
            "type": "image",
            "image_url": "https://x.io/i.png",
            "alt_text": "a",
            "title": plain("a" * n),
        },
        "/0/title/text",
    ),
    "image url": (
        3000,
        lambda n: {"type": "image", "image_url": "a" * n, "alt_text": "a"},
        "/0/image_url",
    ),
    "input label": (
        2000,
        lambda n: {"type": "input", "label": plain("a" * n), "element": {"type": "plain_text_input"}},
        "/0/label/text",
    ),
    "input hint": (
        2000,
        lambda n: {
            "type": "input",
            "label": plain("a"),
            "hint": plain("a" * n),
            "element": {"type": "plain_text_input"},
        },
        "/0/hint/text",
    ),
    "input length": (
        3000,
        lambda n: {
            "type": "input",
            "label": plain("a"),
            "element": {"type": "plain_text_input", "max_length": n},
        },
        "/0/element/max_length",
    ),
    "markdown": (12_000, lambda n: {"type": "markdown", "text": "a" * n}, "/0/text"),
    "context actions": (
        5,
        lambda n: {"type": "context_actions", "elements": [icon() for _ in range(n)]},
        "/0/elements",
    ),
    "card title": (150, lambda n: card(title=mrkdwn("a" * n)), "/0/title/text"),
    "card subtitle": (150, lambda n: card(subtitle=mrkdwn("a" * n)), "/0/subtitle/text"),
    "card body": (200, lambda n: card(body=mrkdwn("a" * n)), "/0/body/text"),
    "carousel": (
        10,
        lambda n: {"type": "carousel", "elements": [card()] * n},
        "/0/elements",
    ),
    "container": (
        10,
        lambda n: {"type": "container", "child_blocks": [{"type": "divider"}] * n},
        "/0/child_blocks",
    ),
    "container title": (
        150,
        lambda n: {"type": "container", "child_blocks": [{"type": "divider"}], "title": plain("a" * n)},
        "/0/title/text",
    ),
    "data table page": (
        100,
        lambda n: {"type": "data_table", "caption": "x", "rows": [], "page_size": n},
        "/0/page_size",
    ),
    "option description": (
        75,
        lambda n: actions(select(options=[{**one("a", "v")[0], "description": plain("a" * n)}])),
        "/0/elements/0/options/0/description/text",
    ),
    "table rows": (100, table, "/0/rows"),
    "table cells": (20, lambda n: table(1, n), "/0/rows/0"),
}


def post(team: Team, *blocks: Block) -> Any:
    """Post these blocks."""
    return team.client.chat_postMessage(channel="ops", text="x", blocks=list(blocks))


def faults(team: Team, *blocks: Block) -> list[str]:
    """What is wrong with these blocks, as Slack tells it."""
    answer = refused(team.client, "chat.postMessage", channel="ops", text="x", blocks=list(blocks))
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {line}" for line in answer["errors"]]
    return list(answer["errors"])


@pytest.fixture(autouse=True)
def ops(team: Team) -> str:
    """The channel that the blocks are posted in."""
    return team.channel("ops")


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_is_kept_to_the_letter(team: Team, limit: str) -> None:
    most, make, pointer = LIMITS[limit]

    assert post(team, make(most))["ok"]
    found = faults(team, make(most + 1))
    assert found[-1].endswith(f"[json-pointer:/blocks{pointer}]")


def test_fifty_blocks_are_the_most(team: Team) -> None:
    divider = {"type": "divider"}
    assert post(team, *[divider] * 50)["ok"]
    assert faults(team, *[divider] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]


def test_too_long_a_text_is_told_as_slack_tells_it(team: Team) -> None:
    assert faults(team, section(text={"type": "mrkdwn", "text": "a" * 3001})) == [
        "failed to match all allowed schemas [json-pointer:/blocks/0/text]",
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ]


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ({"type": "carrousel"}, "unsupported type: carrousel [json-pointer:/blocks/0/type]"),
        ({"text": plain("x")}, "missing required field: type [json-pointer:/blocks/0]"),
        ({"type": "section"}, "missing required field: text [json-pointer:/blocks/0]"),
        ({"type": "header"}, "missing required field: text [json-pointer:/blocks/0]"),
        (section(text=""), "must provide an object [json-pointer:/blocks/0/text]"),
        (section(text=plain("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        (section(colour="red"), "invalid additional property: colour [json-pointer:/blocks/0]"),
        (section(block_id=7), "must provide a string [json-pointer:/blocks/0/block_id]"),
        (
            {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
            "must be plain_text [json-pointer:/blocks/0/text/type]",
        ),
        (
            actions(button(style="loud")),
            "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
        ),
        (actions(), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
        (
            actions(select(options=[])),
            "no fewer than 1 items allowed [json-pointer:/blocks/0/elements/0/options]",
        ),
        (
            actions(select(options=[{"text": plain("x")}])),
            "missing required field: value [json-pointer:/blocks/0/elements/0/options/0]",
        ),
        (
            actions(select(initial_option={"text": plain("x"), "value": "other"})),
            "must match one of the options [json-pointer:/blocks/0/elements/0/initial_option]",
        ),
        (
            actions({"type": "static_select"}),
            'must define exactly one of "options" and "option_groups" [json-pointer:/blocks/0/elements/0]',
        ),
        (
            actions({"type": "plain_text_input"}),
            "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
        ),
        (
            {"type": "alert", "text": plain("x")},
            "unsupported type: alert [json-pointer:/blocks/0/type]",
        ),
    ],
)
def test_a_block_of_another_shape_is_refused(team: Team, block: Block, fault: str) -> None:
    assert faults(team, block)[-1] == fault


def test_no_name_stands_twice(team: Team) -> None:
    assert faults(team, section(block_id="a"), section(block_id="a")) == [
        '"a" already exists [json-pointer:/blocks/1/block_id]'
    ]
    assert faults(team, actions(button(action_id="a"), button(action_id="a"))) == [
        '"a" already exists [json-pointer:/blocks/0/elements/1/action_id]'
    ]
    assert post(team, actions(button(action_id="a")), actions(button(action_id="a")))["ok"]


def test_a_message_has_one_table_and_so_much_markdown(team: Team) -> None:
    assert faults(team, table(1), table(1)) == ["only one table is allowed [json-pointer:/blocks]"]
    markdown = {"type": "markdown", "text": "a" * 6001}
    assert len(faults(team, markdown, markdown)) == 1


def test_blocks_in_an_attachment_are_checked_too(team: Team) -> None:
    answer = refused(
        team.client, "chat.postMessage", channel="ops", text="x", attachments=[{"blocks": [{"type": "no"}]}]
    )
    assert answer["error"] == "invalid_blocks"


def test_elements_without_an_action_id_get_one(team: Team) -> None:
    kept = post(team, actions(button(), select()))["message"]["blocks"][0]["elements"]
    assert all(len(element["action_id"]) == 5 for element in kept)
    assert kept[0]["text"] == {"type": "plain_text", "text": "x", "emoji": True}
