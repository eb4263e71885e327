"""Workers that can be killed: each is a process of its own, forked by one that has everything loaded.

A worker settles what is due in the database that it is told of, says so, and ends.
"""

from __future__ import annotations

import json
import pickle
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from adapters.queue.beside import side_by_side
from adapters.slack.api import Api
from adapters.slack.drawing.setup import Setup
from adapters.slack.mirror import SlackMirror
from incident_core.usecases.work import Work
from tests.crashes.nursery import PATIENCE, Nursery, serve
from tests.databases import opened

DONE = b"done"


class Told(NamedTuple):
    """What a worker has to know; `ahead` are the seconds that the sandbox's clock is ahead of ours."""

    url: str
    token: str
    api_url: str
    setup: str
    ahead: float

    @classmethod
    def of(cls, url: str, token: str, api_url: str, setup: Setup, ahead: float) -> Told:
        """With the setup as one word."""
        return cls(url, token, api_url, pickle.dumps(setup).hex(), ahead)

    def text(self) -> bytes:
        """As it is sent."""
        return json.dumps(self).encode()


@dataclass(frozen=True, slots=True)
class Ahead:
    """A Clock that is so many seconds ahead."""

    seconds: float

    def now(self) -> datetime:
        """Its time."""
        return datetime.now(UTC) + timedelta(seconds=self.seconds)


@contextmanager
def nursery() -> Iterator[Nursery]:
    """Where workers come from."""
    ours, theirs = socket.socketpair()
    ours.settimeout(PATIENCE)
    with theirs:
        command = [sys.executable, "-m", "tests.slack.faults.worker", str(theirs.fileno())]
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()], start_new_session=True)
    try:
        yield Nursery(ours)
    finally:
        ours.close()
        process.wait()


def _live(words: bytes, line: socket.socket) -> None:
    told = Told(*json.loads(words))
    mirror = SlackMirror(Api(told.token, told.api_url), pickle.loads(bytes.fromhex(told.setup)))
    with closing(opened(told.url, mirrors=("slack",))) as database:
        Work(database.mirrors, {"slack": mirror}, Ahead(told.ahead), database.timers, side_by_side)()
    line.sendall(DONE)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), _live)
