"""Parcels: one payload on its way to an app, when it was tried, and what came back of it."""

from __future__ import annotations

import enum
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class Sort(enum.Enum):
    """What is delivered; the value is Slack's name for the envelope on a socket."""

    EVENT = "events_api"
    COMMAND = "slash_commands"
    INTERACTION = "interactive"
    OPTIONS = "options"

    @property
    def envelope(self) -> str:
        """The `type` of its envelope."""
        return "interactive" if self is Sort.OPTIONS else self.value


@dataclass
class Attempt:
    """One try. Times are seconds UTC of the sandbox's clock; `over` names the socket or the address."""

    at: float
    over: str
    failure: str | None = None
    """Why it failed: timeout, no_connection, connection_lost, http_timeout, …; None if it did not."""


@dataclass(eq=False)
class Parcel:
    """A payload for an app. It is settled once: acknowledged, or given up with a failure."""

    app_id: str
    team_id: str
    sort: Sort
    payload: dict[str, Any]
    made: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    attempts: list[Attempt] = field(default_factory=list)
    acked: float | None = None
    """When the acknowledgement came, if it did."""
    answer: Any = None
    """What came with it: the payload of the ack, or the body of the HTTP answer; None for nothing."""
    failure: str | None = None
    notice: str | None = None
    """What Slack told the person about it, as a code."""
    disarm: Callable[[], None] = field(default=lambda: None, repr=False)
    on_settled: Callable[[Parcel], None] = field(default=lambda parcel: None, repr=False)
    _settled: threading.Event = field(default_factory=threading.Event, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def settled(self) -> bool:
        """Whether nothing more will come of it."""
        return self._settled.is_set()

    def acknowledge(self, now: float, answer: Any = None) -> bool:
        """The app has it. Answers whether that was still news."""
        return self._settle(now, answer, None)

    def give_up(self, failure: str) -> bool:
        """It will not be tried again. Answers whether that was still news."""
        return self._settle(None, None, failure)

    def _settle(self, acked: float | None, answer: Any, failure: str | None) -> bool:
        with self._lock:
            if self.acked is not None or self.failure is not None:
                return False
            self.acked, self.answer, self.failure = acked, answer, failure
        self.disarm()
        try:
            self.on_settled(self)
        finally:
            self._settled.set()
        return True

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is settled and what follows from that is done; say whether it is."""
        return self._settled.wait(seconds)
