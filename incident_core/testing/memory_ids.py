"""Ids that count, so that two runs are the same; for tests only, since they can be guessed."""

from __future__ import annotations

from itertools import count
from uuid import UUID

_VERSION_4 = 0x4000_8000_0000_0000_0000


class CountingIds:
    """Ids of which the first differs from the second, and every run has the same."""

    def __init__(self) -> None:
        self._uuids = count(1)
        self._salts = count(1)

    def uuid(self) -> UUID:
        """The next one; `next` of a count is one step, so that threads may share it."""
        return UUID(int=_VERSION_4 + next(self._uuids))

    def salt(self) -> bytes:
        """The next 16 bytes."""
        return next(self._salts).to_bytes(16, "big")
