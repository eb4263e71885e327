"""The doctor: whatever a deployment can have wrong has a line of its own, which says what to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.bootstrap import app
from adapters.cli.app import App
from adapters.cli.doctor_database import disk
from adapters.settings import Settings
from incident_core.model.move import Move
from tests.cli.running import Program
from tests.cli.test_prune import later

WEBHOOK = {
    "WEBHOOK_URL": "http://127.0.0.1:9/hook",
    "WEBHOOK_SECRET": "0123456789abcdef",
    "WEBHOOK_ALLOW_PRIVATE": "true",
}


def lines(program: Program, code: int = 0, name: str | None = None) -> list[tuple[str, str]]:
    """The state and the finding of each line, or of those about this."""
    found = program("doctor --json", code).json
    return [(each["state"], each["found"]) for each in found if name in (None, each["name"])]


def test_where_all_is_well_every_line_is_ok_and_has_its_place(incident: Program) -> None:
    found = incident("doctor --json").json
    assert {each["state"] for each in found} == {"ok"}
    assert [each["name"] for each in found] == [
        "program", "libraries", "packages", "migrations", "words", "settings", "templates", "database",
        "connection", "writing", "disk", "schema", "log", "clock", "mirrors", "timers", "drift",
    ]  # fmt: skip


def test_settings_that_are_refused_are_named_and_all_else_is_looked_at(incident: Program) -> None:
    incident.settings |= {"STATUSPAGE_INTEGRATION_ENABLED": "true", "STATUSPAGE_API_KEY": "KVQ"}
    found = lines(incident, 1, "settings")
    assert [state for state, _ in found] == ["bad", "warning"]
    assert found[0][1].startswith("STATUSPAGE_INTEGRATION_ENABLED is true, but there is no Statuspage here")
    assert found[1][1] == "STATUSPAGE_API_KEY is set and not used: remove what is not"
    assert lines(incident, 1, "schema")[0][0] == "ok"
    assert "KVQ" not in incident.anyhow("doctor")


def test_settings_that_are_malformed_are_all_named_and_nothing_is_guessed(incident: Program) -> None:
    incident.settings |= {"STALE_AFTER": "soon", "INCIDENT_TIMEZONE": "Mars", "AUTO_CREATE_RCA": "1"}
    found = lines(incident, 1, "settings")
    assert [(state, what.split()[0]) for state, what in found] == [
        ("bad", "INCIDENT_TIMEZONE"), ("bad", "STALE_AFTER"), ("bad", "AUTO_CREATE_RCA"),
    ]  # fmt: skip
    assert lines(incident, 1, "database") == [
        ("warning", "it cannot be looked at before the settings are right")
    ]


def test_a_permission_for_what_nobody_can_do_is_a_bad_setting(incident: Program) -> None:
    incident.settings["INCIDENT_PERMISSIONS"] = f"{Move.OPEN}=cli:ann"
    ((state, what),) = lines(incident, 1, "settings")
    assert (state, what.split()[0]) == ("bad", "INCIDENT_PERMISSIONS")


def test_a_folder_of_templates_that_is_not_there_is_told(incident: Program) -> None:
    incident.settings["TEMPLATES_DIRECTORY"] = "nowhere/"
    assert lines(incident, 1, "templates") == [
        ("bad", "TEMPLATES_DIRECTORY names nowhere/, which is no folder.")
    ]


def test_a_disk_that_is_nearly_full_is_told_with_what_frees_some(tmp_path: Path) -> None:
    file = tmp_path / "not" / "yet" / "incidents.db"
    (good,) = disk(file, 0, 0)
    assert (good.state, good.name) == ("ok", "disk")
    assert good.found.endswith(f"are free in {tmp_path}")
    (little,), (nothing,) = disk(file, 1 << 60, 0), disk(file, 1 << 60, 1 << 60)
    assert (little.state, nothing.state) == ("warning", "bad")
    assert "`incident db prune`" in nothing.found


def test_a_clock_that_is_behind_the_record_is_told(incident: Program) -> None:
    incident.compose = lambda settings: replace(app(settings), clock=later(-1))
    ((state, what),) = lines(incident, 0, "clock")
    assert state == "warning"
    assert what.endswith("set the clock, or use NTP")


def test_what_nobody_works_on_is_told_once_it_should_have_been_tried(program: Program) -> None:
    program.settings |= WEBHOOK
    program("open x")
    assert lines(program, 0, "mirrors")[0][0] == "warning"
    assert lines(program, 0, "worker") == []
    program.compose = lambda settings: replace(app(settings), clock=later(1))
    assert lines(program, 0, "worker") == [
        (
            "warning",
            "INC-1 should have been tried by now, but nobody does it: run `incident worker` or `incident "
            "slack run`",
        )
    ]


def test_timers_that_nobody_fires_are_told(incident: Program) -> None:
    incident.compose = lambda settings: replace(app(settings), clock=later(30))
    ((state, what),) = lines(incident, 0, "timers")
    assert state == "warning"
    assert what.endswith("late, since nobody fires them: run `incident worker`")


def test_what_redis_says_is_a_line_where_there_is_one(incident: Program) -> None:
    def compose(settings: Settings) -> App:
        return replace(app(settings), queue=lambda: ("bad", "Redis is away."))

    incident.compose = compose
    assert lines(incident, 1, "redis") == [("bad", "Redis is away.")]


def test_what_somebody_did_by_hand_outside_is_told(incident: Program) -> None:
    from incident_core.ports.findings import SENTENCES, What

    def compose(settings: Settings) -> App:
        made = app(settings)
        made.findings().keep(
            made.workspace, "slack", "INC-1", list(What), {What.RENAMED: "x"}, made.clock.now()
        )
        return made

    incident.compose = compose
    ((state, what),) = lines(incident, 0, "drift")
    assert state == "warning"
    assert what == f"INC-1: {SENTENCES[What.RENAMED]} `incident mirrors` lists all"


@pytest.mark.parametrize("line", ["doctor", "doctor --json"])
def test_the_exit_code_is_the_same_for_people_and_for_programs(incident: Program, line: str) -> None:
    assert incident(line).code == 0
    incident.settings["WEB_INTERFACE_ENABLED"] = "true"
    incident(line, 1)
    incident.file.write_bytes(b"not a database" * 1000)
    incident(line, 6)
