"""The contract of what the port Reader gives an export: incidents and events of a window, of one moment."""

from __future__ import annotations

from datetime import timedelta

from incident_core import commands as c
from incident_core import events as e
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.model.role import TECHNICAL_LEAD
from incident_core.model.stage import Stage
from incident_core.model.times import to_iso
from incident_core.model.window import Window
from incident_core.ports.reader import Query
from incident_core.record.document import Document
from incident_core.testing.contracts.base import StoreContract
from incident_core.testing.contracts.desk import ANN, BOB, CLEO

_MINUTE = timedelta(minutes=1)


class ExportContract(StoreContract):
    """Subclass it, and say how the store is made and opened again."""

    def test_a_window_takes_those_opened_in_it_its_beginning_included_and_its_end_not(self) -> None:
        noon = self.desk.clock.now()
        for number in range(6):
            self.desk.open(at=noon - number * _MINUTE, private=number % 2 == 1)
        for since, until, keys in (
            (None, None, [6, 5, 4, 3, 2, 1]),
            (-5, None, [6, 5, 4, 3, 2, 1]),
            (-3, None, [4, 3, 2, 1]),
            (None, -2, [6, 5, 4]),
            (-4, -1, [5, 4, 3]),
            (-2, -2, []),
            (1, 2, []),
        ):
            ends = [None if each is None else noon + each * _MINUTE for each in (since, until)]
            self._assert_found(Query(opened=Window(*ends)), keys)
            self._assert_found(Query(opened=Window(*ends), limit=2), keys[:2], in_all=len(keys))

    def test_a_window_and_a_stage_choose_together(self) -> None:
        noon = self.desk.clock.now()
        for number in range(4):
            self.desk.open(at=noon - number * _MINUTE)
        self.desk.do(c.Declare, "INC-2")
        self.desk.do(c.Declare, "INC-4")
        declared = Query(stages=frozenset({Stage.INCIDENT}))
        self._assert_found(declared, [4, 2])
        self._assert_found(Query(declared.stages, opened=Window(noon - 2 * _MINUTE)), [2])
        self._assert_found(Query(declared.stages, opened=Window(None, noon - 2 * _MINUTE)), [4])

    def test_timelines_have_every_event_in_the_order_in_which_they_were_recorded(self) -> None:
        for _ in range(3):
            self.desk.open(declare=True)
        for by, key in ((BOB, "INC-3"), (CLEO, "INC-1"), (ANN, "INC-2"), (BOB, "INC-1")):
            self.desk.clock.move(_MINUTE)
            self.desk.do(c.AddTask, key, by=by, text=f"{by} looks")
        strict = self.desk.other(Policy(required_roles=(TECHNICAL_LEAD,)), self.desk.workspace)
        strict.clock.move_to(self.desk.clock.now())
        strict.do(c.Resolve, "INC-1", override="nobody is awake")
        told = self._told()
        expected = [(each, key) for key in ("INC-1", "INC-2", "INC-3") for each in self.desk.timeline(key)]
        expected.sort(key=lambda pair: pair[0].seq)
        assert [
            (each["seq"], each["version"], each["type"], each["occurred_at"], each["recorded_at"])
            for each in told
        ] == [
            (each.seq, each.version, each.event.type, to_iso(each.event.at), to_iso(each.recorded_at))
            for each, _ in expected
        ]
        assert [
            (each["key"], each["by"], each["login"], each["source"], each["overridden"]) for each in told
        ] == [
            (key, str(each.event.actor), each.event.actor.login, "cli", each.override_id is not None)
            for each, key in expected
        ]
        assert [each["type"] for each in told if each["overridden"]] == ["resolved"]

    def test_an_event_is_told_with_the_fields_of_its_type(self) -> None:
        key = self.desk.open("=1+1")
        self.desk.do(c.AddTask, key, text="look", owner=CLEO)
        opened, added = self._told()
        assert opened["details"] == {
            "number": 1,
            "title": "=1+1",
            "severity": "sev4",
            "private": False,
            "drill": False,
        }
        assert added["details"] == {"item": "t1", "text": "look", "owner": str(CLEO), "due": None}

    def test_a_text_that_was_redacted_is_null_in_the_timeline_and_named(self) -> None:
        key = self.desk.open()
        self.desk.do(c.AddEvidence, key, url="https://example.com", note="a secret")
        gone = e.TextRedacted(actor=ANN, at=self.desk.clock.now(), version=2, field="note", reason="secret")
        self.desk.store.log.commit(self.desk.batch(self.desk.load(key), gone))
        opened, added, redacted = self._told()
        assert (opened["redacted"], added["redacted"], redacted["redacted"]) == ([], ["note"], [])
        assert added["details"] == {"evidence": "e1", "url": "https://example.com", "note": None}

    def test_timelines_are_those_of_incidents_that_the_viewer_sees_and_of_one_workspace(self) -> None:
        self.desk.open(private=True)
        self.desk.open()
        self.desk.other().open()
        self.desk.do(c.AddTask, "INC-1", text="x")
        assert [(each["key"], each["version"]) for each in self._told(viewer=BOB)] == [("INC-2", 1)]
        self.desk.do(c.Grant, "INC-1", who=BOB)
        assert [each["version"] for each in self._told(viewer=BOB)] == [1, 1, 2, 3]

    def test_timelines_are_of_one_moment_while_others_write(self) -> None:
        for _ in range(3):
            self.desk.open(declare=True)
        query = Query(stages=frozenset({Stage.INCIDENT}))
        before = self._told(query)
        streamed = self.desk.store.reader.timelines(self.desk.workspace, query, ANN)
        self.desk.open(declare=True)
        for key in ("INC-1", "INC-3"):
            self.desk.do(c.Resolve, key)
        assert [*streamed] == before

    def _told(self, query: Query | None = None, viewer: Actor = ANN) -> list[Document]:
        return list(self.desk.store.reader.timelines(self.desk.workspace, query or Query(), viewer))

    def _assert_found(self, query: Query, numbers: list[int], in_all: int | None = None) -> None:
        reader, workspace = self.desk.store.reader, self.desk.workspace
        keys = [f"INC-{number}" for number in numbers]
        assert [each["key"] for each in reader.documents(workspace, query, ANN)] == keys
        assert [line.key for line in reader.list(workspace, query, ANN)] == keys
        assert {str(each["key"]) for each in self._told(query)} == {*keys}
        assert reader.count(workspace, query, ANN) == (len(keys) if in_all is None else in_all)
