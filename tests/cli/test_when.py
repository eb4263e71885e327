"""Times as people type them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.cli import when
from incident_core.errors import Invalid

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(("text", "meant"), [
    ("now", NOW),
    (" NOW ", NOW),
    ("20m ago", NOW - timedelta(minutes=20)),
    ("20 minutes ago", NOW - timedelta(minutes=20)),
    ("1 hour ago", NOW - timedelta(hours=1)),
    ("2H  AGO", NOW - timedelta(hours=2)),
    ("1h30m ago", NOW - timedelta(hours=1, minutes=30)),
    ("1d 2h 3m 4s ago", NOW - timedelta(days=1, hours=2, minutes=3, seconds=4)),
    ("2w ago", NOW - timedelta(weeks=2)),
    ("in 30m", NOW + timedelta(minutes=30)),
    ("2026-11-22T08:45Z", datetime(2026, 11, 22, 8, 45, tzinfo=UTC)),
    ("2026-11-22t08:45:10z", datetime(2026, 11, 22, 8, 45, 10, tzinfo=UTC)),
    ("2026-11-22 10:45+02:00", datetime(2026, 11, 22, 8, 45, tzinfo=UTC)),
    ("20261122T084500.123456Z", datetime(2026, 11, 22, 8, 45, 0, 123456, tzinfo=UTC)),
])  # fmt: skip
def test_a_time_is_understood(text: str, meant: datetime) -> None:
    assert when.parse(text).resolve("at", NOW) == meant


@pytest.mark.parametrize("text", [
    "", " ", "ago", "5 ago", "m ago", "-5m ago", "5x ago", "5m", "in", "in ago", "in 5m ago", "1.5h ago",
    "\u0665m ago", "5m5 ago", "2026-13-01T00:00Z", "2026-11-22T25:00Z", "08:45Z", "1" * 10 + "m ago",
])  # fmt: skip
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time: write 2026-11-22T08:45Z"):
        when.parse(text)


@pytest.mark.parametrize("text", ["2026-11-22T08:45", "2026-11-22", "2026-11-22 08:45:00.5"])
def test_a_time_without_a_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="has no time zone: add Z for UTC"):
        when.parse(text)


@pytest.mark.parametrize("text", ["999999w ago", "in 999999w", "999999999w ago"])
def test_a_time_that_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises((ValueError, Invalid), match="outside the years 1 to 9999"):
        when.parse(text).resolve("at", NOW)


@given(st.text(max_size=30))
def test_no_text_makes_it_stumble(text: str) -> None:
    with suppress(ValueError):
        when.parse(text).resolve("at", NOW)


@given(st.datetimes(), st.integers(-23 * 60, 23 * 60))
def test_every_aware_time_is_read_back(clock: datetime, minutes: int) -> None:
    moment = clock.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert when.parse(moment.isoformat()).fixed == moment


def test_only_now_counts_as_no_time_given() -> None:
    assert when.parse("now").is_now
    assert not when.parse("0m ago").is_now


def test_a_day_may_name_its_zone() -> None:
    assert when.day("2026-12-01") == (date(2026, 12, 1), None)
    assert when.day(" 2026-12-01  Europe/Berlin ") == (date(2026, 12, 1), "Europe/Berlin")
    with pytest.raises(ValueError, match="is not a day: write 2026-12-01"):
        when.day("1.12.2026")
