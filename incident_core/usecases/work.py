"""Work: bring every mirror up to date, the worst incidents first, until nothing is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from incident_core.ports.clock import Clock
from incident_core.ports.mirror import Mirror
from incident_core.ports.mirrors import Mirrors
from incident_core.usecases.settling.drive import Driver, SideBySide, one_by_one
from incident_core.usecases.settling.settle import LEASE

CLAIMS = 4
"""Claims that are taken at a time: each has to wait for those before it, while its lease runs."""


@dataclass(frozen=True, slots=True)
class Work:
    """One worker's share of everything; any number may run, in any number of processes."""

    store: Mirrors
    mirrors: Mapping[str, Mirror]
    clock: Clock
    side_by_side: SideBySide = one_by_one
    stopping: Callable[[], bool] = lambda: False

    def __call__(self) -> int:
        """Settle what is due until nothing is; how many claims that were. Raises Unavailable."""
        count = 0
        while not self.stopping():
            now = self.clock.now()
            claims = self.store.claim(tuple(self.mirrors), now, now + LEASE, CLAIMS)
            if not claims:
                break
            for claim in claims:
                Driver(
                    self.store, self.mirrors[claim.mirror], self.clock, self.side_by_side, self.stopping
                ).drive(claim)
                count += 1
        return count
