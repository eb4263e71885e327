"""Behind a proxy, as companies have one: all that goes to Slack goes through it, and it can be away."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adapters.sandbox import Sandbox
from tests.servers.forwarding import forward
from tests.slack.stories.process import ended, program, running
from tests.slack.stories.town import SOON, founded, wait_for

FILES = {"SLACK_SEND_FILES": "true"}


def test_every_call_the_socket_and_files_go_through_it(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    slack = founded(sandbox, FILES)
    place = urlsplit(slack.settings["SLACK_API_URL"]).netloc
    with forward() as proxy:
        slack.team.clear_calls()
        incident = program(slack, sqlite_url, tmp_path, HTTPS_PROXY=proxy.url, HTTP_PROXY=proxy.url, **FILES)
        with running(slack, incident) as process:
            assert slack.person("ann").command("/incident", "open Far away", slack.general).acked
            assert slack.person("ann").command("/incident", "export", slack.general).acked
            wait_for(lambda: bool(slack.team.calls("files.completeUploadExternal")))
            wait_for(lambda: bool(slack.team.calls("conversations.invite")))
            assert ended(process) == (0, "Ended.")
        passed = Counter(path.removeprefix("/api/") for how, at, path in proxy.passed if how == "POST")
        assert [how for how, _, _ in proxy.passed].count("CONNECT") == 1, "the socket"
        assert {at for _, at, _ in proxy.passed} == {place}
        assert not Counter(call.method for call in slack.team.calls()) - passed
        assert [path for path in passed if path.startswith("/upload/")], "the bytes of the file"


@pytest.mark.parametrize("api_url", ["", "https://slack.invalid/api/"])
def test_where_it_says_no_the_doctor_names_it(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path, api_url: str
) -> None:
    slack = founded(sandbox)
    with forward() as proxy:
        proxy.refusing = True
        more = {"HTTPS_PROXY": proxy.url} | ({"SLACK_API_URL": api_url} if api_url else {})
        said = program(slack, sqlite_url, tmp_path, **more).process("doctor").out
        assert "Slack cannot take auth.test now (the proxy on the way answered 407)" in said


def test_while_it_says_no_the_record_goes_on_and_slack_follows(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    slack = founded(sandbox)
    with forward() as proxy:
        incident = program(slack, sqlite_url, tmp_path, HTTPS_PROXY=proxy.url)
        with running(slack, incident) as process:
            proxy.refusing = True
            assert slack.person("ann").command("/incident", "open Behind it", slack.general).acked
            wait_for(lambda: "(the proxy on the way answered 407)" in incident("mirrors INC-1").out)
            slack.control.drop(slack.app.id)
            proxy.refusing = False
            wait_for(lambda: bool(slack.team.calls("conversations.invite")))
            slack.wait_for_socket(SOON)
            assert slack.person("ann").command("/incident", "list", slack.general).acked
            assert ended(process) == (0, "Ended.")
