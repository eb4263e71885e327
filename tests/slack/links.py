"""A Slack of one socket: it gives an address, and each line that comes is played by the test itself."""

from __future__ import annotations

import json
import queue
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from threading import Event, Thread
from time import monotonic
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

SOON = 30.0
"""Seconds that anything is given which happens at once."""
HELLO = {"type": "hello", "num_connections": 1}


class End:
    """Slack's end of one line; `got` is what the bot sent, and None once it has ended, with `code`."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.code: int | None = None
        self._got: queue.Queue[Any] = queue.Queue()

    def say(self, message: dict[str, Any]) -> None:
        self.socket.send(json.dumps(message))

    def greet(self) -> None:
        self.say(HELLO)

    def ask(self, number: int, text: str = "") -> None:
        self.say(asked(number, text))

    def raw(self, data: bytes) -> None:
        """Bytes as they are: a piece of a frame, or several."""
        with self.socket.protocol_mutex:
            self.socket.socket.sendall(data)

    def cut(self) -> None:
        """The connection ends, without a word of WebSocket or TLS."""
        self.socket.socket.shutdown(SHUT_RDWR)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Meanwhile nothing is read or answered, and nothing ends."""
        with self.socket.protocol_mutex:
            yield

    def next(self) -> Any:
        """What the bot sends next; None: nothing more."""
        return self._got.get(timeout=SOON)

    def rest(self) -> list[Any]:
        """All that it sends, to the end of the line."""
        return list(iter(self.next, None))

    def serve(self) -> None:
        with suppress(ConnectionClosed):
            for text in self.socket:
                self._got.put(json.loads(text))
        self.code = self.socket.protocol.close_rcvd.code if self.socket.protocol.close_rcvd else None
        self._got.put(None)


class Link:
    """Where a line is, is asked at `api_url`: `asked` says when (seconds). The answer waits for `held`.

    While `refusing` is a number, it is the status of the answer; `wait` is its Retry-After.
    """

    def __init__(self) -> None:
        self.api_url = self.address = ""
        self.refusing: int | None = None
        self.wait = ""
        self.held = Event()
        self.held.set()
        self.asked: list[float] = []
        self._ends: queue.Queue[End] = queue.Queue()

    def next(self) -> End:
        """The next line, which was not greeted yet."""
        return self._ends.get(timeout=SOON)

    def none(self) -> bool:
        """Whether no other line has come."""
        return self._ends.empty()

    def serve(self, socket: ServerConnection) -> None:
        end = End(socket)
        self._ends.put(end)
        end.serve()


def asked(number: int, text: str = "") -> dict[str, Any]:
    """An envelope with somebody's command."""
    payload = {"command": "/incident", "text": text, "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
    return {"type": "slash_commands", "envelope_id": str(number), "payload": payload}


@contextmanager
def linked(tls: ssl.SSLContext | None = None) -> Iterator[Link]:
    """It listens inside the block."""
    link = Link()
    with serve(link.serve, "127.0.0.1", 0, ssl=tls, max_size=None, ping_interval=None) as sockets:
        port = sockets.socket.getsockname()[1]
        link.address = f"wss://localhost:{port}/" if tls else f"ws://127.0.0.1:{port}/"
        with _running(sockets), ThreadingHTTPServer(("127.0.0.1", 0), _api(link)) as api, _running(api, 0.01):
            link.api_url = f"http://127.0.0.1:{api.server_port}/api/"
            yield link
            link.held.set()


@contextmanager
def _running(server: Server | ThreadingHTTPServer, *patience: float) -> Iterator[None]:
    thread = Thread(target=server.serve_forever, args=patience)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(SOON)


def _api(link: Link) -> type[BaseHTTPRequestHandler]:
    class Api(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            link.asked.append(monotonic())
            link.held.wait(SOON)
            body = json.dumps({"ok": link.refusing is None, "url": link.address, "error": "ratelimited"})
            with suppress(OSError):
                self.send_response(link.refusing or 200)
                self.send_header("Content-Type", "application/json")
                if link.wait:
                    self.send_header("Retry-After", link.wait)
                self.end_headers()
                self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads it."""

    return Api
