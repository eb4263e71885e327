"""A small server for operators: /live, /ready and /metrics, on threads of its own, and nothing else."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Thread
from typing import Any, NamedTuple

from incident_core.errors import Unavailable

AT_ONCE = 16
"""Connections; one more is hung up on."""

_PATIENCE = 5.0
"""Seconds for a request to come in."""


class Page(NamedTuple):
    """What is answered: a status, the kind of the content, and the content."""

    status: int
    kind: str
    content: bytes


Pages = Mapping[str, Callable[[], Page]]


def verdict(reasons: Sequence[str], **more: object) -> Page:
    """200, or 503 with these reasons; `more` is told beside them."""
    status = "unavailable" if reasons else "ok"
    content = json.dumps({"status": status, "reasons": list(reasons), **more}) + "\n"
    return Page(503 if reasons else 200, "application/json", content.encode())


class Server:
    """`pages` by path, at `host` and `port` once it is begun."""

    def __init__(self, host: str, port: int, pages: Pages) -> None:
        self._host, self._port, self._pages = host, port, pages
        self._server: _Listening | None = None

    def start(self) -> None:
        """Listen; raises Unavailable where the port cannot be had."""
        handler = type("Answering", (_Answering,), {"pages": self._pages})
        try:
            self._server = _listening(self._host, self._port, handler)
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or "no such address"
            where = f"{self._host}:{self._port}"
            raise Unavailable(f"OPS_ADDRESS cannot be used: {where} ({why}).") from error
        Thread(target=self._server.serve_forever, name="ops", daemon=True).start()

    def stop(self) -> None:
        """Answer no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, *args: Any) -> None:
        self._room = BoundedSemaphore(AT_ONCE)
        super().__init__(*args)

    def server_bind(self) -> None:
        """Without the look-up of a name, which can take long."""
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = "incident", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked has hung up."""


class _OnSix(_Listening):
    address_family = socket.AF_INET6


def _listening(host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> _Listening:
    kind = _OnSix if ":" in host else _Listening
    return kind((host, port), handler)


class _Answering(BaseHTTPRequestHandler):
    pages: Pages
    timeout = _PATIENCE
    server_version, sys_version = "incident", ""

    def do_GET(self) -> None:
        """One page."""
        self._send(content=True)

    def do_HEAD(self) -> None:
        """Its status."""
        self._send(content=False)

    def _send(self, *, content: bool) -> None:
        found = self.pages.get(self.path.partition("?")[0])
        page = Page(404, "text/plain", b"Not found.\n") if found is None else found()
        self.send_response(page.status)
        self.send_header("Content-Type", page.kind)
        self.send_header("Content-Length", str(len(page.content)))
        self.end_headers()
        if content:
            self.wfile.write(page.content)

    def log_message(self, format: str, *args: Any) -> None:
        """A probe comes every few seconds, and is nothing to write about."""
