"""What the timers need to know, and how people put one off: snoozed until a time, or stopped."""

from __future__ import annotations

import pytest

from incident_core import commands as c
from incident_core import events as e
from incident_core.guards.refusal import Refused
from incident_core.lifecycle.available import Verdict, available
from incident_core.lifecycle.decide import decide
from incident_core.lifecycle.fold import advance
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone
from incident_core.model.move import Move
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.timer import COMMS, STALE, follow_up_of, follow_up_timer, role_of, role_timer
from tests.core.telling import (
    ANN,
    ANY_POLICY,
    BOB,
    LEAD,
    TECH,
    asked,
    at,
    by,
    opened,
    refused,
    tell,
    then,
)


def test_a_role_that_was_left_is_empty_since_then() -> None:
    held = tell(opened(), by(ANN, c.Claim, 1, role=TECH))
    assert dict(held.vacated) == {}
    left = then(held, by(BOB, c.Release, 5, role=TECH))
    assert dict(left.vacated) == {TECH: at(5)}


@pytest.mark.parametrize(
    "taking", [by(BOB, c.Claim, 6, role=TECH), by(ANN, c.Assign, 6, role=TECH, holder=BOB)]
)
def test_a_role_that_is_taken_again_is_empty_no_longer(taking: c.Command) -> None:
    left = tell(opened(), by(ANN, c.Claim, 1, role=TECH), by(ANN, c.Release, 5, role=TECH))
    assert dict(then(left, taking).vacated) == {}


def test_a_commander_who_comes_by_declaring_or_by_an_offer_has_the_role() -> None:
    left = tell(opened(), by(ANN, c.Claim, 1, role=LEAD), by(ANN, c.Release, 5, role=LEAD))
    assert dict(then(left, by(BOB, c.Declare, 6)).vacated) == {}
    accepted = e.HandoverAccepted(actor=BOB, at=at(6), role=LEAD, holder=ANN, to=BOB)
    assert dict(advance(left, [accepted]).vacated) == {}


def test_a_role_that_nobody_had_was_not_left() -> None:
    """An import may tell so; a role that was always empty is counted from the opening."""
    told = advance(tell(opened()), [e.RoleReleased(actor=ANN, at=at(1), role=TECH, holder=BOB)])
    assert dict(told.vacated) == {}


def test_every_severity_is_known_with_its_beginning() -> None:
    incident = tell(
        opened(severity=Severity.SEV2),
        by(ANN, c.SetSeverity, 5, severity=Severity.SEV1),
        by(ANN, c.SetSeverity, 9, severity=Severity.SEV3, reason="only one customer"),
    )
    assert incident.severities == (
        (Severity.SEV4, at(0)),
        (Severity.SEV2, at(0)),
        (Severity.SEV1, at(5)),
        (Severity.SEV3, at(9)),
    )


def test_the_first_severity_begins_when_it_was_opened_also_after_a_correction() -> None:
    corrected = by(ANN, c.CorrectMilestone, 9, milestone=Milestone.OPENED, when=at(-30))
    incident = tell(opened(), by(ANN, c.SetSeverity, 5, severity=Severity.SEV1), corrected)
    assert [entry.at for entry in incident.severities] == [at(-30), at(5)]


def snooze(timer: str, until: float, minutes: float = 2) -> c.Command:
    return by(ANN, c.SnoozeTimer, minutes, timer=timer, until=at(until))


def stop(timer: str, minutes: float = 2) -> c.Command:
    return by(ANN, c.StopTimer, minutes, timer=timer)


def with_follow_up() -> Incident:
    return tell(opened(), by(ANN, c.AddFollowUp, text="x"))


def test_a_snoozed_timer_is_put_off_until_then_and_a_stopped_one_for_good() -> None:
    snoozed, stopped = asked(with_follow_up(), snooze(COMMS, 30)), asked(with_follow_up(), stop(STALE))
    assert snoozed == (e.ReminderSnoozed(actor=ANN, at=at(2), reminder=COMMS, until=at(30)),)
    assert stopped == (e.ReminderStopped(actor=ANN, at=at(2), reminder=STALE),)
    incident = advance(with_follow_up(), (*snoozed, *stopped))
    assert dict(incident.reminders) == {COMMS: at(30), STALE: None}


