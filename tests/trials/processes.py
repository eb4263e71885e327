"""Processes of our own, from a server that has the program loaded already: a new one costs milliseconds."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from typing import Any

LONG = 60.0  # seconds after which a process will not end by itself any more
KILLED = -signal.SIGKILL

_LOADED = [
    "psycopg2",
    "sqlalchemy.dialects.postgresql.psycopg2",
    "tests.trials.crashing",
    "tests.trials.warm",
]


def context() -> ForkServerContext:
    """Where processes, barriers and pipes come from; a process shares only what it is given."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(_LOADED)
    return found


@contextmanager
def running(target: Callable[..., None], *arguments: Any) -> Iterator[tuple[BaseProcess, Connection]]:
    """A process that runs `target(pipe, *arguments)`, and our end of the pipe; it is gone after the block."""
    ours, theirs = context().Pipe()
    process = context().Process(target=target, args=(theirs, *arguments))
    with ours, ExitStack() as undo:
        with theirs:
            process.start()
        undo.callback(_end, process)
        yield process, ours


def ended(process: BaseProcess) -> int:
    """Wait for its end; its exit code, negative for a signal."""
    process.join(LONG)
    assert process.exitcode is not None, "it did not end"
    return process.exitcode


def received(pipe: Connection) -> Iterator[Any]:
    """What is sent until the other end is gone."""
    while True:
        try:
            if not pipe.poll(LONG):
                raise AssertionError("nothing was sent for too long")
            yield pipe.recv()
        except (EOFError, OSError):  # at the end, or in the midst of a message
            return


def _end(process: BaseProcess) -> None:
    if process.is_alive():
        process.kill()
    process.join()
    process.close()
