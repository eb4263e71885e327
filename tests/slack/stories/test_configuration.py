"""Every variable of the two tables of Case's readme, shown to have its effect; PagerDuty's is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import setting_page
from adapters.sandbox import Sandbox
from adapters.settings import Settings
from tests.cli.running import Program
from tests.slack.stories.conftest import Founding
from tests.slack.stories.rows import VARIABLES
from tests.slack.stories.test_security import STRANGER
from tests.slack.stories.town import founded, town


def test_database_url_is_a_postgresql_connection_string(
    sandbox: Sandbox, postgresql_url: str, tmp_path: Path
) -> None:
    url = f"postgresql://{postgresql_url.partition('://')[2]}"
    with town(sandbox, url, tmp_path, http=True) as home:
        home.opened("It is in PostgreSQL")
    assert "It is in PostgreSQL" in Program(postgresql_url, {}, tmp_path)("list").out


def test_slack_bot_token_is_whose_name_it_acts_in(new_town: Founding) -> None:
    with new_town() as home:
        key = home.opened("Who speaks")
        assert home.panel(key).user == home.room(key).creator == home.slack.bot_user


def test_a_slack_bot_token_that_slack_does_not_take_is_said_at_the_start(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    program = _program(sandbox, sqlite_url, tmp_path, SLACK_BOT_TOKEN="xoxb-1-2-nobodys")
    assert program("slack run", 2).err.startswith("error: Slack does not take SLACK_BOT_TOKEN (invalid_auth)")


def test_a_slack_app_token_that_slack_does_not_take_is_said_at_the_start(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    program = _program(sandbox, sqlite_url, tmp_path, SLACK_APP_TOKEN="xapp-1-2-nobodys")
    assert "Slack does not let this app connect: invalid_auth" in program("slack run", 6).err


def _program(sandbox: Sandbox, url: str, folder: Path, **changes: str) -> Program:
    return Program(url, {**founded(sandbox).settings, **changes}, folder)


def test_slack_signing_secret_tells_slack_from_others(new_town: Founding) -> None:
    with new_town() as home:
        assert home.say("open Signed as it should be").startswith("INC-1 opened")
        home.quiet()
    with new_town(slack=home.slack, SLACK_SIGNING_SECRET="0" * 32) as other:
        came = other.slack.person("ann").command("/incident", "open Signed with another", other.general)
        assert (came.acked, came.failure) == (False, "http_401")
        assert other.program("list").out.count("\n") == 1


def test_slack_app_token_is_what_the_socket_is_opened_with(new_town: Founding) -> None:
    with new_town(http=False) as home:
        assert len(home.slack.control.connections(home.slack.app.id)) == 1


def test_issues_channel_id_is_the_channel_for_notifications(new_town: Founding, sandbox: Sandbox) -> None:
    slack = founded(sandbox, digest=False)
    channel = slack.person("ann").create_channel("issues")
    with new_town(slack=slack, INCIDENTS_DIGEST_CHANNEL="", ISSUES_CHANNEL_ID=channel) as home:
        key = home.opened("Notified")
        assert home.digest_of(key, "issues").endswith("Notified")


def test_incident_response_group_id_is_auto_added_to_incidents_in_chunks_of_a_hundred(
    new_town: Founding, sandbox: Sandbox
) -> None:
    people = [f"responder{number}" for number in range(120)]
    slack = founded(sandbox, {"INCIDENT_RESPONSE_GROUP_ID": "S0123456789"}, (*people, "ann"))
    group = slack.team.add_group("responders", people)
    with new_town(slack=slack, INCIDENT_RESPONSE_GROUP_ID=group) as home:
        key = home.opened("Everybody comes")
        home.say(f"declare {key}")
        home.quiet()
        assert home.members(key) == {*people, "ann", "incidents"}
        asked = [call.args["users"] for call in home.slack.team.calls("conversations.invite")]
        assert max(len(users.split(",")) for users in asked) == 100


def test_without_a_response_group_nobody_is_added(new_town: Founding) -> None:
    with new_town() as home:
        key = home.opened("Only ann", options="--declare")
        assert home.members(key) == {"ann", "incidents"}
        assert not home.slack.team.calls("usergroups.users.list")


def test_allowed_workspace_ids_restricts_to_specific_workspaces(new_town: Founding, sandbox: Sandbox) -> None:
    slack = founded(sandbox)
    partner, other = slack.control.found("Partner"), slack.control.found("Other")
    slack.team.add_user("pat", home=partner.id)
    slack.team.add_user("sid", home=other.id)
    for team, name in ((partner, "pat"), (other, "sid")):
        slack.team.share(slack.general, team.id, "x")
        slack.person("ann").invite(slack.general, name)
    allowed = f"{slack.workspace.id}, {partner.id}"
    with new_town(slack=slack, ALLOWED_WORKSPACE_IDS=allowed) as home:
        key = home.opened("By ann")
        message = slack.person("ann").post(home.general, "p99 is 4 seconds")
        assert home.collect(message, by="sid") == STRANGER
        assert home.collect(message, by="pat") == f"{key}: evidence e1 added."


@pytest.mark.parametrize("by", ["domain", "id"])
def test_slack_workspace_id_is_checked_against_the_token(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path, by: str
) -> None:
    slack = founded(sandbox)
    with town(
        sandbox, sqlite_url, tmp_path, slack=slack, http=True, SLACK_WORKSPACE_ID=getattr(slack.workspace, by)
    ) as home:
        assert home.say("list").startswith("Nothing is open")


def test_a_slack_workspace_id_of_another_workspace_is_said_at_the_start(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    program = _program(sandbox, sqlite_url, tmp_path, SLACK_WORKSPACE_ID="foobar")
    assert program("slack run", 2).err.rstrip().endswith("and SLACK_WORKSPACE_ID says foobar.")


def test_slack_channel_prefix_is_what_channels_begin_with(new_town: Founding) -> None:
    with new_town(SLACK_CHANNEL_PREFIX="case") as home:
        assert home.room(home.opened("API down")).name == "case-1-api-down"


def test_pagerduty_routing_key_is_refused_with_what_to_use_instead(tmp_path: Path, sqlite_url: str) -> None:
    said = Program(sqlite_url, {"PAGERDUTY_ROUTING_KEY": "R0" * 16}, tmp_path)("open x", 2).err
    assert said == (
        "error: PAGERDUTY_ROUTING_KEY is set, but there is no PagerDuty here: remove it; WEBHOOK_URL sends "
        "every event to a program of yours, which can page.\n"
    )


def test_the_page_of_the_settings_has_every_variable_of_the_readme() -> None:
    assert sorted(setting_page.CASE) == sorted([*VARIABLES, "PAGERDUTY_ROUTING_KEY"])


def test_every_variable_of_the_readme_is_a_setting() -> None:
    named = {
        "DATABASE_URL": "sqlite:///x.db",
        "SLACK_BOT_TOKEN": "xoxb-1-2-abcdefgh",
        "SLACK_SIGNING_SECRET": "0" * 32,
        "SLACK_APP_TOKEN": "xapp-1-2-abcdefgh",
        "ISSUES_CHANNEL_ID": "C123456789",
        "INCIDENT_RESPONSE_GROUP_ID": "S123456789",
        "ALLOWED_WORKSPACE_IDS": "T123456789",
        "EXPORT_AUTHORIZED_USERS": "U123456789,W123456789",
    }
    settings = Settings.read(named, Path("/nowhere"))
    assert settings.slack_digest_channel == "C123456789"
    assert settings.slack_response_group == "S123456789"
    assert settings.slack_allowed_workspaces == ("T123456789",)
    assert settings.slack_export_users == ("U123456789", "W123456789")
    assert settings.slack_signing_secret == "0" * 32
