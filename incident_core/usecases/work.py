"""Work: fire what is due, and bring every mirror up to date, the worst incidents first, until all is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from incident_core.ports.clock import Clock
from incident_core.ports.mirror import Mirror
from incident_core.ports.mirrors import Mirrors
from incident_core.ports.observer import NOBODY, Observer
from incident_core.ports.timers import Fired, Timers
from incident_core.usecases.settling.drive import Driver, SideBySide, one_by_one
from incident_core.usecases.settling.settle import LEASE

CLAIMS = 4
"""Claims that are taken at a time: each has to wait for those before it, while its lease runs."""


FIRED = 100
"""Timers that are fired in one transaction, at most."""


@dataclass(frozen=True, slots=True)
class Work:
    """One worker's share of everything; any number may run, in any number of processes.

    `told` hears what has fired, once; `later` when there is something to do again (UTC); `more` that there
    may be more to do than one worker has taken. `first` is called before each claim: it may take a moment.
    `observer` is there whenever a mirror is called.
    """

    store: Mirrors
    mirrors: Mapping[str, Mirror]
    clock: Clock
    timers: Timers
    side_by_side: SideBySide = one_by_one
    stopping: Callable[[], bool] = lambda: False
    told: Callable[[Sequence[Fired]], None] = lambda _: None
    later: Callable[[datetime], None] = lambda _: None
    more: Callable[[], None] = lambda: None
    first: Callable[[], None] = lambda: None
    claims: int = CLAIMS
    observer: Observer = NOBODY

    def __call__(self) -> int:
        """Settle what is due until nothing is; how many claims that were. Raises Unavailable."""
        count = 0
        while not self.stopping():
            self._fire()
            self.first()
            now = self.clock.now()
            claims = self.store.claim(tuple(self.mirrors), now, now + LEASE, self.claims)
            if not claims:
                break
            if len(claims) == self.claims:
                self.more()
            for claim in claims:
                self._driver(claim.mirror).drive(claim)
                count += 1
        return count

    def _driver(self, mirror: str) -> Driver:
        return Driver(
            self.store,
            self.mirrors[mirror],
            self.clock,
            self.side_by_side,
            self.stopping,
            self.later,
            self.observer,
        )

    def _fire(self) -> None:
        """Fire what is due, before anything is settled: a mirror that is slow makes no reminder late."""
        while fired := self.timers.fire(self.clock.now(), FIRED):
            self.told(fired)
