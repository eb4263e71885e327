"""Happenings: whatever took place in a workspace that Slack would tell an app about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Happening:
    """`payload` is the inner event as Slack sends it (type, channel, user, event_ts, …).

    `channel_id`: only apps that can see this channel hear of it. `app_id`: only this app does.
    `at`: seconds UTC.
    """

    type: str
    team_id: str
    payload: dict[str, Any]
    at: float
    channel_id: str | None = None
    app_id: str | None = None
    also: dict[str, Any] = field(default_factory=dict)
    """What stands beside the event in its envelope."""


Told = Callable[[Happening], None]
