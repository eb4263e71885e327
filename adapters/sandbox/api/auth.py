"""Who am I, is anybody there, and where may a socket be opened."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.args import Args
from adapters.sandbox.caller import Caller
from adapters.sandbox.errors import ApiError
from adapters.sandbox.state.apps import TokenKind


def tested(args: Args) -> dict[str, Any]:
    """api.test: what was given comes back, as an error if one was asked for."""
    if "error" in args:
        raise ApiError(args.text("error"), args=dict(args))
    return {"args": dict(args)}


def api_test(caller: Caller, args: Args) -> dict[str, Any]:
    """api.test with a token: the same."""
    return tested(args)


def auth_test(caller: Caller, args: Args) -> dict[str, Any]:
    """auth.test: the workspace and the user of the token; the app of an app-level one."""
    if caller.token.kind is TokenKind.APP:
        return {"app_name": caller.app.name, "app_id": caller.app.id}
    workspace, user = caller.workspace, caller.user
    answer: dict[str, Any] = {
        "url": workspace.url,
        "team": workspace.name,
        "user": user.name,
        "team_id": workspace.id,
        "user_id": user.id,
        "is_enterprise_install": False,
    }
    return answer | ({"bot_id": user.bot_id} if caller.is_bot else {})


def connections_open(caller: Caller, args: Args) -> dict[str, Any]:
    """apps.connections.open: an address at which one socket may be opened."""
    world = caller.world
    address = world.url.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={world.ticket(caller.app.id)}&app_id={caller.app.id}"}


METHODS = {"api.test": api_test, "auth.test": auth_test, "apps.connections.open": connections_open}
