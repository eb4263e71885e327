"""The settings of incident-bot's readme, each under its own name and with its effect; a table names all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from adapters import setting_page
from adapters import setting_refused as away
from adapters.sandbox import Sandbox
from adapters.setting_table import TABLE
from incident_core.model.stage import Stage
from tests.cli.running import Program
from tests.databases import sqlite_address
from tests.slack.stories.rows_around import REFUSED_SETTINGS, SETTINGS, UNUSED_SETTINGS, VARIABLES
from tests.slack.stories.town import Town, founded, town, wait_for
from tests.slack.stories.using import directly

GUIDE, POSTMORTEMS = "https://mylink.example/guide", "https://mylink.example/post-mortems"
CALL = "https://meet.example/war-room"
LEAD = "You mend it, and you alone."
WORST = "Everything is on fire."
FORMS = {"incident_commander": "You decide.", "technical_lead": LEAD}
SEED = {
    "INCIDENTS_DIGEST_CHANNEL": "incidents",
    "INCIDENT_GUIDE_LINK": GUIDE,
    "INCIDENT_POSTMORTEMS_LINK": POSTMORTEMS,
    "INCIDENT_CHANNEL_TOPIC": CALL,
    "INCIDENT_AUTO_GROUP_INVITE_ENABLED": "true",
    "INCIDENT_AUTO_GROUP_INVITE_GROUP_NAME": "whatever-group",
    "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED": "true",
    "INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME": "fire",
}
REFUSED_ORDER = (
    "WEB_INTERFACE_ENABLED",
    "AUTO_CREATE_RCA",
    "STATUSPAGE_INTEGRATION_ENABLED",
    "INCIDENT_EXTERNAL_PROVIDERS_ENABLED",
    "PAGERDUTY_API_TOKEN",
    "PAGERDUTY_API_USERNAME",
)
WHOLE = {
    **SEED,
    **dict.fromkeys(REFUSED_ORDER[:4], "true"),
    **dict.fromkeys(REFUSED_ORDER[4:], "you@example.org"),
    **dict.fromkeys(UNUSED_SETTINGS, "something"),
    "TEMPLATES_DIRECTORY": "templates/slack/",
    "SLACK_WORKSPACE_ID": "mycompany",
    "SLACK_BOT_TOKEN": "xoxb-your-bot-token",
    "SLACK_APP_TOKEN": "xapp-your-app-token",
}
"""The `.env` file of somebody who has used everything that incident-bot has."""


@pytest.fixture(scope="module")
def home(sandbox: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town with the settings of a deployment of incident-bot."""
    folder = tmp_path_factory.mktemp("home")
    url = sqlite_address(Path(shutil.copy(sqlite_template, folder / "incidents.db")))
    templates = folder / "mydirfortemplates"
    templates.mkdir()
    (templates / "role_definitions.json").write_text(json.dumps(FORMS))
    (templates / "severity_levels.json").write_text(json.dumps({"sev1": WORST}))
    slack = founded(sandbox, SEED)
    slack.team.add_group("whatever-group", ["ben", "cleo"])
    own = {"TEMPLATES_DIRECTORY": f"{templates}/", "SLACK_WORKSPACE_ID": slack.workspace.domain}
    with town(sandbox, url, folder, http=False, slack=slack, **SEED, **own) as made:
        yield made


@pytest.fixture(scope="module")
def key(home: Town) -> str:
    """An incident of Ann's, that these tests only look at."""
    made = home.opened("Nothing but settings", options="--declare")
    home.quiet()
    return made


def test_postgres_host_name_user_password_and_port_are_the_database(
    sandbox: Sandbox, postgresql_url: str, tmp_path: Path
) -> None:
    found = urlsplit(postgresql_url)
    assert found.username
    parts = {
        "POSTGRES_HOST": str(found.hostname),
        "POSTGRES_NAME": found.path.lstrip("/"),
        "POSTGRES_USER": unquote(found.username),
        "POSTGRES_PASSWORD": unquote(found.password or ""),
        "POSTGRES_PORT": str(found.port),
    }
    with town(sandbox, "", tmp_path, http=True, slack=None, **parts) as made:
        made.opened("Kept in its parts")
    assert "Kept in its parts" in Program(postgresql_url, {}, tmp_path)("list").out


def test_incidents_digest_channel_is_the_name_of_the_digest_channel(home: Town, key: str) -> None:
    assert home.digest_of(key, "incidents").endswith("Nothing but settings")


def test_incident_guide_link_is_linked_in_the_panel(home: Town, key: str) -> None:
    assert f"Incident guide ({GUIDE})" in home.shown(home.panel(key))


