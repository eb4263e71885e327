"""Lengths of time, as Statistics must tell them: worked out by hand, in minutes after MONDAY."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.milestone import Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.window import ALWAYS, Window
from incident_core.ports.statistics import Grouping, LeftOut, Report, Spread
from incident_core.testing.contracts.base import StoreContract
from incident_core.testing.contracts.desk import ANN, BOB

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
LATER = datetime(2027, 6, 1, tzinfo=UTC)
NAMES = [
    "time_to_detect", "time_to_declare", "time_to_acknowledge", "time_to_mitigate", "time_to_resolve",
    "impact_duration", "time_in_investigation", "time_in_incident", "time_in_resolved",
]  # fmt: skip


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def reasons(**counts: int) -> Mapping[LeftOut, int]:
    """Those that are given, and zeros."""
    return {reason: counts.get(reason.value, 0) for reason in LeftOut}


class LengthsContract(StoreContract):
    """How long things took, and what is left out."""

    def report(
        self, window: Window = ALWAYS, viewer: Actor = ANN, by: Grouping | None = None, now: float = 100_000
    ) -> Report:
        """The report, `now` being so many minutes after MONDAY."""
        return self.desk.store.statistics.report(
            self.desk.workspace, window, viewer, MONDAY + minutes(now), by
        )

    def at(self, minute: float) -> datetime:
        """Move the clock to so many minutes after MONDAY."""
        self.desk.clock.move_to(MONDAY + minutes(minute))
        return self.desk.clock.now()

    def open(self, minute: float, **values: Any) -> str:
        self.at(minute)
        return self.desk.open(**values)

    def do(self, minute: float, kind: type[c.Command], key: str, **values: Any) -> None:
        self.at(minute)
        self.desk.do(kind, key, **values)

    def declared(self, opened: float, declared: float, **values: Any) -> str:
        """An incident opened, and declared so many minutes after MONDAY."""
        key = self.open(opened, **values)
        self.do(declared, c.Declare, key, by=values.get("by", ANN))
        return key

    def test_each_length_is_the_middle_and_the_ninth_tenth_by_nearest_rank(self) -> None:
        """Of 7, 3, 10, 6, 2, 9, 5, 1, 8, 4 and 0 minutes, as many as are given; counted on fingers."""
        expected = {
            1: (7, 7, 7),
            2: (3, 7, 5),
            4: (6, 10, 6.5),
            8: (5, 10, 5.375),
            10: (5, 9, 5.5),
            11: (5, 9, 5),
        }
        for number in range(1, 12):
            self.declared(100 * number, 100 * number + 7 * number % 11)
            if number in expected:
                median, p90, mean = map(minutes, expected[number])
                spread = Spread(number, median, p90, mean, reasons())
                assert self.report().spreads["time_to_declare"] == spread
                assert self.report(Window(MONDAY, LATER)).spreads["time_to_declare"] == spread

    def test_lengths_are_exact_and_the_mean_is_rounded_down_to_the_microsecond(self) -> None:
        for number, microseconds in enumerate((1, 1, 3)):
            key = self.open(number)
            self.desk.clock.move(timedelta(microseconds=microseconds))
            self.desk.do(c.Declare, key)
        one = timedelta(microseconds=1)
        found = self.report().spreads["time_to_declare"]
        assert (found.median, found.p90, found.mean) == (one, 3 * one, one)

    def test_every_duration_and_the_time_in_every_stage(self) -> None:
        self._assert_measured(self.whole_story(0))
        self._assert_measured(self.report(Window(MONDAY, MONDAY + minutes(1))))

    def test_what_is_not_over_is_unfinished_or_missing_and_its_time_is_counted_up_to_now(self) -> None:
        self.open(0)
        self.declared(10, 30)
        resolved = self.declared(20, 50)
        self.do(80, c.Resolve, resolved)
        report = self.report(now=100)
        assert (report.active_investigations, report.active_incidents) == (1, 1)
        assert report.spent_investigating == minutes(100 + 20 + 30)
        assert report.spent_responding == minutes(70 + 30)
        left_out = {name: spread.left_out for name, spread in report.spreads.items()}
        assert left_out["time_in_investigation"] == reasons(unfinished=1)
        assert left_out["time_in_incident"] == reasons(unfinished=1, missing=1)
        assert left_out["time_in_resolved"] == reasons(unfinished=1, missing=2)
        assert left_out["time_to_resolve"] == reasons(missing=2)
        assert left_out["time_to_detect"] == reasons(missing=3)
        assert report.spreads["time_in_investigation"].median == minutes(20)

    def test_what_has_not_begun_by_now_has_taken_no_time(self) -> None:
        """A clock that went back, or times that were given ahead of it."""
        self.open(60)
        self.declared(60, 90)
        report = self.report(now=30)
        assert (report.spent_investigating, report.spent_responding) == (minutes(30), timedelta())

    def test_reopening_adds_to_the_time_in_stages_and_takes_back_how_it_ended(self) -> None:
        key = self.declared(0, 10)
        self.do(30, c.Resolve, key)
        self.do(60, c.Close, key)
        self.do(100, c.Reopen, key, reason="It is back.")
        again = self.report(now=105)
        assert (again.by_outcome["none"], again.active_incidents) == (1, 1)
        assert again.spent_responding == minutes(20 + 5)
        assert again.spreads["time_in_incident"].left_out == reasons(unfinished=1)
        assert again.spreads["time_in_resolved"].median == minutes(30)
        assert again.spreads["time_to_resolve"].left_out == reasons(missing=1)
        self.do(150, c.Resolve, key)
        over = self.report().spreads
        assert (over["time_to_resolve"].median, over["time_in_incident"].median) == (
            minutes(140),
            minutes(70),
        )
        assert over["time_in_resolved"].left_out == reasons(unfinished=1)

    def test_false_alarms_and_duplicates_are_counted_and_their_lengths_are_not(self) -> None:
        self._closed(0, 5, outcome=Outcome.FALSE_ALARM)
        self._closed(10, 17, outcome=Outcome.DUPLICATE, duplicate_of="INC-1")
        self._closed(20, 31)
        report = self.report(by=Grouping.SEVERITY)
        assert report.by_outcome == {
            "fixed": 0, "no_action": 1, "false_alarm": 1, "duplicate": 1, "none": 0
        }  # fmt: skip
        left_out = reasons(false_alarm=1, duplicate=1)
        expected = Spread(1, minutes(11), minutes(11), minutes(11), left_out)
        assert report.spreads["time_in_investigation"] == expected
        assert report.groups[3].spreads["time_in_investigation"] == expected
        assert report.spreads["time_to_declare"].left_out == reasons(false_alarm=1, duplicate=1, missing=1)
        assert report.spent_investigating == minutes(5 + 7 + 11)

    def test_private_lengths_take_their_places_among_the_others(self) -> None:
        """Of 0 to 10 minutes, in any order, of which those are private that have a p."""
        patterns = "ppp........", "........ppp", "p.p.p.p.p.p", ".....p.....", ".pppppppppp", "pppppppppp."
        for later, private in enumerate(patterns):
            self._desk = self.desk.other()
            for number in range(1, 12):
                opened, length = 2000 * later + 100 * number, 7 * number % 11
                self.declared(opened, opened + length, by=BOB, private=private[length] == "p")
            spread = Spread(11, minutes(5), minutes(9), minutes(5), reasons())
            assert self.report(viewer=BOB).spreads["time_to_declare"] == spread, private
            windowed = self.report(Window(MONDAY, None), viewer=BOB)
            assert windowed.spreads["time_to_declare"] == spread, private

    def _closed(self, opened: float, closed: float, **values: Any) -> None:
        self.do(closed, c.Close, self.open(opened), **values)

    def whole_story(self, opened: float) -> Report:
        """Opened, declared after 7 minutes, acknowledged after 3, mitigated after 20, over after 40 more."""
        key = self.open(opened)
        self.do(opened + 7, c.Declare, key)
        for minute, milestone, when in (
            (8, Milestone.IMPACT_STARTED, -11),
            (9, Milestone.DETECTED, -6),
            (10, Milestone.ACKNOWLEDGED, 10),
            (27, Milestone.MITIGATED, 27),
        ):
            at = MONDAY + minutes(opened + when)
            self.do(opened + minute, c.CorrectMilestone, key, milestone=milestone, when=at)
        self.do(opened + 67, c.Resolve, key)
        self.do(opened + 97, c.Close, key)
        return self.report()

    def _assert_measured(self, report: Report) -> None:
        found = {name: spread.median for name, spread in report.spreads.items()}
        assert found == dict(zip(NAMES, map(minutes, (5, 7, 3, 20, 60, 78, 7, 60, 30)), strict=True))
        assert {(spread.n, spread.mean == spread.p90) for spread in report.spreads.values()} == {(1, True)}
        assert (report.spent_investigating, report.spent_responding) == (minutes(7), minutes(60))
        assert (report.by_outcome["fixed"], report.by_commander) == (1, {"cli:ann": 1})
