"""Rate tiers: a bucket per method, workspace and app, refilled evenly; posting has one per channel too."""

from __future__ import annotations

import math
from dataclasses import dataclass

PER_MINUTE = {"t1": 1, "t2": 20, "t3": 50, "t4": 100}
SPECIAL = {"auth.test": 600, "chat.getPermalink": 600, "chat.postMessage": 300}
"""Calls a minute where the documentation says "special": hundreds a minute, several hundred messages."""
BURST = 5
"""Messages that one channel takes at once before one a second is kept."""


@dataclass
class Bucket:
    """Holds at most `size` calls and gains `rate` a second."""

    size: float
    rate: float
    level: float
    at: float

    def take(self, now: float) -> float:
        """Take one call and answer 0.0, or answer the seconds until there is one and take none."""
        self.level = min(self.size, self.level + max(0.0, now - self.at) * self.rate)
        self.at = now
        if self.level >= 1.0:
            self.level -= 1.0
            return 0.0
        return (1.0 - self.level) / self.rate

    def give_back(self) -> None:
        """The call was not made after all."""
        self.level = min(self.size, self.level + 1.0)


class Rates:
    """Every bucket that was ever touched, by what it is for."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, ...], Bucket] = {}

    def wait(self, team: str, app: str, method: str, tier: str, channel: str | None, now: float) -> int:
        """Whole seconds until this call may be made; 0 is now, and then it is counted."""
        per_minute = SPECIAL.get(method) or PER_MINUTE[tier]
        bucket = self._bucket((team, app, method), per_minute, per_minute / 60.0, now)
        seconds = bucket.take(now)
        if seconds == 0.0 and method == "chat.postMessage" and channel:
            seconds = self._bucket((team, app, method, channel), BURST, 1.0, now).take(now)
            if seconds > 0.0:
                bucket.give_back()
        return math.ceil(seconds)

    def _bucket(self, key: tuple[str, ...], size: float, rate: float, now: float) -> Bucket:
        found = self._buckets.get(key)
        if found is None:
            found = self._buckets[key] = Bucket(size, rate, size, now)
        return found

    def refill(self, team: str) -> None:
        """Fill every bucket of a workspace again."""
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if key[0] != team}
