"""Apps, where they are installed, and the tokens that speak for them."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any


class TokenKind(enum.Enum):
    """Slack's kinds of token, by how they begin."""

    BOT = "xoxb"
    USER = "xoxp"
    APP = "xapp"


@dataclass
class App:
    """An app as its manifest describes it; the manifest itself is read by adapters.sandbox.manifest."""

    id: str
    name: str
    manifest: dict[str, Any]
    signing_secret: str
    client_id: str
    verification_token: str


@dataclass
class Installation:
    """An app in a workspace: its bot user, and the scopes that the workspace granted."""

    app_id: str
    team_id: str
    bot_user_id: str
    bot_id: str
    scopes: tuple[str, ...]
    user_scopes: tuple[str, ...]
    bot_token: str
    user_token: str | None
    installer: str


@dataclass
class Token:
    """A secret and what it stands for. `team_id` and `user_id` are None for an app-level token."""

    secret: str
    kind: TokenKind
    app_id: str
    scopes: tuple[str, ...]
    team_id: str | None = None
    user_id: str | None = None
    bot_id: str | None = None
    refused: str | None = None
    """Why it is no longer accepted: token_revoked or token_expired."""


@dataclass
class View:
    """A modal or a home tab, as the app last drew it."""

    id: str
    team_id: str
    app_id: str
    bot_id: str
    user_id: str
    shape: dict[str, Any]
    hash: str
    root_id: str
    previous_id: str | None = None
    channel_id: str | None = None
    """The conversation in which its user was when it was opened, if in one."""
    values: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class File:
    """An upload: asked for, then sent, then completed. `user` is who uploads."""

    id: str
    user: str
    name: str
    length: int
    created: int
    ticket: str
    address: str
    """Where it is read back, but for its name."""
    title: str = ""
    alt_txt: str | None = None
    snippet_type: str | None = None
    content: bytes | None = None
    content_type: str = "application/octet-stream"
    completed: bool = False
    deleted: bool = False
    shares: list[tuple[str, str]] = field(default_factory=list)
    """Where it stands: channel and message."""


@dataclass
class Canvas:
    """A document, in Markdown."""

    id: str
    title: str
    markdown: str
    channel_id: str | None
    creator: str
