"""Payloads of commands and interactions, field by field as Slack sends them."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import views
from adapters.sandbox.state.apps import App, View
from adapters.sandbox.state.channels import Channel, Kind
from adapters.sandbox.state.people import User
from adapters.sandbox.state.workspace import Workspace

DIRECT, PRIVATE = "directmessage", "privategroup"
"""What commands and interactions call channels that are not public."""


def channel_name(channel: Channel) -> str:
    """The channel's name as commands and interactions give it."""
    if channel.kind is Kind.IM:
        return DIRECT
    return PRIVATE if channel.kind is Kind.PRIVATE else channel.name


def command(
    app: App, workspace: Workspace, user: User, channel: Channel, name: str, text: str, url: str, trigger: str
) -> dict[str, Any]:
    """A slash command."""
    return {
        "token": app.verification_token,
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": app.id,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": trigger,
    }


def _who(app: App, workspace: Workspace, user: User) -> dict[str, Any]:
    """What every interaction has."""
    return {
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": app.id,
        "token": app.verification_token,
        "team": {"id": workspace.id, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _own_team(workspace: Workspace, user: User) -> dict[str, str]:
    """The team beside a modal: that of its person; the app's stands in the view's app_installed_team_id."""
    domain = workspace.domain if user.team_id == workspace.id else f"team-{user.team_id.lower()}"
    return {"id": user.team_id, "domain": domain}


def _where(channel: Channel) -> dict[str, str]:
    return {"id": channel.id, "name": channel_name(channel)}


def message_container(channel: Channel, shown: dict[str, Any], ephemeral: bool) -> dict[str, Any]:
    """The container of what is used in a message."""
    thread = {"thread_ts": shown["thread_ts"]} if shown.get("thread_ts") else {}
    return {
        "type": "message",
        "message_ts": shown["ts"],
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
        **thread,
    }


def in_message(channel: Channel, shown: dict[str, Any], ephemeral: bool) -> dict[str, Any]:
    """Where an element of a message is used; the message itself is left out where only one person sees it."""
    place: dict[str, Any] = {
        "container": message_container(channel, shown, ephemeral),
        "channel": _where(channel),
    }
    return place if ephemeral else {**place, "message": shown}


def in_view(view: View) -> dict[str, Any]:
    """Where an element of a modal or a home tab is used."""
    return {"container": {"type": "view", "view_id": view.id}, "view": views.show(view)}


def block_actions(
    app: App,
    workspace: Workspace,
    user: User,
    place: dict[str, Any],
    state: dict[str, Any],
    action: dict[str, Any],
    trigger: str,
    url: str | None,
) -> dict[str, Any]:
    """Somebody used an element. `url`: where answers go; elements of views have none."""
    in_message = place["container"]["type"] == "message"
    answers = {"response_url": url} if url else {}
    values = {"state": {"values": state}} if in_message else {}
    common = {"type": "block_actions", **_who(app, workspace, user), "trigger_id": trigger}
    return {**common, **place, **values, **answers, "actions": [action]}


def block_suggestion(
    app: App, workspace: Workspace, user: User, place: dict[str, Any], action: dict[str, str], typed: str
) -> dict[str, Any]:
    """Somebody typed in a select whose options the app has."""
    return {"type": "block_suggestion", **_who(app, workspace, user), **place, **action, "value": typed}


def view_submission(
    app: App, workspace: Workspace, user: User, view: View, trigger: str, urls: list[dict[str, Any]]
) -> dict[str, Any]:
    """Somebody submitted a modal. `urls`: for blocks that asked for a place to answer to."""
    common = {"type": "view_submission", **_who(app, workspace, user), "trigger_id": trigger}
    common["team"] = _own_team(workspace, user)
    return {**common, "view": views.show(view), "response_urls": urls}


def view_closed(app: App, workspace: Workspace, user: User, view: View, cleared: bool) -> dict[str, Any]:
    """Somebody closed a modal; `cleared`: all of them at once."""
    return {
        "type": "view_closed",
        **_who(app, workspace, user),
        "team": _own_team(workspace, user),
        "view": views.show(view),
        "is_cleared": cleared,
    }


def shortcut(
    app: App, workspace: Workspace, user: User, callback_id: str, action_ts: str, trigger: str
) -> dict[str, Any]:
    """Somebody chose a global shortcut."""
    common = {"type": "shortcut", **_who(app, workspace, user)}
    common.pop("api_app_id")
    return {**common, "action_ts": action_ts, "callback_id": callback_id, "trigger_id": trigger}


def message_action(
    app: App,
    workspace: Workspace,
    user: User,
    channel: Channel,
    shown: dict[str, Any],
    callback_id: str,
    action_ts: str,
    trigger: str,
    url: str,
) -> dict[str, Any]:
    """Somebody chose a shortcut of a message."""
    common = {"type": "message_action", **_who(app, workspace, user)}
    common.pop("api_app_id")
    return {
        **common,
        "action_ts": action_ts,
        "callback_id": callback_id,
        "trigger_id": trigger,
        "response_url": url,
        "message_ts": shown["ts"],
        "channel": _where(channel),
        "message": shown,
    }
