"""What is in Slack at the end: channels and messages as the sandbox wrote them down, and the calls made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.slack.stories.reading import read


@dataclass(frozen=True)
class Message:
    """`key` is the mark of the mirror in it: what it is, for ever; empty where it has none."""

    channel: str
    ts: str
    text: str
    blocks: Sequence[Mapping[str, Any]]
    key: str

    @property
    def at(self) -> float:
        """When it was posted, seconds UTC."""
        return float(self.ts)

    @property
    def said(self) -> str:
        """What people read."""
        return said(self.text, self.blocks)

    @property
    def slot(self) -> str:
        """`say:channel:4` of its key."""
        return slot_of(self.key)


@dataclass(frozen=True)
class Place:
    """A channel."""

    id: str
    name: str
    kind: str
    archived: bool
    topic: str
    creator: str
    members: Sequence[str]
    pins: Sequence[str]
    messages: Sequence[Message]


class Seen:
    """All of it; `bot` is the user of the bot."""

    def __init__(self, everything: Mapping[str, Any], bot: str) -> None:
        self.bot = bot
        self.calls: Sequence[Mapping[str, Any]] = everything["calls"]
        self.places = {each["id"]: _place(each, bot) for each in everything["channels"]}

    @property
    def made(self) -> Iterator[Place]:
        """The channels that the bot has made."""
        return (each for each in self.places.values() if each.creator == self.bot and each.kind != "im")

    @cached_property
    def marked(self) -> tuple[Message, ...]:
        """Every message of the mirror, the oldest first."""
        found = [message for place in self.places.values() for message in place.messages if message.key]
        return tuple(sorted(found, key=lambda each: each.at))

    def message(self, external_id: str) -> Message | None:
        """The one with this CHANNEL:TS."""
        channel, _, ts = external_id.partition(":")
        place = self.places.get(channel)
        return None if place is None else next((each for each in place.messages if each.ts == ts), None)

    def of(self, key: str) -> tuple[Message, ...]:
        """Every message of which the mark begins so."""
        return tuple(each for each in self.marked if each.key.startswith(f"{key}:"))


def said(text: str, blocks: Sequence[Mapping[str, Any]]) -> str:
    """The text, and what stands in the blocks."""
    return f"{text}\n{read({'blocks': blocks})}"


def slot_of(key: str) -> str:
    """The slot of ID:slack:SLOT:GENERATION."""
    return key.split(":", 2)[2].rpartition(":")[0] if key.count(":") > 2 else ""


def _place(told: Mapping[str, Any], bot: str) -> Place:
    messages = [_message(told["id"], each) for each in told["messages"] if each["user"] == bot]
    names = ("id", "name", "kind", "archived", "topic", "creator", "members", "pins")
    return Place(**{name: told[name] for name in names}, messages=messages)


def _message(channel: str, told: Mapping[str, Any]) -> Message:
    payload = (told["metadata"] or {}).get("event_payload", {})
    return Message(channel, told["ts"], told["text"], told["blocks"], str(payload.get("key", "")))
