"""ApiError is Slack's way to say no: a documented code, and what stands beside it in the answer."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A call is answered `{"ok": false, "error": code, **extra}`; nothing has changed."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


def invalid(code: str, *messages: str, **extra: Any) -> ApiError:
    """An error with its reasons, as Slack lists them under `response_metadata.messages`."""
    return ApiError(code, response_metadata={"messages": [f"[ERROR] {line}" for line in messages]}, **extra)
