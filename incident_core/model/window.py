"""A stretch of time: from one instant up to another, which no longer belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from incident_core.errors import Invalid
from incident_core.model.times import to_iso, utc


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` up to, and without, `until` (UTC); None has no end on that side. Raises Invalid."""

    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            value: datetime | None = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, utc(name, value))
        if self.since is not None and self.until is not None and self.since > self.until:
            raise Invalid("until", f"{to_iso(self.until)} is before {to_iso(self.since)}, where it begins.")

    def __contains__(self, when: datetime | None) -> bool:
        if when is None:
            return False
        return (self.since is None or self.since <= when) and (self.until is None or when < self.until)


ALWAYS = Window()
