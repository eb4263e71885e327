"""Ledger: the raw log as it is stored, for the audit; not for viewers, since it shows everything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from incident_core.record.audit import Stored
from incident_core.record.chain import Head


class Pages(Protocol):
    """The log as of one moment."""

    def head(self) -> Head:
        """The stored head."""
        ...

    def events(self) -> Iterator[Stored]:
        """Every stored event with its texts, in order of sequence, streamed; raises Unreadable."""
        ...

    def orphans(self) -> Iterator[UUID]:
        """The events that a stored text names but the log does not have; raises Unreadable."""
        ...


class Ledger(Protocol):
    """Every method may raise Unavailable."""

    def read(self, incident_id: UUID | None = None) -> AbstractContextManager[Pages]:
        """One consistent moment of the whole log, or of one incident's part of it."""
        ...

    def find(self, workspace: str, key: str) -> UUID | None:
        """The id of the incident with this key, whoever may see it."""
        ...
