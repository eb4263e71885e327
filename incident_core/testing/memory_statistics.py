"""The Statistics in memory: every figure computed from the folded incidents, slowly and plainly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from incident_core.lifecycle.fold import fold
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.milestone import DURATIONS, durations, left_out, time_in_stage
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.window import Window
from incident_core.ports.statistics import NO_OUTCOME, NOBODY, Group, Grouping, LeftOut, Report, Spread
from incident_core.testing.memory_state import Memory, Sees

_MICROSECOND = timedelta(microseconds=1)
_STAGES = (Stage.INVESTIGATION, Stage.INCIDENT, Stage.RESOLVED)
_NAME_OF: Mapping[Grouping, Callable[[Incident], str]] = {
    Grouping.SEVERITY: lambda view: view.severity.value,
    Grouping.COMMANDER: lambda view: NOBODY if view.commander is None else str(view.commander),
    Grouping.WEEK: lambda view: _week(view.opened_at),
}


class MemoryStatistics:
    """The Statistics over a Memory; each report is as of one moment."""

    def __init__(self, memory: Memory, sees: Sees = Incident.seen_by) -> None:
        self._memory = memory
        self._sees = sees

    def report(
        self, workspace: str, window: Window, viewer: Actor, now: datetime, by: Grouping | None = None
    ) -> Report:
        """What the window came to."""
        seen = self._seen(workspace, viewer)
        counted = [view for view in seen if not view.drill]
        opened = [view for view in counted if view.opened_at in window]
        declared = [view for view in counted if view.declared_at in window]
        return Report(
            window=window,
            active_investigations=_in_stage(counted, Stage.INVESTIGATION),
            active_incidents=_in_stage(counted, Stage.INCIDENT),
            opened=len(opened),
            declared=len(declared),
            drills=len([view for view in seen if view.drill and view.opened_at in window]),
            spent_investigating=_spent(opened, Stage.INVESTIGATION, now),
            spent_responding=_spent(opened, Stage.INCIDENT, now),
            spreads=_spreads(opened),
            by_week=_counts(opened, Grouping.WEEK),
            by_severity=_counts(opened, Grouping.SEVERITY),
            by_outcome=_by_outcome(opened),
            by_commander=_counts(opened, Grouping.COMMANDER),
            by_hour=_by_hour(opened),
            groups=() if by is None else tuple(_groups(opened, declared, by)),
        )

    def _seen(self, workspace: str, viewer: Actor) -> list[Incident]:
        with self._memory.lock:
            ids = list(self._memory.numbers.get(workspace, {}).values())
            views = [fold(self._memory.history(incident_id)) for incident_id in ids]
        return [view for view in views if self._may_see(view, viewer)]

    def _may_see(self, view: Incident, viewer: Actor) -> bool:
        return self._sees(view, viewer)


def _in_stage(views: Iterable[Incident], stage: Stage) -> int:
    return len([view for view in views if view.stage is stage])


def _spent(views: Iterable[Incident], stage: Stage, now: datetime) -> timedelta:
    return sum((time_in_stage(view, now).get(stage, timedelta()) for view in views), timedelta())


def _week(when: datetime) -> str:
    year, week, _ = when.isocalendar()
    return f"{year:04}-W{week:02}"


def _counts(opened: Iterable[Incident], by: Grouping) -> Mapping[str, int]:
    counts = Counter(map(_NAME_OF[by], opened))
    return {name: counts[name] for name in _in_order(counts, by)}


def _in_order(counts: Counter[str], by: Grouping) -> list[str]:
    if by is Grouping.SEVERITY:
        return [severity.value for severity in Severity]
    if by is Grouping.WEEK:
        return sorted(counts)
    return sorted(counts, key=lambda name: (-counts[name], name))


def _by_outcome(opened: Iterable[Incident]) -> Mapping[str, int]:
    counts = Counter(NO_OUTCOME if view.outcome is None else view.outcome.value for view in opened)
    return {name: counts[name] for name in (*(outcome.value for outcome in Outcome), NO_OUTCOME)}


def _by_hour(opened: Iterable[Incident]) -> tuple[tuple[int, ...], ...]:
    counts = Counter((view.opened_at.weekday(), view.opened_at.hour) for view in opened)
    return tuple(tuple(counts[day, hour] for hour in range(24)) for day in range(7))


def _groups(opened: Sequence[Incident], declared: Sequence[Incident], by: Grouping) -> Iterable[Group]:
    opened_as = _NAME_OF[by]
    declared_as = _declared_week if by is Grouping.WEEK else opened_as
    counts = Counter(dict.fromkeys(map(declared_as, declared), 0))
    counts.update(map(opened_as, opened))
    for name in _in_order(counts, by):
        inside = [view for view in opened if opened_as(view) == name]
        yield Group(
            name=name,
            opened=len(inside),
            declared=len([view for view in declared if declared_as(view) == name]),
            spreads=_spreads(inside),
        )


def _declared_week(view: Incident) -> str:
    assert view.declared_at is not None, "it is among the declared"
    return _week(view.declared_at)


def _spreads(opened: Sequence[Incident]) -> Mapping[str, Spread]:
    by_duration = {each.name: _spread(opened, _duration(each.name)) for each in DURATIONS}
    by_stage = {f"time_in_{stage}": _spread(opened, _time_in(stage)) for stage in _STAGES}
    return by_duration | by_stage


_Measure = Callable[[Incident], timedelta | LeftOut]


def _duration(name: str) -> _Measure:
    def measure(view: Incident) -> timedelta | LeftOut:
        length = durations(view)[name]
        return LeftOut.MISSING if length is None else length

    return measure


def _time_in(stage: Stage) -> _Measure:
    def measure(view: Incident) -> timedelta | LeftOut:
        if view.stage is stage:
            return LeftOut.UNFINISHED
        return time_in_stage(view, view.stages[-1].at).get(stage, LeftOut.MISSING)

    return measure


def _spread(opened: Iterable[Incident], measure: _Measure) -> Spread:
    lengths: list[timedelta] = []
    reasons = dict.fromkeys(LeftOut, 0)
    for view in opened:
        why = left_out(view)
        found = measure(view) if why is None else LeftOut(why)
        if isinstance(found, timedelta):
            lengths.append(found)
        else:
            reasons[found] += 1
    return Spread(len(lengths), _nearest(lengths, 5), _nearest(lengths, 9), _mean(lengths), reasons)


def _nearest(lengths: list[timedelta], tenths: int) -> timedelta | None:
    """The smallest that at least so many tenths of all do not exceed."""
    for place, length in enumerate(sorted(lengths), start=1):
        if place * 10 >= len(lengths) * tenths:
            return length
    return None


def _mean(lengths: list[timedelta]) -> timedelta | None:
    if not lengths:
        return None
    return sum(length // _MICROSECOND for length in lengths) // len(lengths) * _MICROSECOND
