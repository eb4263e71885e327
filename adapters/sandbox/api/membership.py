"""Who is in a conversation: inviting, removing, joining, and opening direct messages."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import rooms, shown
from adapters.sandbox.args import Args
from adapters.sandbox.caller import Caller
from adapters.sandbox.errors import ApiError, invalid
from adapters.sandbox.founding import SLACKBOT
from adapters.sandbox.state.channels import Channel, Kind
from adapters.sandbox.state.people import Standing, User

INVITED_MAX = 100
DIRECT_MAX = 8


def invite(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.invite: all of `users` or, unless forced, none of them."""
    channel = _active(caller, args)
    users = args.listed("users")
    if not users:
        raise ApiError("no_user")
    if len(users) > INVITED_MAX:
        raise invalid("invalid_arguments", f"no more than {INVITED_MAX} users allowed")
    if caller.user.is_guest:
        raise ApiError("user_is_restricted")
    caller.restricted()
    wrong = {user: code for user in users if (code := _unfit(caller, channel, user))}
    errors = [{"user": user, "ok": False, "error": code} for user, code in wrong.items()]
    if errors and (not args.flag("force") or len(errors) == len(users)):
        raise ApiError(errors[0]["error"], errors=errors)  # type: ignore[arg-type]
    for user in users:
        if user not in wrong:
            rooms.enter(caller.world, caller.workspace, channel, user, caller.user.id)
    answer = {"channel": shown.channel(caller.workspace, channel, caller.user.id)}
    return answer | ({"errors": errors} if errors else {})


def _unfit(caller: Caller, channel: Channel, user_id: str) -> str | None:
    """Why this user cannot be invited, if so."""
    user = caller.workspace.users.get(user_id)
    if user is None:
        return "user_not_found"
    if user_id == caller.user.id:
        return "cant_invite_self"
    if user_id in channel.members:
        return "already_in_channel"
    if user.deleted or user_id == SLACKBOT:
        return "cant_invite"
    return _elsewhere(caller, channel, user)


def _elsewhere(caller: Caller, channel: Channel, user: User) -> str | None:
    if user.team_id != caller.workspace.id and not channel.is_shared:
        return "org_user_not_in_team"
    channels = caller.workspace.channels.values()
    if user.standing is Standing.SINGLE_CHANNEL_GUEST and any(
        user.id in other.members and not other.is_direct for other in channels
    ):
        return "ura_max_channels"
    return None


def _active(caller: Caller, args: Args) -> Channel:
    """The channel, in which the caller is and which is not archived."""
    channel = caller.channel(args.text("channel"))
    if channel.is_direct:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived and "is_archived" in caller.method.errors:
        raise ApiError("is_archived")
    if caller.user.id not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def kick(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.kick: another member leaves."""
    channel = _active(caller, args)
    user = caller.person(args.text("user"))
    if user.id == caller.user.id:
        raise ApiError("cant_kick_self")
    if channel.is_general:
        raise ApiError("cant_kick_from_general")
    if user.id not in channel.members:
        raise ApiError("not_in_channel")
    caller.restricted()
    rooms.leave(caller.world, caller.workspace, channel, user.id)
    return {"errors": {}}


def join(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.join: a public channel; a second time changes nothing."""
    channel = caller.channel(args.text("channel"))
    if channel.kind is not Kind.PUBLIC:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    known = caller.user.id in channel.members
    caller.restricted()
    rooms.enter(caller.world, caller.workspace, channel, caller.user.id)
    answer = {"channel": shown.channel(caller.workspace, channel, caller.user.id)}
    return answer | ({"warning": "already_in_channel"} if known else {})


def open_direct(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.open: the same users always get the same conversation."""
    channel = _known_direct(caller, args) if args.text("channel") else _direct(caller, args)
    again = caller.user.id in channel.opened_by
    channel.opened_by.add(caller.user.id)
    full = shown.channel(caller.workspace, channel, caller.user.id)
    answer: dict[str, Any] = {"channel": full if args.flag("return_im") else {"id": channel.id}}
    return answer | ({"no_op": True, "already_open": True} if again else {})


def _known_direct(caller: Caller, args: Args) -> Channel:
    channel = caller.channel(args.text("channel"))
    if not channel.is_direct:
        raise ApiError("method_not_supported_for_channel_type")
    return channel


def _direct(caller: Caller, args: Args) -> Channel:
    users = args.listed("users")
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > DIRECT_MAX:
        raise ApiError("too_many_users")
    for user in users:
        if caller.person(user).deleted:
            raise ApiError("user_disabled")
        if not caller.meets(caller.person(user)):
            raise ApiError("user_not_visible")
    together = frozenset((*users, caller.user.id))
    if len(together) < 2:
        raise ApiError("not_enough_users")
    caller.require_kind(Kind.IM if len(together) <= 2 else Kind.MPIM)
    if args.flag("prevent_creation") and together not in caller.workspace.directs:
        raise ApiError("channel_not_found")
    caller.restricted()
    return rooms.direct(caller.world, caller.workspace, together, caller.user.id)


METHODS = {
    "conversations.invite": invite,
    "conversations.join": join,
    "conversations.kick": kick,
    "conversations.open": open_direct,
}
