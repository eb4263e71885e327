"""`incident slack`, and `incident doctor` about Slack: what is missing is told before anything is done."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from adapters.sandbox import Sandbox, Slack, new_slack
from adapters.settings import Settings
from adapters.slack.manifest import manifest
from tests.cli.running import Program

ROOT = Path(__file__).parents[2]
BOT = "xoxb-1-2-abcdefgh"


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def slack(server: Sandbox) -> Slack:
    return new_slack(server, manifest(Settings("sqlite://")))


@pytest.fixture
def nothing(tmp_path: Path) -> Program:
    """The program where there is no database yet."""
    return Program(f"sqlite:///{tmp_path / 'incidents.db'}", {}, tmp_path)


def test_the_manifest_is_yaml_for_the_settings_in_force(nothing: Program) -> None:
    ran = nothing("slack manifest", SLACK_COMMANDS="/incident,/case", SLACK_SEND_FILES="true")
    read = yaml.safe_load(ran.out)
    assert [each["command"] for each in read["features"]["slash_commands"]] == ["/incident", "/case"]
    assert "files:write" in read["oauth_config"]["scopes"]["bot"]
    assert ran.out.startswith("# ")
    assert ran.err == ""
    assert not nothing.file.exists()


def test_the_manifest_for_http_has_the_address(nothing: Program) -> None:
    read = yaml.safe_load(nothing("slack manifest --url https://bot.example.org").out)
    assert read["settings"]["interactivity"]["request_url"] == "https://bot.example.org/slack/events"
    assert read["settings"]["socket_mode_enabled"] is False


@pytest.mark.parametrize(
    "url", ["", "bot.example.org", "ftp://x.org", "https://x.org/?a=b", "https://a:b@x.org"]
)
def test_an_address_that_slack_cannot_call_is_refused(nothing: Program, url: str) -> None:
    assert (
        "Give the address at which Slack reaches the bot"
        in nothing(["slack", "manifest", "--url", url], 2).err
    )


@pytest.mark.parametrize("where", ["3000", "localhost", "localhost:", "h:65536", "a b:1", "[::1", "h:-1"])
def test_what_is_no_place_to_listen_at_is_refused(nothing: Program, where: str) -> None:
    assert "is no place to listen at" in nothing(["slack", "run", "--http", where], 2).err


@pytest.mark.parametrize(
    ("words", "settings", "named"),
    [
        ("", {}, ["SLACK_BOT_TOKEN is not set", "SLACK_APP_TOKEN is not set"]),
        ("", {"SLACK_BOT_TOKEN": BOT}, ["SLACK_APP_TOKEN is not set"]),
        ("--http h:1", {}, ["SLACK_BOT_TOKEN is not set", "SLACK_SIGNING_SECRET is not set"]),
        ("--http h:1", {"SLACK_BOT_TOKEN": BOT}, ["SLACK_SIGNING_SECRET is not set"]),
        (
            "",
            {"SLACK_APP_TOKEN": "xoxb-1", "SLACK_WORKERS": "x"},
            [
                "SLACK_APP_TOKEN (environment) must",
                "SLACK_WORKERS (environment) must",
                "SLACK_BOT_TOKEN is not",
            ],
        ),
        ("--http h:1", {"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": "x"}, ["SLACK_SIGNING_SECRET (env"]),
    ],
)
def test_everything_that_is_missing_or_malformed_is_named_at_once(
    nothing: Program, words: str, settings: dict[str, str], named: list[str]
) -> None:
    ran = nothing(f"slack run {words}", 2, **settings)
    lines = ran.err.splitlines()
    assert len(lines) == len(named), lines
    assert all(line.startswith(f"error: {name}") for line, name in zip(lines, named, strict=True))
    assert ran.out == ""
    assert list(nothing.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("slack_bolt", []),
        ("slugify", []),
        ("waitress", ["--http", "127.0.0.1:0"]),
        ("slack_sdk", []),
        ("websockets", []),
    ],
)
def test_without_the_extra_it_says_what_to_install(nothing: Program, module: str, words: list[str]) -> None:
    code = (
        f"import sys; sys.modules['{module}'] = None; sys.argv = ['incident', 'slack', 'run', *{words}];"
        "from adapters.entrypoints import main; main()"
    )
    tokens = {
        "SLACK_BOT_TOKEN": BOT,
        "SLACK_APP_TOKEN": "xapp-1-2-abcdefgh",
        "SLACK_SIGNING_SECRET": "s" * 32,
    }
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=nothing.folder,
        env=nothing.environ(**tokens), check=False,
    )  # fmt: skip
    assert ran.stderr == f"error: Slack needs {module}; run: pip install 'incident-core[slack]'\n"
    assert ran.returncode == 6
    assert not nothing.file.exists()


def test_help_and_every_other_command_load_nothing_of_it(tmp_path: Path) -> None:
    code = (
        "import sys, adapters.cli.root, adapters.cli.slack, adapters.cli.doctor, adapters.entrypoints,"
        "adapters.bootstrap, adapters.slack.manifest; adapters.entrypoints.slack();"
        "print({'slack_sdk', 'slack_bolt', 'slugify', 'waitress', 'websockets'} & sys.modules.keys())"
    )
    words = [sys.executable, "-c", code]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert ran.stdout == "set()\n"


def test_the_doctor_says_nothing_of_slack_where_there_is_no_bot(program: Program) -> None:
    found = program("doctor --json", SLACK_APP_TOKEN="xapp-1-2-abcdefgh").json
    assert [each for each in found if "slack" in each["name"]] == []


def test_the_doctor_looks_at_slack_and_its_exit_code_says_whether_all_is_well(
    program: Program, slack: Slack
) -> None:
    lines = program("doctor", code=0, **slack.settings).out.splitlines()
    assert f"ok       slack token   Acme ({slack.workspace.id}), as @incidents" in lines
    checks = program("doctor --json", **slack.settings, INCIDENTS_DIGEST_CHANNEL="nothing", code=1).json
    bad = [check for check in checks if check["state"] == "bad"]
    assert [check["name"] for check in bad] == ["slack digest"]


def test_the_doctor_looks_at_slack_where_the_database_is_away(program: Program, slack: Slack) -> None:
    url = "postgresql://ann@127.0.0.1:1/nothing"
    ran = program("doctor", **slack.settings, DATABASE_URL=url, INCIDENT_WAIT_SECONDS="1", code=6)
    assert "ok       slack token" in ran.out


def test_the_doctor_tells_in_a_line_that_the_extra_is_missing(program: Program) -> None:
    code = (
        "import sys; sys.modules['slack_sdk'] = None; sys.argv = ['incident', 'doctor'];"
        "from adapters.entrypoints import main; main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=program.folder,
        env=program.environ(SLACK_BOT_TOKEN=BOT), check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert (
        "bad      slack         Slack needs slack_sdk; run: pip install 'incident-core[slack]'" in ran.stdout
    )
    assert ran.stderr == ""
