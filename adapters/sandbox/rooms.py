"""Conversations: making, naming, entering, leaving and archiving them, and what Slack says of it in them."""

from __future__ import annotations

import re
from typing import Any

from adapters.sandbox import messages
from adapters.sandbox.errors import ApiError
from adapters.sandbox.state.channels import Channel, Kind, Message, Told
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.world import World

NAME = re.compile(r"[a-z0-9_-]+")
NAME_MAX = 80
RESERVED = frozenset(("all", "archive", "archived", "channel", "everyone", "group", "here", "me", "slackbot"))
"""Words that mean something else after a # or an @."""


def check_name(workspace: Workspace, name: str, but: str | None = None) -> None:
    """Raise ApiError, as conversations.create documents it, unless `name` can be given to a channel."""
    if not name:
        raise ApiError("invalid_name_required")
    if len(name) > NAME_MAX:
        raise ApiError("invalid_name_maxlength")
    if not any(character.isalnum() for character in name):
        raise ApiError("invalid_name_punctuation")
    if not NAME.fullmatch(name):
        raise ApiError("invalid_name_specials")
    if name in RESERVED:
        raise ApiError("invalid_name")
    if workspace.names.get(name) not in (None, but):
        raise ApiError("name_taken")


def create(world: World, workspace: Workspace, name: str, creator: str, kind: Kind = Kind.PUBLIC) -> Channel:
    """A channel with its creator in it. Raises ApiError for a name that cannot be given."""
    check_name(workspace, name)
    channel = Channel(world.ids.new("C"), workspace.id, kind, name, creator, world.second())
    channel.updated = int(world.now() * 1000)
    workspace.channels[channel.id] = channel
    workspace.names[name] = channel.id
    if kind is Kind.PUBLIC:
        known = {"id": channel.id, "name": name, "created": channel.created, "creator": creator}
        world.happened(workspace, {"type": "channel_created", "channel": known})
    enter(world, workspace, channel, creator)
    return channel


def direct(world: World, workspace: Workspace, users: frozenset[str], creator: str) -> Channel:
    """The conversation of exactly these users, made if there is none."""
    known = workspace.directs.get(users)
    if known is not None:
        return workspace.channels[known]
    kind = Kind.IM if len(users) <= 2 else Kind.MPIM
    names = sorted(workspace.users[user].name for user in users)
    name = "" if kind is Kind.IM else f"mpdm-{'--'.join(names)}-1"
    channel_id = world.ids.new("D" if kind is Kind.IM else "C")
    channel = Channel(channel_id, workspace.id, kind, name, creator, world.second())
    channel.members = dict.fromkeys(users, world.second())
    workspace.channels[channel_id] = channel
    workspace.directs[users] = channel_id
    if kind is Kind.IM:
        payload = {"type": "im_created", "user": creator, "channel": {"id": channel_id}}
        world.happened(workspace, payload, channel_id=channel_id)
    return channel


def enter(
    world: World, workspace: Workspace, channel: Channel, user: str, inviter: str | None = None
) -> None:
    """The user becomes a member; Slack says so in the channel and tells apps. Nothing if they are one."""
    if user in channel.members:
        return
    channel.members[user] = world.second()
    more = {"inviter": inviter} if inviter else {}
    say(world, workspace, channel, user, "channel_join", f"<@{user}> has joined the channel", **more)
    payload = {"type": "member_joined_channel", "user": user, **where(channel), **more}
    world.happened(workspace, payload | {"event_ts": stamp(world)}, channel_id=channel.id)


def leave(world: World, workspace: Workspace, channel: Channel, user: str) -> None:
    """The user is a member no more. Nothing if they were none."""
    if channel.members.pop(user, None) is None:
        return
    say(world, workspace, channel, user, "channel_leave", f"<@{user}> has left the channel")
    payload = {"type": "member_left_channel", "user": user, **where(channel), "event_ts": stamp(world)}
    world.happened(workspace, payload, channel_id=channel.id)
    if workspace.users[user].is_bot:
        app_id = workspace.users[user].app_id
        kind = "channel_left" if channel.kind is Kind.PUBLIC else "group_left"
        gone = {"type": kind, "channel": channel.id, "actor_id": user, "event_ts": stamp(world)}
        world.happened(workspace, gone, app_id=app_id)


