"""Silence: a server that does not answer a statement is given up, however alive its line looks.

One that is frozen, or whose answers are lost, still has a kernel that keeps the line open, and no option of
the driver ends such a wait. A thread of ours does, by shutting the line: the driver says that it was lost.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Condition, Thread
from time import monotonic
from typing import Any
from weakref import finalize

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

PING = 0.5
"""Seconds for a connection from the pool to show that it is alive; else another one is made."""

LEAST, MORE = 2.0, 0.5
"""Seconds for an answer that everybody waits, however little they wait for a lock; and beyond that wait:
a server that is only busy says so when it is over."""

UNHURRIED, LONGEST = 10.0, 120.0
"""Who waits so many seconds for a lock is a command line, and waits so many for what it reads: a figure of
all of history may take its time."""

_LINE = "line"


class Line:
    """The line of one connection: another handle of it, so that nobody else's is ever shut."""

    def __init__(self, raw: Any, patience: float) -> None:
        self._handle = os.dup(raw.fileno())
        self.close = finalize(self, os.close, self._handle)  # or when nobody knows of it any more
        self.patience: float | None = patience
        self.fresh = True

    def shut(self) -> None:
        """Nothing comes in or goes out any more."""
        if self.close.alive:
            line = socket.socket(fileno=self._handle)
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.detach()


class _Watch:
    """Shuts each line when its time is up. Its thread sleeps for as long as nobody waits."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, in a child that was forked."""
        self._changed = Condition()
        self._ends: dict[Line, float] = {}
        self._wakes: float | None = None
        self._thread: Thread | None = None

    def begin(self, line: Line, seconds: float) -> None:
        """It has so long from now."""
        end = monotonic() + seconds
        with self._changed:
            self._ends[line] = end
            if self._thread is None:
                self._thread = Thread(target=self._run, name="silence", daemon=True)
                self._thread.start()
            elif self._wakes is None or self._wakes > end:
                self._changed.notify()

    def end(self, line: Line) -> None:
        """It has answered."""
        with self._changed:
            self._ends.pop(line, None)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = monotonic()
                for line in [line for line, end in self._ends.items() if end <= now]:
                    del self._ends[line]
                    line.shut()
                self._wakes = min(self._ends.values(), default=None)
                self._changed.wait(None if self._wakes is None else self._wakes - now)


_WATCH = _Watch()
os.register_at_fork(after_in_child=_WATCH.forget)


def listen(engine: Engine, wait: float, set_up: Callable[[Any], None]) -> None:
    """Watch its connections: whoever waits `wait` seconds for locks waits as long for answers.

    `set_up` is told of each new one.
    """
    patience = for_writing(wait)

    def connected(raw: Any, record: Any) -> None:
        line = record.info[_LINE] = Line(raw, patience)
        with _within(line, patience):
            set_up(raw)

    def closed(_: Any, record: Any, *__: Any) -> None:
        if (line := record.info.pop(_LINE, None)) is not None:
            _WATCH.end(line)
            line.close()

    event.listen(engine, "connect", connected)
    event.listen(engine, "checkout", _alive)
    event.listen(engine, "close", closed)
    event.listen(engine, "before_cursor_execute", _asked)
    event.listen(engine, "commit", _asked)
    event.listen(engine, "rollback", _asked)
    event.listen(engine, "after_cursor_execute", _answered)


def for_writing(wait: float) -> float:
    """Seconds that somebody waits for an answer, who waits `wait` for a lock."""
    return max(LEAST, wait) + MORE


def for_reading(wait: float) -> float:
    """Seconds that somebody waits for what they read, who waits `wait` for a lock."""
    return LONGEST if wait >= UNHURRIED else for_writing(wait)


@contextmanager
def watched(connection: Connection, patience: float | None) -> Iterator[None]:
    """Until the end of the block each of its statements is answered within these seconds; None: whenever."""
    line: Line = connection.info[_LINE]
    kept, line.patience = line.patience, patience
    try:
        yield
    finally:
        line.patience = kept
        _WATCH.end(line)


def _asked(connection: Connection, *_: Any) -> None:
    line = _line(connection)
    if line is not None and line.patience is not None:
        _WATCH.begin(line, line.patience)


def _answered(connection: Connection, *_: Any) -> None:
    line = _line(connection)
    if line is not None:
        _WATCH.end(line)


def _line(connection: Connection) -> Line | None:
    """None for one that was lost, and is only left to be rolled back."""
    return None if connection.invalidated else connection.info.get(_LINE)


def _alive(raw: Any, record: Any, _: Any) -> None:
    """A server that was restarted, or is frozen, is not noticed otherwise."""
    line: Line = record.info[_LINE]
    if line.fresh:
        line.fresh = False
        return
    try:
        with _within(line, PING), raw.cursor() as cursor:
            raw.autocommit = True
            cursor.execute("SELECT 1")
            raw.autocommit = False
    except raw.Error as error:
        raise DisconnectionError from error


@contextmanager
def _within(line: Line, seconds: float) -> Iterator[None]:
    _WATCH.begin(line, seconds)
    try:
        yield
    finally:
        _WATCH.end(line)
