"""Listening over Socket Mode: what comes in is given to Bolt, and once it is acknowledged, work begins."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Thread
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import send_response
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError, SlackClientNotConnectedError
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.bot.app import request
from adapters.slack.probe import Probe
from adapters.slack.socket_keeper import Keeper, in_words
from adapters.slack.turns import Turns
from incident_core.errors import Unavailable

PING = 3.0
"""Seconds between two looks at whether the other end is there; after five in vain the line is opened anew."""
CONNECTIONS = 10
"""Of one app, all bots together, as Slack allows."""
AT_ONCE = 10
"""Deliveries that are answered at the same time."""
LAST = 3.0
"""Seconds for the answers to what has come in, at the end: by then Slack has told that there is none."""

_PATIENCE = 10
_LOG = logging.getLogger("incident.slack")
_LINE = logging.getLogger("incident.slack.socket")
_LINE.setLevel(logging.INFO)  # below that it writes whole payloads, with what people typed


class Sockets:
    """One connection to Slack; `turns` hears of every delivery.

    `told` hears how many connections of all bots together Slack counts, whenever it greets this one.
    `turned` hears of each turn of what keeps the line (socket), and of those who answer (deliveries).
    `ping`: seconds, as PING.
    """

    def __init__(
        self,
        app: App,
        token: str,
        api_url: str,
        turns: Turns,
        *,
        told: Callable[[int], object] = lambda _: None,
        turned: Callable[[str], object] = lambda _: None,
        ping: float = PING,
    ) -> None:
        client = WebClient(token, base_url=api_url, timeout=_PATIENCE, retry_handlers=[])
        self._app, self._turns, self._told, self._turned = app, turns, told, turned
        self._keeper = Keeper(client, token, self._took, ping=ping, turned=self._turn, logger=_LINE)
        self._answering = ThreadPoolExecutor(AT_ONCE, "slack delivery")
        self._probe = Probe(lambda: turned("deliveries"))
        self.connections = 0

    def start(self) -> None:
        """Connect; raises Unavailable."""
        try:
            self._keeper.connect()
        except SlackApiError as error:
            raise Unavailable(in_words(error)) from error
        except (SlackClientError, OSError) as error:
            raise Unavailable("Slack cannot be reached; nothing was connected.") from error
        self._turned("deliveries")

    def stop(self) -> None:
        """Take nothing more, answer what has come in, and hang up."""
        answered = Thread(target=self._answering.shutdown, name="slack last answers", daemon=True)
        answered.start()
        answered.join(LAST)
        self._keeper.close()  # and who still waits for Slack to take an answer waits no longer
        answered.join()

    @property
    def where(self) -> str:
        """For people."""
        return "over Socket Mode"

    def fault(self) -> str | None:
        """Why nothing comes in; None where it can."""
        return None if self._keeper.is_connected() else "It is not connected to Slack."

    def _turn(self) -> None:
        """Each turn of what keeps the line, and a question to those who answer."""
        self._turned("socket")
        if self._probe.due():
            self._give(self._probe.service)

    def _took(self, message: dict[str, Any]) -> None:
        self._give(lambda: self._heard(message))

    def _give(self, task: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # it stops: Slack sends an event again, to another bot
            self._answering.submit(task)

    def _heard(self, message: dict[str, Any]) -> None:
        try:
            if message.get("type") == "hello":
                self._greeted(int(message.get("num_connections", 0)))
            elif asked := SocketModeRequest.from_dict(message):
                self._answer(asked)
        except SlackClientNotConnectedError:
            _LOG.warning(
                "An answer could not be sent, since Slack was away; it was told that there was none."
            )
        except Exception:  # noqa: BLE001 - the edge of a thread: the next delivery may do better
            _LOG.exception("A delivery of Slack was not answered.")

    def _answer(self, asked: SocketModeRequest) -> None:
        self._turns.begin()
        try:
            answer = self._app.dispatch(request(asked.payload))
            send_response(self._keeper, asked, answer, time.time())
        finally:
            self._turns.end()

    def _greeted(self, connections: int) -> None:
        self.connections = connections
        self._told(connections)
        if connections > 1:
            crowded = connections >= CONNECTIONS
            _LOG.log(
                logging.WARNING if crowded else logging.INFO,
                "Slack counts %s connections of this app (it allows %s): more than bots that run are ghosts, "
                "and what is sent to them is lost.",
                connections,
                CONNECTIONS,
            )