def rename(world: World, workspace: Workspace, channel: Channel, name: str, by: str) -> None:
    """Another name. Raises ApiError for one that cannot be given."""
    check_name(workspace, name, channel.id)
    old = channel.name
    if old == name:
        return
    del workspace.names[old]
    workspace.names[name] = channel.id
    channel.previous_names = [old, *(known for known in channel.previous_names if known != old)]
    channel.name = name
    told = f'has renamed the channel from "{old}" to "{name}"'
    say(world, workspace, channel, by, "channel_name", f"<@{by}> {told}", old_name=old, name=name)
    known = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
    kind = "channel_rename" if channel.kind is Kind.PUBLIC else "group_rename"
    payload = {"type": kind, "channel": known, "event_ts": stamp(world)}
    world.happened(workspace, payload, channel_id=channel.id)


def tell(world: World, workspace: Workspace, channel: Channel, what: str, value: str, by: str) -> None:
    """Set `what`, topic or purpose; Slack says so in the channel when it changed."""
    if getattr(channel, what).value == value:
        return
    setattr(channel, what, Told(value, by, world.second()))
    said = f"<@{by}> set the channel {what}: {value}" if value else f"<@{by}> cleared the channel {what}"
    say(world, workspace, channel, by, f"channel_{what}", said, **{what: value})


def archive(world: World, workspace: Workspace, channel: Channel, by: str, archived: bool = True) -> None:
    """Archive the channel, or take it back out. Its members stay on its list."""
    said = "archived" if archived else "un-archived"
    if archived:
        say(world, workspace, channel, by, "channel_archive", f"<@{by}> {said} the channel")
    channel.is_archived = archived
    if not archived:
        say(world, workspace, channel, by, "channel_unarchive", f"<@{by}> {said} the channel")
    family = "channel" if channel.kind is Kind.PUBLIC else "group"
    kind = f"{family}_{'archive' if archived else 'unarchive'}"
    payload = {"type": kind, "channel": channel.id, "user": by, "event_ts": stamp(world)}
    world.happened(workspace, payload, channel_id=channel.id)


def delete(world: World, workspace: Workspace, channel: Channel, by: str) -> None:
    """The channel is gone for everybody, with all that was said in it; its name can be given again."""
    public = channel.kind is Kind.PUBLIC
    payload = {"type": "channel_deleted" if public else "group_deleted", "channel": channel.id}
    more = {"event_ts": stamp(world)} if public else {"actor_id": by, "event_ts": stamp(world)}
    world.happened(workspace, payload | more, channel_id=channel.id)
    del workspace.channels[channel.id], workspace.names[channel.name]
    for name in [name for name, each in workspace.scheduled.items() if each.channel_id == channel.id]:
        del workspace.scheduled[name]


def say(
    world: World, workspace: Workspace, channel: Channel, user: str, subtype: str, text: str, **more: Any
) -> None:
    """What Slack itself writes into a conversation about what `user` did."""
    channel.updated = int(world.now() * 1000)
    messages.add(world, workspace, channel, Message("", text, user, subtype, more=more))


def where(channel: Channel) -> dict[str, str]:
    """How events about members name the channel."""
    letter = {Kind.PUBLIC: "C", Kind.PRIVATE: "G", Kind.IM: "D", Kind.MPIM: "G"}[channel.kind]
    return {"channel": channel.id, "channel_type": letter, "team": channel.team_id}


def stamp(world: World) -> str:
    """The present as Slack writes it in `event_ts`."""
    return f"{world.now():.6f}"
