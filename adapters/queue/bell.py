"""A Queue inside one process."""

from __future__ import annotations

from threading import Condition


class Bell:
    """Every thread that waits is woken; one that is busy learns of it at its next wait."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._rung = 0
        self._heard: dict[int, int] = {}

    def wake(self) -> None:
        """Ring."""
        with self._condition:
            self._rung += 1
            self._condition.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait until it is rung, or was since this thread last waited."""
        from threading import get_ident

        me = get_ident()
        with self._condition:
            woken = self._condition.wait_for(lambda: self._rung > self._heard.get(me, 0), timeout=seconds)
            self._heard[me] = self._rung
            return woken
