"""Facts: what control tells about apps, calls, deliveries and people. Plain values, the same over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Installed:
    """An app in a workspace, and what a bot needs to run as it."""

    app_id: str
    team_id: str
    name: str
    bot_token: str
    user_token: str | None
    app_token: str
    signing_secret: str
    bot_user_id: str
    bot_id: str
    scopes: list[str]


@dataclass(frozen=True)
class Called:
    """A call of the Web API. Times are seconds UTC of the sandbox's clock; `took`: real seconds."""

    method: str
    args: dict[str, Any]
    outcome: str
    status: int
    arrived: float
    began: float | None
    answered: float | None
    took: float
    app_id: str | None
    fault: str | None


@dataclass(frozen=True)
class Delivered:
    """A payload that was sent to an app. `kind`: events_api, slash_commands, interactive, options.

    `attempts`: when (seconds UTC), over which socket or address, and why it failed, if it did.
    `acked`: when it was acknowledged; `failure`: why it was given up; neither while it is under way.
    """

    id: str
    app_id: str
    kind: str
    made: float
    acked: float | None
    failure: str | None
    attempts: list[dict[str, Any]]
    payload: dict[str, Any] = field(repr=False)
    answer: Any = field(repr=False, default=None)


@dataclass(frozen=True)
class Known:
    """A person or a bot of a workspace."""

    id: str
    name: str
    real_name: str
    standing: str
    is_bot: bool
    deleted: bool


@dataclass(frozen=True)
class Place:
    """A channel. `kind`: public_channel, private_channel, im, mpim."""

    id: str
    name: str
    kind: str
    archived: bool
    topic: str
    creator: str
    members: list[str]
