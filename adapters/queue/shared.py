"""A bell that is heard in other processes too, where nobody waits for it in this one."""

from __future__ import annotations

from typing import Protocol

from adapters.queue.bell import Bell


class Rings(Protocol):
    """What rings outside."""

    def wake(self) -> None:
        """Ring soon; returns at once."""
        ...

    def close(self) -> None:
        """Wait a moment for what is being rung."""
        ...


class Ears(Protocol):
    """What hears the outside, and calls `wake_here`."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


class SharedBell(Bell):
    """The Bell of one of many processes. Who waits in this one is woken first: that costs nothing.

    `ear` hears what others ring; it is given one after it is made, since it rings this bell.
    """

    def __init__(self, ringer: Rings) -> None:
        super().__init__()
        self._ringer = ringer
        self.ear: Ears | None = None

    def wake(self) -> None:
        """Ring here, and outside where nobody waits here."""
        if not self.wake_here():
            self._ringer.wake()

    def listen(self) -> None:
        """Hear what others ring; returns at once."""
        if self.ear is not None:
            self.ear.start()

    def stop_listening(self) -> None:
        """Leave what others ring to those who go on."""
        if self.ear is not None:
            self.ear.stop()

    def close(self) -> None:
        """Wait a moment for what is being rung."""
        self._ringer.close()
