"""Saying something: to everybody in a conversation, or to one of them; and where it stands."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import content, manifest, messages, rooms
from adapters.sandbox.args import Args
from adapters.sandbox.caller import Caller
from adapters.sandbox.errors import ApiError
from adapters.sandbox.state.channels import Channel, Kind, Message, Posting
from adapters.sandbox.state.workspace import Workspace

CUSTOM = ("username", "icon_emoji", "icon_url")


def post_message(caller: Caller, args: Args) -> dict[str, Any]:
    """chat.postMessage: a message for everybody in the conversation."""
    channel = addressed(caller, args.text("channel"))
    writable(caller, channel)
    said = content.read(args)
    if said.empty:
        raise ApiError("no_text")
    message = composed(caller, args, said)
    message.thread_ts = thread(caller, channel, args)
    message.broadcast = args.flag("reply_broadcast") and message.thread_ts is not None
    message.subtype = "thread_broadcast" if message.broadcast else None
    caller.restricted()
    messages.add(caller.world, caller.workspace, channel, message)
    shown = messages.show(caller.workspace, channel, message, metadata=True)
    answer = {"channel": channel.id, "ts": message.ts, "message": shown}
    return answer | ({"warning": "message_truncated"} if said.truncated else {})


def addressed(caller: Caller, name: str) -> Channel:
    """The conversation that is meant: by its id, its name, or the person to whom it is direct."""
    workspace = caller.workspace
    if name in workspace.users:
        return rooms.direct(caller.world, workspace, frozenset((name, caller.user.id)), caller.user.id)
    channel = workspace.channels.get(workspace.names.get(name.removeprefix("#"), name))
    if channel is None or not caller.sees(channel):
        raise ApiError("channel_not_found")
    return channel


def writable(caller: Caller, channel: Channel) -> None:
    """Raise ApiError unless the caller may post in this conversation."""
    if channel.is_archived:
        raise ApiError("is_archived")
    public = channel.kind is Kind.PUBLIC and caller.has("chat:write.public")
    if caller.user.id not in channel.members and not public:
        raise ApiError("not_in_channel")
    if channel.kind is Kind.IM and caller.is_bot and not manifest.settings(caller.app).messages_tab:
        raise ApiError("messages_tab_disabled")
    if channel.posting is Posting.ADMINS and not caller.user.is_admin:
        raise ApiError("restricted_action_read_only_channel")


def thread(caller: Caller, channel: Channel, args: Args) -> str | None:
    """The thread that is replied to, if any. Raises ApiError for one that takes no reply."""
    ts = args.text("thread_ts")
    if not ts:
        if channel.posting is Posting.THREADS:
            raise ApiError("restricted_action_thread_only_channel")
        return None
    parent = channel.messages.get(ts)
    if parent is None or parent.is_reply:
        raise ApiError("cannot_reply_to_message")
    if channel.posting is Posting.NO_THREADS:
        raise ApiError("restricted_action_non_threadable_channel")
    if parent.thread_locked:
        raise ApiError("restricted_action_thread_locked")
    return ts


def composed(caller: Caller, args: Args, said: content.Content) -> Message:
    """A message of the caller's that says this. Raises missing_scope for a name it may not take."""
    if args.flag("as_user") and caller.is_bot:
        raise ApiError("as_user_not_supported")
    if any(args.get(name) for name in CUSTOM):
        caller.require(("chat:write.customize",))
    message = Message("", said.text, caller.user.id)
    message.blocks, message.attachments = said.blocks, said.attachments
    message.metadata = said.metadata or None
    message.app_id, message.bot_id = caller.app.id, caller.token.bot_id
    message.username = args.get("username")
    icons = {"emoji": args.get("icon_emoji"), "image_48": args.get("icon_url")}
    message.icons = {name: value for name, value in icons.items() if value} or None
    return message


EPHEMERAL_MAX = 40_000
"""Characters."""


def post_ephemeral(caller: Caller, args: Args) -> dict[str, Any]:
    """chat.postEphemeral: one member of the conversation sees it, and it is not kept in the history."""
    channel = addressed(caller, args.text("channel"))
    writable(caller, channel)
    if args.text("user") not in channel.members:
        raise ApiError("user_not_in_channel")
    said = content.read(args, longest=EPHEMERAL_MAX)
    if said.empty:
        raise ApiError("no_text")
    message = composed(caller, args, said)
    if args.text("thread_ts"):
        message.thread_ts = thread(caller, channel, args)
    message.only_to, message.metadata = args.text("user"), None
    caller.restricted()
    message.ts = messages.next_ts(caller.world, channel)
    channel.ephemerals.append(message)
    return {"message_ts": message.ts}


def get_permalink(caller: Caller, args: Args) -> dict[str, Any]:
    """chat.getPermalink: the address of a message, and of its thread for a reply."""
    channel = caller.workspace.channels.get(args.text("channel"))
    if channel is None or not caller.sees(channel):
        raise ApiError("channel_not_found")
    message = channel.messages.get(args.text("message_ts"))
    if message is None:
        raise ApiError("message_not_found")
    return {"channel": channel.id, "permalink": permalink(caller.workspace, channel, message)}


def permalink(workspace: Workspace, channel: Channel, message: Message) -> str:
    """The address of a message."""
    where = f"{workspace.url}archives/{channel.id}/p{message.ts.replace('.', '')}"
    return where + (f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.is_reply else "")


METHODS = {
    "chat.getPermalink": get_permalink,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
}
