"""A call, from its arguments to its answer: token, limit, scope, arguments, and then the method itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.sandbox import contract
from adapters.sandbox.api import FUNCTIONS
from adapters.sandbox.api.auth import tested
from adapters.sandbox.args import checked
from adapters.sandbox.caller import Caller
from adapters.sandbox.contract import Method
from adapters.sandbox.errors import ApiError
from adapters.sandbox.scheduling import post_due
from adapters.sandbox.state.apps import Token, TokenKind
from adapters.sandbox.world import World

APP_METHODS = frozenset(("apps.connections.open",))
"""Methods that only an app-level token may call."""
ANY_TOKEN = frozenset(("api.test", "auth.test"))


@dataclass(frozen=True)
class Given:
    """A call as it came: its method's name, its arguments, its token and whether that stood in the header."""

    method: str
    args: Mapping[str, Any]
    token: str | None
    in_header: bool


def known(name: str) -> Method:
    """The method of that name. Raises unknown_method."""
    method = contract.methods().get(name)
    if method is None:
        raise ApiError("unknown_method", req_method=name)
    return method


def admitted(world: World, given: Given) -> Caller | None:
    """Whoever has this token; None where a method needs none. Raises ApiError as every method documents."""
    method = known(given.method)
    if not given.token or (method.name in APP_METHODS and not given.in_header):
        if method.name == "api.test":
            return None
        raise ApiError("not_authed")
    token = world.tokens.get(given.token)
    if token is None:
        raise ApiError("invalid_auth")
    return Caller(world, method, token, world.apps[token.app_id], world.workspaces.get(token.team_id or ""))


def accepted(caller: Caller) -> None:
    """Raise ApiError unless the token is still good, and of a kind that this method takes."""
    token = caller.token
    if token.refused is not None:
        raise ApiError(token.refused)
    if token.user_id is not None and caller.user.deleted:
        raise ApiError("account_inactive")
    if not _fits(token, caller.method.name):
        raise ApiError("not_allowed_token_type")


def _fits(token: Token, method: str) -> bool:
    return method in ANY_TOKEN or (token.kind is TokenKind.APP) == (method in APP_METHODS)


def seconds_to_wait(caller: Caller, given: Given) -> int:
    """Seconds until the rate tiers allow this call, or 0: now, and it is counted."""
    if caller.home is not None and not caller.home.conditions.limited:
        return 0
    channel = given.args.get("channel")
    team, rates = caller.token.team_id or "", caller.world.rates
    now = caller.world.now()
    where = channel if isinstance(channel, str) else None
    return rates.wait(team, caller.app.id, given.method, caller.method.tier, where, now)


def performed(caller: Caller | None, given: Given) -> dict[str, Any]:
    """The method's answer, without `ok`. Raises ApiError, with a documented code; nothing changed then."""
    method = known(given.method)
    try:
        args = checked(method, given.args)
        if caller is None:
            return tested(args)
        accepted(caller)
        caller.require(needed(caller))
        if caller.home is not None:
            post_due(caller.world, caller.home)
        return FUNCTIONS[given.method](caller, args)
    except ApiError as error:
        if method.name != "api.test":
            error.code = method.said(error.code)
        raise


def needed(caller: Caller) -> tuple[str, ...]:
    """The scopes of which a call of the method needs one."""
    if caller.method.name in APP_METHODS:
        return ("connections:write",)
    return caller.method.scopes
