"""A thread beside the bot that looks at what it was told of, and now and then at everything.

Of several bots over one database one looks at everything in each while. What was told and lost with a bot
that ended is found at the next look.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from queue import Empty, Full, Queue
from threading import Event, Thread
from time import monotonic

from adapters.slack.drift.acting import MIRROR
from adapters.slack.drift.looking import Look
from incident_core.errors import IncidentError

MANY = 1_000
"""Things that wait to be looked at; of more nothing is remembered."""
PAUSE, TRIES = 1.0, 30
"""Seconds between two looks at a channel on which the engine is at work, and how often it is looked at."""
LAST = 5.0
"""Seconds that its end waits for a call that is under way."""
AGAIN = 30.0
"""Seconds until a channel is looked at again in which something else is refused."""
FIRST = 300.0
"""Seconds within which the first look comes."""
_LOG = logging.getLogger("incident.slack")


@dataclass(frozen=True, slots=True)
class Told:
    """Something happened to this channel, which may be `deleted`, or this `user` has no account now.

    It is looked at `after` so many seconds, for the so-manieth time.
    """

    channel: str = ""
    deleted: bool = False
    user: str = ""
    tries: int = 0
    after: float = 0.0


class Watch:
    """`look` looks; at everything each `every` (None: only at what it is told of)."""

    def __init__(self, look: Look, end: Event, every: timedelta | None) -> None:
        self._look, self._end, self._every = look, end, every
        self._queue: Queue[Told] = Queue(MANY)
        self._again: list[tuple[float, Told]] = []
        self._suspected: dict[str, float] = {}
        first = 0.0 if every is None else random.uniform(0.1, 1.0) * min(FIRST, every.total_seconds())
        self._next = monotonic() + first
        self._thread = Thread(target=self._run, name="drift", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._end.set()
        self.told(Told())
        if self._thread.is_alive():
            self._thread.join(LAST)

    def told(self, told: Told) -> None:
        """Look at this soon; returns at once."""
        try:
            self._queue.put_nowait(told)
        except Full:
            _LOG.warning("Too much is changed in Slack by hand at once: the next look finds the rest.")

    def suspect(self, channel: str) -> None:
        """Something was refused in this channel, or it was put right.

        What is refused again and again is not looked at all the time.
        """
        now, last = monotonic(), self._suspected.get(channel, -AGAIN)
        if len(self._suspected) > MANY:
            self._suspected.clear()
        self._suspected[channel] = now
        self.told(Told(channel, after=AGAIN if now - last < AGAIN else 0.0))

    def look(self) -> bool:
        """Look at everything, if nobody else has for a while; whether it did. Raises Unavailable."""
        ports, every = self._look.ports, self._every or timedelta()
        now = ports.clock.now()
        if not ports.findings.turn(ports.workspace, MIRROR, now, now + every * 0.9):
            return False
        self.everywhere()
        return True

    def everywhere(self) -> None:
        """Look at everything, whoever has; what is not as it should be then is looked at again."""
        for channel in self._look.everywhere():
            self.told(Told(channel, tries=1, after=PAUSE))

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                told = self._queue.get(timeout=self._wait())
            except Empty:
                self._due()
            else:
                self._safely(lambda told=told: self._at(told))  # type: ignore[misc]

    def _wait(self) -> float:
        """Seconds until there is something to do."""
        dates = [at for at, _ in self._again]
        if self._every is not None:
            dates.append(self._next)
        return max(0.01, min(dates, default=monotonic() + FIRST) - monotonic())

    def _due(self) -> None:
        """What has to be looked at now, and was told before; then everything."""
        now = monotonic()
        due = [told for at, told in self._again if at <= now]
        self._again = [each for each in self._again if each[0] > now]
        for told in due:
            self._safely(lambda told=told: self._at(told))  # type: ignore[misc]
        if self._every is not None and self._next <= now:
            self._next = now + self._every.total_seconds()
            self._safely(self.look)

    def _at(self, told: Told) -> None:
        if told.after:
            self._again.append((monotonic() + told.after, replace(told, after=0.0)))
        elif told.user:
            self._look.person(told.user)
        elif told.channel and not self._look.at(told.channel, deleted=told.deleted):
            self._later(told)

    def _later(self, told: Told) -> None:
        if told.tries < TRIES and len(self._again) < MANY:
            self._again.append((monotonic() + PAUSE, replace(told, tries=told.tries + 1)))

    def _safely(self, act: Callable[[], object]) -> None:
        try:
            act()
        except IncidentError as fault:
            _LOG.warning("What people changed in Slack is not looked at now: %s", fault)
        except Exception:  # noqa: BLE001 - the edge of a thread: the next look has to come
            _LOG.exception("What people changed in Slack cannot be looked at.")
