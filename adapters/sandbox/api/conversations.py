"""Channels: making, naming, telling about, archiving."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import rooms, shown
from adapters.sandbox.args import Args
from adapters.sandbox.caller import Caller
from adapters.sandbox.errors import ApiError
from adapters.sandbox.state.channels import Channel, Kind

TOLD_MAX = 250
"""Characters of a topic or a purpose."""


def create(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.create: a channel with the caller in it."""
    kind = Kind.PRIVATE if args.flag("is_private") else Kind.PUBLIC
    caller.require_kind(kind)
    caller.restricted()
    made = rooms.create(caller.world, caller.workspace, args.text("name"), caller.user.id, kind)
    return {"channel": shown.channel(caller.workspace, made, caller.user.id)}


def rename(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.rename: by the creator or an admin; anybody else is not_authorized."""
    channel = _named(caller, args)
    _open(caller, channel)
    if caller.user.id != channel.creator and not caller.user.is_admin:
        raise ApiError("not_authorized")
    caller.restricted()
    rooms.rename(caller.world, caller.workspace, channel, args.text("name"), caller.user.id)
    return {"channel": shown.channel(caller.workspace, channel, caller.user.id)}


def set_topic(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.setTopic."""
    return _tell(caller, args, "topic")


def set_purpose(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.setPurpose."""
    return _tell(caller, args, "purpose")


def _tell(caller: Caller, args: Args, what: str) -> dict[str, Any]:
    channel = caller.channel(args.text("channel"))
    if channel.kind is Kind.IM:
        raise ApiError("method_not_supported_for_channel_type")
    _open(caller, channel)
    if caller.user.is_guest:
        raise ApiError("user_is_restricted")
    value = args.text(what)
    if len(value) > TOLD_MAX:
        raise ApiError("too_long")
    caller.restricted()
    rooms.tell(caller.world, caller.workspace, channel, what, value, caller.user.id)
    return {"channel": shown.channel(caller.workspace, channel, caller.user.id)}


def archive(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.archive."""
    channel = _named(caller, args)
    if channel.is_archived:
        raise ApiError("already_archived")
    if channel.is_general:
        raise ApiError("cant_archive_general")
    caller.restricted()
    if caller.user.id not in channel.members:
        raise ApiError("not_in_channel")
    rooms.archive(caller.world, caller.workspace, channel, caller.user.id)
    return {}


def unarchive(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.unarchive."""
    channel = _named(caller, args)
    if not channel.is_archived:
        raise ApiError("not_archived")
    caller.restricted()
    rooms.archive(caller.world, caller.workspace, channel, caller.user.id, archived=False)
    return {}


def _named(caller: Caller, args: Args) -> Channel:
    """The channel that is meant. Raises method_not_supported_for_channel_type for a direct message."""
    channel = caller.channel(args.text("channel"))
    if channel.is_direct:
        raise ApiError("method_not_supported_for_channel_type")
    return channel


def _open(caller: Caller, channel: Channel) -> None:
    """Raise ApiError unless the caller is in the channel and it is not archived."""
    if channel.is_archived:
        raise ApiError("is_archived")
    if caller.user.id not in channel.members:
        raise ApiError("not_in_channel")


METHODS = {
    "conversations.archive": archive,
    "conversations.create": create,
    "conversations.rename": rename,
    "conversations.setPurpose": set_purpose,
    "conversations.setTopic": set_topic,
    "conversations.unarchive": unarchive,
}
