"""A question that may take for ever, asked by a thread of its own; who wants the answer waits a little."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Condition, Thread
from time import monotonic
from typing import Generic, TypeVar

from incident_core.errors import IncidentError

T = TypeVar("T")
_LOG = logging.getLogger("incident.ops")


class Asking(Generic[T]):
    """`ask` is asked at most once in `keep` seconds, and by one thread at a time, whoever wants to know.

    An answer is waited for until `patience` seconds after it was asked. None stands for no answer in time,
    and for one that failed.
    """

    def __init__(self, ask: Callable[[], T], keep: float, patience: float) -> None:
        self._ask, self._keep, self._patience = ask, keep, patience
        self._condition = Condition()
        self._answer: T | None = None
        self._answered: float | None = None
        self._asked = 0.0
        self._under_way = False

    def __call__(self) -> T | None:
        """The answer, which may be `keep` seconds old."""
        with self._condition:
            if self._stale():
                self._begin()
                left = self._asked + self._patience - monotonic()
                self._condition.wait_for(lambda: not self._under_way, max(0.0, left))
            return None if self._stale() else self._answer

    def _stale(self) -> bool:
        return self._answered is None or monotonic() - self._answered >= self._keep

    def _begin(self) -> None:
        if not self._under_way:
            self._under_way, self._asked = True, monotonic()
            Thread(target=self._run, name="asking", daemon=True).start()

    def _run(self) -> None:
        answer: T | None = None
        try:
            answer = self._ask()
        except IncidentError as fault:
            _LOG.info("The database was asked how it is: %s", type(fault).__name__)
        except Exception:  # noqa: BLE001 - the edge of a thread: whoever asked has to hear that there is no answer
            _LOG.exception("unexpected")
        with self._condition:
            self._answer, self._answered, self._under_way = answer, monotonic(), False
            self._condition.notify_all()
