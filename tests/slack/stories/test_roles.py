"""Roles: claim, assign, release, hand over; who has one is invited, and told directly what it means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from incident_core.model.role import COMMANDER, COMMUNICATIONS_LIAISON, TECHNICAL_LEAD
from tests.slack.stories.conftest import Founding
from tests.slack.stories.process import program
from tests.slack.stories.town import Town, founded
from tests.slack.stories.using import MEANINGS, assigns, directly, presses

STANDARD = [COMMANDER, TECHNICAL_LEAD, COMMUNICATIONS_LIAISON]
INVITE = {
    "INCIDENT_AUTO_GROUP_INVITE_ENABLED": "true",
    "INCIDENT_AUTO_GROUP_INVITE_GROUP_NAME": "whatever-group",
}


def opened(home: Town, title: str, options: str = "--declare --sev3") -> str:
    """An incident of Ann's, with nobody else in it yet."""
    key = home.opened(title, options=options)
    assert home.members(key) == {"ann", "incidents"}
    return key


def role_line(home: Town, key: str, role: str) -> str:
    """What the panel says of a role."""
    begin = f"{role.replace('_', ' ')}: "
    return next(each for each in home.shown(home.panel(key)).splitlines() if each.startswith(begin))


def holds(home: Town, key: str, role: str, who: str) -> None:
    """Panel and record agree that they have it, and they are in the channel."""
    assert home.incident(key).roles[role] == home.actor(who)
    assert role_line(home, key, role) == f"{role.replace('_', ' ')}: <@{who}>"
    assert who in home.members(key)


@pytest.mark.parametrize("role", [TECHNICAL_LEAD, COMMUNICATIONS_LIAISON])
def test_claim_on_the_panel(home: Town, role: str) -> None:
    key = opened(home, f"Claimed {role}")
    home.slack.person("ben").join(home.room(key).id)
    before = len(directly(home, "ben"))
    assert presses(home, key, "role:claim", role, by="ben") == f"{key}: <@ben> holds {role} now."
    home.quiet()
    holds(home, key, role, "ben")
    assert home.lines(key)[-1] == f"<@ben> is {role.replace('_', ' ')} now."
    (said,) = directly(home, "ben")[before:]
    assert said.splitlines()[0] == f"You are {role.replace('_', ' ')} of {key}."


@pytest.mark.parametrize("role", STANDARD)
def test_who_claims_one_is_invited_and_told_directly_what_it_means(home: Town, role: str) -> None:
    key = opened(home, f"Typed {role}", options="")
    before = len(directly(home, "cleo"))
    assert home.say(f"claim {key} {role}", by="cleo") == f"{key}: <@cleo> holds {role} now."
    home.quiet()
    holds(home, key, role, "cleo")
    (said,) = directly(home, "cleo")[before:]
    first, where, meaning = said.splitlines()
    assert first == f"You are {role.replace('_', ' ')} of {key}."
    assert where == f"sev4 · <#{home.room(key).name}> · Typed {role}"
    assert meaning.startswith(MEANINGS[role])


@pytest.mark.parametrize("role", STANDARD)
def test_assign_on_the_panel_invites_whom_it_names_and_says_what_it_means(home: Town, role: str) -> None:
    key = opened(home, f"Assigned {role}")
    before = len(directly(home, "ben"))
    assert assigns(home, key, role, "ben") == f"{key}: <@ben> holds {role} now."
    home.quiet()
    holds(home, key, role, "ben")
    (said,) = directly(home, "ben")[before:]
    first, where, meaning = said.splitlines()
    assert first == f"<@ann> made you {role.replace('_', ' ')} of {key}."
    assert where == f"sev3 · <#{home.room(key).name}> · Assigned {role}"
    assert meaning.startswith(MEANINGS[role])
    instead = " instead of <@ann>" if role == COMMANDER else ""
    assert home.lines(key)[-1] == f"<@ann> made <@ben> {role.replace('_', ' ')}{instead}."


