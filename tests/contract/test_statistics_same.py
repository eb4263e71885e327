"""Whatever happened, SQLite and PostgreSQL report what the slow computation over the events reports."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count
from math import ceil
from statistics import median_low
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from incident_core import events as e
from incident_core.lifecycle.fold import fold
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.model.window import ALWAYS, Window
from incident_core.ports.reader import Query
from incident_core.ports.statistics import Grouping, LeftOut, Report
from incident_core.record.document import Document, left_out, time_in_stage
from incident_core.testing.contracts import Desk, Store
from incident_core.testing.memory import Memory, MemoryStore
from incident_core.testing.strategies import histories
from incident_core.testing.values import EPOCH, ROLES
from tests.databases import opened
from tests.sizes import examples

POLICY: Final = Policy(roles=ROLES, required_roles=())
STRANGER: Final = Actor("cli", "stranger")
ADMIN: Final = Actor("cli", "admin")
STORED: Final = Policy(admins=frozenset({ADMIN}))
WORKSPACES: Final = ("one", "two")
_NEAR: Final = tuple(timedelta(microseconds=by) for by in (0, 0, 0, -1, 1, 3_600_000_000))
_AWAY: Final = tuple(map(timedelta, (0, 0, 0, 8, 9, 360, -7, -373, 365 * 7000, -365 * 2000)))

_EXAMPLES = count(1)
"""One database serves every example: each has workspaces of its own."""


@dataclass(frozen=True, slots=True)
class Case:
    """Histories by workspace, and a question about them."""

    told: tuple[tuple[str, tuple[e.Event, ...], int], ...]
    workspace: str
    window: Window
    viewer: Actor
    now: datetime


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Some histories at different times, and a window that ends at one of these."""
    told = []
    for _ in range(draw(st.integers(0, 9))):
        away = draw(st.sampled_from(_AWAY))
        found = draw(histories(8, POLICY)).events
        events = tuple(_moved(event, away, found[0].actor) for event in found)
        told.append(
            (draw(st.sampled_from(("one", "one", *WORKSPACES))), events, draw(st.integers(1, len(events))))
        )
    incidents = [fold(events) for _, events, _ in told]
    times = [EPOCH, *(at for each in incidents for at in (each.opened_at, each.declared_at) if at)]
    seen_by = sorted({actor for each in incidents for actor in each.access} | {STRANGER, ADMIN}, key=str)
    near = st.builds(lambda at, by: at + by, st.sampled_from(times), st.sampled_from(_NEAR))
    since, until = draw(st.none() | near), draw(st.none() | near)
    if since is not None and until is not None:
        since, until = sorted((since, until))
    return Case(
        tuple(told),
        draw(st.sampled_from(("one", "one", *WORKSPACES))),
        draw(st.sampled_from((ALWAYS, Window(since, until), Window(since, until)))),
        draw(st.sampled_from(seen_by)),
        draw(near) + draw(st.sampled_from(_AWAY[:-2])),
    )


def _moved(event: e.Event, by: timedelta, actor: Actor) -> e.Event:
    """The same, at another time, and by the one who opened it: what is committed at once is one person's."""
    values = {each.name: getattr(event, each.name) for each in fields(event)}
    moved: dict[str, Any] = {name: at + by for name, at in values.items() if isinstance(at, datetime)}
    return replace(event, **{**moved, "actor": actor})


def _tell(store: Store, case: Case, example: int) -> None:
    """Write the histories; a view is made by the first commit, and renewed by the second."""
    for workspace, events, at in case.told:
        desk = Desk(store, POLICY, f"{workspace}-{example}")
        answer = desk.store.log.commit(desk.batch(None, *events[:at]))
        if events[at:]:
            incident: Incident = fold(events[:at])
            loaded = desk.load(answer.key, min(incident.access, key=str))
            desk.store.log.commit(desk.batch(loaded, *events[at:]))


def _asked(store: Store, case: Case, example: int, by: Grouping | None) -> Report:
    workspace = f"{case.workspace}-{example}"
    return store.statistics.report(workspace, case.window, case.viewer, case.now, by)


