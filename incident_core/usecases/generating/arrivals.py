"""When made-up incidents begin: at random, more of them in working hours and fewer at weekends."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

from incident_core.errors import Invalid

_DAYS = (1.25, 1.2, 1.15, 1.15, 1.1, 0.6, 0.55)
_HOURS = (
    0.35, 0.3, 0.25, 0.25, 0.3, 0.4, 0.6, 0.9, 1.4, 1.8, 1.9, 1.8,
    1.5, 1.7, 1.9, 1.8, 1.6, 1.3, 1.0, 0.85, 0.75, 0.6, 0.5, 0.4,
)  # fmt: skip
_RATES = tuple(day * hour for day in _DAYS for hour in _HOURS)
_WEEK = len(_RATES)
_SCALE = _WEEK / sum(_RATES)
_SUMS = (0.0, *(total * _SCALE for total in accumulate(_RATES)))
_MONDAY = datetime(1, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_EARLIEST = 366 * 24


def arrivals(count: int, seed: str, until: datetime, per_day: float) -> Iterator[datetime]:
    """`count` times (UTC, whole seconds) in order, the last before `until`; `per_day` on average.

    Raises Invalid where the first would lie before the year 2, since what leads to it begins before.
    """
    total = sum(_gaps(seed, count + 1))
    end = _weight(until)
    step = count * 24 / per_day / total
    if end - total * step < _EARLIEST:
        raise Invalid("per_day", f"{count:,} incidents, {per_day:g} a day, would begin before the year 2.")
    passed = 0.0
    for gap in _gaps(seed, count):
        passed += gap
        yield _moment(end - (total - passed) * step)


def _gaps(seed: str, count: int) -> Iterator[float]:
    rng = Random(f"arrivals:{seed}")
    return (rng.expovariate(1.0) for _ in range(count))


def _weight(when: datetime) -> float:
    """How much of the rhythm has passed by then; an hour of average rate weighs 1."""
    weeks, hours = divmod((when - _MONDAY) / _HOUR, _WEEK)
    hour = int(hours)
    return weeks * _WEEK + _SUMS[hour] + (hours - hour) * (_SUMS[hour + 1] - _SUMS[hour])


def _moment(weight: float) -> datetime:
    """The inverse of `_weight`."""
    weeks, rest = divmod(weight, _WEEK)
    hour = min(bisect_right(_SUMS, rest) - 1, _WEEK - 1)
    part = (rest - _SUMS[hour]) / (_SUMS[hour + 1] - _SUMS[hour])
    return _MONDAY + timedelta(seconds=int((weeks * _WEEK + hour + part) * 3600))
