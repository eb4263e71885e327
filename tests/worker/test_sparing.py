"""Of many who wake at once, one looks whether a timer is due; whatever fires is followed up at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from adapters.queue.sparing import Sparing
from incident_core.ports.timers import Fired, Reminder, Timers
from incident_core.testing.memory_clock import NOON


@dataclass
class Looked:
    """Timers that count who looks, and fire as told."""

    fires: list[Sequence[Fired]] = field(default_factory=list)
    looks: int = 0

    def fire(self, now: datetime, limit: int) -> Sequence[Fired]:
        self.looks += 1
        return self.fires.pop(0) if self.fires else ()


def test_within_a_moment_only_the_first_looks() -> None:
    at = [0.0]
    timers = Looked()
    sparing = Sparing(cast("Timers", timers), 0.5, lambda: at[0])
    assert [sparing.fire(NOON, 1) for _ in range(3)] == [(), (), ()]
    assert timers.looks == 1
    at[0] = 0.5
    sparing.fire(NOON, 1)
    assert timers.looks == 2


def test_where_something_fired_it_is_looked_again_at_once() -> None:
    fired = (Fired("INC-1", Reminder(1, "stale", NOON, NOON, NOON)),)
    timers = Looked([fired])
    sparing = Sparing(cast("Timers", timers), 0.5, lambda: 0.0)
    assert [sparing.fire(NOON, 1) for _ in range(3)] == [fired, (), ()]
    assert timers.looks == 2
