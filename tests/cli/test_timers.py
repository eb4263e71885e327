"""Timers from the command line: snoozed for a time or until one, stopped, and what is typed wrongly."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.cli.running import Program


def last(program: Program) -> dict[str, str]:
    """The newest entry of the timeline of INC-1."""
    entry = program("timeline 1 --json").json[-1]
    return {"type": entry["type"], "at": entry["occurred_at"], **entry["body"]}


def between(earlier: str, later: str) -> timedelta:
    return datetime.fromisoformat(later) - datetime.fromisoformat(earlier)


@pytest.mark.parametrize("typed", ["90m", "1h30m", "'1 hour 30 min'"])
def test_a_snooze_is_for_a_length_of_time_from_when_it_was_given(incident: Program, typed: str) -> None:
    incident(f"timers 1 snooze comms --for {typed}")
    entry = last(incident)
    assert (entry["type"], entry["reminder"]) == ("reminder_snoozed", "comms")
    assert timedelta(minutes=90) >= between(entry["at"], entry["until"]) > timedelta(minutes=89)


def test_a_snooze_that_was_given_earlier_counts_from_then(incident: Program) -> None:
    incident("times 1 set opened_at 2020-11-22T07:00Z")
    incident("timers 1 snooze comms --at 2020-11-22T08:00Z --for 1d")
    assert last(incident)["until"] == "2020-11-23T08:00:00.000000Z"
    incident("timers 1 snooze comms --at '2h ago' --for 30m")
    assert timedelta(minutes=30) >= between(last(incident)["at"], last(incident)["until"])
    assert between(last(incident)["at"], last(incident)["until"]) > timedelta(minutes=29)


def test_the_same_again_is_unchanged(incident: Program) -> None:
    line = "timers 1 snooze comms --until 2126-12-01T10:00Z"
    incident(line)
    told = "unchanged: INC-1: the comms reminder is snoozed until 2126-12-01 10:00:00Z already.\n"
    assert incident(line).out == told
    incident("timers inc-1 stop comms")
    assert (
        incident("timers 1 stop comms").out == "unchanged: INC-1: the comms reminder was stopped already.\n"
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("timers 1 snooze comms", "Say for how long: --for 30m, or --until WHEN."),
        ("timers 1 snooze comms --for 1h --until now", "Say for how long: --for 30m, or --until WHEN."),
        ("timers 1 snooze comms --for later", "'later' is not a length of time: write 30m, 2h or 1d."),
        ("timers 1 snooze comms --for -5m", "'-5m' is not a length of time: write 30m, 2h or 1d."),
        ("timers 1 snooze comms --for 999999w", "'in 999999w' is outside the years 1 to 9999."),
        ("timers 1 snooze comms --for 0m", "A snooze ends after it begins"),
        ("timers 1 snooze comms --until '5m ago'", "A snooze ends after it begins"),
        ("timers 1 snooze 'my lunch' --for 1h", "'my lunch' is not the name of a timer"),
        ("timers snooze comms --for 1h", "'snooze' is not the key of an incident: write INC-42 or 42."),
        ("timers '' stop comms", "'' is not the key of an incident: write INC-42 or 42."),
        ("timers 1 sleep comms", "No such command 'sleep'."),
    ],
)
def test_what_is_typed_wrongly_is_told_in_a_sentence_and_changes_nothing(
    incident: Program, line: str, sentence: str
) -> None:
    before = incident("show 1 --json").json
    assert sentence in incident(line, code=2).err
    assert incident("show 1 --json").json == before


def test_a_timer_that_is_not_there_is_refused_with_those_that_are(incident: Program) -> None:
    incident("followup 1 add 'alert on it'")
    assert incident("timers 1 stop lunch", code=3).err == (
        "refused: INC-1 has no timer lunch; its timers are comms, stale, role:incident_commander and "
        "followup:f1. → incident timers INC-1\n"
    )


def test_once_closed_a_follow_up_can_be_put_off_given_away_and_finished(incident: Program) -> None:
    incident("followup 1 add 'alert on it' --due 2026-12-01")
    incident("resolve 1")
    incident("close 1")
    told = incident("timers 1 snooze followup:f1 --until 2126-12-01T10:00Z").out
    assert told == "INC-1: the reminder of follow-up f1 is snoozed until 2126-12-01 10:00:00Z.\n"
    assert "INC-1 is closed" in incident("timers 1 stop comms", code=3).err
    assert incident("followup 1 assign f1 bob").out == "INC-1: follow-up f1 is for cli:bob now.\n"
    assert incident("followup 1 done f1").out == "INC-1: follow-up f1 is done.\n"
    assert incident("followup 1 add another", code=3).err == (
        "refused: INC-1 is closed; it can only be read or reopened, and its follow-ups settled. "
        "→ incident reopen INC-1 --reason TEXT\n"
    )
    assert incident("show 1 --json").json["stage"] == "closed"


def test_explain_names_the_timers(incident: Program) -> None:
    page = incident("explain 1 timers").out
    assert "incident timers INC-1 snooze comms|stale|role:incident_commander --until WHEN\n" in page
    assert "incident timers INC-1 stop comms|stale|role:incident_commander\n" in page
