"""Ids: names and salts that nobody can guess or repeat."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID


class Ids(Protocol):
    """The only source of chance."""

    def uuid(self) -> UUID:
        """A new UUID, never given before."""
        ...

    def salt(self) -> bytes:
        """16 new random bytes."""
        ...