def test_what_was_asked_last_counts() -> None:
    once = then(with_follow_up(), snooze(COMMS, 30))
    assert asked(once, snooze(COMMS, 30, minutes=5)) == ()
    assert dict(then(once, snooze(COMMS, 20)).reminders) == {COMMS: at(20)}
    stopped = then(once, stop(COMMS))
    assert asked(stopped, stop(COMMS, minutes=5)) == ()
    assert dict(then(stopped, snooze(COMMS, 30)).reminders) == {COMMS: at(30)}


def test_a_timer_that_is_not_there_is_refused_with_those_that_are() -> None:
    policy = Policy(required_roles=(LEAD, TECH))
    incident = then(
        with_follow_up(),
        *[by(ANN, c.AddFollowUp, text=text) for text in ("y", "z")],
        by(ANN, c.FinishFollowUp, 1, item="f2"),
        by(ANN, c.Retract, 1, entry="f3", reason="twice"),
    )
    for name in ("lunch", "role:communications_liaison", "followup:f2", "followup:f3", "followup:t1", LEAD):
        for command in (snooze(name, 30), stop(name)):
            answer = decide(policy, incident, command)
            assert isinstance(answer, Refused)
            (reason,) = answer.reasons
            assert (reason.code, reason.remedy.line("INC-1")) == ("timer-unknown", "incident timers INC-1")
            assert reason.sentence == (
                f"INC-? has no timer {name}; its timers are comms, stale, role:incident_commander, "
                "role:technical_lead and followup:f1."
            )


def test_once_closed_only_the_timers_of_follow_ups_can_be_put_off() -> None:
    closed = then(with_follow_up(), by(ANN, c.Close, 1))
    for name in (COMMS, STALE, role_timer(LEAD)):
        assert refused(closed, snooze(name, 30)) == refused(closed, stop(name)) == ["closed"]
    name = follow_up_timer("f1")
    assert dict(then(closed, snooze(name, 30)).reminders) == {name: at(30)}
    assert dict(then(closed, stop(name)).reminders) == {name: None}
    done = then(closed, by(ANN, c.FinishFollowUp, 3, item="f1"))
    assert refused(done, stop(name, minutes=4)) == ["timer-unknown"]


def test_available_lists_each_timer() -> None:
    incident = then(with_follow_up(), stop(STALE), snooze(COMMS, 30))
    stops = {each.target: each.verdict for each in available(ANY_POLICY, incident, ANN, at(3), Move.STOP)}
    assert stops == {
        COMMS: Verdict.ALLOWED,
        STALE: Verdict.UNCHANGED,
        "role:incident_commander": Verdict.ALLOWED,
        "followup:f1": Verdict.ALLOWED,
    }
    snoozes = available(ANY_POLICY, incident, ANN, at(3), Move.SNOOZE)
    assert [(each.target, each.verdict) for each in snoozes] == [(name, Verdict.ALLOWED) for name in stops]


def test_reopening_arms_what_was_put_off_except_for_follow_ups() -> None:
    put_off = snooze(COMMS, 30), stop(STALE), snooze(follow_up_timer("f1"), 60)
    closed = then(with_follow_up(), *put_off, by(ANN, c.Close, 2))
    assert dict(closed.reminders) == {COMMS: at(30), STALE: None, "followup:f1": at(60)}
    assert dict(then(closed, by(ANN, c.Reopen, 3, reason="again")).reminders) == {"followup:f1": at(60)}


def test_a_timer_is_named_after_what_it_watches_and_its_name_reads_back() -> None:
    assert (role_timer(TECH), role_of("role:technical_lead")) == ("role:technical_lead", TECH)
    assert (follow_up_timer("f1"), follow_up_of("followup:f1")) == ("followup:f1", "f1")
    for other in (COMMS, STALE, "role:", "followup:", "roles:x", ""):
        assert (role_of(other), follow_up_of(other)) == (None, None)
    assert role_of("followup:f1") is follow_up_of("role:technical_lead") is None
