"""Conversations of every kind, and the messages in them."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any


class Kind(enum.Enum):
    """What a conversation is; the value is Slack's name for it in `types`."""

    PUBLIC = "public_channel"
    PRIVATE = "private_channel"
    IM = "im"
    MPIM = "mpim"


SCOPES = {Kind.PUBLIC: "channels", Kind.PRIVATE: "groups", Kind.IM: "im", Kind.MPIM: "mpim"}
"""How the scopes of a kind begin."""


class Posting(enum.Enum):
    """Who may post in a channel, as its settings say."""

    EVERYONE = "everyone"
    ADMINS = "read_only_channel"
    THREADS = "thread_only_channel"
    NO_THREADS = "non_threadable_channel"


@dataclass
class Told:
    """A topic or a purpose: its text, by whom, when (seconds)."""

    value: str = ""
    creator: str = ""
    last_set: int = 0


@dataclass
class Message:
    """A message as it is kept. `ts` is its name in its channel; `only_to` makes it ephemeral."""

    ts: str
    text: str
    user: str | None = None
    subtype: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    username: str | None = None
    icons: dict[str, str] | None = None
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    replies: list[str] = field(default_factory=list)
    edited: tuple[str, str] | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    only_to: str | None = None
    thread_locked: bool = False

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class Pin:
    """A message that was pinned: by whom, when (seconds)."""

    ts: str
    created_by: str
    created: int


@dataclass
class Bookmark:
    """A link at the top of a channel."""

    id: str
    channel_id: str
    title: str
    link: str | None
    emoji: str | None
    type: str
    created: int
    updated: int
    last_by: str


@dataclass
class Scheduled:
    """A message that will be posted at `post_at` (seconds), with the arguments of chat.postMessage."""

    id: str
    channel_id: str
    post_at: int
    by_bot: str
    said: Message


@dataclass
class Channel:
    """A conversation. Messages stand in the order of their ts, replies among them."""

    id: str
    team_id: str
    kind: Kind
    name: str
    creator: str
    created: int
    members: dict[str, int] = field(default_factory=dict)
    topic: Told = field(default_factory=Told)
    purpose: Told = field(default_factory=Told)
    previous_names: list[str] = field(default_factory=list)
    is_archived: bool = False
    is_general: bool = False
    is_shared: bool = False
    posting: Posting = Posting.EVERYONE
    updated: int = 0
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    pins: dict[str, Pin] = field(default_factory=dict)
    bookmarks: dict[str, Bookmark] = field(default_factory=dict)
    canvas: str | None = None
    last_micros: int = 0
    opened_by: set[str] = field(default_factory=set)

    @property
    def is_direct(self) -> bool:
        """Whether it is between people instead of having a name."""
        return self.kind in (Kind.IM, Kind.MPIM)
