"""A forward proxy as companies have one: it passes requests on, opens tunnels, and notes where to."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_WR, create_connection, socket
from threading import Thread
from urllib.parse import urlsplit

SOON = 60.0
"""Seconds that what it passes on may take."""
NAME = "bot:its-password"
_KNOWN = f"Basic {b64encode(NAME.encode()).decode()}"
_OWN = ("proxy-connection", "proxy-authorization", "connection", "host", "transfer-encoding")


class Forward(ThreadingHTTPServer):
    """`passed` has the method, place and path of all that came. It wants its name and password; while
    `refusing`, not even those will do."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.passed: list[tuple[str, str, str]] = []
        self.refusing = False

    @property
    def url(self) -> str:
        """What HTTPS_PROXY says."""
        return f"http://{NAME}@127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Forward

    def do_CONNECT(self) -> None:
        host, _, port = self.path.partition(":")
        if self._let(self.path, ""):
            with create_connection((host, int(port)), SOON) as there:
                there.settimeout(None)
                self.send_response(200)
                self.end_headers()
                back = Thread(target=_pump, args=(there, self.connection), daemon=True)
                back.start()
                _pump(self.connection, there)
                back.join(SOON)
        self.close_connection = True

    def do_POST(self) -> None:
        there = urlsplit(self.path)
        if not self._let(there.netloc, there.path):
            return
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
        line = HTTPConnection(there.netloc, timeout=SOON)
        try:
            line.request(self.command, f"{there.path}?{there.query}".rstrip("?"), body, headers)
            answer = line.getresponse()
            said = answer.read()
        finally:
            line.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in (*_OWN, "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def _let(self, place: str, path: str) -> bool:
        self.server.passed.append((self.command, place, path))
        known = not self.server.refusing and self.headers.get("proxy-authorization") == _KNOWN
        if not known:
            self.send_error(407)
        return known

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test reads `passed`."""


def _pump(source: socket, target: socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(SHUT_WR)


@contextmanager
def forward() -> Iterator[Forward]:
    """It listens inside the block."""
    with Forward() as server:
        serving = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        serving.start()
        try:
            yield server
        finally:
            server.shutdown()
            serving.join(SOON)
