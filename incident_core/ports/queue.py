"""Queue: a bell for workers. It carries nothing: what is due is in the store, and is looked for anyway."""

from __future__ import annotations

from typing import Protocol


class Queue(Protocol):
    """Losing a wake-up makes things later, never lost."""

    def wake(self) -> None:
        """There may be something to do; returns at once, and raises nothing."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait until woken, or so long; whether it was woken since the last wait."""
        ...
