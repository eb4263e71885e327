"""A bare socket of an app: frames as they come, acknowledgements when the test says so."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from tests.sandbox.bots import SOON, Bot


class Line:
    """One connection that was greeted."""

    def __init__(self, socket: Connection) -> None:
        self.socket = socket
        self.first: dict[str, Any] = self.next()

    def next(self, seconds: float = SOON) -> dict[str, Any]:
        """The next frame. Raises TimeoutError."""
        frame: dict[str, Any] = json.loads(self.socket.recv(seconds))
        return frame

    def ack(self, envelope: dict[str, Any], payload: Any = None) -> None:
        """Acknowledge an envelope."""
        answer = {"envelope_id": envelope["envelope_id"]}
        self.socket.send(json.dumps(answer if payload is None else {**answer, "payload": payload}))

    def ended(self) -> bool:
        """Read on until the other side ends the connection; whether it did so properly."""
        with contextlib.suppress(TimeoutError):
            try:
                while True:
                    self.socket.recv(SOON)
            except ConnectionClosed as end:
                return end.rcvd is not None
        raise AssertionError("The connection was not ended.")


def address(bot: Bot) -> str:
    """An address for one socket."""
    client = WebClient(bot.app_token, base_url=bot.sandbox.api_url)
    return str(client.apps_connections_open(app_token=bot.app_token)["url"])


@contextlib.contextmanager
def line(bot: Bot, more: str = "") -> Iterator[Line]:
    """A connection inside the block."""
    with connect(address(bot) + more) as socket:
        yield Line(socket)
    bot.until(lambda: not bot.sandbox.desk.post.sockets.of(bot.app.id))


@contextlib.contextmanager
def lines(bot: Bot, number: int) -> Iterator[list[Line]]:
    """So many connections inside the block."""
    with contextlib.ExitStack() as stack:
        yield [Line(stack.enter_context(connect(address(bot)))) for _ in range(number)]
    bot.until(lambda: not bot.sandbox.desk.post.sockets.of(bot.app.id))
