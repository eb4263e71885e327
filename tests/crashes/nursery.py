"""Where worker processes come from: one that has everything loaded forks another at each request."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

PATIENCE = 60.0
"""Seconds after which a worker will say nothing any more."""

_LONGEST = 65_536

Life = Callable[[bytes, socket.socket], None]
"""What a worker does that was asked for with these words, over this line."""


class Nursery:
    """Our end of the line to a process that serves."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def born(self, words: bytes) -> tuple[int, socket.socket]:
        """A new worker: its number, and the line to it."""
        ours, theirs = socket.socketpair()
        ours.settimeout(PATIENCE)
        with theirs:
            socket.send_fds(self._line, [words], [theirs.fileno()])
        return int(self._line.recv(_LONGEST)), ours

    def close(self) -> None:
        """It ends, and all its workers."""
        self._line.close()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """The first of them, which knows no database yet."""
    ours, theirs = socket.socketpair()
    ours.settimeout(PATIENCE)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.crashes.nursery", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # so that a Ctrl-C does not reach it: it ends with the line
        )
    try:
        yield Nursery(ours)
    finally:
        ours.close()
        process.wait()


def serve(line: socket.socket, live: Life) -> None:
    """Fork a worker at each request, which lives and is gone; when the line ends, all of them do."""
    children: set[int] = set()
    gc.collect()
    gc.freeze()
    while True:
        words, lines, _, _ = socket.recv_fds(line, _LONGEST, 1)
        _reap(children)
        if not words:
            break
        pid = os.fork()
        if pid == 0:
            line.close()
            _live(live, words, socket.socket(fileno=lines[0]))
        children.add(pid)
        os.close(lines[0])
        line.sendall(str(pid).encode())
    for child in children:
        os.kill(child, signal.SIGKILL)
    _reap(children, 0)


def _live(live: Life, words: bytes, line: socket.socket) -> None:
    try:
        live(words, line)
    finally:
        os._exit(0)


def _reap(children: set[int], how: int = os.WNOHANG) -> None:
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, how)[0]) != 0:
            children.discard(found)


def _main(line: socket.socket) -> None:
    import psycopg2  # noqa: F401 - loaded once for all
    from sqlalchemy.dialects.postgresql import psycopg2 as _  # noqa: F401

    from tests.crashes.worker import begin

    serve(line, begin)
    os.killpg(0, signal.SIGKILL)  # grandchildren too, and who is frozen; its session is its own


if __name__ == "__main__":
    _main(socket.socket(fileno=int(sys.argv[1])))
