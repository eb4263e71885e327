"""Users, their profiles and groups, bots and the workspace itself."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import paging, shown
from adapters.sandbox.args import Args
from adapters.sandbox.caller import Caller
from adapters.sandbox.errors import ApiError
from adapters.sandbox.state.people import User

UNPAGED = 10_000
"""Users that are given at once where no limit is asked for."""
PAGE_MAX = 1000


def users_info(caller: Caller, args: Args) -> dict[str, Any]:
    """users.info: anybody in the workspace, and people of others with whom a channel is shared."""
    found = caller.person(args.text("user"))
    if not caller.meets(found):
        raise ApiError("user_not_visible")
    return {"user": _shown(caller, found, args)}


def users_list(caller: Caller, args: Args) -> dict[str, Any]:
    """users.list: everybody, deactivated ones and bots too."""
    everybody = list(caller.workspace.users.values())
    if not args.number("limit", 0) and len(everybody) > UNPAGED:
        raise ApiError("limit_required")
    limit = min(args.number("limit", 0) or UNPAGED, PAGE_MAX if args.number("limit", 0) else UNPAGED)
    given, following = paging.page(everybody, lambda user: user.id, args, max(limit, 1))
    members = [_shown(caller, user, args) for user in given]
    return {
        "members": members,
        "cache_ts": caller.world.second(),
        "response_metadata": {"next_cursor": following},
    }


def _shown(caller: Caller, user: User, args: Args) -> dict[str, Any]:
    email, locale = caller.has("users:read.email"), args.flag("include_locale")
    return shown.user(caller.workspace, user, email=email, locale=locale)


def lookup_by_email(caller: Caller, args: Args) -> dict[str, Any]:
    """users.lookupByEmail: somebody whose account is not closed."""
    address = args.text("email").lower()
    for user in caller.workspace.users.values():
        if user.email.lower() == address and not user.deleted and not user.is_bot:
            return {"user": _shown(caller, user, args)}
    raise ApiError("users_not_found")


def profile_get(caller: Caller, args: Args) -> dict[str, Any]:
    """users.profile.get: the caller's own unless another is named."""
    user = caller.person(args.text("user", caller.user.id))
    return {"profile": shown.profile(user, email=caller.has("users:read.email"))}


def dnd_info(caller: Caller, args: Args) -> dict[str, Any]:
    """dnd.info: nobody here is ever undisturbed."""
    if not caller.meets(caller.person(args.text("user", caller.user.id))):
        raise ApiError("user_not_visible")
    return {
        "dnd_enabled": False,
        "next_dnd_start_ts": 1,
        "next_dnd_end_ts": 1,
        "snooze_enabled": False,
    }


def usergroups_list(caller: Caller, args: Args) -> dict[str, Any]:
    """usergroups.list: not on a free plan."""
    if not caller.workspace.plan:
        raise ApiError("plan_upgrade_required")
    users, count = args.flag("include_users"), args.flag("include_count")
    groups = [g for g in caller.workspace.groups.values() if args.flag("include_disabled") or not g.deleted]
    return {
        "usergroups": [shown.group(caller.workspace, group, users=users, count=count) for group in groups]
    }


def usergroups_users_list(caller: Caller, args: Args) -> dict[str, Any]:
    """usergroups.users.list: the members of one group."""
    if not caller.workspace.plan:
        raise ApiError("plan_upgrade_required")
    group = caller.workspace.groups.get(args.text("usergroup"))
    if group is None or (group.deleted and not args.flag("include_disabled")):
        raise ApiError("no_such_subteam")
    return {"users": list(group.users)}


def bots_info(caller: Caller, args: Args) -> dict[str, Any]:
    """bots.info: the bot of an app."""
    if "bot" not in args:
        raise ApiError("missing_argument")
    for user in caller.workspace.users.values():
        if user.bot_id == args.text("bot"):
            bot = {
                "id": user.bot_id,
                "deleted": user.deleted,
                "name": user.real_name,
                "updated": user.updated,
                "app_id": user.app_id,
                "user_id": user.id,
                "icons": {},
            }
            return {"bot": bot}
    raise ApiError("bot_not_found")


def team_info(caller: Caller, args: Args) -> dict[str, Any]:
    """team.info: the workspace of the token, or one that shares channels with it."""
    workspace = caller.workspace
    asked = args.text("team", workspace.id)
    if asked in workspace.connected:
        return {"team": {"id": asked, "name": workspace.connected[asked]}}
    if asked != workspace.id or args.text("domain", workspace.domain) != workspace.domain:
        raise ApiError("team_not_found")
    team = {
        "id": workspace.id,
        "name": workspace.name,
        "url": workspace.url,
        "domain": workspace.domain,
        "email_domain": "",
        "icon": {"image_default": True},
        "avatar_base_url": "https://ca.slack-edge.com/",
        "is_verified": False,
        "lob_sales_home_enabled": False,
    }
    return {"team": team}


def emoji_list(caller: Caller, args: Args) -> dict[str, Any]:
    """emoji.list: the workspace's own."""
    return {"emoji": dict(caller.workspace.emoji), "cache_ts": f"{caller.world.now():.6f}"}


METHODS = {
    "bots.info": bots_info,
    "dnd.info": dnd_info,
    "emoji.list": emoji_list,
    "team.info": team_info,
    "usergroups.list": usergroups_list,
    "usergroups.users.list": usergroups_users_list,
    "users.info": users_info,
    "users.list": users_list,
    "users.lookupByEmail": lookup_by_email,
    "users.profile.get": profile_get,
}
