"""What the processes do that are killed; and the crash points of a command: all that it does, counted."""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import Engine, Pool, event

from adapters.storage import Database
from adapters.system import SystemClock, SystemIds
from incident_core import commands as c
from incident_core.errors import Unavailable
from incident_core.model.role import COMMANDER
from incident_core.ports.log import Answer
from tests.trials.history import ANN, give, opened, performing

# What is before a statement is after the one before it; `reset` is when a transaction is over.
_OF_ENGINES = ("after_cursor_execute", "commit", "rollback")
_OF_POOLS = ("reset",)


class Points:
    """Counts what is told; the process dies by SIGKILL at the point with the number `last` (0: at none)."""

    def __init__(self, last: int) -> None:
        self.names: list[str] = []
        self._last = last

    def watch(self) -> None:
        """Be told of everything that engines and their pools of connections do, from now on."""
        for kind, names in ((Engine, _OF_ENGINES), (Pool, _OF_POOLS)):
            for name in names:
                event.listen(kind, name, partial(self._told, name))

    def reach(self, name: str) -> None:
        """This point is reached."""
        self.names.append(name)
        if len(self.names) == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def _told(self, name: str, *what: Any) -> None:
        self.reach(" ".join(what[2].split()[:3]) if name == "after_cursor_execute" else name)


def give_watched(pipe: Connection, url: str, name: str, last: int) -> None:
    """Give one of TRIALS and die at a point; sends the answer, and then every point that was reached."""
    points = Points(last)
    points.watch()
    answer = give(url, name)
    points.reach("answered")
    pipe.send(answer)
    points.reach("told")
    pipe.send(points.names)


def start_watched(pipe: Connection, url: str, last: int) -> None:
    """Make the tables, open the first incident, and die at a point; sends every point that was reached.

    A SQLite file makes its tables itself.
    """
    points = Points(last)
    points.watch()
    if not url.startswith("sqlite"):
        with opened(url) as database:
            database.schema.upgrade()
    give(url, "open")
    points.reach("answered")
    pipe.send(points.names)


def give_for_ever(pipe: Connection, url: str, number: int) -> None:
    """Give one command after the other, the keys numbered from `number` on; sends each answer.

    Ends with exit code 1 when the database is gone.
    """
    with opened(url) as database:
        for each in count(number):
            try:
                pipe.send(give_one(database, each))
            except Unavailable:
                sys.exit(1)


def give_one(database: Database, number: int) -> Answer:
    """The command with this number: one that opens, is recorded, is refused, or changes nothing."""
    about, kind, values = _MIXED[number % len(_MIXED)]
    clock = SystemClock()
    command = kind(actor=ANN, at=clock.now(), key=f"mixed-{number}", **values)
    return performing(database.log, clock, SystemIds())(command, about)


_MIXED: tuple[tuple[str | None, type[c.Command], dict[str, Any]], ...] = (
    (None, c.Open, {"title": "One of many", "declare": True}),
    ("INC-1", c.SendUpdate, {"text": "News", "impact": "some"}),
    ("INC-1", c.Close, {}),
    ("INC-1", c.Claim, {"role": COMMANDER}),
    ("INC-4", c.AddTask, {"text": "Look again"}),
)
