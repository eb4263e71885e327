"""A line to PostgreSQL that breaks at a chosen moment, without anybody's fault."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from threading import Event, Thread
from urllib.parse import urlsplit


class Break(Enum):
    """When both ends lose each other."""

    BEFORE_IT_ARRIVES = auto()
    AFTER_IT_WAS_DONE = auto()
    WITHOUT_A_WORD = auto()  # to the server, which waits for a program that is not there any more


@dataclass
class Line:
    """Forwards everything until the program has said `words`, in this order; `broken` once it is cut."""

    server: tuple[str, int]
    words: tuple[bytes, ...]
    when: Break
    broken: Event = field(default_factory=Event)
    armed: Event = field(default_factory=Event)
    listener: socket.socket = field(default_factory=socket.socket)
    heard: int = 0
    kept: list[socket.socket] = field(default_factory=list)

    def serve(self) -> None:
        """Accept programs until the listener is closed."""
        with suppress(OSError):
            while True:
                program, _ = self.listener.accept()
                Thread(target=self._carry, args=(program,), daemon=True).start()

    def _carry(self, program: socket.socket) -> None:
        with program, socket.create_connection(self.server) as server:
            answers = Thread(target=self._bring_back, args=(server, program), daemon=True)
            answers.start()
            with suppress(OSError):
                while said := program.recv(65536):
                    if self._is_time(said):
                        self._cut(program, server, said)
                        return
                    server.sendall(said)

    def _is_time(self, said: bytes) -> bool:
        if self.armed.is_set() and self.words[self.heard] in said:
            self.heard += 1
        return self.heard == len(self.words)

    def _cut(self, program: socket.socket, server: socket.socket, said: bytes) -> None:
        """Break the line; what the server still answers reaches nobody."""
        self.armed.clear()
        self.heard = 0
        self.broken.set()
        if self.when is Break.AFTER_IT_WAS_DONE:
            server.sendall(said)
            with suppress(OSError):
                server.shutdown(socket.SHUT_WR)
                while server.recv(65536):
                    pass
        if self.when is Break.WITHOUT_A_WORD:
            self.kept.append(server.dup())
        else:
            server.shutdown(socket.SHUT_RDWR)
        program.shutdown(socket.SHUT_RDWR)

    def _bring_back(self, server: socket.socket, program: socket.socket) -> None:
        with suppress(OSError):
            while not self.broken.is_set() and (answer := server.recv(65536)):
                if not self.broken.is_set():
                    program.sendall(answer)


@contextmanager
def line(url: str, when: Break, *words: bytes) -> Iterator[tuple[Line, str]]:
    """A line to this database, and the address at its near end; it breaks once it is `armed`."""
    parts = urlsplit(url)
    made = Line((str(parts.hostname), parts.port or 5432), words, when)
    made.listener.bind(("127.0.0.1", 0))
    made.listener.listen()
    Thread(target=made.serve, daemon=True).start()
    port = made.listener.getsockname()[1]
    # In the clear, so that the words can be read on the way.
    address = f"postgresql://{parts.username}:{parts.password}@127.0.0.1:{port}{parts.path}?sslmode=disable"
    try:
        yield made, address
    finally:
        made.listener.close()
        for server in made.kept:
            server.close()
