"""What a person does in Slack: post, edit, delete, react, pin, join, leave, open the home tab; apps are told.

Every function takes the world, the workspace and the user who does it. What Slack's own client would not
offer raises ApiError, with the code of the method that comes nearest.
"""

from __future__ import annotations

from typing import Any

from adapters.sandbox import blocks as block_kit
from adapters.sandbox import manifest, messages, pinned, rooms, views
from adapters.sandbox import text as texts
from adapters.sandbox.errors import ApiError
from adapters.sandbox.rooms import stamp
from adapters.sandbox.state.channels import Channel, Kind, Message
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.world import World

__all__ = [
    "post",
    "edit",
    "delete",
    "react",
    "unreact",
    "pin",
    "unpin",
    "join",
    "leave",
    "invite",
    "remove",
    "create_channel",
    "rename",
    "archive",
    "delete_channel",
    "direct",
    "open_home",
    "seen",
]


def post(
    world: World,
    workspace: Workspace,
    user: str,
    channel_id: str,
    text: str,
    *,
    thread_ts: str | None = None,
    broadcast: bool = False,
) -> Message:
    """Write a message, or a reply in a thread. `<@U…>` mentions somebody."""
    with world.lock:
        channel = _joined(workspace, user, channel_id)
        if channel.is_archived:
            raise ApiError("is_archived")
        if thread_ts is not None and thread_ts not in channel.messages:
            raise ApiError("thread_not_found")
        message = Message("", texts.kept(text), user, thread_ts=thread_ts)
        message.blocks = block_kit.kept.kept([_rich_text(text)])
        message.more = {"client_msg_id": world.ids.new("M")}
        if broadcast and thread_ts is not None:
            message.broadcast, message.subtype = True, "thread_broadcast"
        return messages.add(world, workspace, channel, message)


def _rich_text(text: str) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def edit(world: World, workspace: Workspace, user: str, channel_id: str, ts: str, text: str) -> Message:
    """Change one's own message."""
    with world.lock:
        channel, message = _own(workspace, user, channel_id, ts, "cant_update_message")
        before = messages.show(workspace, channel, message, metadata=True)
        message.text, message.edited = texts.kept(text), (user, f"{world.second()}.000000")
        message.blocks = block_kit.kept.kept([_rich_text(text)])
        messages.changed(world, workspace, channel, message, before)
        return message


def delete(world: World, workspace: Workspace, user: str, channel_id: str, ts: str) -> None:
    """Delete one's own message; an admin deletes anybody's."""
    with world.lock:
        if workspace.users[user].is_admin:
            channel = _seen(workspace, user, channel_id)
            message = _message(channel, ts)
        else:
            channel, message = _own(workspace, user, channel_id, ts, "cant_delete_message")
        messages.remove(world, workspace, channel, message)


def react(world: World, workspace: Workspace, user: str, channel_id: str, ts: str, name: str) -> None:
    """React to a message with the emoji of this name; a second time changes nothing."""
    with world.lock:
        channel = _seen(workspace, user, channel_id)
        message = _message(channel, ts)
        if user not in message.reactions.get(name, ()):
            pinned.react(world, workspace, channel, message, user, name)


def unreact(world: World, workspace: Workspace, user: str, channel_id: str, ts: str, name: str) -> None:
    """Take one's reaction away; nothing if there is none."""
    with world.lock:
        channel = _seen(workspace, user, channel_id)
        message = _message(channel, ts)
        if user in message.reactions.get(name, ()):
            pinned.unreact(world, workspace, channel, message, user, name)


def pin(world: World, workspace: Workspace, user: str, channel_id: str, ts: str) -> None:
    """Pin a message; a second time changes nothing."""
    with world.lock:
        channel = _joined(workspace, user, channel_id)
        message = _message(channel, ts)
        if ts not in channel.pins:
            pinned.pin(world, workspace, channel, message, user)


def unpin(world: World, workspace: Workspace, user: str, channel_id: str, ts: str) -> None:
    """Take a pin away; nothing if there is none."""
    with world.lock:
        channel = _joined(workspace, user, channel_id)
        if ts in channel.pins:
            pinned.unpin(world, workspace, channel, _message(channel, ts), user)


def join(world: World, workspace: Workspace, user: str, channel_id: str) -> None:
    """Join a public channel."""
    with world.lock:
        rooms.enter(world, workspace, _seen(workspace, user, channel_id), user)


