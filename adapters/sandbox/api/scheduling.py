"""Messages that are to be posted later."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import content, messages
from adapters.sandbox.api.chat import addressed, composed, thread, writable
from adapters.sandbox.args import Args
from adapters.sandbox.caller import Caller
from adapters.sandbox.errors import ApiError
from adapters.sandbox.state.channels import Scheduled

AHEAD = 120 * 24 * 3600
"""Seconds."""
TEXT_MAX = 40_000
WINDOW, IN_WINDOW = 300, 30
"""So many messages of a channel in so many seconds."""


def schedule(caller: Caller, args: Args) -> dict[str, Any]:
    """chat.scheduleMessage: at most 120 days ahead, at most 30 in five minutes of a channel."""
    channel, at = addressed(caller, args.text("channel")), args.number("post_at", 0)
    writable(caller, channel)
    _check_time(caller, channel.id, at)
    said = content.read(args, longest=TEXT_MAX)
    if said.empty:
        raise ApiError("no_text")
    message = composed(caller, args, said)
    message.thread_ts = thread(caller, channel, args)
    caller.restricted()
    scheduled = Scheduled(caller.world.ids.new("Q"), channel.id, at, caller.token.bot_id or "", message)
    caller.workspace.scheduled[scheduled.id] = scheduled
    shown = messages.show(caller.workspace, channel, message)
    shown.pop("ts")
    return {
        "channel": channel.id,
        "scheduled_message_id": scheduled.id,
        "post_at": at,
        "message": shown | {"type": "delayed_message"},
    }


def _check_time(caller: Caller, channel_id: str, at: int) -> None:
    now = caller.world.now()
    if at <= now:
        raise ApiError("time_in_past")
    if at > now + AHEAD:
        raise ApiError("time_too_far")
    others = caller.workspace.scheduled.values()
    near = [other for other in others if other.channel_id == channel_id and abs(other.post_at - at) < WINDOW]
    if len(near) >= IN_WINDOW:
        raise ApiError("restricted_too_many")


def unschedule(caller: Caller, args: Args) -> dict[str, Any]:
    """chat.deleteScheduledMessage: one's own, in the channel that is named."""
    known = caller.workspace.scheduled.get(args.text("scheduled_message_id"))
    if args.text("channel") not in caller.workspace.channels:
        raise ApiError("channel_not_found")
    if known is None or known.channel_id != args.text("channel") or known.said.app_id != caller.app.id:
        raise ApiError("invalid_scheduled_message_id")
    del caller.workspace.scheduled[known.id]
    return {}


METHODS = {"chat.deleteScheduledMessage": unschedule, "chat.scheduleMessage": schedule}
