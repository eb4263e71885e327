"""Listening over Socket Mode: what comes in is given to Bolt, and once it is acknowledged, work begins."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Thread
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.internals import send_response
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.bot.app import request
from adapters.slack.turns import Turns
from incident_core.errors import Unavailable

PING = 3.0
"""Seconds between two looks at whether the other end is there; after five in vain the line is opened anew."""
CONNECTIONS = 10
"""Of one app, all bots together, as Slack allows."""
AT_ONCE = 10
"""Deliveries that are answered at the same time."""

_PATIENCE, _LOOK = 10, 0.05
_LOG = logging.getLogger("incident.slack")
_SDK = logging.getLogger("incident.slack.socket")
_SDK.setLevel(logging.INFO)  # below that it writes whole payloads, with what people typed


class Sockets:
    """One connection to Slack; `turns` hears of every delivery.

    `told` hears how many connections of all bots together Slack counts, whenever it greets this one.
    """

    def __init__(
        self,
        app: App,
        token: str,
        api_url: str,
        turns: Turns,
        *,
        told: Callable[[int], object] = lambda _: None,
    ) -> None:
        client = WebClient(token, base_url=api_url, timeout=_PATIENCE, retry_handlers=[])
        self._handler = _Handler(
            app, token, web_client=client, concurrency=AT_ONCE, logger=_SDK, ping_interval=PING
        )
        self._handler.turns = turns
        self._handler.client.message_listeners.append(self._heard)
        self._told = told
        self.connections = 0

    def start(self) -> None:
        """Connect; raises Unavailable."""
        try:
            self._handler.connect()  # type: ignore[no-untyped-call]
        except SlackApiError as error:
            why = error.response.get("error", "an answer that is not understood")
            raise Unavailable(f"Slack does not let this app connect: {why} (SLACK_APP_TOKEN).") from error
        except (SlackClientError, OSError) as error:
            raise Unavailable("Slack cannot be reached; nothing was connected.") from error

    def stop(self) -> None:
        """Hang up: nothing more comes in."""
        closing = Thread(target=self._handler.close, name="hanging up", daemon=True)
        closing.start()
        while closing.is_alive():
            # A session that begins at this very moment takes back what `close` has told it, and never ends.
            self._handler.client.current_session_state.terminated = True
            closing.join(_LOOK)

    @property
    def where(self) -> str:
        """For people."""
        return "over Socket Mode"

    def fault(self) -> str | None:
        """Why nothing comes in; None where it can."""
        return None if self._handler.client.is_connected() else "It is not connected to Slack."

    def _heard(self, _: BaseSocketModeClient, message: dict[str, Any], __: str | None = None) -> None:
        if message.get("type") != "hello":
            return
        self.connections = int(message.get("num_connections", 0))
        self._told(self.connections)
        if self.connections > 1:
            crowded = self.connections >= CONNECTIONS
            _LOG.log(
                logging.WARNING if crowded else logging.INFO,
                "Slack counts %s connections of this app (it allows %s): more than bots that run are ghosts, "
                "and what is sent to them is lost.",
                self.connections,
                CONNECTIONS,
            )


class _Handler(SocketModeHandler):
    """Bolt's own, which tells when something came, and when its answer has been sent."""

    turns: Turns

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        self.turns.begin()
        try:
            send_response(client, req, self.app.dispatch(request(req.payload)), time.time())
        finally:
            self.turns.end()
