"""What forms are made of: a modal, and the fields in it; each is called as its block is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.slack.bot.answer import within
from adapters.slack.bot.payload import carried
from adapters.slack.drawing.words import REDACTED
from adapters.slack.escape import fitted
from adapters.slack.parts import Block, Line, rich
from adapters.slack.words import Words
from incident_core.ports.reader import Summary

LONGEST = 3_000
"""Characters that a field takes."""
_TITLE, _OPTION, _PLACEHOLDER, _LABEL = 24, 75, 150, 2_000


def modal(
    words: Words, callback: str, title: str, submit: str, blocks: Sequence[Block], **about: object
) -> Block:
    """A form; `about` comes back with it."""
    return {
        "type": "modal",
        "callback_id": callback,
        "title": _words(fitted(title, _TITLE)),
        "submit": _words(fitted(submit, _TITLE)),
        "close": _words(fitted(words.text("forms.cancel"), _TITLE)),
        "private_metadata": carried(**about),
        "blocks": list(blocks),
    }


def says(words: Words, *lines: Line) -> Block:
    """Lines to read."""
    return rich(*within(words, lines))


def text(
    name: str,
    label: str,
    *,
    optional: bool = False,
    lines: bool = True,
    most: int = LONGEST,
    hint: str = "",
    initial: str = "",
) -> Block:
    """A field for words, of several lines or one."""
    element: Block = {"type": "plain_text_input", "multiline": lines, "max_length": most}
    if initial:
        element["initial_value"] = initial
    return _input(name, label, element, optional=optional, hint=hint)


def choice(name: str, label: str, options: Sequence[Block], initial: Block) -> Block:
    """One of a few; `initial` unless something else is chosen."""
    element = {"type": "static_select", "options": list(options), "initial_option": initial}
    return _input(name, label, element)


def checks(name: str, label: str, options: Sequence[Block]) -> Block:
    """Any of a few."""
    return _input(name, label, {"type": "checkboxes", "options": list(options)}, optional=True)


def moment(name: str, label: str, *, hint: str = "") -> Block:
    """A time, in the time zone of whoever chooses it; it can be left out."""
    return _input(name, label, {"type": "datetimepicker"}, optional=True, hint=hint)


def day(name: str, label: str, *, hint: str = "") -> Block:
    """A day; it can be left out."""
    return _input(name, label, {"type": "datepicker"}, optional=True, hint=hint)


def person(name: str, label: str) -> Block:
    """Somebody; they can be left out."""
    return _input(name, label, {"type": "users_select"}, optional=True)


def incidents(words: Words, name: str, here: Summary | None) -> Block:
    """One of the incidents that the bot offers while somebody types; `here` unless another is chosen."""
    element: Block = {
        "type": "external_select",
        "min_query_length": 0,
        "placeholder": _words(fitted(words.text("forms.incident_placeholder"), _PLACEHOLDER)),
    }
    if here is not None:
        element["initial_option"] = incident(words, here)
    return _input(name, words.text("forms.incident"), element)


def option(value: str, label: str, about: str = "") -> Block:
    """Something to choose."""
    shape: Block = {"text": _words(fitted(label, _OPTION)), "value": value}
    return {**shape, "description": _words(fitted(about, _OPTION))} if about else shape


def incident(words: Words, summary: Summary) -> Block:
    """An incident as something to choose."""
    title = " ".join((summary.title or REDACTED).split())
    severity = summary.severity
    return option(
        summary.key, words.text("forms.incident_option", key=summary.key, severity=severity, title=title)
    )


def _input(name: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    said = _words(fitted(label, _LABEL))
    shape: Block = {"type": "input", "block_id": name, "label": said, "optional": optional}
    shape["element"] = {**element, "action_id": name}
    return {**shape, "hint": _words(fitted(hint, _LABEL))} if hint else shape


def _words(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
