"""Reading conversations: their messages, newest first, and their threads, oldest first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from adapters.sandbox import messages, paging
from adapters.sandbox.args import Args
from adapters.sandbox.caller import Caller
from adapters.sandbox.errors import ApiError
from adapters.sandbox.state.channels import Channel, Kind, Message

TS = re.compile(r"\d{1,12}(\.\d{1,6})?")
HISTORY_MAX, REPLIES_MAX = 999, 1000


@dataclass(frozen=True)
class Span:
    """The part of a conversation that is asked for, in microseconds."""

    oldest: int
    latest: int
    inclusive: bool

    def holds(self, ts: str) -> bool:
        """Whether a message of this ts is in it."""
        at = micros(ts)
        return self.oldest < at < self.latest or (self.inclusive and at in (self.oldest, self.latest))


def micros(ts: str) -> int:
    """A ts in microseconds."""
    seconds, _, rest = ts.partition(".")
    return int(seconds) * 1_000_000 + int(rest.ljust(6, "0") or 0)


def span(args: Args) -> Span:
    """The part asked for. Raises invalid_ts_oldest or invalid_ts_latest."""
    for name in ("oldest", "latest"):
        if args.text(name) and args.text(name) != "now" and not TS.fullmatch(args.text(name)):
            raise ApiError(f"invalid_ts_{name}")
    latest = args.text("latest")
    last = micros(latest) if latest not in ("", "now", "0") else 10**18
    return Span(micros(args.text("oldest") or "0"), last, args.flag("inclusive"))


def history(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.history: what stands in the conversation itself, newest first."""
    channel = _readable(caller, args)
    asked, limit = span(args), min(max(args.number("limit", 100), 1), HISTORY_MAX)
    below = paging.after(args)
    found: list[Message] = []
    for message in _standing(channel, asked, below):
        found.append(message)
        if len(found) > limit:
            break
    given = found[:limit]
    answer = _answer(caller, args, channel, given, more=len(found) > limit)
    return answer | {"pin_count": len(channel.pins), "channel_actions_ts": None, "channel_actions_count": 0}


def _standing(channel: Channel, asked: Span, below: str | None) -> Iterable[Message]:
    """Newest first, without replies that were not sent to the channel too."""
    before = micros(_known(below)) if below is not None else None
    for message in reversed(channel.messages.values()):
        if message.is_reply and not message.broadcast:
            continue
        if asked.holds(message.ts) and (before is None or micros(message.ts) < before):
            yield message


def replies(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.replies: the parent on the first page, then its replies, oldest first."""
    channel = _readable(caller, args)
    parent = channel.messages.get(args.text("ts"))
    if parent is None:
        raise ApiError("thread_not_found")
    if parent.is_reply:
        return _answer(caller, args, channel, [parent], more=False)
    asked, limit = span(args), args.number("limit", REPLIES_MAX)
    above = paging.after(args)
    first = micros(_known(above)) if above is not None else -1
    wanted = [ts for ts in parent.replies if asked.holds(ts) and micros(ts) > first]
    given = [channel.messages[ts] for ts in wanted[:limit]]
    shown = given if above is not None else [parent, *given]
    return _answer(caller, args, channel, shown, more=len(wanted) > limit)


def _known(cursor: str) -> str:
    if not TS.fullmatch(cursor):
        raise ApiError("invalid_cursor")
    return cursor


def _readable(caller: Caller, args: Args) -> Channel:
    """The conversation: members may read it, and people who could join may too."""
    channel = caller.channel(args.text("channel"))
    if caller.user.id not in channel.members and (caller.is_bot or channel.kind is not Kind.PUBLIC):
        raise ApiError("not_in_channel" if "not_in_channel" in caller.method.errors else "channel_not_found")
    return channel


def _answer(
    caller: Caller, args: Args, channel: Channel, given: list[Message], *, more: bool
) -> dict[str, Any]:
    metadata, workspace = args.flag("include_all_metadata"), caller.workspace
    shown = [messages.show(workspace, channel, message, metadata=metadata) for message in given]
    answer: dict[str, Any] = {"messages": shown, "has_more": more}
    if more:
        answer["response_metadata"] = {"next_cursor": paging.cursor(given[-1].ts)}
    return answer


METHODS = {"conversations.history": history, "conversations.replies": replies}
