"""A workspace with one app in it, ready for a bot: what the bot has to be told, and the people around it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.sandbox.contract import event_scopes, methods
from adapters.sandbox.control.world import Control, Team
from adapters.sandbox.founding import found
from adapters.sandbox.install import app_token, create_app, install
from adapters.sandbox.person import Person
from adapters.sandbox.server import Sandbox
from adapters.sandbox.state.apps import App, Installation
from adapters.sandbox.state.workspace import Workspace

EVENTS = ("app_home_opened", "app_mention", "member_joined_channel", "message.channels", "message.im")
"""What the app hears that comes without a manifest."""
LOOK_AGAIN = 0.005
"""Seconds between two looks for a bot that is awaited."""


@dataclass(frozen=True)
class Slack:
    """`settings` is what a bot is told; `person` acts as somebody; `team` and `control` do the rest."""

    server: Sandbox
    workspace: Workspace
    app: App
    installed: Installation
    app_token: str

    @property
    def control(self) -> Control:
        """The whole sandbox: its clock, its apps, their sockets."""
        return self.server.control

    @property
    def team(self) -> Team:
        """The workspace: people, channels, faults, latency, tiers; what was called, what was delivered."""
        return Team(self.server.desk, self.workspace)

    @property
    def api_url(self) -> str:
        """What slack_sdk takes as `base_url`."""
        return self.server.api_url

    @property
    def bot_token(self) -> str:
        """`xoxb-…`, with the scopes of the manifest."""
        return self.installed.bot_token

    @property
    def signing_secret(self) -> str:
        """With it the sandbox signs what it sends over HTTP."""
        return self.app.signing_secret

    @property
    def bot_user(self) -> str:
        """The id of the bot's user."""
        return self.installed.bot_user_id

    @property
    def general(self) -> str:
        """The id of #general."""
        return self.workspace.general

    @property
    def settings(self) -> Mapping[str, str]:
        """The environment that points a bot here."""
        return {
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_SIGNING_SECRET": self.signing_secret,
        }

    def person(self, name: str) -> Person:
        """Somebody of this name, who joins the workspace if nobody is called so."""
        with self.server.world.lock:
            if all(name not in (user.name, user.id) for user in self.workspace.users.values()):
                self.team.add_user(name)
        return self.team.person(name)

    def wait_for_socket(self, seconds: float = 30.0) -> None:
        """Wait until the bot is connected over Socket Mode. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while not self.control.connections(self.app.id):
            if time.monotonic() > until:
                raise TimeoutError(f"No bot has connected within {seconds:g} seconds.")
            time.sleep(LOOK_AGAIN)


def new_slack(
    server: Sandbox,
    manifest: dict[str, Any] | None = None,
    *,
    tiers: bool = False,
    latency: float = 0.0,
    people: Iterable[str] = (),
) -> Slack:
    """A fresh workspace on this server. Raises BadManifest, with every reason, and nothing was made then.

    `tiers`: calls are limited as Slack limits them. `latency`: seconds that every call takes on the way.
    """
    world = server.world
    app = create_app(world, default_manifest() if manifest is None else manifest)
    workspace = found(world)
    slack = Slack(server, workspace, app, install(world, workspace, app), app_token(world, app))
    slack.team.tiers(tiers)
    slack.team.latency(latency)
    for name in people:
        slack.person(name)
    return slack


def default_manifest() -> dict[str, Any]:
    """An app on Socket Mode with /incident, a home tab, and every scope that a bot can have here."""
    return {
        "display_information": {"name": "Sandbox app"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "sandbox-app"},
            "slash_commands": [
                {"command": "/incident", "description": "Try a slash command", "should_escape": True}
            ],
        },
        "oauth_config": {"scopes": {"bot": _every_scope()}},
        "settings": {
            "socket_mode_enabled": True,
            "interactivity": {"is_enabled": True},
            "event_subscriptions": {"bot_events": list(EVENTS)},
        },
    }


def _every_scope() -> list[str]:
    of_methods = (scope for method in methods().values() for scope in method.scopes)
    of_events = (scope for scopes in event_scopes().values() for scope in scopes)
    return sorted({"commands", *of_methods, *of_events})
