"""Listening over HTTP: signed requests go to Bolt; a machine may ask whether the bot lives and is ready."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from threading import Thread
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from waitress import wasyncore
from waitress.server import create_server

from adapters.slack.probe import Probe
from adapters.slack.turns import Turns
from incident_core.errors import Unavailable

PATH = "/slack/events"
"""Where Slack sends everything: commands, interactions and events."""

LARGEST = 1_048_576
"""Bytes of a request; Slack's own are far smaller."""

AT_ONCE = 10
_PATIENCE, _TURN = 5.0, 1.0
_LOG = logging.getLogger("incident.slack")

Start = Callable[..., Any]


class Http:
    """A server at `host` and `port`; `turns` hears of every request.

    `ready` says what stands in the way of answering, None if nothing does. TLS is for the proxy before it.
    Once begun, its `port` is a real one, also where any free one (0) was asked for. `turned` hears of each
    turn of what listens (http), and of those who answer (deliveries).
    """

    def __init__(
        self,
        app: App,
        host: str,
        port: int,
        turns: Turns,
        ready: Callable[[], str | None],
        *,
        turned: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._bolt = SlackRequestHandler(app, path=PATH)
        self._host, self._port, self.port = host, port, port
        self._turns, self._ready, self._turned = turns, ready, turned
        self._probe = Probe(lambda: turned("deliveries"))
        self._files: dict[int, Any] = {}
        self._server: Any = None
        self._thread: Thread | None = None

    def start(self) -> None:
        """Listen; raises Unavailable where the port cannot be had."""
        try:
            listening = socket.create_server((self._host, self._port))
        except OSError as error:
            where = f"{self._host}:{self._port}"
            raise Unavailable(f"The bot cannot listen at {where} ({error.strerror}).") from error
        self.port = listening.getsockname()[1]
        self._server = create_server(
            self._answer,
            map=self._files,
            sockets=[listening],
            threads=AT_ONCE,
            max_request_body_size=LARGEST,
            ident="incident",
        )
        self._turned("deliveries")
        self._thread = Thread(target=self._listen, name="http", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        """The server's own loop, which tells of each turn; it ends with the last of its files."""
        while self._files:
            self._turned("http")
            if self._probe.due():
                self._server.task_dispatcher.add_task(self._probe)
            wasyncore.loop(timeout=_TURN, map=self._files, count=1)

    @property
    def where(self) -> str:
        """For people."""
        return f"at {self._host}:{self.port}"

    def fault(self) -> str | None:
        """Why nothing comes in; None where it can."""
        listens = self._thread is not None and self._thread.is_alive()
        return None if listens else f"It does not listen {self.where}."

    def stop(self) -> None:
        """Answer what has come in, and nothing more."""
        if self._server is None or self._thread is None:
            return
        # In the server's own thread, which is waiting for these very files.
        with suppress(OSError):  # an answer that was sent just now may have woken it: its files are gone then
            self._server.trigger.pull_trigger(self._server.close)
        self._thread.join(_PATIENCE)
        self._server.task_dispatcher.shutdown()

    def _answer(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if environ.get("REQUEST_METHOD") == "GET" and path in ("/healthz", "/readyz"):
            return self._health(path, start)
        with ExitStack() as turn:
            self._turns.begin()
            turn.callback(self._turns.end)
            answer = self._bolt(environ, start)
            return _Then(answer, turn.pop_all().close)  # it ends once the answer was sent

    def _health(self, path: str, start: Start) -> Iterable[bytes]:
        """`/healthz`: the process answers. `/readyz`: so does what it needs."""
        fault = None if path == "/healthz" else self._ready()
        start("200 OK" if fault is None else "503 Service Unavailable", [("Content-Type", "text/plain")])
        return [(fault or "ok").encode()]


class _Then:
    """What a request is answered, and what is done once that was sent."""

    def __init__(self, answer: Iterable[bytes], after: Callable[[], None]) -> None:
        self._answer, self._after = answer, after

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        """Called by the server at the end, whatever came before."""
        self._after()
