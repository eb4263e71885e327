"""Which conversations there are, and who is in them."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import paging, shown
from adapters.sandbox.args import Args
from adapters.sandbox.caller import Caller
from adapters.sandbox.errors import ApiError
from adapters.sandbox.state.channels import Channel, Kind

PAGE, PAGE_MAX = 100, 999


def info(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.info."""
    channel = caller.channel(args.text("channel"))
    members = args.flag("include_num_members")
    answer = shown.channel(caller.workspace, channel, caller.user.id, members=members)
    return {"channel": answer | ({"locale": "en-US"} if args.flag("include_locale") else {})}


def members(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.members: ids, in the order in which they came."""
    channel = caller.channel(args.text("channel"))
    limit = paging.limited(args, PAGE, PAGE_MAX)
    given, following = paging.page(list(channel.members), str, args, limit)
    return {"members": given, "response_metadata": {"next_cursor": following}}


def listed(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.list: every conversation of the asked kinds that the caller may know of."""
    found = [channel for channel in _of_kinds(caller, args) if caller.sees(channel)]
    return _answer(caller, args, found, members=True)


def of_user(caller: Caller, args: Args) -> dict[str, Any]:
    """users.conversations: those a user is in; of another user's only what the caller may know of."""
    user = args.text("user", caller.user.id)
    found = [c for c in _of_kinds(caller, args) if user in c.members and caller.sees(c)]
    return _answer(caller, args, found, members=False)


def _of_kinds(caller: Caller, args: Args) -> list[Channel]:
    kinds = _kinds(args.text("types") or Kind.PUBLIC.value)
    for kind in kinds:
        caller.require_kind(kind)
    archived = not args.flag("exclude_archived")
    channels = caller.workspace.channels.values()
    return [
        channel for channel in channels if channel.kind in kinds and (archived or not channel.is_archived)
    ]


def _kinds(types: str) -> set[Kind]:
    try:
        return {Kind(name.strip()) for name in types.split(",")}
    except ValueError:
        raise ApiError("invalid_types") from None


def _answer(caller: Caller, args: Args, found: list[Channel], *, members: bool) -> dict[str, Any]:
    limit = paging.limited(args, PAGE, PAGE_MAX)
    given, following = paging.page(found, lambda channel: channel.id, args, limit)
    viewer = caller.user.id
    channels = [shown.channel(caller.workspace, channel, viewer, members=members) for channel in given]
    return {"channels": channels, "response_metadata": {"next_cursor": following}}


METHODS = {
    "conversations.info": info,
    "conversations.list": listed,
    "conversations.members": members,
    "users.conversations": of_user,
}
