"""Block Kit: whether blocks and views are within Slack's rules, and how Slack keeps them."""

from __future__ import annotations

from typing import Any


def for_message(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks as they are kept."""
    return blocks
