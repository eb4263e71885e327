"""Workers that are processes of their own and go round by round, at a time that they are told.

Within a round they work side by side until nothing is due at that time; then all of them wait for the next.
"""

from __future__ import annotations

import json
import pickle
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.queue.beside import side_by_side
from adapters.slack.api import Api
from adapters.slack.mirror import SlackMirror
from incident_core.testing.memory_clock import FrozenClock
from incident_core.usecases.work import Work
from tests.databases import opened
from tests.slack.faults.scene import Scene

PATIENCE = 60.0
"""Seconds after which a worker will say nothing any more."""
ROUNDS = 2_000
"""Until everything has to be done."""


@dataclass(frozen=True)
class Crew:
    """The lines to the workers."""

    scene: Scene
    lines: Sequence[socket.socket]

    def go(self) -> None:
        """One round, at the time of the sandbox."""
        now = f"{self.scene.slack.control.now()!r}\n".encode()
        for line in self.lines:
            line.sendall(now)
        for line in self.lines:
            assert line.recv(1), "the worker has ended"

    def settle(self) -> None:
        """Round by round, until all is quiet."""
        for _ in range(ROUNDS):
            self.go()
            if not self.scene.wait():
                return
        raise AssertionError("it never becomes quiet")


@contextmanager
def crew(scene: Scene, url: str, count: int) -> Iterator[Crew]:
    """So many workers, at this database."""
    with ExitStack() as stack:
        lines = [stack.enter_context(_worker(scene, url)) for _ in range(count)]
        yield Crew(scene, lines)


@contextmanager
def _worker(scene: Scene, url: str) -> Iterator[socket.socket]:
    ours, theirs = socket.socketpair()
    ours.settimeout(PATIENCE)
    setup = pickle.dumps(scene.setup).hex()
    told = json.dumps([url, scene.slack.bot_token, scene.slack.api_url, setup, theirs.fileno()])
    with theirs:
        command = [sys.executable, "-m", "tests.slack.crew"]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, pass_fds=[theirs.fileno()], start_new_session=True, text=True
        )
    assert process.stdin is not None
    with process.stdin as stdin:
        stdin.write(told)
    try:
        yield ours
    finally:
        ours.close()
        process.wait(PATIENCE)


def _main() -> None:
    url, token, api_url, setup, number = json.loads(sys.stdin.read())
    mirror = SlackMirror(Api(token, api_url), pickle.loads(bytes.fromhex(setup)))
    clock = FrozenClock()
    with (
        closing(opened(url, mirrors=("slack",))) as database,
        socket.socket(fileno=number) as line,
        line.makefile("r") as rounds,
    ):
        for now in rounds:
            clock.move(datetime.fromtimestamp(float(now), UTC) - clock.now())
            Work(database.mirrors, {"slack": mirror}, clock, database.timers, side_by_side, claims=1)()
            line.sendall(b".")


if __name__ == "__main__":
    _main()
