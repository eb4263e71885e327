"""An app's HTTP endpoint that answers as a test tells it to, and keeps what it was sent."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.sandbox.bots import SOON


@dataclass(frozen=True)
class Got:
    """One request."""

    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """An event."""
        read: dict[str, Any] = json.loads(self.body)
        return read

    @property
    def form(self) -> dict[str, str]:
        """A slash command."""
        fields = parse_qs(self.body.decode(), keep_blank_values=True)
        return {name: values[0] for name, values in fields.items()}

    @property
    def payload(self) -> dict[str, Any]:
        """An interaction."""
        read: dict[str, Any] = json.loads(self.form["payload"])
        return read


@dataclass
class Answer:
    """What is answered: `silent` is nothing at all until the endpoint ends."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    silent: bool = False


class Endpoint:
    """Verifies itself, then answers each request with the next of `answers`, or with 200."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.verifies = True
        self.challenges = 0
        self.answers: queue.Queue[Answer] = queue.Queue()
        self.got: queue.Queue[Got] = queue.Queue()
        self.ending = threading.Event()

    def next(self) -> Got:
        """The next request that is no challenge."""
        return self.got.get(timeout=SOON)

    def answer(self, got: Got) -> Answer:
        """What to answer."""
        if got.body.startswith(b"{") and got.json.get("type") == "url_verification":
            self.challenges += 1
            return Answer(body=got.json["challenge"] if self.verifies else "who?")
        self.got.put(got)
        with contextlib.suppress(queue.Empty):
            return self.answers.get_nowait()
        return Answer()


@contextlib.contextmanager
def endpoint() -> Iterator[Endpoint]:
    """An endpoint inside the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = made.answer(Got(dict(self.headers), body))
            if answer.silent:
                made.ending.wait(SOON)
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body.encode())))
            self.end_headers()
            self.wfile.write(answer.body.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Endpoint(f"http://127.0.0.1:{server.server_port}/slack")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield made
    finally:
        made.ending.set()
        server.shutdown()
        thread.join()
        server.server_close()
