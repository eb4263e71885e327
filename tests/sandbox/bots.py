"""An app that gets all that Slack delivers, installed in a fresh workspace, and Bolt connected to it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from slack_bolt import App as Bolt
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from adapters.sandbox import Sandbox, app_token, create_app, found, install
from adapters.sandbox.person import Person
from adapters.sandbox.state.apps import App, Installation
from adapters.sandbox.state.workspace import Workspace
from tests.sandbox.team import BOT_SCOPES
from tests.servers.watchdog import wait_until

SOON = 30.0
"""Seconds; the time that anything which happens at once is given on a busy machine."""
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_created",
    "channel_rename",
    "file_shared",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "pin_added",
    "reaction_added",
    "reaction_removed",
    "subteam_created",
    "subteam_members_changed",
    "subteam_updated",
    "team_join",
    "tokens_revoked",
    "user_change",
)


def manifest(
    url: str | None = None,
    *,
    events: tuple[str, ...] = EVENTS,
    scopes: tuple[str, ...] = (*BOT_SCOPES, "commands"),
) -> dict[str, Any]:
    """The manifest of the app; with `url` everything is sent there, else over Socket Mode."""
    command: dict[str, Any] = {"command": "/incident", "description": "Incidents", "should_escape": True}
    interactivity: dict[str, Any] = {"is_enabled": True}
    subscriptions: dict[str, Any] = {"bot_events": list(events)}
    if url is not None:
        command["url"] = interactivity["request_url"] = interactivity["message_menu_options_url"] = url
        subscriptions["request_url"] = url
    return {
        "display_information": {"name": "Probe"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "probe"},
            "slash_commands": [command],
            "shortcuts": [
                {"name": "Start", "type": "global", "callback_id": "start", "description": "Start one"},
                {"name": "Collect", "type": "message", "callback_id": "collect", "description": "Keep it"},
            ],
        },
        "oauth_config": {"scopes": {"bot": list(scopes)}},
        "settings": {
            "socket_mode_enabled": url is None,
            "interactivity": interactivity,
            "event_subscriptions": subscriptions,
        },
    }


@dataclass
class Bot:
    """The app, its workspace, and people in it: Ann is in #general, and so is the app's bot."""

    sandbox: Sandbox
    workspace: Workspace
    app: App
    installed: Installation
    app_token: str

    @property
    def client(self) -> WebClient:
        """A client with the bot token."""
        return WebClient(self.installed.bot_token, base_url=self.sandbox.api_url, retry_handlers=[])

    def person(self, name: str = "owner") -> Person:
        """Somebody in the workspace."""
        return Person(self.sandbox.desk, self.workspace, name)

    @property
    def general(self) -> str:
        """The id of #general."""
        return self.workspace.general

    def bolt(self, **given: Any) -> Bolt:
        """An App of slack_bolt's that speaks for this app; it registers its own listeners."""
        return Bolt(client=self.client, signing_secret=self.app.signing_secret, **given)

    @contextlib.contextmanager
    def connected(self, bolt: Bolt) -> Iterator[SocketModeHandler]:
        """Bolt listens over Socket Mode inside the block."""
        web = WebClient(self.app_token, base_url=self.sandbox.api_url)
        handler = SocketModeHandler(bolt, self.app_token, web_client=web)
        handler.connect()  # type: ignore[no-untyped-call]
        self.until(lambda: bool(self.sandbox.desk.post.sockets.of(self.app.id)))
        try:
            yield handler
        finally:
            self.close(handler)

    def close(self, handler: SocketModeHandler) -> None:
        """End a handler. Its reader holds on to a silent socket for three seconds, so the sandbox cuts it."""
        closing = threading.Thread(target=handler.close)
        closing.start()
        while closing.is_alive():
            self.sandbox.desk.post.sockets.drop(self.app.id)
            closing.join(0.01)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what happens at once."""
        assert wait_until(condition, SOON)


def new_bot(sandbox: Sandbox, url: str | None = None, **given: Any) -> Bot:
    """A fresh workspace with the app in #general, without rate limits."""
    workspace = found(sandbox.world)
    workspace.conditions.limited = False
    app = create_app(sandbox.world, manifest(url, **given))
    installed = install(sandbox.world, workspace, app)
    bot = Bot(sandbox, workspace, app, installed, app_token(sandbox.world, app))
    bot.client.conversations_join(channel=workspace.general)
    return bot
