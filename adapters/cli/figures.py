"""A report as sections: a heading, the names of columns, rows of cells; and as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from adapters.cli.shown import length, moment
from incident_core.model.times import to_iso
from incident_core.model.window import Window
from incident_core.ports.statistics import Group, LeftOut, Report, Spread

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST = 20
"""Rows of a section for a person; all are there in a pipe and in JSON."""

_REASONS = tuple(reason.value.replace("_", " ") for reason in LeftOut)
_SPREAD = ("n", "median", "p90", "mean")


class Section(NamedTuple):
    """Rows below a heading; `left` rows are not shown. `counts` are what a bar of each row would be."""

    heading: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    counts: list[int] | None = None
    left: int = 0


def sections(report: Report, *, most: int | None) -> Iterator[Section]:
    """Everything in the report, at most so many rows of what can be long: the newest, the busiest."""
    yield Section(f"Opened {_window(report.window)}", ("figure", "value"), list(_totals(report)))
    if not report.opened and not report.declared:
        return
    yield _lengths("How long it took", "what", report.spreads, most)
    yield _counted("Severity", report.by_severity, None)
    yield _counted("Outcome", report.by_outcome, None)
    yield _counted("Commander", report.by_commander, most)
    yield _weeks(report.by_week, most)
    hours = [(day, *map(str, row)) for day, row in zip(WEEKDAYS, report.by_hour, strict=True)]
    yield Section("Weekday and hour (UTC)", ("weekday", *(f"{hour:02}" for hour in range(24))), hours)
    if report.groups:
        yield _groups(report.groups, most)
        yield from _spreads_of(report.groups, most)


def plain(report: Report) -> dict[str, object]:
    """The report as JSON has it: lengths of time in seconds, null for none."""
    window = report.window
    return {
        "since": None if window.since is None else to_iso(window.since),
        "until": None if window.until is None else to_iso(window.until),
        "active_investigations": report.active_investigations,
        "active_incidents": report.active_incidents,
        "opened": report.opened,
        "declared": report.declared,
        "escalation_rate": report.escalation_rate,
        "drills_left_out": report.drills,
        "spent_investigating": report.spent_investigating.total_seconds(),
        "spent_responding": report.spent_responding.total_seconds(),
        "durations": _plain_spreads(report.spreads),
        "by_severity": dict(report.by_severity),
        "by_outcome": dict(report.by_outcome),
        "by_commander": dict(report.by_commander),
        "by_week": dict(report.by_week),
        "by_weekday_and_hour": [list(row) for row in report.by_hour],
        "groups": [_plain_group(group) for group in report.groups],
    }


def newest_weeks(weeks: Mapping[str, int], most: int) -> dict[str, int]:
    """The newest weeks in order, at most so many, with those between in which nothing happened."""
    if not weeks:
        return {}
    first, last = (date.fromisocalendar(int(week[:4]), int(week[6:]), 1) for week in (min(weeks), max(weeks)))
    ordinals = range(last.toordinal(), first.toordinal() - 1, -7)[:most]
    names = (_week(date.fromordinal(each)) for each in reversed(ordinals))
    return {name: weeks.get(name, 0) for name in names}


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def _window(window: Window) -> str:
    since = "from the beginning" if window.since is None else f"since {moment(window.since)}"
    return since if window.until is None else f"{since}, before {moment(window.until)}"


def _totals(report: Report) -> Iterator[tuple[str, str]]:
    yield "investigations active now", f"{report.active_investigations:,}"
    yield "incidents active now", f"{report.active_incidents:,}"
    yield "opened", f"{report.opened:,}"
    yield "declared", f"{report.declared:,}"
    yield "escalation rate (declared ÷ opened)", _rate(report.escalation_rate)
    yield "time in investigations", length(report.spent_investigating)
    yield "time in incidents", length(report.spent_responding)
    yield "drills left out of all this", f"{report.drills:,}"


def _lengths(
    heading: str, first: str, spreads: Mapping[str, Spread], most: int | None, left: int = 0
) -> Section:
    """A row for each; for a person, why how many were left out is one cell."""
    reasons = _REASONS if most is None else ("left out",)
    rows = [(name, *_spread(spread), *_left_out(spread, most)) for name, spread in spreads.items()]
    return Section(heading, (first, *_SPREAD, *reasons), rows, None, left)


def _spread(spread: Spread) -> tuple[str, ...]:
    lengths = (_length(each) for each in (spread.median, spread.p90, spread.mean))
    return (f"{spread.n:,}", *lengths)


def _left_out(spread: Spread, most: int | None) -> tuple[str, ...]:
    counts = [(f"{spread.left_out[reason]:,}", name) for reason, name in zip(LeftOut, _REASONS, strict=True)]
    if most is None:
        return tuple(count for count, _ in counts)
    return (", ".join(f"{count} {name}" for count, name in counts if count != "0") or "none",)


def _counted(heading: str, counts: Mapping[str, int], most: int | None) -> Section:
    shown = dict(islice(counts.items(), most))
    rows = [(name, f"{count:,}") for name, count in shown.items()]
    return Section(heading, (heading.lower(), "opened"), rows, list(shown.values()), len(counts) - len(shown))


def _weeks(counts: Mapping[str, int], most: int | None) -> Section:
    shown = dict(counts) if most is None else newest_weeks(counts, most)
    rows = [(week, f"{count:,}") for week, count in shown.items()]
    return Section("Week", ("week", "opened"), rows, list(shown.values()), len(counts.keys() - shown.keys()))


def _groups(groups: tuple[Group, ...], most: int | None) -> Section:
    shown = groups[:most]
    rows = [
        (each.name, f"{each.opened:,}", f"{each.declared:,}", _rate(each.escalation_rate)) for each in shown
    ]
    columns = ("group", "opened", "declared", "escalation rate")
    return Section("Groups", columns, rows, [each.opened for each in shown], len(groups) - len(shown))


def _spreads_of(groups: tuple[Group, ...], most: int | None) -> Iterator[Section]:
    """For each length of time, the groups below each other."""
    for name in groups[0].spreads:
        shown = {each.name: each.spreads[name] for each in groups[:most]}
        yield _lengths(f"Groups: {name}", "group", shown, most, len(groups) - len(shown))


def _plain_group(group: Group) -> dict[str, object]:
    return {
        "name": group.name,
        "opened": group.opened,
        "declared": group.declared,
        "escalation_rate": group.escalation_rate,
        "durations": _plain_spreads(group.spreads),
    }


def _plain_spreads(spreads: Mapping[str, Spread]) -> dict[str, object]:
    return {
        name: {
            "n": spread.n,
            **{part: _seconds(getattr(spread, part)) for part in _SPREAD[1:]},
            "left_out": {reason.value: spread.left_out[reason] for reason in LeftOut},
        }
        for name, spread in spreads.items()
    }


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def _length(span: timedelta | None) -> str:
    return "-" if span is None else length(span)


def _rate(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:.1%}"
