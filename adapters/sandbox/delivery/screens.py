"""Screens: what one person has before them beyond what the workspace keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Notice:
    """What Slack itself told a person, and nobody else. `at`: seconds UTC.

    `code`: operation_timeout, dispatch_failed, http_client_error, http_service_error, invalid_response,
    view_error, … `place`: the channel, or the view, in which it was shown.
    """

    at: float
    code: str
    text: str
    place: str


@dataclass
class Screen:
    """What one person has before them, beyond what the workspace keeps."""

    notices: list[Notice] = field(default_factory=list)
    typed: dict[tuple[str, str], dict[str, dict[str, Any]]] = field(default_factory=dict)
    """Values in the elements of messages, by channel and ts."""
    errors: dict[str, dict[str, str]] = field(default_factory=dict)
    """What the app found wrong with a modal, by view and block."""
