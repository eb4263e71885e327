"""Who may do what: everyone, unless a setting names people or user groups; a refusal says who may."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from tests.databases import sqlite_address
from tests.slack.stories.town import Town, founded, town, wait_for

SRE = "sre"
REFUSED = 3
"""The exit code of a command line that was refused."""


@pytest.fixture(scope="module")
def home(sandbox: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Only the group @sre, which is Cleo, may resolve and close; only Ann, and that group, reopen."""
    folder = tmp_path_factory.mktemp("home")
    url = sqlite_address(Path(shutil.copy(sqlite_template, folder / "incidents.db")))
    slack = founded(sandbox, {"INCIDENT_PERMISSIONS": "close=S0604QSJC"})
    group, ann = slack.team.add_group(SRE, ["cleo"]), slack.person("ann").id
    rules = f"resolve={group}, close={group}, reopen={ann}|{group}, title={ann}"
    with town(sandbox, url, folder, slack=slack, INCIDENT_PERMISSIONS=rules) as made:
        _known(made, "cleo")
        yield made


def _known(home: Town, *names: str) -> None:
    """Wait until the bot knows that these are the members of the group, and nobody else."""
    (group,) = home.slack.workspace.groups
    wanted = {home.slack.person(name).id for name in names}

    def known() -> set[str]:
        return {each.id for each in home.database.groups.members("default", [group]).get(group, ())}

    wait_for(lambda: known() == wanted)


def only(home: Town, verb: str, key: str, *people: str) -> list[str]:
    """What somebody is told who may not."""
    (group,) = home.slack.workspace.groups
    who = " or ".join((*(f"<@{name}>" for name in people), f"a member of <!subteam^{group}>"))
    return [
        "Not done: nothing was changed.",
        f"• Only {who} may do this ({verb}) to {key}.",
        "   → ask one of them to do it",
    ]


def test_what_no_setting_names_everyone_may_do(home: Town) -> None:
    key = home.opened("Everybody helps", options="--declare")
    assert home.say(f"severity {key} sev2", "ben") == f"{key} is sev2 now."
    assert home.say(f"claim {key} lead", "ben") == f"{key}: <@ben> holds technical_lead now."
    assert home.incident(key).severity is Severity.SEV2
    home.quiet()


def test_without_the_setting_everyone_may_do_everything(home: Town) -> None:
    key = home.opened("Nobody is kept from it")
    ran = home.program(f"close {key} --as slack:{home.slack.person('ben').id}", INCIDENT_PERMISSIONS="")
    assert ran.out
    assert home.incident(key).stage is Stage.CLOSED
    home.quiet()


def test_what_is_for_a_user_group_is_for_its_members_and_a_refusal_says_so(home: Town) -> None:
    key = home.opened("For the group", options="--declare")
    before = home.events()
    assert home.say(f"resolve {key}", "ben").splitlines() == only(home, "resolve", key)
    assert home.events() == before
    assert home.say(f"resolve {key}", "cleo").startswith(f"{key} resolved")
    assert home.say(f"close {key}", "ann").splitlines() == only(home, "close", key)
    assert home.close(key, "cleo") == f"{key} closed: fixed."
    home.quiet()


def test_what_is_for_named_users_is_for_them(home: Town) -> None:
    key = home.opened("For Ann and the group")
    home.close(key, "cleo")
    assert home.say(f"reopen {key} it is back", "ben").splitlines() == only(home, "reopen", key, "ann")
    assert home.say(f"reopen {key} it is back").startswith(f"{key} reopened")
    home.quiet()
    said = home.say(f"title {key} Another title", "cleo").splitlines()
    assert said[1] == f"• Only <@ann> may do this (title) to {key}."
    assert home.say(f"title {key} Another title") == f"{key} is called: Another title"
    home.quiet()


def test_buttons_and_the_command_line_ask_the_same(home: Town) -> None:
    key = home.opened("Pressed and typed", options="--declare")
    room, ben = home.room(key).id, home.slack.person("ben")
    ben.join(room)
    before = len(home.alone("ben", room))
    ben.press(home.panel(key), "Resolve")
    assert home.told("ben", room, before).splitlines() == only(home, "resolve", key)
    assert ben.modal is None
    (group,) = home.slack.workspace.groups
    refused = home.program(f"resolve {key} --as slack:{ben.id}", REFUSED)
    assert f"Only a member of {group} may do this (resolve) to {key}." in refused.err
    assert home.program(f"resolve {key} --as slack:{home.slack.person('cleo').id}").out
    home.quiet()


def test_explain_says_who_may_before_anybody_tries(home: Town) -> None:
    key = home.opened("Asked beforehand", options="--declare")
    (group,) = home.slack.workspace.groups
    said = f"Only a member of <!subteam^{group}> may do this (resolve) to {key}."
    assert said in home.say(f"explain {key} resolve")
    assert "Allowed" in home.say(f"explain {key} resolve", "cleo").splitlines()
    assert "[Resolve]" in home.shown(home.panel(key))


def test_a_change_of_the_members_in_slack_changes_who_may(home: Town) -> None:
    first, second = (home.opened(f"Who may, {number}", options="--declare") for number in (1, 2))
    assert home.say(f"resolve {first}", "ben").startswith("Not done")
    home.slack.team.set_group(SRE, ["ben"])
    _known(home, "ben")
    assert home.say(f"resolve {first}", "ben").startswith(f"{first} resolved")
    assert home.say(f"resolve {second}", "cleo").splitlines() == only(home, "resolve", second)
    home.slack.team.set_group(SRE, ["cleo"])
    _known(home, "cleo")
    assert home.say(f"resolve {second}", "cleo").startswith(f"{second} resolved")
    home.quiet()
