"""Messages: adding, changing and removing them, their threads, and how they are shown."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import shown as shown_as
from adapters.sandbox import text as texts
from adapters.sandbox.ids import timestamp
from adapters.sandbox.state.channels import Channel, Kind, Message
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.world import World

TYPES = {Kind.PUBLIC: "channel", Kind.PRIVATE: "group", Kind.IM: "im", Kind.MPIM: "mpim"}
"""What events call a kind of conversation."""
SHOWN_REPLIERS = 5


def next_ts(world: World, channel: Channel) -> str:
    """The present, or a microsecond after the last message: no two in a channel are the same."""
    channel.last_micros = max(int(world.now() * 1_000_000), channel.last_micros + 1)
    return timestamp(channel.last_micros)


def add(world: World, workspace: Workspace, channel: Channel, message: Message) -> Message:
    """Put the message at the end of the conversation and tell apps. Its ts is given here."""
    message.ts = next_ts(world, channel)
    channel.messages[message.ts] = message
    if message.thread_ts is not None:
        channel.messages[message.thread_ts].replies.append(message.ts)
    announce(world, workspace, channel, message)
    return message


def announce(world: World, workspace: Workspace, channel: Channel, message: Message) -> None:
    """Tell apps of a new message: as `message`, to mentioned apps as `app_mention`, and of its metadata."""
    shown = show(workspace, channel, message, metadata=True)
    common = {"channel": channel.id, "channel_type": TYPES[channel.kind], "event_ts": message.ts}
    world.happened(workspace, {**shown, **common}, channel_id=channel.id)
    if message.subtype in (None, "thread_broadcast", "file_share", "bot_message"):
        _tell_mentioned(world, workspace, channel, message, shown)
    if message.metadata is not None:
        _tell_metadata(world, workspace, channel, message, "message_metadata_posted")


def _tell_mentioned(
    world: World, workspace: Workspace, channel: Channel, message: Message, shown: dict[str, Any]
) -> None:
    for user_id in texts.mentioned(message.text):
        user = workspace.users.get(user_id)
        if user is None or user.app_id is None or channel.kind is Kind.IM or user.app_id == message.app_id:
            continue
        payload = {**shown, "type": "app_mention", "channel": channel.id, "event_ts": message.ts}
        world.happened(workspace, payload, channel_id=channel.id, app_id=user.app_id)


def _tell_metadata(world: World, workspace: Workspace, channel: Channel, message: Message, kind: str) -> None:
    told = {"app_id": message.app_id, "bot_id": message.bot_id, "user_id": message.user}
    place = {"channel_id": channel.id, "message_ts": message.ts, "team_id": workspace.id}
    payload = {"type": kind, **told, **place, "metadata": message.metadata, "event_ts": message.ts}
    world.happened(workspace, payload, channel_id=channel.id)


def show(
    workspace: Workspace, channel: Channel, message: Message, *, metadata: bool = False
) -> dict[str, Any]:
    """The message as history and events give it. Without `metadata` only its event_type is told."""
    shown: dict[str, Any] = {"type": "message", "ts": message.ts, "text": message.text, **message.more}
    optional = {
        "subtype": message.subtype,
        "user": message.user,
        "bot_id": message.bot_id,
        "app_id": message.app_id,
        "username": message.username,
        "icons": message.icons,
        "team": workspace.users[message.user].team_id if message.user else None,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "thread_ts": message.thread_ts or (message.ts if message.replies else None),
    }
    shown |= {name: value for name, value in optional.items() if value}
    if message.bot_id is not None and message.app_id is not None:
        shown["bot_profile"] = bot_profile(workspace, message)
    return shown | _extras(workspace, channel, message, metadata)


def _extras(workspace: Workspace, channel: Channel, message: Message, metadata: bool) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if message.edited:
        more["edited"] = {"user": message.edited[0], "ts": message.edited[1]}
    if message.reactions:
        more["reactions"] = reactions(message)
    if message.metadata is not None:
        more["metadata"] = message.metadata if metadata else {"event_type": message.metadata["event_type"]}
    if message.ts in channel.pins:
        more["pinned_to"] = [channel.id]
    if message.files:
        more["files"] = [shown_as.file(workspace, workspace.files[name]) for name in message.files]
    if message.replies:
        more |= _thread(channel, message)
    if message.is_reply:
        more["parent_user_id"] = channel.messages[message.thread_ts or ""].user
    return more


def _thread(channel: Channel, parent: Message) -> dict[str, Any]:
    """What a parent tells of its replies."""
    users = [channel.messages[ts].user or "" for ts in parent.replies]
    different = list(dict.fromkeys(users))
    return {
        "reply_count": len(parent.replies),
        "reply_users_count": len(different),
        "reply_users": different[:SHOWN_REPLIERS],
        "latest_reply": parent.replies[-1],
        "is_locked": parent.thread_locked,
        "subscribed": False,
    }


def bot_profile(workspace: Workspace, message: Message) -> dict[str, Any]:
    """The app behind a message, as messages show it."""
    user = workspace.users.get(message.user or "")
    name = message.username or (user.real_name if user else "")
    return {
        "id": message.bot_id,
        "app_id": message.app_id,
        "name": name,
        "team_id": workspace.id,
        "deleted": False,
        "updated": user.updated if user else 0,
        "icons": {},
    }


def reactions(message: Message) -> list[dict[str, Any]]:
    """The reactions as messages show them."""
    pairs = message.reactions.items()
    return [{"name": name, "users": list(users), "count": len(users)} for name, users in pairs]


def changed(
    world: World, workspace: Workspace, channel: Channel, message: Message, before: dict[str, Any]
) -> None:
    """Tell apps that a message is another now; `before` is how it was shown."""
    now = next_ts(world, channel)
    shown = show(workspace, channel, message, metadata=True)
    payload = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": shown,
        "previous_message": before,
        "ts": now,
        "channel": channel.id,
        "channel_type": TYPES[channel.kind],
        "event_ts": now,
    }
    world.happened(workspace, payload, channel_id=channel.id)
    if message.metadata is not None and message.metadata != before.get("metadata"):
        _tell_metadata(world, workspace, channel, message, "message_metadata_updated")


def remove(world: World, workspace: Workspace, channel: Channel, message: Message) -> None:
    """Delete the message; a parent with replies leaves a tombstone, as in Slack."""
    before, now = show(workspace, channel, message, metadata=True), next_ts(world, channel)
    channel.pins.pop(message.ts, None)
    if message.replies:
        _bury(message)
    else:
        del channel.messages[message.ts]
        if message.is_reply:
            channel.messages[message.thread_ts or ""].replies.remove(message.ts)
    payload = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": message.ts,
        "previous_message": before,
        "ts": now,
        "channel": channel.id,
        "channel_type": TYPES[channel.kind],
        "event_ts": now,
    }
    world.happened(workspace, payload, channel_id=channel.id)


def _bury(message: Message) -> None:
    message.text, message.subtype, message.user = "This message was deleted.", "tombstone", "USLACKBOT"
    message.blocks, message.attachments, message.files, message.metadata = [], [], [], None
    message.reactions, message.bot_id, message.app_id = {}, None, None
