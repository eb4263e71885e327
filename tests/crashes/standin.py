"""A stand-in for the outside on a real socket: it holds each request until it is told what becomes of it.

It keeps its state while workers die: the things of the diorama, as the simulation keeps them, and webhooks.
"""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from http.client import parse_headers
from typing import Any
from uuid import UUID

from incident_core.ports.mirror import Call
from incident_core.testing.simulation.outside import Outside
from tests.crashes.mirror import CHECK, HOOK, PERFORM, called
from tests.crashes.nursery import PATIENCE

LATE = timedelta(seconds=3)
"""After so long what a dead worker asked for may still happen."""


@dataclass(slots=True)
class Hooks:
    """The receiver of the webhook: every body by its key, and what it kept, in order."""

    received: list[str] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)

    def take(self, key: str, body: bytes) -> None:
        """Keep it, unless it is a repeat; a repeat has to say the same."""
        self.received.append(key)
        if self.kept.setdefault(key, body) != body:
            self.changed.append(key)

    @property
    def documents(self) -> dict[str, Any]:
        """What was kept, by its key, in order."""
        return {key: json.loads(body) for key, body in self.kept.items()}

    def about(self, incident_id: UUID) -> list[Any]:
        """The documents about this incident, in order."""
        return [each for key, each in self.documents.items() if key.startswith(f"{incident_id}:")]


@dataclass(slots=True)
class Request:
    """One request, held: it is done when it is told to happen, and over when it is answered."""

    line: socket.socket
    path: str
    key: str
    body: bytes
    answer: bytes = b"{}"

    @property
    def name(self) -> str:
        """What it is about."""
        return "webhook" if self.path == HOOK else f"{self.path} {self.call.slot}"

    @property
    def lasting(self) -> bool:
        """Whether something may be there twice if it is made twice."""
        return self.path == PERFORM

    @property
    def call(self) -> Call:
        """What the diorama is asked for."""
        return called(json.loads(self.body))

    def happen(self, outside: Outside, hooks: Hooks) -> None:
        """Do it."""
        if self.path == HOOK:
            hooks.take(self.key, self.body)
        else:
            do = outside.check if self.path == CHECK else outside.perform
            self.answer = json.dumps(asdict(do(self.call))).encode()

    def happen_late(self, outside: Outside, hooks: Hooks) -> None:
        """It is still on its way; what the webhook's receiver hears it hears at once."""
        if self.path == HOOK:
            hooks.take(self.key, self.body)
        elif self.lasting:
            outside.late.append((outside.now() + LATE, self.call))

    def reply(self) -> None:
        """Say what came of it, if anybody is still there."""
        head = f"HTTP/1.0 200 OK\r\nContent-Length: {len(self.answer)}\r\n\r\n"
        with self.line, suppress(ConnectionError):
            self.line.sendall(head.encode() + self.answer)

    def drop(self) -> None:
        """Whoever asked is gone."""
        self.line.close()


class Door:
    """Where requests come in; `with` closes it."""

    def __init__(self) -> None:
        self.line = socket.create_server(("127.0.0.1", 0))
        host, port = self.line.getsockname()
        self.url = f"http://{host}:{port}"

    def __enter__(self) -> Door:
        return self

    def __exit__(self, *_: Any) -> None:
        self.line.close()

    def take(self) -> Request:
        """The request that has come, read to its end."""
        line, _ = self.line.accept()
        line.settimeout(PATIENCE)
        with line.makefile("rb") as text:
            path = text.readline().split()[1].decode()
            headers = parse_headers(text)
            body = text.read(int(headers["Content-Length"]))
        return Request(line, path, headers["Idempotency-Key"] or "", body)
