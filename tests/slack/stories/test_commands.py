"""Every row of the commands table of Case's readme: what each does, and where it can be used."""

from __future__ import annotations

import pytest

from tests.slack.stories.conftest import Founding
from tests.slack.stories.town import Town


def test_open_new_investigation_in_any_channel(home: Town) -> None:
    elsewhere = home.slack.person("ann").create_channel("without-the-bot", private=True)
    said = home.say("open Opened elsewhere", channel=elsewhere)
    key = said.partition(" ")[0]
    home.quiet()
    assert home.incident(key).title == "Opened elsewhere"
    assert home.members(key) == {"ann", "incidents"}


def test_list_shows_active_investigations(new_town: Founding) -> None:
    with new_town() as home:
        keys = [home.opened("It is active"), home.opened("It is too")]
        home.close(home.opened("It was active"))
        home.quiet()
        one, two = (home.room(key).name for key in keys)
        shown = [
            "1–2 of 2 open, the newest first",
            f"{keys[1]} sev4 · investigation · It is too  <#{two}>",
            f"{keys[0]} sev4 · investigation · It is active  <#{one}>",
        ]
        assert home.say("list").splitlines() == home.say("").splitlines() == shown


def test_list_does_not_break_at_eighteen(new_town: Founding) -> None:
    with new_town() as home:
        keys = [home.say(f"open {'Long ' * 39}{number}").partition(" ")[0] for number in range(30)]
        shown = home.say("list").splitlines()
        assert (shown[0], shown[-1]) == ("1–12 of 30 open, the newest first", "[Older]")
        message = next(each for each in home.alone("ann", home.general) if "[Older]" in home.shown(each))
        shown += home.pressed(message, "Older").splitlines()
        message = next(each for each in home.alone("ann", home.general) if each.ts == message.ts)
        shown += home.pressed(message, "Older").splitlines()
        assert [line.partition(" ")[0] for line in shown if line.startswith("INC-")] == keys[::-1]
        home.quiet()


def test_stats_shows_the_operational_dashboard(home: Town) -> None:
    assert home.say("stats").splitlines()[0].startswith("Now: ")


def test_export_sends_all_data_as_csv(new_town: Founding) -> None:
    with new_town(SLACK_SEND_FILES="true") as home:
        home.opened("In the file")
        assert "as a direct message" in home.say("export")


def test_help_shows_available_commands(home: Town) -> None:
    shown = home.say("help")
    wanted = ("open", "list", "stats", "export", "help", "status", "declare", "resolve", "handover", "close")
    for verb in wanted:
        assert f"\n{verb} " in shown, verb
    assert "incident and escalate" in home.say("help incident")
    assert "transfer" in home.say("help transfer")


def test_status_shows_details_in_the_investigation_channel(home: Town) -> None:
    key = home.opened("Its details")
    shown = home.say("status", channel=home.room(key).id).splitlines()
    assert shown[:2] == [
        f"{key}  Its details  <#{home.room(key).name}>",
        "sev4 · investigation · opened by <@ann>",
    ]


@pytest.mark.parametrize("verb", ["incident", "escalate", "declare"])
def test_incident_escalates_in_the_investigation_channel(home: Town, verb: str) -> None:
    key = home.opened("It gets worse")
    assert home.say(verb, channel=home.room(key).id) == f"{key} declared; <@ann> is the commander."


def test_resolve_marks_the_incident_resolved_in_the_investigation_channel(home: Town) -> None:
    key = home.opened("It gets better", options="--declare")
    assert home.say("resolve", channel=home.room(key).id).startswith(f"{key} resolved, LENGTH after")
    home.quiet()
    assert home.room(key).topic == f"{key} · sev4 · resolved · It gets better"


@pytest.mark.parametrize("verb", ["transfer", "handover"])
@pytest.mark.parametrize("who", ["@ben", "<@{id}>", "<@{id}|ben>"])
def test_transfer_user_makes_them_the_commander_in_the_investigation_channel(
    home: Town, verb: str, who: str
) -> None:
    key = home.opened("Somebody else leads", options="--declare")
    ben = home.slack.person("ben").id
    said = home.say(f"{verb} {who.format(id=ben)}", channel=home.room(key).id)
    assert said == f"{key}: <@ben> holds incident_commander now."
    home.quiet()
    assert home.incident(key).commander == home.actor("ben")
    assert "incident commander: <@ben>" in home.shown(home.panel(key)).splitlines()
    assert home.members(key) == {"ann", "ben", "incidents"}


def test_transfer_to_somebody_of_an_enterprise_whose_id_begins_with_w(new_town: Founding) -> None:
    with new_town() as home:
        who = home.slack.team.add_user("wanda", grid=True)
        assert who.startswith("W")
        key = home.opened("A user of an enterprise", options="--declare")
        said = home.say("transfer @wanda", channel=home.room(key).id)
        assert said == f"{key}: <@wanda> holds incident_commander now."
        home.quiet()
        assert "wanda" in home.members(key)


def test_close_closes_the_investigation_from_its_channel(home: Town) -> None:
    key = home.opened("Nothing is left to do")
    assert home.close(key, channel=home.room(key).id) == f"{key} closed: no_action."
    home.quiet()
    assert home.room(key).archived


@pytest.mark.parametrize("verb", ["status", "incident", "resolve", "transfer @ben", "close"])
def test_what_is_for_an_investigation_channel_asks_for_the_key_elsewhere(home: Town, verb: str) -> None:
    before = home.events()
    said = home.say(verb)
    assert said.startswith("Which incident? This channel is not one of an incident: add its key, as in ")
    assert home.events() == before


def test_slash_case_works_as_slash_incident_does(new_town: Founding) -> None:
    """All commands start with /case; several names can be had at once."""
    with new_town(SLACK_COMMANDS="/incident,/case") as home:
        said = home.say("open Typed with another name", command="/case")
        assert said.startswith("INC-1 opened: ")
        home.quiet()
        assert home.say("status INC-1") == home.say("status INC-1", command="/case")
        home.quiet()
        assert "/case help open" in home.say("help", command="/case")


def test_who_the_bot_is_is_asked_once_and_an_open_makes_six_calls(new_town: Founding) -> None:
    with new_town() as home:
        home.opened("The digest channel is found and joined")
        home.quiet()
        assert len(home.slack.team.calls("auth.test")) == 1
        home.slack.team.clear_calls()
        home.opened("Nothing but its own calls")
        home.quiet()
        assert sorted(call.method for call in home.slack.team.calls()) == [
            "chat.postMessage",
            "chat.postMessage",
            "conversations.create",
            "conversations.invite",
            "conversations.setTopic",
            "pins.add",
        ]
