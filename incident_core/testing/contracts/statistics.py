"""What Statistics must say, in small histories whose figures were worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from incident_core import commands as c
from incident_core.model.milestone import Milestone
from incident_core.model.severity import Severity
from incident_core.model.window import ALWAYS, Window
from incident_core.ports.statistics import Group, Grouping, Spread
from incident_core.testing.contracts.desk import ANN, BOB, CLEO
from incident_core.testing.contracts.lengths import MONDAY, NAMES, LengthsContract, minutes, reasons


class StatisticsContract(LengthsContract):
    """Counts, windows, groups, and who is counted for whom."""

    def test_nothing_comes_to_nothing(self) -> None:
        for by in (None, *Grouping):
            report = self.report(by=by)
            assert (report.window, report.opened, report.declared, report.drills) == (ALWAYS, 0, 0, 0)
            assert (report.active_investigations, report.active_incidents) == (0, 0)
            assert (report.spent_investigating, report.spent_responding) == (timedelta(), timedelta())
            assert report.escalation_rate is None
            nothing = Spread(0, None, None, None, reasons())
            assert dict(report.spreads) == dict.fromkeys(NAMES, nothing)
            assert list(report.spreads) == NAMES
            assert (report.by_week, report.by_commander) == ({}, {})
            assert report.by_severity == {"sev1": 0, "sev2": 0, "sev3": 0, "sev4": 0}
            assert report.by_outcome == dict.fromkeys(
                ("fixed", "no_action", "false_alarm", "duplicate", "none"), 0
            )
            assert report.by_hour == ((0,) * 24,) * 7

    def test_drills_are_left_out_of_everything_but_their_own_count(self) -> None:
        before = self.whole_story(0)
        self.declared(20, 30, drill=True)
        self.open(40, drill=True, severity=Severity.SEV1)
        for by in (None, *Grouping):
            report = self.report(by=by)
            assert report.drills == 2
            assert (report.opened, report.declared, report.by_severity) == (1, 1, before.by_severity)
            assert (report.active_investigations, report.active_incidents) == (0, 0)
            assert (report.spreads, report.spent_investigating) == (
                before.spreads,
                before.spent_investigating,
            )
            assert (report.by_week, report.by_commander, report.by_hour) == (
                before.by_week, before.by_commander, before.by_hour,
            )  # fmt: skip
            assert sum(group.opened for group in report.groups) == (0 if by is None else 1)
        assert self.report(Window(MONDAY + minutes(40), None)).drills == 1

    def test_corrected_times_are_the_ones_that_count(self) -> None:
        key = self.declared(60, 90)
        self.do(100, c.CorrectMilestone, key, milestone=Milestone.OPENED, when=MONDAY + minutes(30))
        self.do(101, c.CorrectMilestone, key, milestone=Milestone.DECLARED, when=MONDAY + minutes(30))
        found = self.report(Window(MONDAY + minutes(30), MONDAY + minutes(31)), now=130)
        assert (found.opened, found.declared, found.by_hour[0][0]) == (1, 1, 1)
        assert found.spreads["time_to_declare"].median == timedelta()
        assert (found.spent_investigating, found.spent_responding) == (timedelta(), minutes(100))
        assert self.report(Window(MONDAY + minutes(60), MONDAY + minutes(91))).opened == 0

    def test_private_incidents_count_for_those_who_may_see_them(self) -> None:
        for number, by, private in ((1, ANN, False), (2, BOB, True), (3, ANN, False), (4, BOB, True)):
            self.declared(100 * number, 100 * number + number, by=by, private=private)
        self.open(500, by=BOB, private=True, severity=Severity.SEV1)
        self.open(600, by=BOB, private=True, drill=True)
        for window in (ALWAYS, Window(MONDAY, None)):
            for viewer, seen, drills, median, p90 in (
                (BOB, 5, 1, 2, 4),
                (ANN, 2, 0, 1, 3),
                (CLEO, 2, 0, 1, 3),
            ):
                for by in (None, *Grouping):
                    report = self.report(window, viewer, by)
                    spread = report.spreads["time_to_declare"]
                    assert (report.opened, report.drills) == (seen, drills)
                    assert (report.declared, report.active_incidents) == (min(seen, 4), min(seen, 4))
                    assert report.active_investigations == report.by_severity["sev1"] == seen // 5
                    assert (spread.median, spread.p90) == (minutes(median), minutes(p90))
                    assert sum(group.opened for group in report.groups) == (seen if by else 0)
        self.do(700, c.Grant, "INC-2", by=BOB, who=CLEO)
        assert self.report(viewer=CLEO).opened == 3
        self.do(800, c.Revoke, "INC-2", by=BOB, who=CLEO)
        assert self.report(viewer=CLEO).opened == 2

    def test_made_private_it_counts_for_those_who_may_see_it(self) -> None:
        key = self.declared(0, 5, by=BOB)
        before = self.report()
        self.do(6, c.MakePrivate, key, by=CLEO)
        for window in (ALWAYS, Window(MONDAY, None)):
            seen = [self.report(window, viewer) for viewer in (BOB, CLEO, ANN)]
            assert [(each.opened, each.declared, each.active_incidents) for each in seen] == [
                (1, 1, 1), (1, 1, 1), (0, 0, 0),
            ]  # fmt: skip
            assert [each.spreads["time_to_declare"].n for each in seen] == [1, 1, 0]
        assert before.opened == 1

    def test_another_workspace_is_not_counted(self) -> None:
        other = self.desk.other()
        other.clock.move_to(MONDAY)
        other.open(declare=True)
        other.open(private=True)
        self.open(0)
        report = self.report()
        assert (report.opened, report.declared, report.active_incidents) == (1, 0, 0)
        assert (report.active_investigations, report.spreads["time_to_declare"].n) == (1, 0)

    def test_a_window_has_its_beginning_and_not_its_end(self) -> None:
        for minute in (10, 20, 30):
            self.open(minute)
        self.do(40, c.Declare, "INC-1")
        one = timedelta(microseconds=1)
        ten, twenty, thirty, forty = (MONDAY + minutes(minute) for minute in (10, 20, 30, 40))
        for since, until, opened, declared in (
            (ten, thirty, 2, 0),
            (ten + one, thirty + one, 2, 0),
            (ten + one, thirty, 1, 0),
            (None, twenty, 1, 0),
            (twenty, None, 2, 1),
            (forty, forty + one, 0, 1),
            (forty + one, None, 0, 0),
            (None, forty, 3, 0),
            (twenty, twenty, 0, 0),
        ):
            report = self.report(Window(since, until))
            assert (report.window, report.opened, report.declared) == (Window(since, until), opened, declared)
            assert (report.active_investigations, report.active_incidents) == (2, 1)
        assert self.report(Window(forty, None)).escalation_rate is None
        assert self.report(Window(twenty, None)).escalation_rate == 0.5

    def test_weeks_are_iso_weeks_also_where_a_year_ends(self) -> None:
        for day in (
            datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(2027, 1, 3, tzinfo=UTC),
            datetime(2027, 1, 4, tzinfo=UTC),
            datetime(2024, 12, 30, tzinfo=UTC),
        ):
            self.desk.clock.move_to(day)
            self.desk.open()
        report = self.report()
        assert list(report.by_week.items()) == [("2025-W01", 1), ("2026-W53", 2), ("2027-W01", 1)]
        assert report.by_hour[3][23] == 1
        assert report.by_hour[6][0] == 1
        assert report.by_hour[0][0] == 2

    def test_any_year_can_be_counted(self) -> None:
        for year in (1, 999, 1969):
            self.desk.open(at=datetime(year, 1, 1, 5, tzinfo=UTC))
        for since in (None, datetime.min.replace(tzinfo=UTC)):
            for until in (None, datetime.max.replace(tzinfo=UTC)):
                report = self.report(Window(since, until))
                assert list(report.by_week.items()) == [("0001-W01", 1), ("0999-W01", 1), ("1969-W01", 1)]
                assert [hours[5] for hours in report.by_hour] == [1, 1, 1, 0, 0, 0, 0]

    def test_groups_by_severity_are_all_there_with_what_was_declared_in_the_window(self) -> None:
        early = self.open(0, severity=Severity.SEV2)
        self.declared(100, 103, severity=Severity.SEV1)
        self.declared(200, 205, severity=Severity.SEV1)
        self.open(300, severity=Severity.SEV1)
        self.do(500, c.Declare, early)
        report = self.report(Window(MONDAY + minutes(50), None), by=Grouping.SEVERITY)
        assert [(each.name, each.opened, each.declared) for each in report.groups] == [
            ("sev1", 3, 2), ("sev2", 0, 1), ("sev3", 0, 0), ("sev4", 0, 0)
        ]  # fmt: skip
        assert [each.escalation_rate for each in report.groups[1:]] == [None] * 3
        first, second = (each.spreads["time_to_declare"] for each in report.groups[:2])
        assert first == Spread(2, minutes(3), minutes(5), minutes(4), reasons(missing=1))
        assert second == Spread(0, None, None, None, reasons())
        assert (report.opened, report.declared, report.spreads["time_to_declare"]) == (3, 3, first)

    def test_groups_by_commander_begin_with_the_busiest_and_have_those_that_are_nobodys(self) -> None:
        self.declared(0, 2, by=CLEO)
        for minute in (10, 20):
            self.declared(minute, minute + 4, by=BOB)
        for minute in (30, 40):
            self.open(minute)
        self.declared(50, 53, by=ANN)
        report = self.report(by=Grouping.COMMANDER)
        assert list(report.by_commander.items()) == [
            ("cli:bob", 2), ("nobody", 2), ("cli:ann", 1), ("slack:U012AB3CD", 1)
        ]  # fmt: skip
        assert [(each.name, each.opened, each.declared) for each in report.groups] == [
            ("cli:bob", 2, 2), ("nobody", 2, 0), ("cli:ann", 1, 1), ("slack:U012AB3CD", 1, 1)
        ]  # fmt: skip
        assert report.groups[0].spreads["time_to_declare"].p90 == minutes(4)
        assert report.groups[1].spreads["time_to_declare"].left_out == reasons(missing=2)
        assert report.groups[1].spreads["time_in_investigation"].left_out == reasons(unfinished=2)
        late = self.report(Window(MONDAY + minutes(52), None), by=Grouping.COMMANDER)
        assert late.by_commander == {}
        assert [(each.name, each.opened, each.declared) for each in late.groups] == [("cli:ann", 0, 1)]

    def test_groups_by_week_count_what_was_declared_in_the_week_of_its_declaration(self) -> None:
        day = 24 * 60
        early = self.open(0)
        self.declared(7 * day - 1, 7 * day)
        self.do(14 * day, c.Declare, early)
        report = self.report(by=Grouping.WEEK)
        assert [(each.name, each.opened, each.declared) for each in report.groups] == [
            ("2026-W47", 2, 0), ("2026-W48", 0, 1), ("2026-W49", 0, 1)
        ]  # fmt: skip
        assert report.by_week == {"2026-W47": 2}
        assert report.groups[0].spreads["time_to_declare"].median == minutes(1)
        assert report.groups[2] == Group("2026-W49", 0, 1, self.report(Window(MONDAY, MONDAY)).spreads)
