"""`incident sandbox`: a Slack of one's own, as a process, with the settings that point a bot at it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from adapters.sandbox.control import SandboxClient
from tests.cli.running import Program

PATIENCE = 60.0
SMALL = {
    "display_information": {"name": "Small"},
    "features": {"bot_user": {"display_name": "small"}},
    "oauth_config": {"scopes": {"bot": ["channels:manage"]}},
    "settings": {"socket_mode_enabled": True},
}
UNREACHABLE = {"interactivity": {"is_enabled": True}}
SMALL_YAML = """\
display_information: {name: Small}
features:
  bot_user:
    display_name: small
oauth_config:
  scopes:
    bot:
      - channels:manage
settings:
  socket_mode_enabled: true
"""


@contextmanager
def serving(program: Program, *words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A sandbox that is ready, until the end of the block; and the settings that it printed."""
    process = program.start("sandbox", *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        lines = list(iter(lambda: _line(process), "# Ready; Ctrl-C ends it."))
        yield process, dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate(timeout=PATIENCE)
    return line.rstrip("\n")


def client(settings: dict[str, str]) -> WebClient:
    """As a bot makes it of these settings."""
    return WebClient(settings["SLACK_BOT_TOKEN"], base_url=settings["SLACK_API_URL"], retry_handlers=[])


def test_the_settings_point_a_bot_at_it_and_ctrl_c_ends_it(program: Program) -> None:
    with serving(program) as (process, settings):
        assert list(settings) == [
            "SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET",
        ]  # fmt: skip
        made = client(settings).conversations_create(name="inc-1")["channel"]
        client(settings).chat_postMessage(channel=made["id"], text="hello")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "Ended.\n")


def test_it_listens_where_it_is_told_or_says_why_it_cannot(program: Program) -> None:
    with serving(program) as (process, settings):
        port = urlsplit(settings["SLACK_API_URL"]).port
        second = program.process("sandbox", "--port", str(port))
        assert (second.code, second.out) == (6, "")
        assert second.err == f"error: Port {port} cannot be used: Address already in use.\n"
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


@pytest.mark.parametrize(("name", "text"), [("m.json", json.dumps(SMALL)), ("m.yaml", SMALL_YAML)])
def test_an_app_is_installed_from_its_manifest(program: Program, name: str, text: str) -> None:
    (program.folder / name).write_text(text, encoding="utf-8")
    with serving(program, "--manifest", name) as (_, settings):
        assert client(settings).auth_test()["user"] == "small"
        with pytest.raises(SlackApiError, match="missing_scope"):
            client(settings).users_list()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2]", "holds no manifest"),
        (None, "cannot be read: No such file or directory"),
        ("{nonsense", "is neither YAML nor JSON"),
        (json.dumps(SMALL | {"settings": UNREACHABLE}), "Slack would not take this manifest"),
        (json.dumps(SMALL | {"nonsense": 1}), "nonsense"),
    ],
)
def test_a_manifest_that_is_none_is_refused_in_a_sentence(
    program: Program, text: str | None, said: str
) -> None:
    path = program.folder / "bad.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    ran = program(["sandbox", "--manifest", str(path)], code=2)
    assert said in ran.err
    assert ran.out == ""


def test_people_act_in_it_from_another_process(program: Program) -> None:
    with serving(program) as (_, settings):
        ann = SandboxClient(settings["SLACK_API_URL"].removesuffix("/api/")).team().person("ann")
        assert ann.post("general", "hello").text == "hello"
        assert not ann.command("/incident", "open", "general").acked
        assert "/incident failed" in ann.notices[-1].text


def test_calls_are_limited_unless_it_is_told_otherwise(program: Program) -> None:
    def create(settings: dict[str, str], count: int) -> None:
        for number in range(count):
            client(settings).conversations_create(name=f"inc-{number}")

    with serving(program) as (_, settings), pytest.raises(SlackApiError, match="ratelimited"):
        create(settings, 22)
    with serving(program, "--no-tiers") as (_, settings):
        create(settings, 22)


def test_every_call_takes_as_long_as_it_is_told(program: Program) -> None:
    with serving(program, "--latency", "300") as (_, settings):
        hasty = client(settings)
        hasty.timeout = 0.2  # type: ignore[assignment]
        with pytest.raises(TimeoutError):
            hasty.api_test()
        client(settings).api_test()


def test_without_the_extra_it_says_what_to_install(program: Program, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['uvicorn'] = None; sys.argv = ['incident', 'sandbox'];"
        "from adapters.entrypoints import main; main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, cwd=tmp_path,
        env=program.environ(), check=False,
    )  # fmt: skip
    assert ran.returncode == 6
    assert ran.stderr == "error: The sandbox needs uvicorn; run: pip install 'incident-core[sandbox]'\n"


def test_help_and_every_other_command_load_nothing_of_it(tmp_path: Path) -> None:
    code = (
        "import sys, adapters.cli.root, adapters.cli.sandbox, adapters.entrypoints, adapters.bootstrap;"
        "print({'starlette', 'uvicorn', 'yaml', 'adapters.sandbox'} & sys.modules.keys())"
    )
    words = [sys.executable, "-c", code]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert ran.stdout == "set()\n"
