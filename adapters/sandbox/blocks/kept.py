"""Blocks as Slack keeps them: named where they had no name, with the defaults of their texts written out."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import text
from adapters.sandbox.ids import short

ACTING = frozenset(
    (
        "button",
        "channels_select",
        "checkboxes",
        "conversations_select",
        "datepicker",
        "datetimepicker",
        "email_text_input",
        "external_select",
        "feedback_buttons",
        "file_input",
        "icon_button",
        "multi_channels_select",
        "multi_conversations_select",
        "multi_external_select",
        "multi_static_select",
        "multi_users_select",
        "number_input",
        "overflow",
        "plain_text_input",
        "radio_buttons",
        "rich_text_input",
        "static_select",
        "timepicker",
        "url_text_input",
        "users_select",
        "workflow_button",
    )
)
"""Elements that a person can use, and that have an action_id for it."""


def kept(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Copies of the blocks, complete."""
    return [{"block_id": short(), **_complete(block)} for block in blocks]


def view(given: dict[str, Any]) -> dict[str, Any]:
    """A copy of a view, complete."""
    return {**_complete({**given, "blocks": []}), "blocks": kept(given["blocks"])}


def _complete(value: Any) -> Any:
    if isinstance(value, list):
        return [_complete(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    made = {name: _complete(inner) for name, inner in value.items()}
    kind = made.get("type")
    if kind == "mrkdwn":
        return {"type": kind, "text": text.kept(made["text"], links=False), "verbatim": False, **_rest(made)}
    if kind == "plain_text":
        return {"type": kind, "text": made["text"], "emoji": True, **_rest(made)}
    return {"action_id": short(), **made} if kind in ACTING else made


def _rest(made: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in made.items() if name not in ("type", "text")}
