"""Whether a process lives, and whether it is ready: what stands against it; nothing where all is well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from adapters.ops.asking import Asking
from adapters.ops.pulse import Pulse

Look = Callable[[], "str | None"]
"""One sentence about what stands against it; None where nothing does."""

FRESH = 1.0
"""Seconds for which the database is not asked again, whoever wants to know."""

PATIENCE = 1.5
"""Seconds that the database has for its answer."""


class Phase(Enum):
    """Where a process is in its life."""

    STARTING = "The process is starting."
    RUNNING = ""
    STOPPING = "The process is stopping."


class Health:
    """`database` is asked by a thread of its own, and may hang; `looks` answer at once."""

    def __init__(self, pulse: Pulse, database: Look, looks: Sequence[Look] = ()) -> None:
        self._pulse, self._looks = pulse, looks
        self._database = Asking(lambda: database() or "", FRESH, PATIENCE)
        self.phase = Phase.STARTING

    def live(self) -> tuple[str, ...]:
        """A loop that hangs; while it stops, none has to turn."""
        return () if self.phase is Phase.STOPPING else self._pulse.stopped()

    def loops(self) -> Mapping[str, float]:
        """The loops that are watched, and the seconds since each has turned; none where nothing is."""
        return {name: round(ago, 1) for name, ago in self._pulse.loops().items()}

    def ready(self) -> tuple[str, ...]:
        """Whatever keeps it from doing what it is there for; answers within two seconds."""
        if self.phase is not Phase.RUNNING:
            return (self.phase.value,)
        database = self._database()
        found = ["The database does not answer." if database is None else database]
        found += [look() or "" for look in self._looks]
        return tuple(filter(None, found))
