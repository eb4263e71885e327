"""The contract of the port Clock."""

from __future__ import annotations

from datetime import timedelta

from incident_core.ports.clock import Clock
from incident_core.testing.contracts.base import Contract


class ClockContract(Contract):
    """Subclass it, and say how the clock is made."""

    def make(self) -> Clock:
        """The clock."""
        raise NotImplementedError

    def test_the_present_is_aware_and_in_utc(self) -> None:
        now = self.make().now()
        assert now.tzinfo is not None
        assert now.utcoffset() == timedelta(0)

    def test_two_readings_can_be_compared(self) -> None:
        clock = self.make()
        assert abs(clock.now() - clock.now()) < timedelta(minutes=1)
