"""Every way a run can end: its exit code and its one sentence, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from adapters.bootstrap import app
from adapters.cli.app import App
from adapters.settings import Settings
from incident_core.commands import Command
from incident_core.errors import Conflict, OutcomeUnknown, Unavailable
from incident_core.model.actor import Actor
from incident_core.ports.log import Answer, Batch, Loaded, Log
from incident_core.usecases.perform import Perform
from tests.cli.running import Program


def test_done_is_0_and_says_nothing_on_standard_error(program: Program) -> None:
    assert program("open x", code=0).err == ""


def test_wrong_usage_is_2_and_says_where_help_is(program: Program) -> None:
    ran = program("open x --severity sev9", code=2)
    assert ran.out == ""
    assert ran.err == (
        "error: Invalid value for '--severity': 'sev9' is not one of 'sev1', 'sev2', 'sev3', 'sev4'.\n"
        "→ incident open --help\n"
    )


def test_a_refusal_is_3_with_a_line_for_every_reason(program: Program) -> None:
    program.settings |= {"INCIDENT_REQUIRED_ROLES": "technical_lead", "INCIDENT_REVIEW_TO_CLOSE": "yes"}
    program("open x --declare --at 2026-01-02T00:00Z")
    ran = program("resolve 1 --at 2026-01-01T00:00Z", code=3)
    assert ran.out == ""
    assert [line.split(":")[0] for line in ran.err.splitlines()] == ["refused"] * 3
    assert all("→ incident " in line for line in ran.err.splitlines())


def test_a_refusal_as_json_is_an_object_on_standard_output(incident: Program) -> None:
    ran = incident("close 1 --json", code=3)
    assert ran.err == ""
    assert ran.json == {
        "refused": [
            {
                "code": "wrong-stage",
                "reason": "INC-1 is in stage incident; "
                "close is possible only from investigation or resolved.",
                "remedy": "incident resolve INC-1",
            }
        ]
    }


def test_not_found_is_4(program: Program) -> None:
    assert program("show 9", code=4).err == "error: There is no incident INC-9 that you can see.\n"
    assert program("declare 9 --json", code=4).json["error"]["code"] == "not-found"


def test_an_unknown_original_of_a_duplicate_is_4_and_changes_nothing(incident: Program) -> None:
    incident("open x")
    incident("close 2 --duplicate-of 99", code=4)
    assert incident("show 2 --json").json["stage"] == "investigation"


def test_a_conflict_that_lasts_is_5_and_names_the_key_to_repeat_with(incident: Program) -> None:
    incident.compose = _over(AlwaysSlower)
    ran = incident("status 1 identified --key k1", code=5)
    assert ran.err == "error: Too many others are changing INC-1; try again with --key k1.\n"


def test_a_database_that_is_not_there_is_6(program: Program) -> None:
    program.url = "sqlite:////proc/nowhere/incidents.db"
    ran = program("list", code=6)
    assert ran.err.startswith("error: ")
    assert "/proc/nowhere" in ran.err
    assert program("list --json", code=6).json["error"]["code"] == "unavailable"


def test_an_unknown_outcome_is_6_and_says_how_to_repeat_exactly(program: Program) -> None:
    incident = program
    incident("open x --at 2026-01-01T00:00Z")
    incident.compose = _over(LosesAnswers)
    ran = incident("update 1 x --at '1s ago' --next-due 'in 30m' --key k1", code=6)
    start, _, repeat = ran.err.partition("Repeat it with ")
    assert start == "error: It is not known whether this was recorded. "
    words = repeat.split(" to find out")[0].split()
    assert words[::2] == ["--key", "--at", "--next-due"]
    incident.compose = app
    assert "was used before" in incident(f"update 1 x {repeat.split(' to find out')[0]}").out
    assert len(incident("show 1 --json").json["updates"]) == 1


def test_an_unknown_outcome_of_a_snooze_says_when_it_would_end(incident: Program) -> None:
    incident.compose = _over(LosesAnswers)
    ran = incident("timers 1 snooze comms --for 30m --key k1", code=6)
    repeat = ran.err.partition("Repeat it with ")[2].split(" to find out")[0]
    assert repeat.split()[::2] == ["--key", "--until"]
    incident.compose = app
    assert "was used before" in incident(f"timers 1 snooze comms {repeat}").out


def test_an_unknown_outcome_of_a_corrected_time_says_which_time_that_was(incident: Program) -> None:
    incident.compose = _over(LosesAnswers)
    ran = incident("times 1 set detected_at '1s ago' --key k1", code=6)
    assert " and WHEN written as 20" in ran.err


def test_an_interrupted_command_is_130_and_says_how_to_find_out(program: Program) -> None:
    program.compose = _over(Interrupted)
    ran = program("open x --key k1", code=130)
    assert ran.err == (
        "Interrupted; whether this was recorded is not known. Repeat it with --key k1 to find out.\n"
    )
    assert program("open x --key k1 --json", code=130).json["error"]["code"] == "interrupted"


def test_a_command_whose_incident_cannot_be_read_back_was_done_all_the_same(program: Program) -> None:
    program.compose = _unreadable
    ran = program("open x")
    assert ran.out == "INC-1: done, as version 1; it cannot be shown to you now.\n"
    assert ran.err == "The command was recorded, but the incident cannot be read back. Gone.\n"
    assert program("open x --json").json == {"key": "INC-2", "version": 1}


def test_anything_else_is_1_with_a_sentence_and_the_way_to_the_traceback(program: Program) -> None:
    program.compose = _over(Bug)
    ran = program("open x", code=1)
    assert ran.err == (
        "error: Unexpected ZeroDivisionError: division by zero.\n"
        "→ INCIDENT_DEBUG=1 before the same command shows where\n"
    )


def test_the_debug_setting_shows_where_an_error_arose(program: Program) -> None:
    ran = program.process("show", "1", INCIDENT_DEBUG="1")
    assert ran.code == 4
    assert "Traceback" in ran.err
    assert "Traceback" not in program.process("show", "1").err


def test_malformed_settings_are_all_named_at_once(program: Program) -> None:
    program.settings |= {"INCIDENT_REVIEW_TO_CLOSE": "perhaps", "INCIDENT_WAIT_SECONDS": "soon"}
    for line in ("list", "open x", "config"):
        ran = program(line, code=2)
        assert [line.split(" (")[0] for line in ran.err.splitlines()] == [
            "error: INCIDENT_REVIEW_TO_CLOSE",
            "error: INCIDENT_WAIT_SECONDS",
        ]
    bad = [line for line in program("doctor", code=1).out.splitlines() if line.startswith("bad ")]
    assert [line.split()[2] for line in bad[:2]] == ["INCIDENT_REVIEW_TO_CLOSE", "INCIDENT_WAIT_SECONDS"]


def test_wrong_usage_is_answered_in_json_where_json_was_asked_for(program: Program) -> None:
    ran = program("open --json", code=2)
    assert ran.err == ""
    assert ran.json == {"error": {"code": "usage", "sentence": "Missing argument 'TITLE'."}}


def test_json_after_two_dashes_is_a_text_and_not_an_option(incident: Program) -> None:
    assert incident("update 1 -- --json").out == "INC-1: update u1 sent.\n"
    assert incident("update 9 -- --json", code=4).err.startswith("error: ")


def test_a_group_without_a_command_says_so(program: Program) -> None:
    assert program("task 1", code=2).err == "error: Missing command.\n→ incident task --help\n"
    assert program("", code=2).err.startswith("Usage: incident ")


def test_an_unknown_command_is_one_sentence(program: Program) -> None:
    assert program("bogus", code=2).err == "error: No such command 'bogus'.\n→ incident --help\n"


class OverAnother:
    """A log in front of the real one."""

    def __init__(self, log: Log) -> None:
        self.log = log

    def answered(self, workspace: str, command_key: str) -> Answer | None:
        return self.log.answered(workspace, command_key)

    def load(self, workspace: str, key: str, viewer: Actor) -> Loaded | None:
        return self.log.load(workspace, key, viewer)

    def commit(self, batch: Batch) -> Answer:
        return self.log.commit(batch)


class AlwaysSlower(OverAnother):
    """Somebody else always commits first."""

    def commit(self, batch: Batch) -> Answer:
        raise Conflict("somebody else was faster")


class LosesAnswers(OverAnother):
    """The commit happens, and the line goes dead before anybody hears of it."""

    def commit(self, batch: Batch) -> Answer:
        self.log.commit(batch)
        raise OutcomeUnknown(batch.envelope.command_key)


class Interrupted(OverAnother):
    """Ctrl-C arrives during the commit."""

    def commit(self, batch: Batch) -> Answer:
        raise KeyboardInterrupt


class Bug(OverAnother):
    """What nobody foresaw."""

    def commit(self, batch: Batch) -> Answer:
        raise ZeroDivisionError("division by zero")


def _over(kind: type[OverAnother]) -> Callable[[Settings], App]:
    """The App of these settings, with such a log in front of its own."""

    def compose(settings: Settings) -> App:
        from adapters.storage import open_database

        made = app(settings)
        log = kind(open_database(settings.database_url, ids=made.ids, wait_seconds=1).log)
        perform = Perform(log, made.clock, made.ids, made.policy, made.workspace, "cli")
        return replace(made, perform=perform)

    return compose


def _unreadable(settings: Settings) -> App:
    class Gone:
        def __getattr__(self, name: str) -> object:
            raise Unavailable("Gone.")

    return replace(app(settings), reader=Gone())  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [AlwaysSlower, Bug, Interrupted])
def test_a_command_that_fails_leaves_nothing(program: Program, kind: type[OverAnother]) -> None:
    program.compose = _over(kind)
    with pytest.raises(AssertionError):
        program("open x")
    program.compose = app
    assert program("list --all").out == ""


def test_perform_is_what_every_verb_goes_through(program: Program) -> None:
    """A verb that changed anything by another way would escape the rules."""
    asked: list[Command] = []

    def compose(settings: Settings) -> App:
        def perform(command: Command, key: str | None = None, *, at_given: bool = False) -> Answer:
            asked.append(command)
            raise Unavailable("Asked.")

        return replace(app(settings), perform=perform)

    program.compose = compose
    program("open x", code=6)
    assert [type(command).__name__ for command in asked] == ["Open"]
