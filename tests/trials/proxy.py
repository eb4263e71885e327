"""A TCP proxy in front of PostgreSQL that understands its messages, and cuts the line at one of them."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from enum import Enum, auto
from threading import Lock, Thread
from typing import Self
from urllib.parse import urlsplit

PATIENCE = 30.0  # seconds that a line may be silent
_SSL_REQUEST, _GSS_REQUEST = 80877103, 80877104
_GIVEN, _OVER = 0, 12  # kinds of authentication message that ask for nothing more


class Cut(Enum):
    """When the line is cut: before the server sees the message, or after it has answered it, unheard."""

    BEFORE = auto()
    AFTER = auto()


class _Gone(Exception):
    """One of both sides closed the line."""


class Proxy:
    """Forwards one message at a time, and its answer; `arm` says where the next line is cut, once.

    `seen` holds the client's statements since then, connection messages left out.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = (parts.hostname or "localhost", parts.port or 5432)
        self._listener = socket.create_server(("127.0.0.1", 0))
        login = parts.netloc.rpartition("@")[0]
        self.url = parts._replace(netloc=f"{login}@127.0.0.1:{self._listener.getsockname()[1]}").geturl()
        self.seen: list[str] = []
        self.cut = False
        self._at: int | str | None = None
        self._how = Cut.BEFORE
        self._lock = Lock()
        self._lines: list[Thread] = []
        self._serving = Thread(target=self._serve)
        self._serving.start()

    def arm(self, at: int | str | None, how: Cut = Cut.BEFORE) -> None:
        """Cut at a statement, counted from 1 over all lines; at the COMMIT behind these words; or nowhere."""
        with self._lock:
            self.seen, self.cut = [], False
            self._at, self._how = at, how

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in (self._serving, *self._lines):
            thread.join(2 * PATIENCE)
            assert not thread.is_alive()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            line = Thread(target=self._line, args=(client,))
            self._lines.append(line)
            line.start()

    def _line(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._server, PATIENCE) as server, suppress(_Gone, OSError):
            client.settimeout(PATIENCE)
            for end in (client, server):  # else each answer waits 40 ms for company
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.sendall(_first_message(client))
            _answer(server, client)
            while True:
                message = _message(client)
                how = self._noted(message)
                if how is Cut.BEFORE:
                    return
                server.sendall(message)
                if message[:1] == b"X":
                    return
                _answer(server, None if how is Cut.AFTER else client)
                if how is Cut.AFTER:
                    return

    def _noted(self, message: bytes) -> Cut | None:
        """Whether the line is cut at this message, and how."""
        if message[:1] != b"Q":
            return None
        with self._lock:
            before = self.seen[-1] if self.seen else ""
            self.seen.append(message[5:-1].decode(errors="replace"))
            at = self._at
            wanted = (
                len(self.seen) == at
                if isinstance(at, int)
                else bool(at) and _commits(self.seen[-1], before, at)
            )
            if wanted:
                self.cut, self._at = True, None
            return self._how if wanted else None


def _commits(statement: str, before: str, words: str | None) -> bool:
    return statement == "COMMIT" and before.startswith(words or "")


def _first_message(client: socket.socket) -> bytes:
    """The startup message, which alone has no kind; requests to encrypt the line are declined."""
    while True:
        length = _exactly(client, 4)
        rest = _exactly(client, struct.unpack("!I", length)[0] - 4)
        if struct.unpack("!I", rest[:4])[0] not in (_SSL_REQUEST, _GSS_REQUEST):
            return length + rest
        client.sendall(b"N")


def _answer(server: socket.socket, client: socket.socket | None) -> None:
    """Forward what the server says until it is the client's turn; None: nobody hears it."""
    while True:
        message = _message(server)
        if client is not None:
            client.sendall(message)
        if message[:1] == b"Z":
            return
        if message[:1] == b"R" and struct.unpack("!I", message[5:9])[0] not in (_GIVEN, _OVER):
            return


def _message(line: socket.socket) -> bytes:
    head = _exactly(line, 5)
    return head + _exactly(line, struct.unpack("!I", head[1:])[0] - 4)


def _exactly(line: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        chunk = line.recv(size - len(found))
        if not chunk:
            raise _Gone
        found += chunk
    return found
