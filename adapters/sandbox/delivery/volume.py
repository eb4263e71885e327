"""Volume: 30,000 events an hour for an app in a workspace; more are dropped, which is said once a minute."""

from __future__ import annotations

import enum
from collections import defaultdict

LIMIT = 30_000
MINUTE = 60
WINDOW = 60
"""Minutes."""


class Verdict(enum.Enum):
    """What becomes of one event."""

    SENT = "sent"
    SAID = "said"
    """It is dropped, and the app is told so: the first time in this minute."""
    DROPPED = "dropped"


class Volume:
    """Counts events by minute."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._minutes: defaultdict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        self._said: dict[tuple[str, str], int] = {}

    def count(self, team_id: str, app_id: str, now: float) -> Verdict:
        """Count one event. `now`: seconds UTC."""
        key, minute = (team_id, app_id), int(now) // MINUTE
        kept = {at: sent for at, sent in self._minutes[key].items() if at > minute - WINDOW}
        self._minutes[key] = kept
        if sum(kept.values()) < self._limit:
            kept[minute] = kept.get(minute, 0) + 1
            return Verdict.SENT
        if self._said.get(key) == minute:
            return Verdict.DROPPED
        self._said[key] = minute
        return Verdict.SAID
