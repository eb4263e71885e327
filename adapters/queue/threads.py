"""Workers as threads of one process: each works until nothing is due, and then waits to be woken."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from signal import SIGINT, SIGTERM, signal
from threading import Event, Thread
from typing import Protocol

from adapters.queue.bell import Bell
from incident_core.errors import IncidentError
from incident_core.ports.queue import Queue

POLL = 2.0
"""Seconds after which a worker looks by itself whether something is due: a wake-up may have been lost."""

PATIENCE = 10.0
"""Seconds before a worker tries again that could not reach the database."""

_LOG = logging.getLogger("incident.worker")


@dataclass(slots=True)
class Threads:
    """So many workers, each of which calls `work(stopping)`; they end between two calls to the outside.

    `poll` is after how many seconds each looks by itself.
    """

    work: Callable[[Callable[[], bool]], int]
    queue: Queue
    count: int = 2
    poll: float = POLL
    _stop: Event = field(default_factory=Event, init=False)
    _threads: list[Thread] = field(default_factory=list, init=False)

    def start(self) -> None:
        """Begin; returns at once."""
        for number in range(1, self.count + 1):
            thread = Thread(target=self._run, name=f"worker-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def begin_nothing(self) -> None:
        """End soon: what is under way is ended, and nothing more begun; returns at once."""
        self._stop.set()

    def stop(self, seconds: float = 10.0) -> bool:
        """End, waiting so long for calls that are under way; whether all have ended."""
        self.begin_nothing()
        self.queue.wake()
        for thread in self._threads:
            thread.join(seconds)
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while not self._stop.is_set():
            wait = self.poll
            try:
                self.work(self._stop.is_set)
            except IncidentError as error:
                _LOG.warning("%s", error)
                wait = PATIENCE
            except Exception:  # noqa: BLE001 - the edge of a thread: the next round may do better
                _LOG.exception("unexpected")
                wait = PATIENCE
            if not self._stop.is_set():
                self.queue.wait(wait)
        self.queue.wake()  # a ring is heard by one: this tells the next that it is over


@dataclass(frozen=True, slots=True)
class Rung:
    """Workers, and the bell that wakes them; they end with the calls that are under way, and others go on."""

    workers: Threads
    bell: Bell

    def start(self) -> None:
        """Begin; returns at once."""
        self.workers.start()
        self.bell.listen()

    def stop(self) -> None:
        """End; what others can do meanwhile is left to them."""
        self.workers.begin_nothing()
        self.bell.stop_listening()
        self.workers.stop()
        self.bell.wake()  # our own ear may have heard what the last of them rang
        self.bell.close()


class Service(Protocol):
    """What runs beside whoever began it."""

    def start(self) -> None:
        """Begin; returns at once."""
        ...

    def stop(self) -> object:
        """End, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Together:
    """Services that begin in this order, and end in the other."""

    services: Sequence[Service]

    def start(self) -> None:
        """Begin; returns at once."""
        for each in self.services:
            each.start()

    def stop(self) -> None:
        """End, in order."""
        for each in reversed(self.services):
            each.stop()


def until_told(service: Service, began: Callable[[], object] = lambda: None) -> None:
    """Run it until SIGTERM or Ctrl-C; a second one does not wait for the calls that are under way.

    `began` is called once either would end it in order.
    """
    told = Event()

    def tell(*_: object) -> None:
        if told.is_set():
            raise KeyboardInterrupt
        told.set()

    before = {each: signal(each, tell) for each in (SIGINT, SIGTERM)}
    try:
        service.start()
        began()
        while not told.wait(1):
            pass
        service.stop()
    finally:
        for each, handler in before.items():
            signal(each, handler)
