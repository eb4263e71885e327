"""While Slack is away the bot answers and records; once it is back, Slack shows all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from incident_core.model.stage import Stage
from tests.cli.running import Program
from tests.slack.stories.conftest import Founding
from tests.slack.stories.town import founded, town, wait_for

KINDS = {
    "an error": {"kind": "error", "code": "service_unavailable"},
    "a status": {"kind": "status", "status": 503},
    "a limit": {"kind": "ratelimited", "seconds": 1.0},
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_bot_keeps_answering_while_every_call_fails_and_all_is_there_afterwards(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path, kind: str
) -> None:
    with town(sandbox, sqlite_url, tmp_path) as home:
        home.slack.team.fault("*", times=100_000, **KINDS[kind])  # type: ignore[arg-type]
        assert home.say("open API is slow").startswith("INC-1 opened")
        assert home.say("declare INC-1") == "INC-1 declared; <@ann> is the commander."
        assert home.say("evidence INC-1 https://x.example/1") == "INC-1: evidence e1 added."
        assert home.say("severity INC-1 sev1", by="ben") == "INC-1 is sev1 now."
        assert "1–1 of 1 open" in home.say("list")
        assert "sev1 · incident · investigating" in home.say("status INC-1")
        wait_for(lambda: any(call.fault for call in home.slack.team.calls()))
        assert "INC-1\tslack" in home.program("mirrors").out
        assert [place.name for place in home.slack.team.channels() if place.name.startswith("inc-")] == []
        home.slack.team.clear_faults()
        home.program("mirrors retry")
        home.say("list")
        home.quiet()
        assert home.digest() == [
            "INC-1 · sev1 · incident: investigating · <#inc-1-api-is-slow> · led by <@ann> · API is slow",
            "↳ INC-1 was declared an incident by <@ann>: <#inc-1-api-is-slow>",
        ]
        assert home.room("INC-1").topic == "INC-1 · sev1 · incident: investigating · API is slow"
        assert home.lines("INC-1") == [
            "<@ann> declared an incident.",
            "<@ann> is incident commander now.",
            "<@ann> added evidence e1: https://x.example/1 (https://x.example/1)",
            "<@ben> raised the severity from sev4 to sev1.",
        ]
        assert "Nothing is behind" in home.program("mirrors").err


def test_a_form_that_slack_does_not_open_is_told_and_nothing_has_changed(new_town: Founding) -> None:
    with new_town() as home:
        home.opened("One")
        home.opened("Two")
        before = home.events()
        home.slack.team.fault("views.open", "error", code="fatal_error")
        message = home.slack.person("ann").post(home.general, "p99 is 4 seconds")
        told = home.collect(message)
        assert told == "Slack did not open the form in time; nothing was changed. Do it again."
        assert home.events() == before


def test_a_socket_that_is_cut_is_opened_again(sandbox: Sandbox, sqlite_url: str, tmp_path: Path) -> None:
    with town(sandbox, sqlite_url, tmp_path) as home:
        home.slack.control.disconnect(home.slack.app.id)
        home.slack.wait_for_socket()
        key = home.opened("After the reconnection")
        assert home.incident(key).stage is Stage.INVESTIGATION


def test_a_bot_that_cannot_reach_slack_says_so_and_ends(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    program = Program(
        sqlite_url, {**founded(sandbox).settings, "SLACK_API_URL": "http://127.0.0.1:9/api/"}, tmp_path
    )
    ran = program("slack run", 6)
    assert ran.err.startswith("error: The bot cannot begin.")
    assert ran.err.count("\n") == 1
