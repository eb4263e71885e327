"""What people collect: one link is one piece, no id is used twice, and a retraction takes nothing away."""

from __future__ import annotations

import operator
from time import process_time

import pytest

from incident_core import commands as c
from incident_core import events as e
from incident_core.guards.refusal import Refused
from incident_core.lifecycle.decide import decide
from incident_core.lifecycle.fold import fold
from incident_core.model.entry import Task, Update
from incident_core.model.severity import Severity
from incident_core.model.times import Due
from tests.core.telling import ANN, ANY_POLICY, BOB, NINE, asked, at, by, opened, refused, tell, then

LINK = "https://example.com/graph"


def test_the_same_link_twice_is_one_piece_with_the_newer_note() -> None:
    once = tell(opened(), by(ANN, c.AddEvidence, 1, url=LINK, note="before"))
    twice = then(once, by(BOB, c.AddEvidence, 2, url=LINK, note="after"))
    (piece,) = twice.evidence
    assert (piece.id, piece.note, piece.added_by, piece.added_at) == ("e1", "after", ANN, at(1))
    for note in (None, "after"):
        assert asked(twice, by(BOB, c.AddEvidence, 3, url=LINK, note=note)) == ()


def test_two_links_that_differ_in_one_letter_are_two_pieces() -> None:
    incident = tell(
        opened(), *[by(ANN, c.AddEvidence, 1, url=url) for url in (LINK, LINK + "/", LINK.upper())]
    )
    assert [piece.id for piece in incident.evidence] == ["e1", "e2", "e3"]


def test_a_retracted_link_that_comes_again_is_the_same_piece_and_is_back() -> None:
    gone = tell(
        opened(),
        by(ANN, c.AddEvidence, 1, url=LINK, note="wrong"),
        by(ANN, c.AddEvidence, 1, url=LINK + "2"),
        by(ANN, c.Retract, 2, entry="e1", reason="another host"),
    )
    assert [piece.retracted for piece in gone.evidence] == [True, False]
    back = then(gone, by(BOB, c.AddEvidence, 3, url=LINK, note="right"))
    assert [(piece.id, piece.note, piece.retracted) for piece in back.evidence] == [
        ("e1", "right", False),
        ("e2", None, False),
    ]


def test_ids_are_not_given_out_again_after_a_retraction() -> None:
    incident = tell(opened())
    for add, entry in (
        (by(ANN, c.SendUpdate, 1, text="x"), "u1"),
        (by(ANN, c.AddTask, 1, text="x"), "t1"),
        (by(ANN, c.AddFollowUp, 1, text="x"), "f1"),
    ):
        incident = then(incident, add, by(ANN, c.Retract, 1, entry=entry, reason="typo"), add)
    entries: list[Update | Task] = [*incident.updates, *incident.tasks, *incident.follow_ups]
    assert [entry.id for entry in entries] == ["u1", "u2", "t1", "t2", "f1", "f2"]
    assert [entry.retracted for entry in entries] == [True, False] * 3


def test_what_was_retracted_cannot_be_named_again() -> None:
    gone = tell(opened(), by(ANN, c.AddTask, text="x"), by(ANN, c.Retract, 1, entry="t1", reason="typo"))
    for command in (
        by(ANN, c.FinishTask, 2, item="t1"),
        by(ANN, c.AssignTask, 2, item="t1", owner=BOB),
        by(ANN, c.Retract, 2, entry="t1", reason="again"),
    ):
        assert refused(gone, command) == ["entry-unknown"]


def test_a_task_is_no_follow_up() -> None:
    incident = tell(opened(), by(ANN, c.AddTask, text="x"), by(ANN, c.AddFollowUp, text="y"))
    assert refused(incident, by(ANN, c.FinishTask, item="f1")) == ["entry-unknown"]
    assert refused(incident, by(ANN, c.FinishFollowUp, item="t1")) == ["entry-unknown"]


