"""Which schema this program was written for, known without Alembic; a test holds both to the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""Every migration, oldest first."""

HEAD = REVISIONS[-1]
"""The schema this program was written for."""

READER = 2
"""What `schema_info.oldest_reader` is compared with: raised when an older reader would read wrongly."""

WRITER = 8
"""What `schema_info.oldest_writer` is compared with: raised when an older writer leaves something out."""


class Fit(Enum):
    """What can be done with a database of some revision."""

    CURRENT = auto()
    EMPTY = auto()
    BEHIND = auto()
    READABLE = auto()
    TOO_NEW = auto()
    FOREIGN = auto()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a database says of itself; the revision is None where it has no tables of ours."""

    revision: str | None = None
    oldest_reader: int | None = None
    oldest_writer: int | None = None

    @property
    def fit(self) -> Fit:
        """How it fits this program. A newer one that we may read and write counts as current."""
        if self.revision is None:
            return Fit.EMPTY
        if self.revision in REVISIONS:
            return Fit.CURRENT if self.revision == HEAD else Fit.BEHIND
        if self.oldest_reader is None or self.oldest_writer is None:
            return Fit.FOREIGN
        if self.oldest_reader > READER:
            return Fit.TOO_NEW
        return Fit.READABLE if self.oldest_writer > WRITER else Fit.CURRENT
