"""Times are aware and UTC everywhere; this is the only place that makes them so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from incident_core.errors import Invalid

_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def utc(field: str, when: datetime) -> datetime:
    """The same instant in UTC; raises Invalid where the time zone is missing or the year impossible."""
    if when.tzinfo is None or when.utcoffset() is None:
        raise Invalid(field, f"The time {when.isoformat()} has no time zone; add Z or +02:00.")
    try:
        return when.astimezone(UTC)
    except (OverflowError, ValueError):
        raise Invalid(field, f"The time {when.isoformat()} is outside the years 1 to 9999.") from None


def to_iso(when: datetime) -> str:
    """UTC, always with microseconds and `Z`: 2026-11-22T08:45:00.000000Z (sorts as text)."""
    return when.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    """The inverse of `to_iso`; raises Invalid for anything else."""
    if not _ISO.fullmatch(text):
        raise Invalid("time", f"{text!r} is not a stored time.")
    return datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Due:
    """A day in somebody's time zone (IANA name); over when that day ends there."""

    on: date
    zone: str = "UTC"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise Invalid(
                "zone", f"There is no time zone {self.zone!r}; use a name like Europe/Berlin."
            ) from None

    def __str__(self) -> str:
        return f"{self.on.isoformat()} {self.zone}"

    @property
    def over_at(self) -> datetime:
        """When that day ends (UTC); the last day that there is ends with its last moment."""
        zone = ZoneInfo(self.zone)
        if self.on == date.max:
            return datetime.combine(self.on, time.max, UTC)
        try:
            return datetime.combine(self.on + timedelta(days=1), time(), zone).astimezone(UTC)
        except OverflowError:
            return datetime.combine(self.on, time.max, UTC)