SETTINGS: Final = settings(
    max_examples=examples(20, 40),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    # Without shrinking, which takes minutes with real databases.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def test_every_figure_is_the_same_everywhere(sqlite_url: str, postgresql_url: str) -> None:
    @SETTINGS
    @given(cases())
    def same(case: Case) -> None:
        example = next(_EXAMPLES)
        for store in stores.values():
            _tell(store, case, example)
        for by in (None, *Grouping):
            reports = {name: _asked(store, case, example, by) for name, store in stores.items()}
            expected = reports["memory"]
            for name, report in reports.items():
                assert report == expected, name
                assert _orders(report) == _orders(expected), name

    with (
        closing(opened(sqlite_url, policy=STORED)) as sqlite,
        closing(opened(postgresql_url, policy=STORED)) as postgresql,
    ):
        stores: Mapping[str, Store] = {
            "memory": MemoryStore.over(Memory(), policy=STORED), "sqlite": sqlite, "postgresql": postgresql
        }  # fmt: skip
        same()


def _orders(report: Report) -> list[list[str]]:
    """Equal mappings can be in another order."""
    return [list(each) for each in (report.by_week, report.by_commander, report.by_severity, report.spreads)]


@settings(max_examples=examples(30, 60), deadline=None, suppress_health_check=[*HealthCheck])
@given(cases())
def test_the_slow_computation_agrees_with_what_is_exported(case: Case) -> None:
    """Only the documents are read, and what is counted is counted in another way."""
    store, example = MemoryStore.over(Memory(), policy=STORED), next(_EXAMPLES)
    _tell(store, case, example)
    report = _asked(store, case, example, Grouping.SEVERITY)
    exported = list(store.reader.documents(f"{case.workspace}-{example}", Query(), case.viewer))
    real = [each for each in exported if not each["drill"]]
    inside = [each for each in real if _at(each["opened_at"]) in case.window]
    assert report.opened == len(inside) == sum(map(sum, report.by_hour)) == sum(report.by_week.values())
    assert report.declared == len([each for each in real if _at(each["declared_at"]) in case.window])
    assert report.drills == len([e for e in exported if e["drill"] and _at(e["opened_at"]) in case.window])
    assert report.active_incidents == len([each for each in real if each["stage"] == "incident"])
    assert report.active_investigations == len([each for each in real if each["stage"] == "investigation"])
    spent = sum(time_in_stage(each, case.now).get("incident", 0) for each in inside)
    assert abs(report.spent_responding.total_seconds() - spent) < 0.01
    for name in report.spreads:
        _check_spread(report, name, inside)
    assert sum(each.opened for each in report.groups) == report.opened
    assert sum(each.declared for each in report.groups) == report.declared


def _check_spread(report: Report, name: str, inside: list[Document]) -> None:
    spread = report.spreads[name]
    lengths = [each for each in (_length(one, name) for one in inside) if each is not None]
    assert spread.n == len(lengths) == report.opened - sum(spread.left_out.values())
    assert spread.n == sum(group.spreads[name].n for group in report.groups)
    for reason in (LeftOut.FALSE_ALARM, LeftOut.DUPLICATE):
        assert spread.left_out[reason] == report.by_outcome[reason.value]
    if lengths:
        p90 = sorted(lengths)[ceil(Fraction(9, 10) * len(lengths)) - 1]
        found = (spread.median, spread.p90, spread.mean)
        expected = (median_low(lengths), p90, sum(lengths) / len(lengths))
        for have, want in zip(found, expected, strict=True):
            assert have is not None
            assert abs(have.total_seconds() - want) < 0.01


def _length(document: Document, name: str) -> float | None:
    """In seconds, where it counts."""
    durations: Any = document["durations"]
    if left_out(document) is not None:
        return None
    if name in durations:
        length: float | None = durations[name]
        return length
    stage = name.removeprefix("time_in_")
    spent: dict[str, float] = dict(time_in_stage(document, datetime.max.replace(tzinfo=UTC)).items())
    return None if document["stage"] == stage else spent.get(stage)


def _at(text: object) -> datetime | None:
    return None if text is None else datetime.fromisoformat(str(text))
