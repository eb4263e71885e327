"""A small receiver of webhooks on a real socket, which keeps what it is told and can be told to fail.

Whoever knows its `url` can send to it, from any process. What comes with a key it has is not kept again.
"""

from __future__ import annotations

import json
import ssl
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from time import monotonic, time
from typing import Any, NamedTuple

LONG = 10.0
"""Seconds after which nobody should be waiting any more."""


class How(StrEnum):
    """How a request ends. Only what is answered with 2xx is kept, and what is dropped afterwards."""

    ANSWER = "answered"
    DROP_BEFORE = "the connection is dropped before it is looked at"
    DROP_AFTER = "the connection is dropped after it was kept"
    HANG = "it is kept, and no answer comes"
    SLOW = "it is kept, and answered once it is over"
    DRIP = "it is kept, and the answer comes byte by byte, and has no end"
    GARBAGE = "it is kept, and the answer is no HTTP"


class Fate(NamedTuple):
    """What becomes of one request."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    how: How = How.ANSWER

    @property
    def keeps(self) -> bool:
        """Whether what came is there afterwards."""
        return self.how is not How.DROP_BEFORE and 200 <= self.status < 300


FINE = Fate()


class Received(NamedTuple):
    """One request as it came, at a time in Unix seconds."""

    at: float
    key: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class StandIn:
    """Every request in `received`; what was kept in `kept`, once for each key, in order."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    kept: dict[str, Received] = field(default_factory=dict)
    over: Event = field(default_factory=Event)
    _fates: deque[Fate] = field(default_factory=deque)
    _lock: Lock = field(default_factory=Lock)

    def tell(self, *fates: Fate) -> None:
        """What becomes of the next requests; those after them are fine."""
        with self._lock:
            self._fates.extend(fates)

    def take(self, request: Received) -> Fate:
        """Keep it or not, and say what becomes of it."""
        with self._lock:
            fate = self._fates.popleft() if self._fates else FINE
            self.received.append(request)
            if fate.keeps:
                self.kept.setdefault(request.key, request)
            return fate

    @property
    def versions(self) -> list[int]:
        """Of the events that were kept, in order."""
        return [request.document["event"]["version"] for request in self.kept.values()]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers.get("Idempotency-Key", "")
        request = Received(time(), key, self.path, dict(self.headers), body)
        fate = self.server.stand_in.take(request)
        self.close_connection = True
        match fate.how:
            case How.ANSWER:
                self._answer(fate)
            case How.HANG:
                self.server.stand_in.over.wait(LONG)
            case How.SLOW:
                self.server.stand_in.over.wait(LONG)
                self._answer(fate)
            case How.DRIP:
                self._drip()
            case How.GARBAGE:
                self.wfile.write(b"220 mail.example.org ESMTP\r\n")

    def _answer(self, fate: Fate) -> None:
        self.send_response(fate.status)
        for name, value in fate.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def _drip(self) -> None:
        """One byte every 20 milliseconds, until the other side hangs up; it has LONG to do so."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Endless: ")
        end = monotonic() + LONG
        try:
            while monotonic() < end and not self.server.stand_in.over.wait(0.02):
                self.wfile.write(b".")
        except ConnectionError:
            return

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests look at what was received."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing it waits for all of them

    def __init__(self, stand_in: StandIn) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.stand_in = stand_in


@contextmanager
def standing_in(tls: ssl.SSLContext | None = None) -> Iterator[StandIn]:
    """A stand-in that listens on a free port of 127.0.0.1 until the end of the block."""
    stand_in = StandIn()
    with _Server(stand_in) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        stand_in.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_port}/hook?team=a"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield stand_in
        finally:
            stand_in.over.set()
            server.shutdown()
            thread.join()
