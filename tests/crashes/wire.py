"""What a worker process and whoever plays it say to each other: lines over a socket, one at a time."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

WORK, INSIDE, BEAR, GO, IDLE, FAILED = "work", "work inside", "bear", "go", "idle", "failed"
"""INSIDE is to work, and to stop after each statement and around each commit as well."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class Told(NamedTuple):
    """What a worker has to know; `breaking` is the way in which it is broken on purpose."""

    url: str
    outside: str
    clock: str
    breaking: str | None = None

    def text(self) -> bytes:
        """As it is sent."""
        return json.dumps(self).encode()

    @classmethod
    def of(cls, text: bytes) -> Told:
        """As it was sent."""
        return cls(*json.loads(text))


@dataclass(frozen=True, slots=True)
class FileClock:
    """A Clock that stands where a file says, for every process."""

    path: Path

    def now(self) -> datetime:
        """Where it stands."""
        return _EPOCH + int(self.path.read_text()) * _TICK

    def move_to(self, at: datetime) -> None:
        """Set it; nobody may be reading it at this moment."""
        self.path.write_text(str((at - _EPOCH) // _TICK))


class Wire:
    """One end of it."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self._in = line.makefile("r", encoding="utf-8", newline="\n")

    def say(self, words: str) -> None:
        """Send one line; to one that is gone it is lost."""
        self.line.sendall(f"{words}\n".encode())

    def hear(self) -> str | None:
        """The next line; None where the other one is gone."""
        try:
            return self._in.readline().removesuffix("\n") or None
        except ConnectionError:
            return None

    def reach(self, point: str) -> None:
        """A worker stops here until it may go on; it ends where nobody is there to say so."""
        self.say(point)
        if self.hear() != GO:
            raise SystemExit(0)

    def close(self) -> None:
        """Hang up."""
        self._in.close()
        self.line.close()
