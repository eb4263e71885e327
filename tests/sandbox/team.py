"""A workspace for one test: an app in it, clients of that app, and people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from adapters.sandbox import Sandbox, create_app, found, install
from adapters.sandbox.journal import Call
from adapters.sandbox.state.apps import App, Installation
from adapters.sandbox.state.channels import Channel
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.world import World

BOT_SCOPES = (
    "app_mentions:read",
    "bookmarks:read",
    "bookmarks:write",
    "canvases:write",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "dnd:read",
    "emoji:read",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "pins:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users.profile:read",
    "users:read",
    "users:read.email",
)


def manifest(
    bot: tuple[str, ...] = BOT_SCOPES, user: tuple[str, ...] = (), **settings: Any
) -> dict[str, Any]:
    """The manifest of an app with these scopes."""
    scopes: dict[str, Any] = {"bot": list(bot)} | ({"user": list(user)} if user else {})
    return {
        "display_information": {"name": "Probe"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "probe"},
        },
        "oauth_config": {"scopes": scopes},
        "settings": {"socket_mode_enabled": True, "interactivity": {"is_enabled": True}, **settings},
    }


@dataclass
class Team:
    """A workspace, the app in it and a client that speaks with the app's bot token."""

    sandbox: Sandbox
    workspace: Workspace
    app: App
    installed: Installation
    client: WebClient

    @property
    def world(self) -> World:
        """The world of the workspace."""
        return self.sandbox.world

    @property
    def bot(self) -> str:
        """The bot user's id."""
        return self.installed.bot_user_id

    def speak(self, token: str | None) -> WebClient:
        """A client with this token."""
        return WebClient(token, base_url=self.sandbox.api_url, retry_handlers=[], timeout=30)

    def add_app(self, bot: tuple[str, ...], user: tuple[str, ...] = ()) -> Installation:
        """Another app, with these scopes only."""
        return install(self.world, self.workspace, create_app(self.world, manifest(bot, user)))

    def channel(self, name: str = "ops", **args: Any) -> str:
        """The id of a channel that the bot made."""
        return str(self.client.conversations_create(name=name, **args)["channel"]["id"])

    def state(self, channel_id: str) -> Channel:
        """The channel as the sandbox keeps it."""
        return self.workspace.channels[channel_id]

    def last(self) -> Call:
        """The newest entry of the journal."""
        return self.workspace.journal[-1]


def new_team(sandbox: Sandbox, **given: Any) -> Team:
    """A fresh workspace with an app, without rate limits."""
    workspace = found(sandbox.world)
    workspace.conditions.limited = False
    app = create_app(sandbox.world, manifest(**given))
    installed = install(sandbox.world, workspace, app)
    client = WebClient(installed.bot_token, base_url=sandbox.api_url, retry_handlers=[], timeout=30)
    return Team(sandbox, workspace, app, installed, client)


def refused(client: WebClient, method: str, **args: Any) -> dict[str, Any]:
    """The answer of a call that is refused."""
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, json=args)
    answer = caught.value.response.data
    assert isinstance(answer, dict)
    return answer


def code(client: WebClient, method: str, **args: Any) -> str:
    """The error with which a call is refused."""
    return str(refused(client, method, **args)["error"])
