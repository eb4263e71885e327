"""Reporting and analytics: the figures of stats and the file of export, against the command line's own."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.state.apps import File
from tests.servers.watchdog import wait_until
from tests.slack.stories.conftest import Founding
from tests.slack.stories.town import SOON, Town, founded


@pytest.fixture
def filing(new_town: Founding) -> Iterator[Town]:
    """A town that may send files, with two incidents that are closed and one investigation that is."""
    with new_town(SLACK_SEND_FILES="true") as home:
        for title, declared in (("First, with a comma", True), ('Second "quoted"', True), ("Third", False)):
            key = home.opened(title, options="--declare" if declared else "")
            home.say(f"evidence {key} https://x.example/1")
            if declared:
                home.say(f"resolve {key}")
            home.close(key)
        home.quiet()
        yield home


def sent(home: Town, text: str, by: str = "ann") -> str:
    """Ask for an export; the content of the file that comes."""
    before = len(files(home))
    assert home.say(text, by) == "The export comes to you as a direct message; it has what you may see."
    assert wait_until(lambda: len(files(home)) > before, SOON)
    file = files(home)[-1]
    direct = home.slack.person(by).direct(home.slack.bot_user)
    assert [channel for channel, _ in file.shares] == [direct]
    assert file.content is not None
    return file.content.decode()


def files(home: Town) -> list[File]:
    """Every file that was sent, the newest last."""
    return [each for each in home.slack.workspace.files.values() if each.completed]


@pytest.mark.parametrize(("text", "options"), [("export", ""), ("export case", "--layout case")])
def test_export_is_the_csv_of_the_command_line(filing: Town, text: str, options: str) -> None:
    path = filing.program.folder / "incidents.csv"
    filing.program(f"export {options} -o {path}")
    assert sent(filing, text) == path.read_bytes().decode()


def test_export_has_all_investigation_details_timelines_and_resolution_metrics(filing: Town) -> None:
    third, second, first = csv.DictReader(io.StringIO(sent(filing, "export")))
    assert [each["title"] for each in (first, second, third)] == [
        "First, with a comma", 'Second "quoted"', "Third",
    ]  # fmt: skip
    assert [stage["stage"] for stage in json.loads(first["stages"])] == [
        "investigation", "incident", "resolved", "closed",
    ]  # fmt: skip
    assert all(first[name] for name in ("time_to_resolve", "resolved_at", "closed_at"))
    assert (third["outcome"], third["time_to_resolve"]) == ("no_action", "")
    assert json.loads(second["evidence"])[0]["url"] == "https://x.example/1"


def test_export_in_the_layout_of_case_has_its_columns(filing: Town) -> None:
    third, second, first = csv.DictReader(io.StringIO(sent(filing, "export case")))
    assert [each["Escalated to Incident"] for each in (first, second, third)] == ["Yes", "Yes", "No"]
    assert {each["Status"] for each in (first, second, third)} == {"closed"}
    assert len(first) == 16


def test_without_the_scope_export_says_how_to_get_the_file(home: Town) -> None:
    said = home.say("export case").splitlines()
    assert said[0].endswith("On the command line: incident export --layout case -o incidents.csv")
    assert "SLACK_SEND_FILES=true" in said[1]


def test_an_export_that_slack_refuses_is_told(filing: Town) -> None:
    filing.slack.team.fault("files.getUploadURLExternal", "error", code="fatal_error")
    before = len(filing.alone("ann", filing.general))
    filing.say("export")
    assert filing.told("ann", filing.general, before + 1).startswith("The export was not sent.")


def test_only_those_who_are_named_may_export(new_town: Founding, sandbox: Sandbox) -> None:
    slack = founded(sandbox, {"SLACK_SEND_FILES": "true"})
    ben = slack.person("ben").id
    with new_town(slack=slack, SLACK_SEND_FILES="true", EXPORT_AUTHORIZED_USERS=ben) as home:
        home.opened("For the file")
        assert home.say("export").startswith("You may not export: ask an administrator")
        assert "For the file" in sent(home, "export", by="ben")


def test_stats_has_the_figures_of_the_command_line(filing: Town) -> None:
    filing.opened("An investigation that is active")
    filing.opened("An incident that is active", options="--declare")
    said = filing.say("stats")
    report = filing.program("stats --since '7d ago' --json").json
    assert said.splitlines()[0] == "Now: 1 investigations and 1 incidents are active."
    assert said.splitlines()[1] == "In the last 7 days (since DATE)"
    assert "• 5 opened, 3 declared as incidents (60% of those opened)" in said.splitlines()
    assert "• average resolution time: incidents LENGTH (n 2), investigations LENGTH (n 4)" in said
    assert "• time_to_resolve: n 2, median LENGTH, p90 LENGTH" in said.splitlines()
    assert (report["opened"], report["declared"]) == (5, 3)


def test_stats_of_other_lengths_of_time(home: Town) -> None:
    assert "In the last 90 days" in home.say("stats 90d")
    assert "From the first incident on" in home.say("stats all")
    assert home.say("stats 0d") == "LENGTH is not a length of time: write LENGTH, LENGTH or all."
