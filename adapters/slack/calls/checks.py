"""What became of a call whose answer was lost: channels are looked for by name, messages by their mark.

Something is taken for ours only if it is: made by the bot, not before the call, under one of its names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from adapters.slack.api import Kind, Reply
from adapters.slack.calls.job import Job, Where, outcome
from adapters.slack.calls.messages import EVENT_TYPE
from adapters.slack.names import candidates
from incident_core.ports.mirror import Ended, Outcome

SKEW = 60
"""Seconds that Slack's clock may be behind ours."""

PAGE = 999

_NOT_THERE = Outcome(Ended.LATER)
_MAY_NOT_LOOK = frozenset({"channel_not_found", "missing_scope", "not_in_channel", "thread_not_found"})

Page = Callable[[Reply], Iterator[str]]


def channel(job: Job, since: datetime) -> Outcome:
    """The channel, or that of the review, that the call has made, if it did."""
    names = set(candidates(str(job.content["name"])))
    former = job.call.known.get(f"was:{job.call.slot}")
    types = "private_channel" if job.content["private"] else "public_channel"

    def ours(reply: Reply) -> Iterator[str]:
        for each in reply.data.get("channels", ()):
            made = each.get("creator") == job.setup.bot_user and each.get("created", 0) >= _from(since)
            if made and each.get("name") in names and each["id"] != former:
                yield each["id"]

    args = {"types": types, "exclude_archived": True, "limit": PAGE}
    return _found(job, "users.conversations", args, ours)


def message(job: Job, since: datetime) -> Outcome:
    """The message that has the key of the call, where the bot may read; else it may be made again.

    Direct messages would need a scope of their own to be read.
    """
    if not job.setup.history or job.content["to"] == "direct":
        return _NOT_THERE
    if job.content["to"] == "digest" and not (found := job.rooms.find(job.ask)).ok:
        return _unclear(found)
    method, place = _place(job)

    def ours(reply: Reply) -> Iterator[str]:
        marked = (each for each in reply.data.get("messages", ()) if _key(each) == job.call.key)
        return (str(Where(place["channel"], each["ts"])) for each in marked)

    oldest = f"{_from(since)}.000000"
    args = {**place, "oldest": oldest, "include_all_metadata": True, "limit": PAGE}
    return _found(job, method, args, ours)


def _place(job: Job) -> tuple[str, dict[str, str]]:
    """The method that reads where the message should be, and how it is told where that is."""
    if job.content["to"] == "thread":
        parent = Where.of(job.call.known["digest"])
        return "conversations.replies", {"channel": parent.channel, "ts": parent.ts}
    where = job.rooms.digest if job.content["to"] == "digest" else job.channel
    return "conversations.history", {"channel": where}


def archive(job: Job) -> Outcome:
    """Whether the channel is archived."""
    reply = job.ask("conversations.info", channel=job.channel)
    if not reply.ok:
        return _unclear(reply)
    archived = (reply.data.get("channel") or {}).get("is_archived")
    return Outcome(Ended.DONE, job.channel) if archived else _NOT_THERE


def _found(job: Job, method: str, args: dict[str, Any], ours: Page) -> Outcome:
    """What is ours on all pages, the oldest first; nothing is certain before the last of them."""
    found: set[str] = set()
    cursor: str | None = None
    while True:
        reply = job.ask(method, cursor=cursor, **args)
        if not reply.ok:
            return _unclear(reply)
        found.update(ours(reply))
        cursor = reply.named("response_metadata", "next_cursor")
        if cursor is None:
            break
    if not found:
        return _NOT_THERE
    first, *others = sorted(found)
    return Outcome(Ended.DONE, first, also=tuple(others))


def _unclear(reply: Reply) -> Outcome:
    """Where it cannot be looked into it may be made again; where that may change, it is looked at again."""
    if reply.error in _MAY_NOT_LOOK or reply.kind is Kind.GONE:
        return _NOT_THERE
    ended = outcome(reply)
    return Outcome(Ended.UNKNOWN, error=ended.error)


def _key(message: dict[str, Any]) -> object:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    return (metadata.get("event_payload") or {}).get("key")


def _from(since: datetime) -> int:
    return int(since.timestamp()) - SKEW
