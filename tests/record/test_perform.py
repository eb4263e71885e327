"""The use case: load, decide, commit; again on conflict; and never in the future."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from incident_core import commands as c
from incident_core.errors import Conflict, Invalid, NotFound
from incident_core.model.actor import Actor
from incident_core.model.milestone import Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.stage import Stage
from incident_core.ports.log import Answer, Batch, Loaded, Log, Result
from incident_core.testing.contracts import ANN, BOB, CLEO, Desk
from incident_core.testing.memory import Memory, MemoryStore
from incident_core.usecases.perform import ATTEMPTS, Perform

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryStore.over(Memory()))


def nothing() -> None:
    """Nobody comes between."""


@dataclass
class CrowdedLog:
    """A Log where others act between our decision and our commit: `others` is called before each commit."""

    log: Log
    others: Callable[[], object] = nothing
    commits: list[Batch] = field(default_factory=list)

    def answered(self, workspace: str, command_key: str) -> Answer | None:
        return self.log.answered(workspace, command_key)

    def load(self, workspace: str, key: str, viewer: Actor) -> Loaded | None:
        return self.log.load(workspace, key, viewer)

    def commit(self, batch: Batch) -> Answer:
        self.commits.append(batch)
        self.others()
        return self.log.commit(batch)


def crowded(desk: Desk, *others: Callable[[], object]) -> tuple[CrowdedLog, Perform]:
    """A Perform for which each of `others` comes between once, in turn."""
    waiting = list(others)
    log = CrowdedLog(desk.store.log, lambda: waiting.pop(0)() if waiting else None)
    honest = desk.perform
    return log, Perform(log, desk.clock, honest.ids, honest.policy, desk.workspace, "cli")


def test_a_command_happens_now_whatever_its_time_says_unless_it_was_given(desk: Desk) -> None:
    noon = desk.clock.now()
    command = desk.command(c.Open, title="x")
    desk.clock.move(MINUTE)
    desk.perform(command)
    desk.perform(desk.command(c.Open, title="y", at=noon), at_given=True)
    assert [line.opened_at for line in desk.lines()] == [noon, noon + MINUTE]


def test_what_is_said_to_happen_in_the_future_is_refused_and_leaves_nothing(desk: Desk) -> None:
    key = desk.open()
    before = desk.record()
    soon = desk.clock.now() + timedelta(microseconds=1)
    with pytest.raises(Invalid, match=r"is in the future; it is 2026-11-22T12:00:00.000000Z now") as caught:
        desk.do(c.Declare, key, name="early", at=soon)
    assert caught.value.field == "at"
    with pytest.raises(Invalid, match="is in the future") as caught:
        desk.do(c.CorrectMilestone, key, name="early", milestone=Milestone.DETECTED, when=soon)
    assert caught.value.field == "when"
    with pytest.raises(Invalid, match="is in the future"):
        desk.open(at=soon, name="early")
    assert desk.record() == before
    assert desk.store.log.answered(desk.workspace, "early") is None


def test_this_very_moment_is_not_the_future(desk: Desk) -> None:
    key = desk.open(at=desk.clock.now())
    now = desk.clock.now()
    assert desk.do(c.CorrectMilestone, key, milestone=Milestone.DETECTED, when=now).result is Result.ACCEPTED


def test_after_the_clock_was_set_back_things_happen_when_the_last_one_was_recorded(desk: Desk) -> None:
    noon = desk.clock.now()
    key = desk.open()
    desk.clock.move(-60 * MINUTE)
    assert desk.do(c.Declare, key).result is Result.ACCEPTED
    assert [entry.event.at for entry in desk.timeline(key)] == [noon, noon, noon]
    other = desk.open()
    assert desk.load(other).incident.opened_at == noon - 60 * MINUTE


def test_an_update_whose_next_one_is_due_before_it_was_sent_is_refused(desk: Desk) -> None:
    key = desk.open()
    command = desk.command(c.SendUpdate, text="x", next_due=desk.clock.now() + MINUTE)
    desk.clock.move(MINUTE)
    with pytest.raises(Invalid, match="The next update must be due after this one"):
        desk.perform(command, key)
    assert len(desk.timeline(key)) == 1


def test_a_conflict_is_decided_again_on_what_is_so_now(desk: Desk) -> None:
    key = desk.open()
    log, perform = crowded(desk, lambda: desk.do(c.AddTask, key, text="theirs", by=BOB))
    answer = perform(desk.command(c.AddTask, text="ours"), key)
    assert (answer.result, answer.first_version, answer.repeated) == (Result.ACCEPTED, 3, False)
    assert [(task.id, task.text) for task in desk.load(key).incident.tasks] == [
        ("t1", "theirs"),
        ("t2", "ours"),
    ]
    assert len(log.commits) == 2


def test_the_second_decision_may_be_a_refusal(desk: Desk) -> None:
    key = desk.open()
    log, perform = crowded(desk, lambda: desk.do(c.Close, key, by=BOB))
    answer = perform(desk.command(c.AddTask, text="ours"), key)
    assert (answer.result, answer.first_version, answer.last_version) == (Result.REFUSED, 2, 2)
    assert [batch.result for batch in log.commits] == [Result.ACCEPTED, Result.REFUSED]
    assert len(desk.timeline(key)) == 2


def test_the_second_decision_may_be_that_it_is_done_already(desk: Desk) -> None:
    key = desk.open()
    _, perform = crowded(desk, lambda: desk.do(c.Declare, key, by=BOB))
    assert perform(desk.command(c.Declare, commander=BOB), key).result is Result.UNCHANGED
    assert len(desk.timeline(key)) == 3


def test_the_second_decision_may_be_that_there_is_nothing_to_be_seen(desk: Desk) -> None:
    key = desk.open(by=BOB, private=True)
    desk.do(c.Grant, key, by=BOB, who=ANN)
    _, perform = crowded(desk, lambda: desk.do(c.Revoke, key, by=BOB, who=ANN))
    with pytest.raises(NotFound):
        perform(desk.command(c.Declare), key)


def test_the_clock_is_read_again_for_the_second_decision(desk: Desk) -> None:
    key = desk.open()

    def later() -> None:
        desk.clock.move(MINUTE)
        desk.do(c.AddTask, key, text="theirs")

    _, perform = crowded(desk, later)
    perform(desk.command(c.Declare), key)
    assert desk.load(key).incident.declared_at == desk.clock.now()


def test_it_gives_up_after_so_many_conflicts_and_says_how_to_go_on(desk: Desk) -> None:
    key = desk.open()
    others = [lambda: desk.do(c.AddTask, key, text="theirs", by=BOB)] * (ATTEMPTS + 1)
    log, perform = crowded(desk, *others)
    with pytest.raises(Conflict, match=rf"changing {key}; try again with --key ours"):
        perform(desk.command(c.Declare, name="ours"), key)
    assert len(log.commits) == ATTEMPTS
    assert desk.store.log.answered(desk.workspace, "ours") is None
    assert desk.load(key).incident.stage is Stage.INVESTIGATION
    assert desk.do(c.Declare, key, name="ours").result is Result.ACCEPTED


def test_the_same_command_delivered_in_between_is_answered_once(desk: Desk) -> None:
    key = desk.open()
    command = desk.command(c.Declare)
    _, perform = crowded(desk, lambda: desk.perform(command, key))
    assert perform(command, key).repeated
    assert len(desk.timeline(key)) == 3


def test_another_command_with_the_same_key_in_between_is_a_refusal(desk: Desk) -> None:
    key = desk.open()
    _, perform = crowded(desk, lambda: desk.do(c.Declare, key, name="same"))
    answer = perform(desk.command(c.AddTask, name="same", text="x"), key)
    assert (answer.result, answer.repeated) == (Result.REFUSED, False)
    assert [reason.code for reason in answer.reasons] == ["key-reused"]
    assert len(desk.timeline(key)) == 3


def test_a_used_key_for_something_else_does_not_name_what_may_be_private(desk: Desk) -> None:
    private = desk.open(name="mine", private=True)
    answer = desk.perform(desk.command(c.Open, name="mine", title="other"))
    (reason,) = answer.reasons
    assert private not in f"{answer.key} {reason.sentence}"
    assert reason.remedy.line(answer.key) == "incident open --key ANOTHER-KEY"


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x1b[31m", "half \ud83d of a character", "", "  ", "x" * 10_001]
)
def test_what_no_database_could_keep_is_refused_before_it_is_a_command(desk: Desk, text: str) -> None:
    with pytest.raises(Invalid, match=r"^The text "):
        desk.command(c.AddTask, text=text)


@pytest.mark.parametrize("key", ["INC-2", "INC-0", "inc-1", "nonsense", "", None])
def test_a_command_about_what_is_not_there_is_not_found(desk: Desk, key: str | None) -> None:
    desk.open()
    before = desk.record()
    with pytest.raises(NotFound):
        desk.perform(desk.command(c.Declare, name="lost"), key)
    assert desk.record() == before
    assert desk.store.log.answered(desk.workspace, "lost") is None


def test_what_others_hide_is_not_found_in_the_same_words(desk: Desk) -> None:
    key = desk.open(by=BOB, private=True)
    with pytest.raises(NotFound, match=f"There is no incident {key} that you can see"):
        desk.do(c.Declare, key, by=CLEO)
    with pytest.raises(NotFound, match="There is no incident INC-9 that you can see"):
        desk.do(c.Declare, "INC-9", by=CLEO)


def test_a_command_is_its_own_correlation_unless_another_is_given(desk: Desk) -> None:
    desk.open(name="first")
    desk.perform(desk.command(c.Open, name="second", title="x"), correlation_id="thread")
    assert [sealed.envelope.correlation_id for sealed, _ in desk.record()[1]] == ["first", "thread"]


def duplicate(desk: Desk, key: str, original: str, by: Actor = ANN) -> Answer:
    return desk.do(c.Close, key, duplicate_of=original, by=by)


def test_a_duplicate_names_its_original(desk: Desk) -> None:
    original, copy = desk.open(), desk.open()
    assert duplicate(desk, copy, original).result is Result.ACCEPTED
    incident = desk.load(copy).incident
    assert (incident.outcome, incident.duplicate_of) == (Outcome.DUPLICATE, original)


def test_a_duplicate_of_what_cannot_be_seen_is_not_found(desk: Desk) -> None:
    copy = desk.open()
    hidden = desk.open(by=BOB, private=True)
    for original in (hidden, "INC-9", "nonsense"):
        with pytest.raises(NotFound, match=original):
            duplicate(desk, copy, original)
    assert desk.load(copy).incident.stage is Stage.INVESTIGATION


def test_a_duplicate_of_itself_is_refused(desk: Desk) -> None:
    key = desk.open()
    answer = duplicate(desk, key, key)
    assert answer.result is Result.REFUSED
    assert len(answer.reasons) == 1


def test_a_duplicate_of_a_duplicate_is_refused_and_the_original_is_named(desk: Desk) -> None:
    original, copy, third = desk.open(), desk.open(), desk.open()
    duplicate(desk, copy, original)
    answer = duplicate(desk, third, copy)
    (reason,) = answer.reasons
    assert (answer.result, reason.code) == (Result.REFUSED, "duplicate-of-duplicate")
    assert reason.sentence == f"{copy} is itself a duplicate of {original}."
    assert reason.remedy.line(third) == f"incident close {third} --duplicate-of {original}"
    assert duplicate(desk, third, original).result is Result.ACCEPTED


def test_two_incidents_cannot_be_each_others_duplicate(desk: Desk) -> None:
    original, copy = desk.open(), desk.open()
    duplicate(desk, copy, original)
    (reason,) = duplicate(desk, original, copy).reasons
    assert reason.remedy.line(original) == f"incident close {original} --outcome fixed"


def test_a_duplicate_is_told_every_reason_at_once(desk: Desk) -> None:
    original, copy, third = desk.open(), desk.open(), desk.open(declare=True)
    duplicate(desk, copy, original)
    codes = [reason.code for reason in duplicate(desk, third, copy).reasons]
    assert codes == ["wrong-stage", "duplicate-of-duplicate"]


def test_closing_again_as_the_same_duplicate_changes_nothing_even_if_that_was_closed_since(
    desk: Desk,
) -> None:
    original, copy, third = desk.open(), desk.open(), desk.open()
    duplicate(desk, copy, original)
    duplicate(desk, original, third)
    assert duplicate(desk, copy, original).result is Result.UNCHANGED
