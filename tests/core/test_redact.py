"""A redaction removes every text of what it names, once, for good, and is itself on record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from incident_core import commands as c
from incident_core import events as e
from incident_core.errors import Invalid
from incident_core.model.move import Move
from incident_core.model.permit import Permit
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.ports.log import Answer, Result
from incident_core.testing.contracts.desk import ANN, BOB, Desk
from incident_core.testing.memory import Memory, MemoryStore

WHY = "a customer's name"


@pytest.fixture
def desk() -> Desk:
    """INC-1 with two of each; what is said below counts its events from 1."""
    desk = Desk(MemoryStore.over(Memory()))
    key = desk.open("one", impact="none yet", evidence="https://example.com/1")  # 1 opened, 2 evidence, 3 u1
    desk.do(c.AddEvidence, key, url="https://example.com/1", note="a note")  # 4
    desk.do(c.SendUpdate, key, text="news", impact="some", components=("api", "web"))  # 5: u2
    desk.do(c.CorrectUpdate, key, update="u2", text="better news")  # 6
    desk.do(c.Retract, key, entry="u2", reason="wrong")  # 7
    desk.do(c.AddTask, key, text="look")  # 8
    desk.do(c.AddFollowUp, key, text="learn")  # 9
    desk.do(c.CorrectTitle, key, title="two")  # 10
    desk.do(c.SetSeverity, key, severity=Severity.SEV1)  # 11
    desk.do(c.SetSeverity, key, severity=Severity.SEV3, reason="less bad")  # 12
    return desk


def redact(desk: Desk, entry: str, **values: Any) -> Answer:
    return desk.do(c.Redact, "INC-1", entry=entry, **{"reason": WHY, **values})


def gone(desk: Desk, answer: Answer) -> set[tuple[int, str]]:
    """What a command says that it removed; it is as it says."""
    entries = desk.timeline("INC-1")
    said = [each.event for each in entries[answer.first_version - 1 : answer.last_version]]
    found = {(each.version, each.field) for each in said if isinstance(each, e.TextRedacted)}
    for version, field in found:
        assert getattr(entries[version - 1].event, field) is None
        assert field in entries[version - 1].redacted
    return found


@pytest.mark.parametrize(("entry", "texts"), [
    ("title", {(1, "title"), (3, "text"), (10, "title")}),
    ("e1", {(2, "url"), (4, "url"), (4, "note")}),
    ("u1", {(3, "text"), (3, "impact")}),
    ("u2", {
        (5, "text"), (5, "impact"), (5, "components"), (6, "text"), (6, "impact"), (6, "components"),
        (7, "reason"),
    }),
    (" U2 ", {
        (5, "text"), (5, "impact"), (5, "components"), (6, "text"), (6, "impact"), (6, "components"),
        (7, "reason"),
    }),
    ("t1", {(8, "text")}),
    ("f1", {(9, "text")}),
    ("5", {(5, "text"), (5, "impact"), (5, "components")}),
    ("12", {(12, "reason")}),
])  # fmt: skip
def test_it_removes_every_text_of_what_it_names_and_says_which(
    desk: Desk, entry: str, texts: set[tuple[int, str]]
) -> None:
    answer = redact(desk, entry)
    assert answer.result is Result.ACCEPTED
    assert gone(desk, answer) == texts
    assert answer.last_version - answer.first_version == len(texts) - 1, "one commit, an event for each"
    last = desk.timeline("INC-1")[-1].event
    assert isinstance(last, e.TextRedacted)
    assert (last.actor, last.reason) == (ANN, WHY)


def test_a_title_that_the_first_update_does_not_repeat_is_no_text_of_it() -> None:
    desk = Desk(MemoryStore.over(Memory()))
    key = desk.open("one")
    desk.do(c.SendUpdate, key, text="another text")
    assert gone(desk, redact(desk, "title")) == {(1, "title")}


@pytest.mark.parametrize("entry", ["11", "title", "u2"])
def test_where_no_text_is_left_nothing_changes(desk: Desk, entry: str) -> None:
    redact(desk, entry)
    version = desk.load("INC-1").incident.version
    assert redact(desk, entry).result is Result.UNCHANGED
    assert desk.load("INC-1").incident.version == version


@pytest.mark.parametrize("entry", ["e9", "t2", "13", "999999999"])
def test_what_is_not_there_is_refused_with_where_to_look(desk: Desk, entry: str) -> None:
    answer = redact(desk, entry)
    (reason,) = answer.reasons
    assert reason.code == "text-unknown"
    assert reason.remedy.line("INC-1") == "incident timeline INC-1"


@pytest.mark.parametrize("entry", ["", "name", "u0", "e-1", "٣", "0", "u1 u2", "1e9", "9" * 30])
def test_what_nothing_is_called_is_invalid(desk: Desk, entry: str) -> None:
    with pytest.raises(Invalid, match="as the timeline shows it"):
        redact(desk, entry)


@pytest.mark.parametrize("reason", [None, "  "])
def test_a_reason_is_needed_and_cannot_be_overridden(desk: Desk, reason: str | None) -> None:
    (why,) = redact(desk, "u1", reason=reason, override="in a hurry").reasons
    assert (why.code, why.remedy.rest) == ("reason-missing", "u1 --reason TEXT --override REASON")


def test_it_is_possible_in_every_stage(desk: Desk) -> None:
    for entry, kind in {"t1": c.Declare, "f1": c.Resolve, "u1": c.Close, "e1": None}.items():
        assert redact(desk, entry).result is Result.ACCEPTED
        if kind is not None:
            desk.do(kind, "INC-1")


def test_the_same_key_gives_the_first_answer_though_nothing_is_left_by_then(desk: Desk) -> None:
    first = redact(desk, "u1", name="once")
    again = redact(desk, "u1", name="once")
    assert again == replace(first, repeated=True)
    assert redact(desk, "u2", name="once").result is Result.REFUSED, "the key was used for another"


def test_the_reason_of_a_redaction_can_be_redacted_too_and_with_it_that_of_the_whole_command(
    desk: Desk,
) -> None:
    first = redact(desk, "u1")
    second = redact(desk, str(first.first_version), reason="it named them again")
    assert gone(desk, second) == {(13, "reason"), (14, "reason")}
    other = redact(desk, "t1")
    assert gone(desk, redact(desk, str(other.last_version))) == {(other.last_version, "reason")}


def test_a_command_of_which_a_text_was_redacted_is_answered_again_whatever_it_asked(desk: Desk) -> None:
    """What it asked is not known any more: even a digest of it would let a short text be guessed."""
    first = desk.do(c.AddTask, "INC-1", name="mine", text="ask Bob")
    redact(desk, "t2")
    assert desk.do(c.AddTask, "INC-1", name="mine", text="ask Bob") == replace(
        first, request="", repeated=True
    )
    assert desk.do(c.AddTask, "INC-1", name="mine", text="ask Eve").repeated


def test_it_can_be_permitted_to_few() -> None:
    desk = Desk(
        MemoryStore.over(Memory()), Policy(permits={Move.REDACT: Permit(frozenset({BOB}), frozenset())})
    )
    desk.open()
    assert [each.code for each in redact(desk, "title").reasons] == ["not-permitted"]
    assert redact(desk, "title", by=BOB).result is Result.ACCEPTED
