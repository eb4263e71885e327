"""The plugin gives any project's tests a Slack of their own, without the core of this one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.foreign import Project

CONFTEST = '''
import importlib.abc
import sys

pytest_plugins = ["adapters.sandbox.fixture"]


class NotHere(importlib.abc.MetaPathFinder):
    """This project has none of the parts of the other one but its sandbox."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("incident_core", "sqlalchemy", "transitions", "alembic"):
            raise ModuleNotFoundError(name, name=name)


sys.meta_path.insert(0, NotHere())
'''
TESTS = """
from slack_sdk import WebClient

SEEN = []


def test_a_bot_makes_a_channel(slack):
    client = WebClient(slack.bot_token, base_url=slack.api_url)
    made = client.conversations_create(name="ops")["channel"]
    client.chat_postMessage(channel=made["id"], text="hello")
    assert [call.method for call in slack.team.calls()] == ["conversations.create", "chat.postMessage"]
    assert slack.person("ann").sees(made["id"])[-1].text == "hello"
    SEEN.append(slack.team.id)


def test_the_next_test_has_another_workspace(slack):
    client = WebClient(slack.bot_token, base_url=slack.api_url)
    assert client.auth_test()["user_id"] == slack.bot_user
    {next_test}
"""
FRESH = 'client.conversations_create(name="ops")\n    assert slack.team.id not in SEEN'
SAME = "assert slack.team.id in SEEN"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project that has nothing but the plugin."""
    made = Project(tmp_path)
    made.write("conftest.py", CONFTEST)
    return made


def test_a_foreign_project_has_a_fresh_workspace_for_each_test(project: Project) -> None:
    project.write("test_bot.py", TESTS.replace("{next_test}", FRESH))
    ran = project.tested()
    assert "2 passed" in ran.stdout, ran.stdout + ran.stderr
    assert ran.returncode == 0


def test_a_project_may_keep_one_workspace_for_all_its_tests(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\nslack_scope = session\n")
    project.write("test_bot.py", TESTS.replace("{next_test}", SAME))
    ran = project.tested()
    assert "2 passed" in ran.stdout, ran.stdout + ran.stderr


def test_a_project_installs_its_own_manifest_and_may_be_limited_as_slack_limits(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\nslack_tiers = true\n")
    project.write(
        "test_bot.py",
        """
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError


@pytest.fixture(scope="session")
def slack_manifest():
    return {
        "display_information": {"name": "Small"},
        "features": {"bot_user": {"display_name": "small"}},
        "oauth_config": {"scopes": {"bot": ["channels:manage"]}},
        "settings": {"socket_mode_enabled": True},
    }


def test_scopes_are_those_of_the_manifest(slack):
    with pytest.raises(SlackApiError) as refused:
        WebClient(slack.bot_token, base_url=slack.api_url).chat_postMessage(channel=slack.general, text="x")
    assert refused.value.response["error"] == "missing_scope"


def test_twenty_channels_a_minute(slack):
    client = WebClient(slack.bot_token, base_url=slack.api_url)
    for number in range(20):
        client.conversations_create(name=f"c{number}")
    with pytest.raises(SlackApiError) as refused:
        client.conversations_create(name="c20")
    assert refused.value.response.status_code == 429
    slack.control.move(3)
    client.conversations_create(name="c20")
""",
    )
    ran = project.tested()
    assert "2 passed" in ran.stdout, ran.stdout + ran.stderr


def test_a_scope_that_pytest_does_not_have_is_said_in_a_sentence(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\nslack_scope = week\n")
    project.write("test_bot.py", "def test_nothing(slack):\n    pass\n")
    ran = project.tested()
    assert ran.returncode != 0
    assert "slack_scope is 'week'; it can be session" in ran.stdout + ran.stderr
