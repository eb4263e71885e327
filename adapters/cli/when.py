"""Times as people type them: ISO 8601 with a zone, `20m ago`, `in 30m`, `now`; and days for due dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from adapters.cli.shown import quoted
from adapters.spans import span
from incident_core.errors import Invalid


@dataclass(frozen=True, slots=True)
class When:
    """A time as it was typed: fixed, or so far from now (None: now itself)."""

    text: str
    fixed: datetime | None = None
    offset: timedelta | None = None

    @property
    def is_now(self) -> bool:
        return self.fixed is None and self.offset is None

    def resolve(self, name: str, now: datetime) -> datetime:
        """The instant meant by the option `name`, told the present one; raises Invalid."""
        if self.fixed is not None:
            return self.fixed
        try:
            return now + (self.offset or timedelta())
        except OverflowError:
            raise Invalid(name, f"{quoted(self.text)} is outside the years 1 to 9999.") from None


def parse(text: str) -> When:
    """Raises ValueError with a whole sentence."""
    plain = " ".join(text.lower().split())
    if plain == "now":
        return When(text)
    if plain.endswith(" ago") and (ago := _span(text, plain.removesuffix(" ago"))) is not None:
        return When(text, offset=-ago)
    if plain.startswith("in ") and (ahead := _span(text, plain.removeprefix("in "))) is not None:
        return When(text, offset=ahead)
    try:
        fixed = datetime.fromisoformat(text.strip().upper())
    except ValueError:
        raise ValueError(
            f"{quoted(text)} is not a time: write 2026-11-22T08:45Z, 2026-11-22T10:45+02:00, "
            "20m ago, in 30m or now."
        ) from None
    if fixed.utcoffset() is None:
        raise ValueError(f"{quoted(text)} has no time zone: add Z for UTC, or an offset such as +02:00.")
    return When(text, fixed=fixed)


def day(text: str) -> tuple[date, str | None]:
    """A day and, after a space, perhaps a time zone; raises ValueError with a whole sentence."""
    first, _, zone = text.strip().partition(" ")
    try:
        return date.fromisoformat(first), zone.strip() or None
    except ValueError:
        raise ValueError(
            f"{quoted(text)} is not a day: write 2026-12-01, or '2026-12-01 Europe/Berlin'."
        ) from None


def _span(text: str, plain: str) -> timedelta | None:
    try:
        return span(plain)
    except OverflowError:
        raise ValueError(f"{quoted(text)} is outside the years 1 to 9999.") from None
