"""A worker process that does the real work, and stops before whatever it asks of a port.

Whoever plays it says when it goes on, or kills it where it stands.
"""

from __future__ import annotations

import os
import socket
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine, Pool, event

from adapters.storage import Database, open_database
from adapters.system import SystemIds
from incident_core.ports.mirror import Call, Mirror
from incident_core.ports.mirrors import Claim, Effect, Mirrors
from incident_core.ports.timers import Timers
from incident_core.testing.simulation.stories import HURRIED
from incident_core.usecases.work import Work
from tests.crashes.breaking import BROKEN, sound
from tests.crashes.mirror import MIRRORS, far
from tests.crashes.nursery import serve
from tests.crashes.wire import BEAR, FAILED, IDLE, INSIDE, WORK, FileClock, Told, Wire

BEGUN = "begun"
"""The point after intents were saved, with what came of the calls before, and before it looks at the time."""

WAIT = 30.0
"""Seconds that a worker waits for others in the database."""

_CALLS = ("perform", "check")
_INNER = ((Engine, ("after_cursor_execute", "commit", "rollback")), (Pool, ("reset",)))


class StoppingStore:
    """Mirrors or timers whose every use is a point: the worker stops first; once a call is begun, again."""

    def __init__(self, store: Mirrors | Timers, wire: Wire) -> None:
        self._store = store
        self._wire = wire

    def __getattr__(self, name: str) -> Any:
        return partial(self._use, name)

    def _use(self, name: str, first: Claim | Any, *others: Any) -> Any:
        of = f" {first.mirror}" if isinstance(first, Claim) else ""
        begun = [each.slot for each in others[0] if _begins(each)] if name == "save" else []
        self._wire.reach(f"{name}{of}" + (f", begin {' '.join(begun)}" if begun else ""))
        answer = getattr(self._store, name)(first, *others)
        if begun:
            self._wire.reach(BEGUN + of)
        return answer


def _begins(effect: Effect) -> bool:
    """Whether its call is made once this is saved; that of an unknown end was made, and waits."""
    if effect.intent is None or effect.intended_at is None:
        return False
    return effect.next_at is None or effect.next_at <= effect.intended_at


class StoppingMirror:
    """A mirror before whose every call the worker stops; it has looked at the time already."""

    def __init__(self, mirror: Mirror, wire: Wire) -> None:
        self._mirror = mirror
        self._wire = wire

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._mirror, name)
        return partial(self._call, name, found) if name in _CALLS else found

    def _call(self, name: str, make: Any, call: Call, *since: datetime) -> Any:
        self._wire.reach(f"{name} {call.slot}")
        return make(call, *since)


def begin(words: bytes, line: socket.socket) -> None:
    """Live over a database of its own: work when told to, and bear others who know it as well."""
    told = Told.of(words)
    with closing(opened(told.url)) as database:
        _live(told, database, line)


def opened(url: str) -> Database:
    """The database as a worker and whoever commits open it: with timers that fire after seconds."""
    return open_database(url, ids=SystemIds(), wait_seconds=WAIT, mirrors=MIRRORS, policy=HURRIED)


def application(pid: int) -> str:
    """What PostgreSQL calls the connections of the worker with this number."""
    return f"crash-{pid}"


def _live(told: Told, database: Database, line: socket.socket) -> None:
    """Until nobody is there any more."""
    os.environ["PGAPPNAME"] = application(os.getpid())
    wire = Wire(line)
    try:
        while (word := wire.hear()) in (WORK, INSIDE):
            with _stopping_inside(wire, word == INSIDE):
                _work(told, database, wire)
            wire.say(IDLE)
    except Exception:  # noqa: BLE001 - the edge of a process: whoever plays it reports it
        wire.say(f"{FAILED} {traceback.format_exc()!r}")
        return
    if word == BEAR:
        wire.say(IDLE)
        serve(line, lambda _, found: _live(told, database, found))


def _work(told: Told, database: Database, wire: Wire) -> None:
    clock = FileClock(Path(told.clock))
    broken = BROKEN[told.breaking] if told.breaking else sound
    mirrors, outside = broken(database.mirrors, far(told.outside, clock))
    stopping = {name: cast("Mirror", StoppingMirror(each, wire)) for name, each in outside.items()}
    with closing(database):
        store = cast("Mirrors", StoppingStore(mirrors, wire))
        Work(store, stopping, clock, cast("Timers", StoppingStore(database.timers, wire)))()


@contextmanager
def _stopping_inside(wire: Wire, inner: bool) -> Iterator[None]:
    """After each statement, and around each commit, is a point as well."""
    told = [(kind, name, partial(_inside, wire, name)) for kind, names in _INNER for name in names if inner]
    for each in told:
        event.listen(*each)
    yield
    for each in told:
        event.remove(*each)


def _inside(wire: Wire, name: str, *what: Any) -> None:
    wire.reach(" ".join(what[2].split()[:3]) if name == "after_cursor_execute" else name)
