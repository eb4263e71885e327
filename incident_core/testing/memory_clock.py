"""A clock that stands still until it is moved, forth or back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from incident_core.model.times import utc

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class FrozenClock:
    """A Clock at `at` (aware; kept in UTC)."""

    def __init__(self, at: datetime = NOON) -> None:
        self._at = utc("at", at)

    def now(self) -> datetime:
        """Where the clock stands."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """Set it, also to an earlier time; raises Invalid for a time without a zone."""
        self._at = utc("at", at)

    def move(self, by: timedelta) -> None:
        """Set it forth by so much, or back by a negative length."""
        self._at += by
