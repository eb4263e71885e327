"""A report from what the database answered: names for keys, an order, and why what is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from adapters.storage.statistics_lengths import NOTHING_MEASURED, Measured
from adapters.storage.statistics_scope import WEEK_HOURS
from adapters.storage.statistics_tallies import OPENED, Tally, added, spent
from adapters.storage.tables import LENGTHS
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.window import Window
from incident_core.ports.statistics import NO_OUTCOME, NOBODY, Group, Grouping, LeftOut, Report, Spread

_DAY_HOURS = 24
_NO_TALLY: Tally = Counter()
_LASTING = {f"time_in_{stage}": stage.value for stage in Stage}


@dataclass(frozen=True, slots=True)
class Found:
    """The answers of one moment; keys are those of the database: weeks are numbers, nobody is None."""

    tallied: Mapping[Grouping, Mapping[Any, Tally]]
    hours: Mapping[int, int]
    declared: Mapping[Any, int]
    beside: Mapping[Any, int]
    everything: Mapping[str, Measured]
    groups: Mapping[Any, Mapping[str, Measured]]


def composed(found: Found, window: Window, until: int, by: Grouping | None) -> Report:
    """The report; `until` is now, in microseconds since 1970 began."""
    total = added(found.tallied[Grouping.WEEK].values())
    return Report(
        window=window,
        active_investigations=found.beside[Stage.INVESTIGATION.value],
        active_incidents=found.beside[Stage.INCIDENT.value],
        opened=total[OPENED],
        declared=sum(found.declared.values()),
        drills=found.beside["drills"],
        spent_investigating=_length(spent(total, Stage.INVESTIGATION, until)),
        spent_responding=_length(spent(total, Stage.INCIDENT, until)),
        spreads=_spreads(found.everything, total),
        by_week=_counts(found, Grouping.WEEK),
        by_severity={severity.value: total[severity.value] for severity in Severity},
        by_outcome=_by_outcome(total),
        by_commander=_counts(found, Grouping.COMMANDER),
        by_hour=tuple(_days(found.hours)),
        groups=() if by is None else tuple(_groups(found, by)),
    )


def _counts(found: Found, by: Grouping) -> dict[str, int]:
    tallied = found.tallied[by]
    return {_name(key, by): tallied[key][OPENED] for key in _in_order(tallied, tallied, by)}


def _by_outcome(total: Tally) -> dict[str, int]:
    closed = {outcome.value: total[outcome.value] for outcome in Outcome}
    return {**closed, NO_OUTCOME: total[OPENED] - sum(closed.values())}


def _days(hours: Mapping[int, int]) -> Iterator[tuple[int, ...]]:
    for monday in range(0, WEEK_HOURS, _DAY_HOURS):
        yield tuple(hours.get(monday + hour, 0) for hour in range(_DAY_HOURS))


def _groups(found: Found, by: Grouping) -> Iterator[Group]:
    tallied = found.tallied[by]
    for key in _in_order({*tallied, *found.declared}, tallied, by):
        tally = tallied.get(key, _NO_TALLY)
        yield Group(
            name=_name(key, by),
            opened=tally[OPENED],
            declared=found.declared.get(key, 0),
            spreads=_spreads(found.groups.get(key, NOTHING_MEASURED), tally),
        )


def _in_order(keys: Iterable[Any], tallied: Mapping[Any, Tally], by: Grouping) -> list[Any]:
    if by is Grouping.SEVERITY:
        return [severity.value for severity in Severity]
    if by is Grouping.WEEK:
        return sorted(keys)
    return sorted(keys, key=lambda key: (-tallied.get(key, _NO_TALLY)[OPENED], _name(key, by)))


def _name(key: Any, by: Grouping) -> str:
    if by is Grouping.WEEK:
        year, week, _ = date.fromordinal(1 + 7 * key).isocalendar()
        return f"{year:04}-W{week:02}"
    return NOBODY if key is None else str(key)


def _spreads(measured: Mapping[str, Measured], tally: Tally) -> dict[str, Spread]:
    return {name: _spread(measured[name], tally, _LASTING.get(name)) for name in LENGTHS}


def _spread(measured: Measured, tally: Tally, stage: str | None) -> Spread:
    left_out = {
        LeftOut.FALSE_ALARM: tally[Outcome.FALSE_ALARM.value],
        LeftOut.DUPLICATE: tally[Outcome.DUPLICATE.value],
        LeftOut.UNFINISHED: 0 if stage is None else tally[stage],
    }
    left_out[LeftOut.MISSING] = tally[OPENED] - measured.n - sum(left_out.values())
    return Spread(
        n=measured.n,
        median=None if measured.median is None else _length(measured.median),
        p90=None if measured.p90 is None else _length(measured.p90),
        mean=_length(measured.total // measured.n) if measured.n else None,
        left_out=left_out,
    )


def _length(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)
