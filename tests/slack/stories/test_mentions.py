"""Mentions as in the seed: help, new, lsoi, lsai, pager, scheduler list, ping, version and diag."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.cli.version import version
from adapters.sandbox import Sandbox
from adapters.slack.bot.verbs.table import VERBS
from incident_core.model.stage import Stage
from tests.databases import sqlite_address
from tests.slack.stories.conftest import Founding
from tests.slack.stories.town import PEOPLE, Town, founded, town

WEBHOOK_SECRET = "sixteen letters and more"


@pytest.fixture(scope="module")
def home(sandbox: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town with an admin, Olga."""
    folder = tmp_path_factory.mktemp("home")
    url = sqlite_address(Path(shutil.copy(sqlite_template, folder / "incidents.db")))
    slack = founded(sandbox, people=(*PEOPLE, "olga"))
    admin = slack.person("olga").id
    with town(sandbox, url, folder, slack=slack, ADMIN_USERS=admin, WEBHOOK_SECRET=WEBHOOK_SECRET) as made:
        yield made


def test_help_shows_every_verb(home: Town) -> None:
    shown = home.mention("help").splitlines()
    assert shown[0] == "@incidents VERB … In an incident's channel its KEY (INC-42) can be left out."
    verbs = [line.partition(" ")[0] for line in shown[1:-1]]
    assert verbs == [verb.name for verb in VERBS]
    assert {"new", "lsoi", "lsai", "pager", "scheduler", "ping", "version", "diag"} <= set(verbs)


def test_new_starts_an_incident_at_once(home: Town) -> None:
    said = home.mention("new Checkout is down", by="ben")
    key = said.partition(" ")[0]
    assert said.startswith(f"{key} opened and declared: Checkout is down (sev4).")
    home.quiet()
    incident = home.incident(key)
    assert (incident.title, incident.stage) == ("Checkout is down", Stage.INCIDENT)
    assert incident.commander == home.actor("ben")
    assert home.digest_of(key).endswith("led by <@ben> · Checkout is down")


def test_lsoi_lists_the_open_incidents_and_lsai_all_of_them(home: Town) -> None:
    there, gone = home.opened("It goes on"), home.opened("It is over")
    home.close(gone)
    home.quiet()
    some, all_ = home.mention("lsoi"), home.mention("lsai")
    assert some == home.say("lsoi") == home.say("list")
    assert all_ == home.say("lsai") == home.say("list all")
    assert (there in some, gone in some) == (True, False)
    assert (there in all_, gone in all_) == (True, True)


def test_pager_says_what_to_configure(home: Town) -> None:
    said = home.mention("pager")
    assert said.startswith("PagerDuty is not configured")
    assert "WEBHOOK_URL sends every event to a program of yours, which can page." in said


def test_scheduler_list_shows_the_reminders_of_severe_incidents(home: Town) -> None:
    key = home.opened("Reminded of", options="--sev2 --declare")
    home.quiet()
    assert f"• {key} comms: DATE" in home.mention("scheduler list").splitlines()


def test_ping_is_answered(home: Town) -> None:
    assert home.mention("ping") == "pong"


def test_version_says_which_it_is(home: Town) -> None:
    assert home.mention("version") == f"Version {version()}"


def test_diag_is_for_admins_and_has_no_secret_in_it(home: Town) -> None:
    refused = "Only administrators may see this: ask one to add you to ADMIN_USERS."
    assert home.mention("diag") == refused
    shown = home.mention("diag", by="olga")
    assert shown.splitlines()[0] == f"Version {version()}"
    assert "Database sqlite" in shown.splitlines()
    slack, folder = home.slack, str(home.program.folder)
    secrets = (slack.bot_token, slack.app_token, slack.signing_secret, slack.workspace.id, WEBHOOK_SECRET)
    assert not [each for each in (*secrets, folder, slack.person("olga").id) if each in shown]


def test_the_answer_is_for_whoever_asked_alone(home: Town) -> None:
    home.mention("ping")  # the bot is there now
    before = len(home.slack.person("cleo").sees(home.general))
    home.mention("lsai")
    (mention,) = home.slack.person("cleo").sees(home.general)[before:]
    assert mention.user == home.slack.person("ann").id


def test_every_verb_works_in_a_mention_also_without_the_key_in_the_incidents_channel(home: Town) -> None:
    key = home.opened("Asked in its channel", options="--declare")
    room = home.room(key).id
    assert home.mention("severity sev2", channel=room) == f"{key} is sev2 now."
    assert (
        home.mention("assign technical lead @ben", channel=room) == f"{key}: <@ben> holds technical_lead now."
    )
    home.quiet()
    assert home.room(key).topic.startswith(f"{key} · sev2")


def test_mentions_are_a_setting(new_town: Founding) -> None:
    with new_town(SLACK_MENTIONS="false") as silent:
        ann = silent.slack.person("ann")
        ann.invite(silent.general, silent.slack.bot_user)
        ann.post(silent.general, "@incidents ping")
        assert silent.say("ping") == "pong"
        heard = [each for each in silent.slack.team.deliveries() if each.kind == "events_api"]
        assert "app_mention" not in [each.payload["event"]["type"] for each in heard]
        assert silent.alone("ann", silent.general)[-1].text == "pong"