@pytest.mark.parametrize("where", ["typed", "command line"])
def test_assign_typed_and_on_the_command_line(home: Town, where: str) -> None:
    key = opened(home, f"Assigned, {where}")
    before = len(directly(home, "cleo"))
    if where == "typed":
        home.say(f"assign {key} comms @cleo")
    else:
        home.program(f"assign {key} {COMMUNICATIONS_LIAISON} slack:{home.slack.person('cleo').id}")
        home.say("list")
    home.quiet()
    holds(home, key, COMMUNICATIONS_LIAISON, "cleo")
    assert len(directly(home, "cleo")) == before + 1


def test_a_new_commander_is_in_the_digest(home: Town) -> None:
    key = opened(home, "Somebody else leads")
    assigns(home, key, COMMANDER, "ben")
    home.quiet()
    assert " · led by <@ben> · " in home.digest_of(key)


def test_release_leaves_it_empty(home: Town) -> None:
    key = opened(home, "Nobody does it any more")
    assigns(home, key, TECHNICAL_LEAD, "ben")
    home.quiet()
    before = len(directly(home, "ben"))
    presses(home, key, "role:release", TECHNICAL_LEAD)
    home.quiet()
    assert TECHNICAL_LEAD not in home.incident(key).roles
    assert role_line(home, key, TECHNICAL_LEAD) == "technical lead: nobody yet"
    assert home.lines(key)[-1] == "<@ann> released technical lead, which <@ben> had: nobody has it now."
    assert len(directly(home, "ben")) == before
    assert "ben" in home.members(key), "nobody is sent away"


def test_a_commander_cannot_be_released_only_followed(home: Town) -> None:
    key = opened(home, "Somebody leads")
    before = home.events()
    said = home.say(f"release {key} commander")
    assert said.splitlines()[1] == (
        f"• {key} cannot be without a commander until it is closed; hand over instead."
    )
    assert home.events() == before


def test_hand_over(home: Town) -> None:
    key = opened(home, "Somebody else goes on")
    before = {who: len(directly(home, who)) for who in ("ann", "ben")}
    assert home.say(f"handover {key} @ben") == f"{key}: <@ben> holds {COMMANDER} now."
    home.quiet()
    holds(home, key, COMMANDER, "ben")
    assert home.lines(key)[-1] == "<@ann> handed incident commander over to <@ben>."
    (said,) = directly(home, "ben")[before["ben"] :]
    assert said.splitlines()[0] == f"<@ann> handed over to you: you are incident commander of {key}."
    assert said.splitlines()[2].startswith(MEANINGS[COMMANDER])
    assert len(directly(home, "ann")) == before["ann"]
    assert " · led by <@ben> · " in home.digest_of(key)


def test_a_role_is_claimed_from_who_has_it(home: Town) -> None:
    key = opened(home, "Taken over")
    assigns(home, key, TECHNICAL_LEAD, "ben")
    home.quiet()
    home.slack.person("cleo").join(home.room(key).id)
    presses(home, key, "role:claim", TECHNICAL_LEAD, by="cleo")
    home.quiet()
    holds(home, key, TECHNICAL_LEAD, "cleo")
    assert home.lines(key)[-1] == "<@cleo> is technical lead now instead of <@ben>."
    again = presses(home, key, "role:claim", TECHNICAL_LEAD, by="cleo")
    assert again == f"Unchanged: {key}: <@cleo> holds {TECHNICAL_LEAD} already."


def test_the_bot_itself_gets_no_role(home: Town) -> None:
    key = opened(home, "Not for machines")
    before = home.events()
    said = assigns(home, key, TECHNICAL_LEAD, home.slack.bot_user)
    assert said == "The bot can hold no role: choose a person. Nothing was changed."
    assert home.events() == before


def test_what_a_role_of_a_private_incident_means_is_told_in_private(home: Town) -> None:
    key = home.opened("Quiet matter", options="--private")
    before = len(directly(home, "ben"))
    home.say(f"assign {key} lead @ben")
    home.quiet()
    (said,) = directly(home, "ben")[before:]
    assert said.splitlines()[0] == f"PRIVATE <@ann> made you technical lead of {key}."
    assert home.members(key) == {"ann", "ben", "incidents"}


