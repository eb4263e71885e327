"""Timers as they are shown: which there are, when they fire, that they fire once, and who notices."""

from __future__ import annotations

import pytest

from tests.cli.running import Program

PAST = "2020-01-01T10:00Z"
WEBHOOK = {"WEBHOOK_URL": "https://hooks.example.org/", "WEBHOOK_SECRET": "a secret of some length"}


@pytest.fixture
def overdue(program: Program) -> Program:
    """INC-1 has been without news since 2020, and will have a follow-up in 2126."""
    program(f"open slow --severity sev1 --declare --at {PAST}")
    program("followup 1 add 'alert on it' --due 2126-12-01")
    return program


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level("WARNING", "incident.timers")
    return caplog


def lines(program: Program, line: str) -> list[list[str]]:
    """The cells of each line."""
    return [each.split("\t") for each in program(line).out.splitlines()]


def test_the_next_to_fire_comes_first_with_when_it_is_due_and_from_when_it_counts(overdue: Program) -> None:
    began = "2020-01-01 10:00:00Z"
    expected = [
        ["INC-1", "comms", "2020-01-01 10:30:00Z", began],
        ["INC-1", "stale", "2020-01-08 10:00:00Z", began],
        ["INC-1", "followup:f1", "2126-12-02 00:00:00Z", "2126-12-02 00:00:00Z"],
    ]
    for line in ("timers", "timers show", "timers 1", "timers inc-1 show"):
        assert lines(overdue, line) == expected, line
    assert lines(overdue, "timers --limit 1") == expected[:1]
    assert lines(overdue, "timers 1 --limit 2") == expected[:2]


def test_what_was_snoozed_or_stopped_says_so(overdue: Program) -> None:
    overdue("timers 1 snooze comms --until 2126-01-01T00:00Z")
    overdue("timers 1 stop stale")
    assert [cells[1:3] for cells in lines(overdue, "timers 1")] == [
        ["comms", "snoozed until 2126-01-01 00:00:00Z"],
        ["followup:f1", "2126-12-02 00:00:00Z"],
        ["stale", "stopped"],
    ]
    (comms, _, stale) = overdue("timers 1 --json").json
    assert comms == {
        "key": "INC-1", "timer": "comms", "since": "2020-01-01T10:00:00.000000Z",
        "due_at": "2126-01-01T00:00:00.000000Z", "snoozed_until": "2126-01-01T00:00:00.000000Z",
        "stopped": False, "fired_at": None,
    }  # fmt: skip
    assert (stale["due_at"], stale["stopped"]) == (None, True)


def test_where_nothing_counts_that_is_said_beside_the_data(program: Program) -> None:
    assert program("timers").err == f"No timer counts ({program.file}).\n"
    program("open slow")
    program("close 1")
    assert program("timers 1").err == f"No timer of INC-1 counts ({program.file}).\n"
    assert program("timers 1 --json").json == []


def test_an_incident_that_is_not_there_or_not_for_everybody_is_not_found(program: Program) -> None:
    sentence = "There is no incident INC-1 that you can see."
    assert program("timers 1", code=4).err == f"error: {sentence}\n"
    program("open secret --private")
    assert program("timers 1 show --as bob", code=4).err == f"error: {sentence}\n"
    assert program("timers 1 --as bob --json", code=4).json["error"]["sentence"] == sentence
    assert len(lines(program, "timers 1")) == 1


