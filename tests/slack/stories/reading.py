"""What people read in a message, line by line: buttons in brackets, points with a dot before them.

What can be chosen from has a ▾ behind what is chosen, or behind what it asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.slack.bot.house import words

_TIMES = (
    (re.compile(r"<!date[^>]*>|\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?Z| UTC)?"), "DATE"),
    (re.compile(r"\b\d+[dhms]\b( \d+[dhms]\b)?"), "LENGTH"),
    (re.compile(r"/p\d{16}\b"), "/pTS"),
)


def read(message: Mapping[str, Any]) -> str:
    """The whole message."""
    return "\n".join(line for block in message.get("blocks") or () for line in _lines(block))


def _lines(block: Mapping[str, Any]) -> Iterator[str]:
    if block["type"] == "actions":
        yield " ".join(f"[{_element(each)}]" for each in block["elements"])
    elif block["type"] == "rich_text":
        for element in block["elements"]:
            yield from _rich(element)
    else:
        yield words({"blocks": [block]})


def _element(element: Mapping[str, Any]) -> str:
    """What stands on it."""
    if element["type"] == "button":
        return str(element["text"]["text"])
    person = element.get("initial_user")
    chosen = element.get("initial_option", {}).get("text") or element["placeholder"]
    return f"{f'<@{person}>' if person else chosen['text']} ▾"


def _rich(element: Mapping[str, Any]) -> Iterator[str]:
    if element["type"] == "rich_text_list":
        yield from (f"• {words({'blocks': [each]})}" for each in element["elements"])
    else:
        quoted = "> " if element["type"] == "rich_text_quote" else ""
        yield from (f"{quoted}{line}" for line in words({"blocks": [element]}).split("\n"))


def plain(text: str, names: Mapping[str, str]) -> str:
    """The text with names for ids, DATE for times and LENGTH for durations."""
    for pattern, instead in _TIMES:
        text = pattern.sub(instead, text)
    for id_, name in names.items():
        text = text.replace(id_, name)
    return text