def test_these_roles_are_currently_commander_communications_liaison_and_technical_lead(home: Town) -> None:
    key = opened(home, "Who there is")
    lines = home.say(f"assign {key}").splitlines()
    assert sorted(lines[1:4]) == [
        "• communications_liaison: nobody", "• incident_commander: <@ann>", "• technical_lead: nobody",
    ]  # fmt: skip
    for role, meaning in MEANINGS.items():
        assert any(line.startswith(f"{role}: {meaning}") for line in lines[4:]), role


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with the deployment's own definitions of roles, and none of severities."""
    folder = tmp_path / "own" / "slack"
    folder.mkdir(parents=True)
    texts = {"scribe": "You write down what is decided.", COMMANDER: "You have the last word."}
    (folder / "role_definitions.json").write_text(json.dumps(texts), encoding="utf-8")
    return folder


def test_a_deployment_adds_its_own_roles_and_changes_what_roles_mean(new_town: Founding, own: Path) -> None:
    """The trailing slash is the readme's."""
    with new_town(TEMPLATES_DIRECTORY=f"{own}/", INCIDENT_ROLES="scribe") as home:
        key = home.opened("Somebody writes", options="--declare")
        assigns(home, key, "scribe", "ben")
        assigns(home, key, COMMANDER, "ben")
        assigns(home, key, TECHNICAL_LEAD, "ben")
        home.quiet()
        assert "scribe: <@ben>" in home.shown(home.panel(key)).splitlines()
        assert [said.splitlines()[2:] for said in directly(home, "ben")] == [
            ["You write down what is decided."], ["You have the last word."], [],
        ]  # fmt: skip
        assert "sev1: Critical: customers" in home.say(f"severity {key}"), "there is no other file of those"


def test_severities_come_from_severity_levels_json(new_town: Founding, own: Path) -> None:
    levels = {"sev1": "The shop is shut.", "sev4": "A scratch."}
    (own / "severity_levels.json").write_text(json.dumps(levels), encoding="utf-8")
    with new_town(TEMPLATES_DIRECTORY=str(own)) as home:
        key = home.opened("How bad is it")
        assert home.say(f"severity {key}").splitlines()[1:] == ["sev1: The shop is shut.", "sev4: A scratch."]


@pytest.mark.parametrize("wrong", ["no folder", "no JSON"])
def test_definitions_that_cannot_be_read_are_said_at_the_start(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path, own: Path, wrong: str
) -> None:
    (own / "role_definitions.json").write_text("{", encoding="utf-8")
    folder = own / "nowhere" if wrong == "no folder" else own
    incident = program(founded(sandbox), sqlite_url, tmp_path, TEMPLATES_DIRECTORY=str(folder))
    said = incident("slack run", 2).err
    assert str(folder) in said
    assert "TEMPLATES_DIRECTORY" in said or "role_definitions.json" in said


@pytest.mark.parametrize("handle", ["whatever-group", "@whatever-group"])
def test_a_group_is_invited_to_every_incident_by_its_handle(
    new_town: Founding, sandbox: Sandbox, handle: str
) -> None:
    options = {**INVITE, "INCIDENT_AUTO_GROUP_INVITE_GROUP_NAME": handle}
    slack = founded(sandbox, options)
    slack.team.add_group("whatever-group", ["ben", "cleo"])
    slack.team.add_group("others", ["owner"])
    with new_town(slack=slack, **options) as home:
        for how in ("", "--declare"):
            assert home.members(home.opened(f"Everybody comes {how}", options=how)) == {
                "ann", "ben", "cleo", "incidents",
            }  # fmt: skip
        private = home.opened("Nobody comes", options="--private")
        assert home.members(private) == {"ann", "incidents"}


def test_the_group_is_not_invited_unless_that_is_enabled(new_town: Founding, sandbox: Sandbox) -> None:
    options = {**INVITE, "INCIDENT_AUTO_GROUP_INVITE_ENABLED": "false"}
    slack = founded(sandbox, INVITE)
    slack.team.add_group("whatever-group", ["ben", "cleo"])
    with new_town(slack=slack, **options) as home:
        assert home.members(home.opened("Nobody else")) == {"ann", "incidents"}


def test_a_group_that_does_not_exist_is_named_and_everything_else_works(
    new_town: Founding, sandbox: Sandbox
) -> None:
    with new_town(slack=founded(sandbox, INVITE), **INVITE) as home:
        key = home.opened("Nobody is there to come")
        assert home.shown(home.panel(key)).startswith(key)
        assert "whatever-group" in home.program("mirrors").out