def test_the_work_on_a_follow_up_goes_on_after_closing() -> None:
    closed = tell(
        opened(), by(ANN, c.AddFollowUp, text="x"), by(ANN, c.AddTask, text="y"), by(ANN, c.Close, 1)
    )
    later = then(
        closed, by(ANN, c.AssignFollowUp, 5, item="f1", owner=BOB), by(BOB, c.FinishFollowUp, 9, item="f1")
    )
    (follow_up,) = later.follow_ups
    assert (follow_up.owner, follow_up.done_by, follow_up.done_at) == (BOB, BOB, at(9))
    assert later.stages == closed.stages


def test_nothing_is_added_to_a_closed_incident_and_nothing_else_is_finished() -> None:
    closed = tell(
        opened(), by(ANN, c.AddFollowUp, text="x"), by(ANN, c.AddTask, text="y"), by(ANN, c.Close, 1)
    )
    for command in (
        by(ANN, c.AddFollowUp, 2, text="z"),
        by(ANN, c.FinishTask, 2, item="t1"),
        by(ANN, c.AssignTask, 2, item="t1", owner=BOB),
        by(ANN, c.Retract, 2, entry="f1", reason="typo"),
    ):
        assert refused(closed, command) == ["closed"]
    assert refused(closed, by(ANN, c.FinishFollowUp, 2, item="t1")) == ["entry-unknown"]


def test_before_the_opening_of_a_closed_incident_no_follow_up_was_done() -> None:
    """The opening cannot be corrected any more; so the remedy is another time of the command."""
    closed = tell(opened(5), by(ANN, c.AddFollowUp, 5, text="x"), by(ANN, c.Close, 6))
    for command, rest in (
        (by(ANN, c.FinishFollowUp, 1, item="f1"), "followup INC-1 done f1"),
        (by(ANN, c.AssignFollowUp, 1, item="f1", owner=BOB), "followup INC-1 assign f1 cli:bob"),
        (by(ANN, c.StopTimer, 1, timer="followup:f1"), "timers INC-1 stop followup:f1"),
        (
            by(ANN, c.SnoozeTimer, 1, timer="followup:f1", until=at(9)),
            "timers INC-1 snooze followup:f1 --until WHEN",
        ),
    ):
        answer = decide(ANY_POLICY, closed, command)
        assert isinstance(answer, Refused)
        assert [(each.code, each.remedy.line("INC-1")) for each in answer.reasons] == [
            ("before-opened", f"incident {rest} --at 2026-11-22T09:05:00.000000Z")
        ]


def test_a_task_has_an_owner_a_day_and_an_end() -> None:
    due = Due(NINE.date(), "Europe/Berlin")
    incident = tell(
        opened(),
        by(ANN, c.AddTask, 1, text="page the DBA", due=due),
        by(ANN, c.AssignTask, 2, item="t1", owner=BOB),
        by(BOB, c.FinishTask, 3, item="t1"),
    )
    (task,) = incident.tasks
    assert (task.owner, task.due, task.done_by, task.done_at) == (BOB, due, BOB, at(3))
    assert asked(incident, by(ANN, c.FinishTask, 4, item="t1")) == ()
    assert asked(incident, by(ANN, c.AssignTask, 4, item="t1", owner=BOB)) == ()


def test_a_retraction_needs_a_reason_and_an_unknown_id_is_named_first() -> None:
    incident = tell(opened())
    assert refused(incident, by(ANN, c.Retract, 1, entry="e1")) == ["entry-unknown", "reason-missing"]


def test_components_of_an_update_come_back_one_by_one() -> None:
    incident = tell(
        opened(), by(ANN, c.SendUpdate, text="x", components=("web, api", "batch"), next_due=at(30))
    )
    (update,) = incident.updates
    assert (update.components, update.next_due) == (("web, api", "batch"), at(30))


def test_opening_at_another_severity_is_opening_and_raising_in_one() -> None:
    events = decide(ANY_POLICY, None, opened(severity=Severity.SEV1, private=True, drill=True))
    assert isinstance(events, tuple)
    first, raised = events
    assert isinstance(first, e.Opened)
    assert isinstance(raised, e.SeveritySet)
    assert (first.severity, raised.previous, raised.severity) == (Severity.SEV4, Severity.SEV4, Severity.SEV1)
    assert (fold(events).severity, fold(events).private, fold(events).drill) == (Severity.SEV1, True, True)


