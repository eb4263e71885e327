"""Who may come in: people of the workspaces that are allowed, each only so often a minute."""

from __future__ import annotations

import math
from collections import OrderedDict
from datetime import datetime
from threading import Lock

from adapters.slack.bot.desk import Team
from adapters.slack.bot.payload import Payload
from incident_core.ports.clock import Clock

_MOST = 10_000


class Gate:
    """One for every way in."""

    def __init__(self, team: Team, allowed: frozenset[str], buckets: Buckets) -> None:
        self._allowed = allowed or frozenset({team.team_id, team.enterprise or team.team_id})
        self._organisations = frozenset(each for each in allowed if each.startswith("E"))
        self._buckets = buckets

    def stranger(self, payload: Payload) -> bool:
        """Whether this comes from somebody, or somewhere, that is not allowed; also where it does not say.

        A whole organisation is allowed only where a setting names it: somebody in a shared channel may come
        with ours in the payload.
        """
        if payload.enterprise in self._organisations:
            return False
        teams = payload.teams
        return not teams or not teams <= self._allowed

    def wait(self, user: str) -> int:
        """Seconds until this person may ask again; 0 is now, and counts as asking."""
        return self._buckets.take(user)


class Buckets:
    """A bucket of `per_minute` for everybody, filled evenly; those met longest ago are forgotten first."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock, self._size = clock, float(per_minute)
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = Lock()

    def take(self, who: str) -> int:
        """Take one out; 0, or the seconds until there is one again."""
        now = self._clock.now()
        with self._lock:
            left, at = self._left.get(who, (self._size, now))
            left = min(self._size, left + max(0.0, (now - at).total_seconds()) * self._size / 60)
            wait = 0 if left >= 1 else math.ceil((1 - left) * 60 / self._size)
            self._left[who] = (left if wait else left - 1, now)
            self._left.move_to_end(who)
            if len(self._left) > _MOST:
                self._left.popitem(last=False)
        return wait
