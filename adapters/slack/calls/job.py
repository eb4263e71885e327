"""A job: one call of the engine, with the time that is left for it, and what it may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NamedTuple

from adapters.slack.api import Api, Kind, Reply
from adapters.slack.calls.groups import Groups
from adapters.slack.calls.rooms import Rooms
from adapters.slack.drawing.setup import Setup
from incident_core.ports.mirror import Call, Ended, Outcome

TOTAL = 4.6
"""Seconds for all calls of one job together."""

LEAST = 1.0
"""Seconds that have to be left for a call to be begun, where it may take as long."""


class Where(NamedTuple):
    """A message: its channel, and its ts there. As an external id it is `C012AB3CD:1700000000.000100`."""

    channel: str
    ts: str

    @classmethod
    def of(cls, external_id: str) -> Where:
        """The message with this external id."""
        channel, _, ts = external_id.partition(":")
        return cls(channel, ts)

    @classmethod
    def posted(cls, reply: Reply) -> Where | None:
        """The message that was just posted."""
        channel, ts = reply.named("channel"), reply.named("ts")
        return cls(channel, ts) if channel and ts else None

    def __str__(self) -> str:
        return f"{self.channel}:{self.ts}"


@dataclass(slots=True)
class Asking:
    """Makes calls that all end by one moment; those that would begin too late are not made."""

    api: Api
    seconds: float = TOTAL
    now: Callable[[], float] = monotonic
    _until: float = field(init=False)

    def __post_init__(self) -> None:
        self._until = self.now() + self.seconds

    @property
    def left(self) -> float:
        """Seconds."""
        return self._until - self.now()

    def __call__(self, method: str, **args: Any) -> Reply:
        """How this call ended; LATER where it was not begun."""
        left = self.left
        if left < min(LEAST, self.api.timeout):
            return Reply(method, Kind.LATER, error="the time was over before it could begin")
        return self.api.call(method, left, **args)

    def within(self, channel: str, method: str, **args: Any) -> Reply:
        """A call in a channel, which the bot joins first where it is not in it, if everybody may."""
        reply = self(method, channel=channel, **args)
        if reply.error != "not_in_channel" or reply.ok:
            return reply
        joined = self("conversations.join", channel=channel)
        return self(method, channel=channel, **args) if joined.ok else joined_not(reply, joined)


def joined_not(reply: Reply, joined: Reply) -> Reply:
    """What a call ends with for which the bot could not join: it was not done in any case."""
    if joined.kind is Kind.HELD:
        return joined
    if joined.kind in (Kind.LATER, Kind.UNKNOWN):
        return Reply(reply.method, Kind.LATER, error=f"joining first: {joined.error}")
    return reply


@dataclass(frozen=True, slots=True)
class Job:
    """`ask` makes the calls; `rooms` knows the digest channel, and `groups` the ids of user groups."""

    call: Call
    ask: Asking
    setup: Setup
    rooms: Rooms
    groups: Groups

    @property
    def content(self) -> Mapping[str, Any]:
        """What is wanted."""
        return self.call.content

    @property
    def channel(self) -> str:
        """The id of the channel that it is about: the incident's, or that of its review."""
        return self.call.known["review" if self.call.slot.startswith("review_") else "channel"]

    @property
    def own(self) -> str | None:
        """What this slot is already, if it is."""
        return self.call.known.get(self.call.slot) or None


def made(reply: Reply, external_id: str | None) -> Outcome:
    """What a reply means for a call that makes something, which has to have an external id then."""
    if reply.ok and external_id is None:
        return Outcome(Ended.UNKNOWN, error=f"Slack's answer to {reply.method} does not name what was made.")
    return outcome(reply, external_id)


def outcome(reply: Reply, external_id: str | None = None) -> Outcome:
    """What a reply means for the engine; `external_id` is what was made if it is done."""
    match reply.kind:
        case Kind.DONE:
            return Outcome(Ended.DONE, external_id)
        case Kind.HELD:
            return Outcome(Ended.LATER, error=reply.sentence, wait=reply.retry_after, held=reply.method)
        case Kind.LATER:
            return Outcome(Ended.LATER, error=reply.sentence)
        case Kind.UNKNOWN:
            return Outcome(Ended.UNKNOWN, error=reply.sentence)
    return Outcome(Ended.NEVER, error=reply.sentence)
