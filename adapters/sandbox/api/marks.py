"""Pins, reactions and bookmarks."""

from __future__ import annotations

import re
from typing import Any

from adapters.sandbox import messages, pinned
from adapters.sandbox.args import Args
from adapters.sandbox.caller import Caller
from adapters.sandbox.errors import ApiError
from adapters.sandbox.state.channels import Bookmark, Channel, Message

TS = re.compile(r"\d{1,12}\.\d{6}")
EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")
LINK = re.compile(r"https?://\S+|mailto:\S+")
PINS_MAX, BOOKMARKS_MAX = 100, 100
EMOJI_MAX, OWN_REACTIONS_MAX = 50, 23
"""Different emoji on a message, and how many of them by one user."""


def pins_add(caller: Caller, args: Args) -> dict[str, Any]:
    """pins.add: once."""
    channel, message = _message(caller, args)
    if caller.user.id not in channel.members:
        raise ApiError("not_in_channel")
    if message.subtype not in (None, "thread_broadcast", "file_share", "bot_message"):
        raise ApiError("not_pinnable")
    if message.ts in channel.pins:
        raise ApiError("already_pinned")
    if len(channel.pins) >= PINS_MAX:
        raise ApiError("too_many_pins")
    caller.restricted()
    pinned.pin(caller.world, caller.workspace, channel, message, caller.user.id)
    return {}


def pins_remove(caller: Caller, args: Args) -> dict[str, Any]:
    """pins.remove."""
    channel, message = _message(caller, args)
    if message.ts not in channel.pins:
        raise ApiError("no_pin")
    caller.restricted()
    pinned.unpin(caller.world, caller.workspace, channel, message, caller.user.id)
    return {}


def pins_list(caller: Caller, args: Args) -> dict[str, Any]:
    """pins.list: the newest first."""
    channel = caller.channel(args.text("channel"))
    return {
        "items": [
            pinned.item(caller.workspace, channel, channel.messages[ts]) for ts in reversed(channel.pins)
        ]
    }


def _message(caller: Caller, args: Args) -> tuple[Channel, Message]:
    """The message that is meant by channel and timestamp."""
    channel, ts = caller.channel(args.text("channel")), args.text("timestamp")
    if not ts:
        raise ApiError("no_item_specified")
    if not TS.fullmatch(ts):
        raise ApiError("bad_timestamp")
    message = channel.messages.get(ts)
    if message is None:
        raise ApiError("message_not_found")
    return channel, message


def reactions_add(caller: Caller, args: Args) -> dict[str, Any]:
    """reactions.add: the same emoji once from each user."""
    channel, message = _message(caller, args)
    name, user = args.text("name").strip(":"), caller.user.id
    if not EMOJI.fullmatch(name):
        raise ApiError("invalid_name")
    if channel.is_archived:
        raise ApiError("is_archived")
    if user not in channel.members:
        raise ApiError("no_access")
    if message.subtype == "tombstone":
        raise ApiError("not_reactable")
    if message.thread_locked:
        raise ApiError("thread_locked")
    _check_room(message, name, user)
    caller.restricted()
    pinned.react(caller.world, caller.workspace, channel, message, user, name)
    return {}


def _check_room(message: Message, name: str, user: str) -> None:
    if user in message.reactions.get(name, ()):
        raise ApiError("already_reacted")
    if name not in message.reactions and len(message.reactions) >= EMOJI_MAX:
        raise ApiError("too_many_emoji")
    if sum(user in users for users in message.reactions.values()) >= OWN_REACTIONS_MAX:
        raise ApiError("too_many_reactions")


def reactions_get(caller: Caller, args: Args) -> dict[str, Any]:
    """reactions.get: a message with its reactions."""
    if "file" in args:
        raise ApiError("file_not_found")
    if "channel" not in args:
        raise ApiError("no_item_specified")
    channel, message = _message(caller, args)
    shown = messages.show(caller.workspace, channel, message)
    return {"type": "message", "channel": channel.id, "message": shown}


def bookmarks_add(caller: Caller, args: Args) -> dict[str, Any]:
    """bookmarks.add: a link; not idempotent."""
    channel = _bookmarked(caller, args)
    if args.text("type") != "link":
        raise ApiError("invalid_bookmark_type")
    if not LINK.fullmatch(args.text("link")):
        raise ApiError("invalid_link")
    if len(channel.bookmarks) >= BOOKMARKS_MAX:
        raise ApiError("too_many_bookmarks")
    caller.restricted()
    now, made_by = caller.world.second(), caller.user.id
    name, title, link = caller.world.ids.new("Bk"), args.text("title"), args.text("link")
    made = Bookmark(name, channel.id, title, link, _emoji(args), "link", now, 0, made_by)
    channel.bookmarks[made.id] = made
    return {"bookmark": _shown(caller, made)}


def bookmarks_edit(caller: Caller, args: Args) -> dict[str, Any]:
    """bookmarks.edit."""
    channel = _bookmarked(caller, args)
    known = channel.bookmarks.get(args.text("bookmark_id"))
    if known is None:
        raise ApiError("not_found")
    if "link" in args and not LINK.fullmatch(args.text("link")):
        raise ApiError("invalid_link")
    caller.restricted()
    known.title, known.link = args.text("title", known.title), args.text("link", known.link or "")
    known.emoji = _emoji(args) or known.emoji
    known.updated, known.last_by = caller.world.second(), caller.user.id
    return {"bookmark": _shown(caller, known)}


def bookmarks_list(caller: Caller, args: Args) -> dict[str, Any]:
    """bookmarks.list."""
    channel = caller.channel(args.text("channel_id"))
    return {"bookmarks": [_shown(caller, known) for known in channel.bookmarks.values()]}


def _bookmarked(caller: Caller, args: Args) -> Channel:
    channel = caller.channel(args.text("channel_id"))
    if caller.user.id not in channel.members or channel.is_archived:
        raise ApiError("permission_denied")
    return channel


def _emoji(args: Args) -> str | None:
    name = args.text("emoji")
    if name and not EMOJI.fullmatch(name.strip(":")):
        raise ApiError("invalid_emoji")
    return name or None


def _shown(caller: Caller, known: Bookmark) -> dict[str, Any]:
    return {
        "id": known.id,
        "channel_id": known.channel_id,
        "title": known.title,
        "link": known.link,
        "emoji": known.emoji,
        "icon_url": None,
        "type": known.type,
        "entity_id": None,
        "date_created": known.created,
        "date_updated": known.updated,
        "rank": "U",
        "last_updated_by_user_id": known.last_by,
        "last_updated_by_team_id": caller.workspace.id,
        "shortcut_id": None,
        "app_id": None,
    }


METHODS = {
    "bookmarks.add": bookmarks_add,
    "bookmarks.edit": bookmarks_edit,
    "bookmarks.list": bookmarks_list,
    "pins.add": pins_add,
    "pins.list": pins_list,
    "pins.remove": pins_remove,
    "reactions.add": reactions_add,
    "reactions.get": reactions_get,
}