def history_of(links: int) -> list[e.Event]:
    first = e.Opened(actor=ANN, at=NINE, title="x", severity=Severity.SEV4, private=False, drill=False)
    added = (
        e.EvidenceAdded(actor=ANN, at=NINE, evidence=f"e{n}", url=f"{LINK}/{n}") for n in range(1, links + 1)
    )
    return [first, *added]


def test_two_thousand_links_can_be_collected_one_by_one() -> None:
    incident = tell(opened(), *[by(ANN, c.AddEvidence, 1, url=f"{LINK}/{number}") for number in range(2_000)])
    assert [piece.id for piece in incident.evidence] == [f"e{number}" for number in range(1, 2_001)]
    assert incident.version == 2_001


def test_folding_is_linear_in_the_number_of_links() -> None:
    """Sixteen times the links cost about sixteen times the time; were it quadratic, 256 times."""

    def seconds(links: int) -> float:
        events, times = history_of(links), []
        for _ in range(7):
            began = process_time()
            fold(events)
            times.append(process_time() - began)
        return min(times)

    assert seconds(16_000) / seconds(1_000) < 80


@pytest.mark.parametrize(("worse", "better"), [("sev1", "sev2"), ("sev1", "sev4"), ("sev3", "sev4")])
def test_severities_are_compared_by_rank(worse: str, better: str) -> None:
    assert Severity(worse).outranks(Severity(better))
    assert not Severity(better).outranks(Severity(worse))
    assert not Severity(worse).outranks(Severity(worse))


def test_severities_refuse_to_be_compared_with_signs() -> None:
    for compare in (operator.lt, operator.le, operator.gt, operator.ge):
        with pytest.raises(TypeError, match=r"use severity\.outranks"):
            compare(Severity.SEV1, Severity.SEV2)
    with pytest.raises(TypeError):
        max(Severity)


def test_opening_can_bring_a_first_piece_of_evidence_and_the_impact() -> None:
    begun = tell(opened(declare=True, evidence=LINK, impact="checkout fails"))
    assert [(piece.id, piece.url) for piece in begun.evidence] == [("e1", LINK)]
    (update,) = begun.updates
    assert (update.id, update.text, update.impact) == ("u1", "API is slow", "checkout fails")
    assert begun.commander == ANN
    assert not tell(opened()).evidence + tell(opened()).updates


def test_a_corrected_update_keeps_what_is_not_said_anew() -> None:
    sent = tell(opened(), by(ANN, c.SendUpdate, 1, text="We look.", impact="EU", components=("web", "api")))
    fixed = then(sent, by(BOB, c.CorrectUpdate, 2, update="u1", text="We know."))
    (update,) = fixed.updates
    assert (update.text, update.impact, update.components) == ("We know.", "EU", ("web", "api"))
    assert (update.sent_by, update.sent_at) == (ANN, at(1))
    other = then(fixed, by(BOB, c.CorrectUpdate, 3, update="u1", text="We know.", components=("db",)))
    assert other.updates[0].components == ("db",)
    assert asked(other, by(BOB, c.CorrectUpdate, 4, update="u1", text="We know.")) == ()


def test_only_an_update_that_is_there_can_be_corrected() -> None:
    sent = tell(opened(), by(ANN, c.AddEvidence, 1, url=LINK), by(ANN, c.SendUpdate, 1, text="We look."))
    for name in ("u2", "e1"):
        assert refused(sent, by(ANN, c.CorrectUpdate, 2, update=name, text="x")) == ["entry-unknown"]
    gone = then(sent, by(ANN, c.Retract, 2, entry="u1", reason="wrong incident"))
    assert refused(gone, by(ANN, c.CorrectUpdate, 3, update="u1", text="x")) == ["entry-unknown"]
