"""Changing and deleting what was said."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import content, messages
from adapters.sandbox.args import Args
from adapters.sandbox.caller import Caller
from adapters.sandbox.errors import ApiError
from adapters.sandbox.state.channels import Channel, Message

TEXT_MAX = 4000
"""Characters of a changed text."""


def update(caller: Caller, args: Args) -> dict[str, Any]:
    """chat.update: the caller's own message; text alone takes its blocks away, metadata stays."""
    channel, message = _found(caller, args)
    if args.flag("as_user") and caller.is_bot:
        raise ApiError("as_user_not_supported")
    if not _own(caller, message):
        raise ApiError("cant_update_message")
    if channel.is_archived:
        raise ApiError("is_inactive")
    said = content.read(args, longest=TEXT_MAX)
    if not ({"text", "markdown_text", "blocks", "attachments"} & args.keys()) or said.empty:
        raise ApiError("no_text")
    caller.restricted()
    _broadcast(args, message)
    before = messages.show(caller.workspace, channel, message, metadata=True)
    _write(caller, args, message, said)
    messages.changed(caller.world, caller.workspace, channel, message, before)
    shown = messages.show(caller.workspace, channel, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


def _broadcast(args: Args, message: Message) -> None:
    """Send a reply to the channel too. Raises cant_broadcast_message for what is no reply."""
    if not args.flag("reply_broadcast"):
        return
    if not message.is_reply:
        raise ApiError("cant_broadcast_message")
    message.broadcast, message.subtype = True, "thread_broadcast"


def _write(caller: Caller, args: Args, message: Message, said: content.Content) -> None:
    if {"text", "markdown_text"} & args.keys():
        message.text = said.text
    message.blocks = said.blocks
    if "attachments" in args or "text" in args:
        message.attachments = said.attachments
    if said.metadata is not None:
        message.metadata = said.metadata or None
    message.edited = (caller.user.id, f"{caller.world.second()}.000000")


def delete(caller: Caller, args: Args) -> dict[str, Any]:
    """chat.delete: the caller's own message."""
    channel, message = _found(caller, args)
    if not _own(caller, message) and not (caller.user.is_admin and not caller.is_bot):
        raise ApiError("cant_delete_message")
    caller.restricted()
    messages.remove(caller.world, caller.workspace, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def _found(caller: Caller, args: Args) -> tuple[Channel, Message]:
    channel = caller.workspace.channels.get(args.text("channel"))
    if channel is None or not caller.sees(channel):
        raise ApiError("channel_not_found")
    message = channel.messages.get(args.text("ts"))
    if message is None or message.subtype == "tombstone":
        raise ApiError("message_not_found")
    return channel, message


def _own(caller: Caller, message: Message) -> bool:
    """Whether the caller said it, and not Slack about the caller."""
    if message.subtype not in (None, "thread_broadcast", "file_share", "bot_message"):
        return False
    return message.user == caller.user.id


METHODS = {"chat.delete": delete, "chat.update": update}
