"""The part of the Log's contract about what a commit writes, and what it must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from incident_core import commands as c
from incident_core import events as e
from incident_core.errors import Conflict
from incident_core.lifecycle.fold import fold
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.ports.log import Loaded
from incident_core.testing.contracts.base import StoreContract
from incident_core.testing.contracts.desk import ANN, BOB, CLEO, Desk, moment
from incident_core.testing.strategies import History, histories
from incident_core.usecases.verify import verify

NOT_KEYS = (
    "INC-2", "INC-0", "INC-01", "INC--1", "INC-+1", "INC-1 ", " INC-1", "INC-1\n", "INC-", "INC", "1", "",
    "-1", "INC-1.0", "INC-1e0", "INC-१", "INC-¹", "INC-?", "INC-%", "INC-_", "INC-9223372036854775808",
    "INC-" + "9" * 5000, "INC-1'; DROP TABLE events; --", "INC-1\x00", "🔥",
)  # fmt: skip

HOSTILE = (
    "👩🏽‍🚒🔥 é e\u0301 ﷽", "שלום مرحبا", "\u202eright to left\u202c", '"quoted" `too`', "null",
    "'; DROP TABLE events; --", "C:\\path\\n \\u0000 \\", "%s {0} ${x} $(x)", "a\nb\tc\u2028d\u2029e",
    "x" * 10_000, "\ufffe\U0010ffff",
)  # fmt: skip


class CommitContract(StoreContract):
    """One command after the other."""

    def test_a_key_that_was_never_given_loads_nothing(self) -> None:
        assert self.desk.store.log.load(self.desk.workspace, "INC-1", ANN) is None
        assert self.desk.open() == "INC-1"
        for key in NOT_KEYS:
            assert self.desk.store.log.load(self.desk.workspace, key, ANN) is None, key

    def test_what_was_committed_is_loaded(self) -> None:
        before = self.desk.clock.now()
        key = self.desk.open("Checkout fails", severity=Severity.SEV2, drill=True)
        self.desk.clock.move(timedelta(minutes=5))
        answer = self.desk.do(c.Declare, key, by=BOB)
        loaded = self.desk.load(key)
        assert loaded.incident_id == answer.incident_id
        assert loaded.recorded_at == self.desk.clock.now() == before + timedelta(minutes=5)
        incident = loaded.incident
        assert (incident.number, incident.title, incident.version) == (1, "Checkout fails", 4)
        assert (incident.severity, incident.stage, incident.drill) == (Severity.SEV2, Stage.INCIDENT, True)
        assert (incident.opened_by, incident.commander) == (ANN, BOB)

    def test_an_answer_tells_the_versions_of_its_events(self) -> None:
        first = self.desk.perform(self.desk.command(c.Open, title="x", declare=True))
        assert (first.key, first.first_version, first.last_version, first.repeated) == ("INC-1", 1, 3, False)
        second = self.desk.do(c.Resolve, "INC-1")
        assert (second.first_version, second.last_version) == (4, 4)
        assert second.incident_id == first.incident_id
        unchanged = self.desk.do(c.Resolve, "INC-1")
        assert (unchanged.first_version, unchanged.last_version) == (4, 4)

    def test_streams_do_not_mix(self) -> None:
        capital = self.desk.other(workspace=self.desk.workspace.upper())
        for desk, title in ((self.desk, "one"), (capital, "ONE"), (self.desk, "two")):
            desk.open(title)
        self.desk.do(c.CorrectTitle, "INC-1", title="first")
        capital.do(c.Declare, "INC-1")
        assert self.desk.load("INC-1").incident.title == "first"
        assert self.desk.load("INC-1").incident.stage is Stage.INVESTIGATION
        assert self.desk.load("INC-2").incident.title == "two"
        assert capital.load("INC-1").incident.title == "ONE"
        assert capital.load("INC-1").incident.stage is Stage.INCIDENT
        assert capital.store.log.load(capital.workspace, "INC-2", ANN) is None

    def test_a_command_decided_on_an_old_version_writes_nothing(self) -> None:
        key = self.desk.open()
        old = self.desk.load(key)
        self.desk.do(c.Declare, key)
        self._assert_conflicts(old, e.TitleCorrected(actor=ANN, at=self.desk.clock.now(), title="late"))

    def test_a_refusal_or_no_op_decided_on_an_old_version_is_a_conflict_as_well(self) -> None:
        key = self.desk.open()
        old = self.desk.load(key)
        self.desk.do(c.Declare, key)
        self._assert_conflicts(old)
        with pytest.raises(Conflict):
            self.desk.store.log.commit(self.desk.refusal(old, name="refused"))
        assert self.desk.store.log.answered(self.desk.workspace, "refused") is None

    def test_the_same_incident_is_not_opened_twice(self) -> None:
        opened = e.Opened(
            actor=ANN, at=self.desk.clock.now(), title="x", severity=Severity.SEV4, private=False, drill=False
        )
        key = self.desk.open()
        existing = self.desk.batch(self.desk.load(key), opened, name="again")
        before = self.desk.record()
        with pytest.raises(Conflict):
            self.desk.store.log.commit(replace(existing, before=None))
        assert self.desk.record() == before

    def test_nothing_remains_of_a_commit_that_failed(self) -> None:
        at = self.desk.clock.now()
        good = e.Opened(actor=ANN, at=at, title="x", severity=Severity.SEV4, private=False, drill=False)
        cannot_be_stored = e.TextRedacted(actor=ANN, at=at, version=2**60, field="title", reason="x")
        before = self.desk.record()
        with pytest.raises(ValueError, match="too large"):
            self.desk.store.log.commit(self.desk.batch(None, good, cannot_be_stored, name="failed"))
        assert self.desk.record() == before
        assert self.desk.store.log.answered(self.desk.workspace, "failed") is None
        assert self.desk.listed() == []
        assert self.desk.open() == "INC-1"
        assert [entry.seq for entry in self.desk.timeline("INC-1")] == [1]

    def test_numbers_have_no_gap_in_a_workspace_and_workspaces_count_by_themselves(self) -> None:
        other = self.desk.other()
        assert [self.desk.open(), other.open(), self.desk.open()] == ["INC-1", "INC-1", "INC-2"]
        self.desk.do(c.Resolve, "INC-1")
        self.desk.do(c.Close, "INC-1")
        assert [self.desk.open(), other.open(), other.open()] == ["INC-3", "INC-2", "INC-3"]
        assert [self.desk.open() for _ in range(9)][-1] == "INC-12"

    def test_versions_count_in_the_incident_and_sequence_numbers_over_everything(self) -> None:
        other = self.desk.other()
        for desk in (self.desk, other, self.desk, other):
            desk.do(c.Declare, desk.open(severity=Severity.SEV1))
            desk.do(c.Close, "INC-1")
        for desk in (self.desk, other):
            assert [entry.version for entry in desk.timeline("INC-2")] == [1, 2, 3, 4]
        head, stored = self.desk.record()
        assert [sealed.seq for sealed, _ in stored] == [*range(1, len(stored) + 1)]
        assert (head.seq, head.count, head.hash) == (len(stored), len(stored), stored[-1][0].hash)

    def test_recorded_times_do_not_go_back_when_the_clock_does(self) -> None:
        noon = self.desk.clock.now()
        key = self.desk.open()
        self.desk.clock.move(timedelta(hours=-1))
        other = self.desk.other()
        other.clock.move_to(self.desk.clock.now())
        other.open()
        self.desk.do(c.Declare, key)
        head, stored = self.desk.record()
        assert {sealed.envelope.recorded_at for sealed, _ in stored} == {noon}
        assert head.recorded_at == noon
        assert self.desk.load(key).recorded_at == noon

    def test_when_it_happened_is_kept_beside_when_it_was_recorded_both_to_the_microsecond(self) -> None:
        noon = moment(self.desk.clock.now(), 123_457)
        self.desk.clock.move_to(noon)
        earlier = moment(noon - timedelta(minutes=20), 999_999)
        entry = self.desk.timeline(self.desk.open(at=earlier))[0]
        assert (entry.event.at, entry.recorded_at) == (earlier, noon)
        assert entry.event.at.utcoffset() == entry.recorded_at.utcoffset() == timedelta(0)
        assert self.desk.load("INC-1").incident.opened_at == earlier

    def test_the_events_that_an_override_let_pass_name_it(self) -> None:
        desk = self.desk.other(Policy(required_roles=("technical_lead",)))
        key = desk.open(declare=True)
        desk.do(c.Resolve, key, override="nobody is awake")
        entries = desk.timeline(key)
        overriding = next(entry for entry in entries if isinstance(entry.event, e.RuleOverridden))
        assert isinstance(entries[-1].event, e.Resolved)
        assert entries[-1].override_id == overriding.event_id
        assert {entry.override_id for entry in entries[:-1]} == {None}
        desk.do(c.Close, key)
        assert desk.timeline(key)[-1].override_id is None

    def test_a_redaction_removes_the_text_everywhere_and_the_chain_still_verifies(self) -> None:
        key = self.desk.open("secret token", by=BOB)
        self.desk.do(c.AddEvidence, key, url="https://example.com/a", note="harmless")
        now = self.desk.clock.now()
        gone = e.TextRedacted(actor=ANN, at=now, version=1, field="title", reason="a secret")
        self.desk.store.log.commit(self.desk.batch(self.desk.load(key), gone))
        assert self.desk.load(key).incident.title is None
        assert self.desk.load(key).incident.evidence[0].note == "harmless"
        opened, added, redacted = self.desk.timeline(key)
        assert (opened.redacted, added.redacted, redacted.redacted) == (("title",), (), ())
        assert isinstance(opened.event, e.Opened)
        assert opened.event.title is None
        assert "secret token" not in repr(self.desk.record())
        assert self.desk.found("token") == []
        assert self.desk.store.reader.show(self.desk.workspace, key, ANN, 1) == fold([opened.event])
        assert verify(self.desk.store.ledger).finding is None

    def test_every_text_comes_back_as_it_was_written(self) -> None:
        key = self.desk.open()
        for text in HOSTILE:
            self.desk.do(c.AddTask, key, text=text)
        assert tuple(task.text for task in self.desk.load(key).incident.tasks) == HOSTILE
        told = [entry.event for entry in self.desk.timeline(key)[1:]]
        assert tuple(event.text for event in told if isinstance(event, e.TaskAdded)) == HOSTILE

    def test_who_how_and_why_are_kept_with_every_event(self) -> None:
        command = self.desk.command(c.Open, CLEO, "a name", title="x", declare=True)
        self.desk.perform(command, correlation_id="thread-7")
        for sealed, _ in self.desk.record()[1]:
            envelope = sealed.envelope
            assert (envelope.source, envelope.command_key) == ("cli", "a name")
            assert (envelope.correlation_id, envelope.workspace) == ("thread-7", self.desk.workspace)
            assert (envelope.actor, envelope.actor.workspace) == (CLEO, "T01")
        self.desk.do(c.SendUpdate, "INC-1", by=BOB, text="soon")
        assert self.desk.record()[1][-1][0].envelope.actor.login == "root"
        assert self.desk.timeline("INC-1")[-1].event.actor.login == "root"

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
    )
    @given(history=histories())
    def test_any_history_comes_back_as_it_was(self, history: History) -> None:
        desk = self.desk.other()
        _replay(desk, history)
        viewer = min(history.incident.access, key=str)
        opened, *rest = (entry.event for entry in desk.timeline("INC-1", viewer))
        first, *others = history.events
        assert opened == replace(first, number=1)  # type: ignore[call-arg]  # the first event is Opened
        assert rest == others
        assert desk.load("INC-1", viewer).incident == fold([opened, *rest])
        assert desk.store.reader.show(desk.workspace, "INC-1", viewer) == fold([opened, *rest])

    def _assert_conflicts(self, old: Loaded, *events: e.Event) -> None:
        before = self.desk.record()
        with pytest.raises(Conflict):
            self.desk.store.log.commit(self.desk.batch(old, *events, name="late"))
        assert self.desk.record() == before
        assert self.desk.store.log.answered(self.desk.workspace, "late") is None


def _replay(desk: Desk, history: History) -> None:
    """Commit each step of the history, as it was decided, as INC-1."""
    loaded: Loaded | None = None
    so_far: tuple[e.Event, ...] = ()
    for command, events in history.steps:
        desk.clock.move_to(max(desk.clock.now(), command.at))
        desk.store.log.commit(desk.batch(loaded, *events))
        so_far += events
        loaded = desk.load("INC-1", min(fold(so_far).access, key=str))
