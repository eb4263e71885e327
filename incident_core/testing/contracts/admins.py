"""What every port does for admins: they see private incidents, by every way, and nobody else sees more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import ClassVar

from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.window import ALWAYS, Window
from incident_core.ports.log import Result
from incident_core.ports.reader import Duties, Query
from incident_core.ports.statistics import Grouping, Report
from incident_core.testing.contracts.base import StoreContract
from incident_core.testing.contracts.desk import ANN, BOB, CLEO, Desk
from incident_core.testing.contracts.sight import ALL_WAYS, ways_to_see

DORA = Actor("cli", "dora")
"""The admin of the stores of this contract."""


class AdminsContract(StoreContract):
    """Subclass it, and say how a store with this policy is made."""

    policy: ClassVar[Policy] = Policy(admins=frozenset({DORA}))

    def test_an_admin_sees_a_private_incident_by_every_way_and_others_by_none(self) -> None:
        key = self.desk.open("hidden", by=BOB, private=True)
        assert ways_to_see(self.desk, key, DORA) == ways_to_see(self.desk, key, BOB) == [*ALL_WAYS]
        for viewer in (ANN, CLEO, Actor("slack", "dora"), Actor("cli", "DORA")):
            assert ways_to_see(self.desk, key, viewer) == [], str(viewer)

    def test_an_admin_is_the_same_from_whatever_login(self) -> None:
        key = self.desk.open("hidden", by=BOB, private=True)
        from_root = Actor("cli", "dora", workspace="T9", login="root")
        assert ways_to_see(self.desk, key, from_root) == [*ALL_WAYS]

    def test_who_may_see_it_is_written_down_for_nobody_else(self) -> None:
        key = self.desk.open("hidden", by=BOB, private=True)
        assert self.desk.load(key, DORA).incident.access == {BOB}

    def test_whatever_is_asked_for_an_admin_sees_all_of_it_and_nothing_twice(self) -> None:
        """Bob opened everything, so he may see everything too."""
        self.some_of_each()
        for query in self.queries():
            assert self.shown(query, DORA) == self.shown(query, BOB), query
        assert len(self.desk.lines(DORA)) == 12
        assert len(self.desk.lines(ANN)) == 6

    def test_another_workspace_is_another(self) -> None:
        other = self.desk.other()
        other.open("hidden", by=BOB, private=True, declare=True)
        assert ways_to_see(self.desk, "INC-1", DORA) == []
        assert self.shown(Query(), DORA) == ([], [], 0, [])
        report = self.report(self.desk, DORA)
        assert (report.opened, report.spreads["time_to_declare"].n) == (0, 0)

    def test_private_incidents_count_for_an_admin(self) -> None:
        self.some_of_each()
        noon = self.desk.clock.now()
        windows = (ALWAYS, Window(noon - timedelta(hours=7), noon - timedelta(hours=2)), Window(noon, None))
        for window, by in product(windows, (None, *Grouping)):
            assert self.report(self.desk, DORA, window, by) == self.report(self.desk, BOB, window, by)
        assert self.report(self.desk, DORA).opened == 12
        assert self.report(self.desk, ANN).opened == 6

    def test_an_admin_sees_the_timers_of_private_incidents(self) -> None:
        key = self.desk.open(by=BOB, private=True)
        armed, workspace = self.desk.store.timers.armed, self.desk.workspace
        for asked in (None, key):
            assert [each.key for each in armed(workspace, DORA, asked, 9)] == [key]
            assert list(armed(workspace, ANN, asked, 9)) == []

    def test_an_admin_can_give_commands_about_it(self) -> None:
        key = self.desk.open(by=BOB, private=True)
        assert self.desk.do(c.Declare, key, by=DORA, commander=ANN).result is Result.ACCEPTED
        assert self.desk.load(key, ANN).incident.commander == ANN

    def test_to_be_an_admin_gives_nothing_to_do(self) -> None:
        key = self.desk.open(by=BOB, private=True)
        self.desk.do(c.AddFollowUp, key, by=BOB, text="index it", owner=DORA)
        duties, workspace = self.desk.store.reader.duties, self.desk.workspace
        assert duties(workspace, DORA) == Duties((), ())
        self.desk.do(c.Grant, key, by=BOB, who=DORA)
        assert [each.item for each in duties(workspace, DORA).follow_ups] == ["f1"]

    def test_an_admin_sees_the_open_follow_ups_of_what_is_private(self) -> None:
        key = self.desk.open(by=BOB, private=True)
        self.desk.do(c.AddFollowUp, key, by=BOB, text="index it")
        self.desk.do(c.AddFollowUp, self.desk.open(by=BOB), by=BOB, text="index that")
        follow_ups, workspace = self.desk.store.reader.follow_ups, self.desk.workspace
        assert [each.key for each in follow_ups(workspace, DORA, 9)] == [key, "INC-2"]
        assert [each.key for each in follow_ups(workspace, ANN, 9)] == ["INC-2"]

    def some_of_each(self) -> None:
        """Twelve: of every kind one that is private and one that is not, in turn, an hour apart."""
        severities = (Severity.SEV1, Severity.SEV3)
        for number, (severity, moves, private) in enumerate(
            product(severities, ((), (c.Declare,), (c.Declare, c.Resolve)), (True, False))
        ):
            key = self.desk.open(f"number {number}", by=BOB, private=private, severity=severity)
            self.desk.clock.move(timedelta(minutes=number))
            for move in moves:
                self.desk.do(move, key, by=BOB)
            self.desk.clock.move(timedelta(hours=1))

    def queries(self) -> Iterator[Query]:
        """Every kind of question."""
        noon = self.desk.clock.now()
        for stages, severities, limit, opened, private in product(
            ((), (Stage.INCIDENT,), (Stage.INCIDENT, Stage.RESOLVED)),
            ((), (Severity.SEV1,), tuple(Severity)),
            (None, 3),
            (ALWAYS, Window(noon - timedelta(hours=9), noon - timedelta(hours=2))),
            (False, True),
        ):
            yield Query(frozenset(stages), frozenset(severities), limit, opened, private)

    def shown(self, query: Query, viewer: Actor) -> tuple[list[str], list[object], int, list[object]]:
        """What this viewer is shown: a list, documents, a count, and where timelines come from."""
        reader, workspace = self.desk.store.reader, self.desk.workspace
        return (
            [line.key for line in reader.list(workspace, query, viewer)],
            [each["key"] for each in reader.documents(workspace, query, viewer)],
            reader.count(workspace, query, viewer),
            [(each["key"], each["version"]) for each in reader.timelines(workspace, query, viewer)],
        )

    def report(
        self, desk: Desk, viewer: Actor, window: Window = ALWAYS, by: Grouping | None = None
    ) -> Report:
        """What the statistics say."""
        return desk.store.statistics.report(desk.workspace, window, viewer, desk.clock.now(), by)
