"""How long and how many: the figures of Block Kit that its schema does not have, by definition and field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from adapters.sandbox.shapes import Problem, items, length


class Limit(NamedTuple):
    """Characters of a text, or of the text in a text object; items of a list; characters of each of them."""

    most: int | None = None
    least: int = 0
    most_items: int | None = None
    least_items: int = 0
    each: int | None = None


def chars(most: int, least: int = 0) -> Limit:
    """A text of so many characters."""
    return Limit(most, least)


def count(most: int, least: int = 0, each: int | None = None) -> Limit:
    """A list of so many items."""
    return Limit(most_items=most, least_items=least, each=each)


NAMES = {
    "block_id": chars(255),
    "action_id": chars(255),
    "callback_id": chars(255),
    "external_id": chars(255),
}
"""Fields that have the same limit wherever they stand."""
EVERYWHERE = {**NAMES, "placeholder": chars(150, 1), "alt_text": chars(2000), "image_url": chars(3000, 1)}
OPTIONS, FEW = {"options": count(100, 1), "option_groups": count(100, 1)}, {"options": count(10, 1)}

LIMITS: Mapping[str, Mapping[str, Limit]] = {
    "PlainTextElement": {"text": chars(3000, 1)},
    "MrkdwnElement": {"text": chars(3000, 1)},
    "SectionBlock": {"text": chars(3000), "fields": count(10, 1, each=2000)},
    "HeaderBlock": {"text": chars(150)},
    "ContextBlock": {"elements": count(10, 1)},
    "ContextActionsBlock": {"elements": count(5, 1)},
    "ActionsBlock": {"elements": count(25, 1)},
    "ImageBlock": {"title": chars(2000)},
    "InputBlock": {"label": chars(2000), "hint": chars(2000)},
    "MarkdownBlock": {"text": chars(12_000)},
    "TableBlock": {"rows": count(100, 1), "column_settings": count(20)},
    "CardBlock": {"title": chars(150), "subtitle": chars(150), "body": chars(200)},
    "CarouselBlock": {"elements": count(10, 1)},
    "ContainerBlock": {"child_blocks": count(10, 1), "title": chars(150)},
    "Button": {
        "text": chars(75),
        "value": chars(2000),
        "url": chars(3000),
        "accessibility_label": chars(75),
    },
    "ConfirmationDialog": {"title": chars(100), "text": chars(300), "confirm": chars(30), "deny": chars(30)},
    "PlainTextOption": {"text": chars(75), "value": chars(150), "description": chars(75), "url": chars(3000)},
    "MrkdwnOption": {"text": chars(75), "value": chars(150), "description": chars(75)},
    "StaticSelect": OPTIONS,
    "MultiStaticSelect": OPTIONS,
    "Overflow": {"options": count(5, 1)},
    "Checkboxes": FEW,
    "RadioButtons": FEW,
    "PlainTextInput": {"initial_value": chars(3000)},
    "ModalView": {
        "title": chars(24),
        "submit": chars(24),
        "close": chars(24),
        "private_metadata": chars(3000),
        "blocks": count(100),
    },
    "HomeView": {"private_metadata": chars(3000), "blocks": count(100)},
}


def within(name: str, value: dict[str, Any], pointer: str) -> Iterator[Problem]:
    """Whether an object of the definition `name` keeps the limits of its fields."""
    limits = LIMITS.get(name, {})
    for field, inner in value.items():
        limit = limits.get(field) or EVERYWHERE.get(field)
        if limit is not None:
            yield from _kept(limit, inner, f"{pointer}/{field}")


def _kept(limit: Limit, value: Any, pointer: str) -> Iterator[Problem]:
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        yield from length(value["text"], f"{pointer}/text", limit.least, limit.most)
    elif isinstance(value, str):
        yield from length(value, pointer, limit.least, limit.most)
    elif isinstance(value, list):
        yield from items(value, pointer, limit.least_items, limit.most_items)
        if limit.each is not None:
            for place, item in enumerate(value):
                yield from _kept(Limit(limit.each), item, f"{pointer}/{place}")
