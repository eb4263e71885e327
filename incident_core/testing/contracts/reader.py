"""The contract of the port Reader: one incident, its timeline, lists, search, and who may see them."""

from __future__ import annotations

from datetime import timedelta

from incident_core import commands as c
from incident_core.lifecycle.fold import fold
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.ports.reader import Query, Summary, Titled
from incident_core.record.document import document
from incident_core.testing.contracts.base import DURABLE, needs
from incident_core.testing.contracts.commits import NOT_KEYS
from incident_core.testing.contracts.desk import ANN, BOB, CLEO
from incident_core.testing.contracts.export import ExportContract
from incident_core.testing.contracts.search import SearchContract
from incident_core.testing.contracts.sight import SightContract


class ReaderContract(SightContract, SearchContract, ExportContract):
    """Subclass it, and say how the store is made and opened again."""

    def test_nobody_sees_a_key_that_was_never_given(self) -> None:
        self.desk.open()
        for key in NOT_KEYS:
            assert self.desk.store.reader.show(self.desk.workspace, key, ANN) is None, key
            assert self.desk.store.reader.timeline(self.desk.workspace, key, ANN) is None, key

    def test_it_is_shown_as_it_is_and_as_of_every_earlier_version(self) -> None:
        key = self.desk.open("first", severity=Severity.SEV1)
        self.desk.do(c.Declare, key, by=BOB)
        self.desk.do(c.CorrectTitle, key, title="second")
        history = [entry.event for entry in self.desk.timeline(key)]
        show = self.desk.store.reader.show
        assert show(self.desk.workspace, key, ANN) == fold(history)
        for version in range(1, 6):
            assert show(self.desk.workspace, key, ANN, version) == fold(history[:version])
        for version in (0, -1, 6, 2**40):
            assert show(self.desk.workspace, key, ANN, version) is None, version

    def test_a_timeline_has_every_event_in_order_with_where_it_came_from(self) -> None:
        key = self.desk.open(declare=True)
        self.desk.clock.move(timedelta(minutes=3))
        self.desk.open()
        self.desk.do(c.SendUpdate, key, by=CLEO, text="we know")
        entries = self.desk.timeline(key)
        assert [entry.version for entry in entries] == [1, 2, 3, 4]
        assert [entry.seq for entry in entries] == [1, 2, 3, 5]
        assert [entry.event.type for entry in entries] == [
            "opened",
            "declared",
            "role_assigned",
            "update_sent",
        ]
        assert len({entry.event_id for entry in entries}) == 4
        assert {entry.source for entry in entries} == {"cli"}
        assert entries[3].event.actor == CLEO
        assert (
            entries[3].recorded_at == self.desk.clock.now() == entries[0].recorded_at + timedelta(minutes=3)
        )

    def test_a_line_of_the_list_says_what_is_so_now(self) -> None:
        noon = self.desk.clock.now()
        key = self.desk.open("first", drill=True)
        self.desk.clock.move(timedelta(minutes=3))
        self.desk.do(c.Declare, key, by=CLEO)
        self.desk.do(c.SetStatus, key, status=Status.MONITORING)
        self.desk.do(c.SetSeverity, key, severity=Severity.SEV2)
        self.desk.do(c.CorrectTitle, key, title="second 🔥")
        assert self.desk.lines() == [
            Summary(
                key=key,
                title="second 🔥",
                stage=Stage.INCIDENT,
                status=Status.MONITORING,
                severity=Severity.SEV2,
                commander=CLEO,
                private=False,
                drill=True,
                opened_at=noon,
            )
        ]
        self.desk.do(c.Resolve, key)
        self.desk.do(c.Close, key)
        (line,) = self.desk.lines()
        assert (line.stage, line.status, line.commander) == (Stage.CLOSED, None, CLEO)

    def test_a_list_begins_with_the_newest_number_and_ends_at_the_limit(self) -> None:
        assert self.desk.listed() == []
        for _ in range(11):
            self.desk.open()
        self.desk.do(c.Declare, "INC-3")
        assert self.desk.listed() == [f"INC-{number}" for number in range(11, 0, -1)]
        assert self.desk.listed(limit=2) == ["INC-11", "INC-10"]
        assert self.desk.listed(limit=100) == self.desk.listed()
        assert self.desk.listed(limit=0) == []
        assert self.desk.other().listed() == []

    def test_a_query_filters_by_stage_and_severity_alike_in_list_incidents_and_count(self) -> None:
        for severity in (Severity.SEV1, Severity.SEV2, Severity.SEV1, Severity.SEV4):
            self.desk.open(severity=severity)
        self.desk.do(c.Declare, "INC-1")
        self.desk.do(c.Close, "INC-2")
        self.desk.do(c.Declare, "INC-4")
        self.desk.do(c.Resolve, "INC-4")
        self._assert_matches({"stages": {Stage.INCIDENT}}, [1])
        self._assert_matches({"stages": {Stage.INVESTIGATION, Stage.RESOLVED}}, [4, 3])
        self._assert_matches({"severities": {Severity.SEV1}}, [3, 1])
        self._assert_matches({"severities": {Severity.SEV2, Severity.SEV4}}, [4, 2])
        self._assert_matches({"severities": {Severity.SEV1}, "stages": {Stage.CLOSED, Stage.INCIDENT}}, [1])
        self._assert_matches({"severities": {Severity.SEV3}}, [])
        self._assert_matches({"stages": set(Stage), "severities": set(Severity)}, [4, 3, 2, 1])
        self._assert_matches({}, [4, 3, 2, 1])

    def test_a_query_may_leave_out_what_something_was_recorded_of_since(self) -> None:
        self.desk.open(private=True)
        for _ in range(3):
            self.desk.clock.move(timedelta(hours=1))
            self.desk.open()
        since = self.desk.clock.now() - timedelta(hours=1)
        self._assert_only(Query(quiet_since=since), [2, 1])
        self._assert_only(Query(quiet_since=since, private=True), [1])
        assert self.desk.listed(limit=1, quiet_since=since) == ["INC-2"]
        assert self.desk.listed(BOB, quiet_since=since) == ["INC-2"]
        self.desk.do(c.AddTask, "INC-2", text="look", at=self.desk.clock.now() - timedelta(hours=2))
        self._assert_only(Query(frozenset({Stage.INVESTIGATION}), quiet_since=since), [1])

    def test_titles_are_of_what_burns_and_is_seen_by_everybody_the_newest_first(self) -> None:
        over, private = self.desk.open("over"), self.desk.open("secret", private=True)
        self.desk.do(c.Close, over)
        burning = [self.desk.open(f"title {number}", declare=number % 2 == 0) for number in range(11)]
        later = self.desk.open("made private")
        self.desk.do(c.MakePrivate, later)
        resolved = self.desk.open(declare=True)
        self.desk.do(c.Resolve, resolved)
        titles, workspace = self.desk.store.reader.titles, self.desk.workspace
        told = [Titled(key, f"title {number}") for number, key in enumerate(burning)]
        assert list(titles(workspace, 50)) == told[::-1]
        assert list(titles(workspace, 3)) == told[:-4:-1]
        self.desk.do(c.CorrectTitle, burning[0], title="another")
        assert titles(workspace, 50)[-1] == Titled(burning[0], "another")
        assert private not in {each.key for each in titles(workspace, 50)}
        assert titles("another workspace", 50) == ()

    def test_counting_does_not_stop_at_the_limit(self) -> None:
        for _ in range(3):
            self.desk.open()
        assert self.desk.store.reader.count(self.desk.workspace, Query(limit=1), ANN) == 3
        assert len(list(self.desk.store.reader.documents(self.desk.workspace, Query(limit=1), ANN))) == 1

    def test_incidents_are_whole_and_of_one_moment_while_others_write(self) -> None:
        for _ in range(4):
            key = self.desk.open(declare=True)
            self.desk.do(c.AddTask, key, text="look")
        before = [document(self.desk.load(key).incident) for key in self.desk.listed()]
        streamed = self.desk.store.reader.documents(self.desk.workspace, Query(), ANN)
        first = next(streamed)
        self.desk.open()
        for key in ("INC-1", "INC-2", "INC-3", "INC-4"):
            self.desk.do(c.Resolve, key)
        assert [first, *streamed] == before

    @needs(DURABLE)
    def test_a_new_process_reads_the_same(self) -> None:
        key = self.desk.open("kept", declare=True)
        later = self.desk.after(self.reopen(self.desk.store))
        assert later.lines() == self.desk.lines()
        assert later.timeline(key) == self.desk.timeline(key)
        assert later.found("kept") == [key]

    def _assert_matches(self, query: dict[str, set[Stage] | set[Severity]], numbers: list[int]) -> None:
        asked = Query(**{name: frozenset(values) for name, values in query.items()})  # type: ignore[arg-type]
        self._assert_only(asked, numbers)

    def _assert_only(self, asked: Query, numbers: list[int]) -> None:
        keys = [f"INC-{number}" for number in numbers]
        reader, workspace = self.desk.store.reader, self.desk.workspace
        assert [line.key for line in reader.list(workspace, asked, ANN)] == keys
        assert [each["key"] for each in reader.documents(workspace, asked, ANN)] == keys
        assert reader.count(workspace, asked, ANN) == len(keys)