def test_incident_postmortems_link_is_linked_in_the_panel(home: Town, key: str) -> None:
    assert f"Post-mortems ({POSTMORTEMS})" in home.shown(home.panel(key))


def test_incident_channel_topic_is_in_the_topic_of_new_incident_channels(home: Town, key: str) -> None:
    assert home.room(key).topic.endswith(f"Nothing but settings · {CALL}")


def test_slack_app_token_is_what_the_websocket_is_opened_with(home: Town) -> None:
    assert len(home.slack.control.connections(home.slack.app.id)) == 1


def test_slack_bot_token_is_whose_name_everything_is_done_in(home: Town, key: str) -> None:
    assert home.panel(key).user == home.room(key).creator == home.slack.bot_user


def test_slack_workspace_id_is_the_name_of_the_workspace_without_its_domain(home: Town) -> None:
    assert home.program.settings["SLACK_WORKSPACE_ID"] == home.slack.workspace.domain
    assert home.say("ping") == "pong"
    refused = home.program("slack run", 2, SLACK_WORKSPACE_ID="mycompany").err.rstrip()
    assert refused.endswith("and SLACK_WORKSPACE_ID says mycompany.")


def test_the_auto_invited_group_is_in_each_new_incident_channel(home: Town, key: str) -> None:
    assert home.members(key) == {"ann", "ben", "cleo", "incidents"}


def test_the_configured_emoji_creates_an_incident(home: Town) -> None:
    ann = home.slack.person("ann")
    if home.slack.bot_user not in home.place(home.general).members:
        ann.invite(home.general, home.slack.bot_user)
    message = ann.post(home.general, "p99 is 4 seconds")
    home.slack.person("ben").react(message, "eyes")
    home.slack.person("ben").react(message, "fire")

    def marked() -> list[str]:
        lines = home.say("search marked fire").splitlines()
        return [line.partition(" ")[0] for line in lines if line.startswith("INC-")]

    wait_for(lambda: bool(marked()))
    (made,) = marked()
    home.quiet()
    incident = home.incident(made)
    assert (incident.stage, incident.commander) == (Stage.INCIDENT, home.actor("ben"))
    (piece,) = incident.evidence
    assert piece.url is not None
    assert piece.url.endswith(f"/archives/{home.general}/p{message.ts.replace('.', '')}")


def test_templates_directory_holds_what_roles_and_severities_mean(home: Town, key: str) -> None:
    home.say(f"assign {key} lead @ben")
    home.quiet()
    assert directly(home, "ben")[-1].endswith(LEAD)
    assert f"sev1: {WORST}" in home.say(f"severity {key}")


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_of_its_two_lists_is_a_setting_here_or_refused_or_told_as_not_used(name: str) -> None:
    settings = {each for setting in TABLE for each in setting.names}
    assert (name in settings) is (name in SETTINGS)
    assert (name in {each.setting.name for each in away.REFUSED}) is (name in REFUSED_SETTINGS)
    assert (name in {each.setting.name for each in away.UNUSED}) is (name in UNUSED_SETTINGS)


def test_the_page_of_the_settings_has_every_variable_of_its_two_lists() -> None:
    assert sorted(setting_page.INCIDENT_BOT) == sorted(VARIABLES)


def test_with_its_whole_file_of_settings_every_command_names_all_that_is_refused_and_config_runs(
    tmp_path: Path,
) -> None:
    file = "".join(f"{name}={value}\n" for name, value in WHOLE.items())
    (tmp_path / ".env").write_text(file, encoding="utf-8")
    program = Program(sqlite_address(tmp_path / "incidents.db"), {}, tmp_path)
    for line in ("list", "open x", "slack run", "worker --once", "db upgrade"):
        said = program(line, 2).err.splitlines()
        assert [each.split()[1] for each in said] == list(REFUSED_ORDER)
        assert all(each.startswith("error: ") and each.endswith(".") for each in said)
    assert not program.file.exists()
    shown = program("config")
    assert [each.split()[1] for each in shown.err.splitlines()] == list(REFUSED_ORDER)
    for name in UNUSED_SETTINGS:
        assert f"{name}\t***\t.env file; not used, since nothing here has a use for it\n" in shown.out


def test_the_same_file_with_what_is_refused_switched_off_is_taken(tmp_path: Path) -> None:
    off = {"PAGERDUTY_API_TOKEN": "", "PAGERDUTY_API_USERNAME": ""}
    file = "".join(f"{name}={off.get(name, 'false')}\n" for name in REFUSED_SETTINGS)
    (tmp_path / ".env").write_text(file, encoding="utf-8")
    program = Program(sqlite_address(tmp_path / "incidents.db"), {}, tmp_path)
    assert program("open x").out.startswith("INC-1 opened")
    assert program("config").err == ""
