"""The sandbox's own objects as facts, and its refusals in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from adapters.sandbox import contract
from adapters.sandbox.conditions import FaultKind
from adapters.sandbox.control.facts import Called, Delivered, Installed, Known, Place
from adapters.sandbox.delivery.parcels import Parcel
from adapters.sandbox.errors import ApiError
from adapters.sandbox.install import app_token
from adapters.sandbox.journal import Call
from adapters.sandbox.state.apps import App, Installation, TokenKind
from adapters.sandbox.state.channels import Channel
from adapters.sandbox.state.people import User
from adapters.sandbox.world import World


def called(call: Call) -> Called:
    """A call of the journal."""
    return Called(
        call.method,
        call.args,
        call.outcome,
        call.status,
        call.arrived,
        call.began,
        call.answered,
        call.took,
        call.app_id,
        call.fault,
    )


def delivered(parcel: Parcel) -> Delivered:
    """A parcel."""
    attempts = [{"at": one.at, "over": one.over, "failure": one.failure} for one in parcel.attempts]
    return Delivered(
        parcel.id,
        parcel.app_id,
        parcel.sort.value,
        parcel.made,
        parcel.acked,
        parcel.failure,
        attempts,
        parcel.payload,
        parcel.answer,
    )


def known(user: User) -> Known:
    """A user."""
    return Known(user.id, user.name, user.real_name, user.standing.value, user.is_bot, user.deleted)


def place(channel: Channel) -> Place:
    """A channel."""
    members = list(channel.members)
    archived, topic = channel.is_archived, channel.topic.value
    return Place(channel.id, channel.name, channel.kind.value, archived, topic, channel.creator, members)


def installed(world: World, app: App, made: Installation) -> Installed:
    """An installation, with an app-level token: the first that the app has, or a new one."""
    with world.lock:
        of_app = (one for one in world.tokens.values() if one.kind is TokenKind.APP and one.app_id == app.id)
        token = next(of_app, None)
    secret = app_token(world, app) if token is None else token.secret
    return Installed(
        app.id,
        made.team_id,
        app.name,
        made.bot_token,
        made.user_token,
        secret,
        app.signing_secret,
        made.bot_user_id,
        made.bot_id,
        list(made.scopes),
    )


def in_words(check: Callable[[], None]) -> None:
    """Make the check. Raises ValueError in place of ApiError."""
    try:
        check()
    except ApiError as error:
        raise ValueError(f"Slack refuses this: {error.code}.") from None


def check_fault(method: str, kind: str) -> None:
    """Raise ValueError for a method or a kind of fault that there is not."""
    if method != "*" and method not in contract.methods():
        raise ValueError(f"There is no method {method}.")
    if kind not in get_args(FaultKind):
        raise ValueError(f"There is no fault {kind!r}: {', '.join(get_args(FaultKind))}.")
