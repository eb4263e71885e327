"""Pins and reactions: what people and apps put on a message, and what apps are told of it."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import messages
from adapters.sandbox.rooms import stamp
from adapters.sandbox.state.channels import Channel, Message, Pin
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.world import World


def pin(world: World, workspace: Workspace, channel: Channel, message: Message, by: str) -> None:
    """Pin the message."""
    channel.pins[message.ts] = Pin(message.ts, by, world.second())
    _told(world, workspace, channel, message, by, "pin_added")


def unpin(world: World, workspace: Workspace, channel: Channel, message: Message, by: str) -> None:
    """Take the pin away."""
    _told(world, workspace, channel, message, by, "pin_removed")
    del channel.pins[message.ts]


def _told(world: World, workspace: Workspace, channel: Channel, message: Message, by: str, kind: str) -> None:
    payload = {
        "type": kind,
        "user": by,
        "channel_id": channel.id,
        "item": item(workspace, channel, message),
        "item_user": message.user,
        "pin_count": len(channel.pins),
        "event_ts": stamp(world),
    }
    world.happened(workspace, payload, channel_id=channel.id)


def item(workspace: Workspace, channel: Channel, message: Message) -> dict[str, Any]:
    """A pinned message as pins.list and events give it."""
    known = channel.pins[message.ts]
    return {
        "type": "message",
        "channel": channel.id,
        "message": messages.show(workspace, channel, message),
        "created": known.created,
        "created_by": known.created_by,
    }


def react(world: World, workspace: Workspace, channel: Channel, message: Message, by: str, name: str) -> None:
    """Add the user's reaction."""
    message.reactions.setdefault(name, []).append(by)
    _reaction(world, workspace, channel, message, by, name, "reaction_added")


def unreact(
    world: World, workspace: Workspace, channel: Channel, message: Message, by: str, name: str
) -> None:
    """Take the user's reaction away."""
    message.reactions[name].remove(by)
    if not message.reactions[name]:
        del message.reactions[name]
    _reaction(world, workspace, channel, message, by, name, "reaction_removed")


def _reaction(
    world: World, workspace: Workspace, channel: Channel, message: Message, by: str, name: str, kind: str
) -> None:
    payload = {
        "type": kind,
        "user": by,
        "reaction": name,
        "item": {"type": "message", "channel": channel.id, "ts": message.ts},
        "item_user": message.user,
        "event_ts": stamp(world),
    }
    world.happened(workspace, payload, channel_id=channel.id)