def test_what_is_due_fires_once_and_is_due_again_later(
    overdue: Program, log: pytest.LogCaptureFixture
) -> None:
    ran = overdue("worker --once")
    assert ran.err == "There is no mirror: reminders go to the log only.\n"
    assert ran.out == f"0 incidents brought into step, 2 reminders fired ({overdue.file}).\n"
    assert log.messages == [
        "INC-1: no update since 2020-01-01T10:00:00.000000Z.",
        "Open for too long: INC-1.",
    ]
    assert "0 reminders fired" in overdue("worker --once").out
    assert len(log.messages) == 2
    comms, whole, _, stale = overdue("timers --json").json
    assert (comms["timer"], whole["key"], whole["timer"]) == ("comms", "all", "stale")
    assert comms["fired_at"] == whole["fired_at"] > "2026"
    assert comms["due_at"] > comms["fired_at"]
    assert (stale["due_at"], stale["fired_at"]) == (None, comms["fired_at"])
    assert lines(overdue, "timers")[-1][:2] == ["INC-1", "stale"]
    assert lines(overdue, "timers")[-1][2].startswith("fired 2")


def test_the_lengths_are_settings(overdue: Program, log: pytest.LogCaptureFixture) -> None:
    overdue.settings.update(COMMS_REMINDER_SEVERITIES="", STALE_AFTER="8d", ROLE_EMPTY_AFTER="1h")
    overdue.settings["INCIDENT_REQUIRED_ROLES"] = "technical_lead"
    overdue("open slower --severity sev1 --declare --at 2020-01-02T10:00Z")
    assert [cells[1:3] for cells in lines(overdue, "timers 2")] == [
        ["role:technical_lead", "2020-01-02 11:00:00Z"],
        ["stale", "2020-01-10 10:00:00Z"],
    ]
    overdue("worker --once")
    assert log.messages == [
        "INC-1: nobody holds the role technical_lead since 2020-01-01T10:00:00.000000Z.",
        "INC-2: nobody holds the role technical_lead since 2020-01-02T10:00:00.000000Z.",
        "Open for too long: INC-1, INC-2.",
    ]


def test_a_worker_that_is_started_with_other_lengths_brings_every_timer_up_to_date(program: Program) -> None:
    program("open slow --at '10d ago'", STALE_AFTER="365d")
    for length, fired in (("365d", 0), ("364d", 0), ("9d", 1), ("8d", 0)):
        assert f", {fired} reminder" in program("worker --once", STALE_AFTER=length).out, length


def test_show_says_what_will_fire_and_when(overdue: Program) -> None:
    assert "\nTimers: comms now, stale now, followup:f1 on 2126-12-02\n" in overdue("show 1").out
    overdue("worker --once")
    assert "\nTimers: comms in 24m, followup:f1 on 2126-12-02\n" in overdue("show 1").out
    overdue("timers 1 stop comms")
    overdue("timers 1 stop followup:f1")
    assert "Timers:" not in overdue("show 1").out


def test_show_as_json_has_the_timers_and_the_mirrors_as_their_own_commands_have_them(
    overdue: Program,
) -> None:
    overdue.settings.update(WEBHOOK)
    overdue("severity 1 sev2 --reason better")
    shown = overdue("show 1 --json").json
    assert len(shown["timers"]) == 3
    assert shown["timers"] == overdue("timers 1 --json").json
    assert [each["mirror"] for each in shown["mirrors"]] == ["webhook"]
    assert shown["mirrors"] == overdue("mirrors show 1 --json").json


def test_show_names_a_mirror_that_is_behind_and_none_that_is_not(program: Program) -> None:
    program("open calm")
    assert "Mirrors:" not in program("show 1").out
    program.settings.update(WEBHOOK)
    program("open slow")
    assert "\nMirrors: webhook is behind; incident mirrors INC-2 says why\n" in program("show 2").out
    assert "Mirrors:" not in program("show 1").out


def test_doctor_notices_that_nobody_fires_what_is_due(overdue: Program) -> None:
    overdue("open fresh --severity sev1 --declare")
    said = "2 timers are late, since nobody fires them: run `incident worker`"
    assert f"warning  timers        {said}\n" in overdue("doctor").out
    overdue("timers 1 stop stale")
    assert "warning  timers        1 timer is late" in overdue("doctor").out
    overdue("worker --once")
    assert "ok       timers        none is late\n" in overdue("doctor").out