def leave(world: World, workspace: Workspace, user: str, channel_id: str) -> None:
    """Leave a channel."""
    with world.lock:
        rooms.leave(world, workspace, _joined(workspace, user, channel_id), user)


def invite(world: World, workspace: Workspace, user: str, channel_id: str, *invited: str) -> None:
    """Bring others, people or bots, into a channel."""
    with world.lock:
        channel = _joined(workspace, user, channel_id)
        for other in invited:
            if other not in workspace.users:
                raise ApiError("user_not_found")
        for other in invited:
            rooms.enter(world, workspace, channel, other, user)


def remove(world: World, workspace: Workspace, user: str, channel_id: str, other: str) -> None:
    """Take another member out of a channel."""
    with world.lock:
        rooms.leave(world, workspace, _joined(workspace, user, channel_id), other)


def create_channel(
    world: World, workspace: Workspace, user: str, name: str, *, private: bool = False
) -> Channel:
    """Make a channel and be in it."""
    with world.lock:
        return rooms.create(world, workspace, name, user, Kind.PRIVATE if private else Kind.PUBLIC)


def rename(world: World, workspace: Workspace, user: str, channel_id: str, name: str) -> None:
    """Give a channel another name."""
    with world.lock:
        rooms.rename(world, workspace, _joined(workspace, user, channel_id), name, user)


def archive(world: World, workspace: Workspace, user: str, channel_id: str, archived: bool = True) -> None:
    """Archive a channel, or take it back out."""
    with world.lock:
        rooms.archive(world, workspace, _joined(workspace, user, channel_id), user, archived)


def delete_channel(world: World, workspace: Workspace, user: str, channel_id: str) -> None:
    """Delete a channel for good, as only an admin or an owner of the workspace may."""
    with world.lock:
        channel = _seen(workspace, user, channel_id)
        if not workspace.users[user].is_admin or channel.is_general or channel.is_direct:
            raise ApiError("restricted_action")
        rooms.delete(world, workspace, channel, user)


def direct(world: World, workspace: Workspace, user: str, *others: str) -> Channel:
    """The direct message with these others."""
    with world.lock:
        return rooms.direct(world, workspace, frozenset((user, *others)), user)


def open_home(world: World, workspace: Workspace, user: str, app_id: str, tab: str = "home") -> None:
    """Open the app's home: the app is told, with the view that is there now. `tab`: home or messages."""
    with world.lock:
        settings = manifest.settings(world.apps[app_id])
        if not (settings.home_tab if tab == "home" else settings.messages_tab):
            raise ApiError("not_enabled")
        bot = workspace.installations[app_id].bot_user_id
        channel = rooms.direct(world, workspace, frozenset((user, bot)), user)
        payload: dict[str, Any] = {
            "type": "app_home_opened",
            "user": user,
            "channel": channel.id,
            "tab": tab,
            "event_ts": stamp(world),
        }
        view = workspace.views.get(workspace.homes.get((user, app_id), ""))
        if view is not None and tab == "home":
            payload["view"] = views.show(view)
        world.happened(workspace, payload, app_id=app_id)


def seen(workspace: Workspace, user: str, channel_id: str) -> list[dict[str, Any]]:
    """What the user has before them in a conversation, oldest first: what is only for them is there too."""
    channel = _seen(workspace, user, channel_id)
    mine = [message for message in channel.ephemerals if message.only_to == user]
    every = sorted([*channel.messages.values(), *mine], key=lambda message: message.ts)
    return [
        messages.show(workspace, channel, message) | ({"is_ephemeral": True} if message.only_to else {})
        for message in every
    ]


def _seen(workspace: Workspace, user: str, channel_id: str) -> Channel:
    channel = workspace.channels.get(channel_id)
    if channel is None:
        raise ApiError("channel_not_found")
    hidden = channel.kind is not Kind.PUBLIC or workspace.users[user].is_guest
    if hidden and user not in channel.members:
        raise ApiError("channel_not_found")
    return channel


def _joined(workspace: Workspace, user: str, channel_id: str) -> Channel:
    channel = _seen(workspace, user, channel_id)
    if user not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _message(channel: Channel, ts: str) -> Message:
    if ts not in channel.messages:
        raise ApiError("message_not_found")
    return channel.messages[ts]


def _own(workspace: Workspace, user: str, channel_id: str, ts: str, code: str) -> tuple[Channel, Message]:
    channel = _seen(workspace, user, channel_id)
    message = _message(channel, ts)
    if message.user != user or message.subtype not in (None, "thread_broadcast", "file_share"):
        raise ApiError(code)
    return channel, message
