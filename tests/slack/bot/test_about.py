"""What the bot says about itself, and what roles and severities mean; each answer only to who may have it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from adapters.sandbox import Sandbox, new_slack
from adapters.slack.definitions import Definitions
from adapters.slack.features import Features
from incident_core.model.actor import Actor
from incident_core.model.move import Move
from incident_core.model.permit import Permit
from incident_core.model.policy import Policy
from tests.slack.bot.house import House, house, manifest

SAID = Definitions(
    roles={"incident_commander": "Leads & <decides>.", "technical_lead": "x " * 2_000, "gone": "Nobody."},
    severities={"sev1": "All is down.", "sev4": " "},
)


@pytest.fixture(scope="module")
def made(sandbox: Sandbox) -> Iterator[House]:
    """A house of which Ann is an administrator."""
    slack = new_slack(sandbox, manifest(), people=("ann", "ben"))
    ann = Actor("slack", slack.person("ann").id)
    rules = Policy(admins=frozenset({ann}), permits={Move.CLOSE: Permit(people=frozenset({ann}))})
    on = Features(private=True, mentions=True)
    with house(
        sandbox, slack=slack, policy=rules, definitions=SAID, version="1.2.3", database="sqlite", features=on
    ) as home:
        yield home


def test_it_answers_and_says_which_it_is(made: House, home: House) -> None:
    assert made.say("ping") == "pong"
    assert made.say("version") == "Version 1.2.3"
    assert home.say("version") == "Version unknown"


def test_pager_says_what_has_to_be_configured_and_calls_nobody(made: House) -> None:
    made.slack.team.clear_calls()
    said = made.say("pager")
    assert "PagerDuty is not configured" in said
    assert "WEBHOOK_URL sends every event to a program of yours, which can page." in said
    assert made.slack.team.calls() == []


def test_diag_is_for_administrators_and_has_no_secret(made: House) -> None:
    secret = made.opened("not for the world", by="ben", private=True)
    said = made.say("diag")
    assert "Version 1.2.3" in said
    assert "Database sqlite" in said
    assert "Features private, mentions" in said
    assert "Restricted close" in said
    assert re.search("Mirrors [1-9][0-9]* incidents behind, 0 things stopped", said)
    slack = made.slack
    for each in (
        slack.workspace.id,
        slack.bot_token,
        slack.app_token,
        slack.signing_secret,
        secret,
        "not for",
    ):
        assert each not in said
    assert made.say("diag", by="ben") == (
        "Only administrators may see this: ask one to add you to ADMIN_USERS."
    )


def test_lists_of_the_open_and_of_all_have_their_old_names(home: House) -> None:
    home.opened("still open")
    assert home.say("lsoi") == home.say("list")
    assert home.say("lsai") == home.say("list all")


def test_severity_and_roles_say_what_they_mean(made: House) -> None:
    key = made.opened("with meanings", room=True)
    room = made.room_of(key)
    said = made.say("severity", channel=room)
    assert said.endswith("sev1: All is down.")
    said = made.say("roles", channel=room)
    assert "incident_commander: Leads & <decides>." in said
    assert "technical_lead: x x x" in said
    assert "gone" not in said
    assert len(said) < 2_000
    assert made.say("assign", channel=room) == said


def test_an_incident_is_made_private_by_typing(home: House) -> None:
    key = home.opened("not for all any more", room=True)
    room = home.room_of(key)
    home.slack.person("ben").join(room)
    assert "Say only that" in home.say("private please", channel=room)
    assert home.say("private", channel=room).startswith(f"{key} is private now")
    assert home.say(f"status {key}", by="ben") == f"There is no incident {key} that you can see."
    assert home.say("private", channel=room) == f"Unchanged: {key} is private already."
    assert "made it private" in home.say("timeline", channel=room)


def test_new_starts_an_incident_that_its_author_leads(home: House) -> None:
    said = home.say("new --sev2 --drill Checkout is down")
    key = said.split()[0]
    assert said.startswith(f"{key} opened and declared: Checkout is down (drill sev2).")
    assert home.incident(key).commander == home.actor()
    assert "Give it a title: /incident new API answers slowly" in home.say("new")
    assert "--declare opened" not in home.say("new --declare It is about flags")
