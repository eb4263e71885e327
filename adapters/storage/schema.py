"""The tables as a whole: made, brought up to date, checked, and changed by a developer."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.storage.store import Progress, Store


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of one database."""

    store: Store

    def upgrade(self, progress: Progress | None = None) -> tuple[str, ...]:
        """Apply every migration that was not applied; their revisions. `progress` is told each of them."""
        return self.store.upgrade(progress)
