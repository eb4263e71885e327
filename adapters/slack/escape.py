"""What people typed, made safe for Slack: escaped where it is mrkdwn, and never longer than fits."""

from __future__ import annotations

_CONTROL = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def escaped(text: str) -> str:
    """For a place where Slack reads mrkdwn: no link, mention or command can come out of it."""
    return text.translate(_CONTROL)


def fitted(text: str, limit: int) -> str:
    """At most `limit` characters; what was cut off shows as an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
