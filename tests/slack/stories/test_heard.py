"""What the whole bot hears of the workspace: who joins a private channel, who reacts, who is in a group."""

from __future__ import annotations

import re

from adapters.sandbox import Sandbox
from incident_core.model.stage import Stage
from tests.slack.stories.conftest import Founding
from tests.slack.stories.reading import read
from tests.slack.stories.town import WORKSPACE, Town, founded, wait_for

FIRE = {
    "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED": "true",
    "INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME": "fire",
}


def access(home: Town, key: str) -> set[str]:
    """The names of those who may see it."""
    names = {each.id: each.name for each in home.slack.team.people()}
    return {names[actor.id] for actor in home.incident(key).access}


def moved(home: Town, user: str) -> list[str]:
    """How the bot itself brought somebody in, or took them out."""
    calls = (*home.slack.team.calls("conversations.invite"), *home.slack.team.calls("conversations.kick"))
    return [call.method for call in calls if user in (call.args.get("user"), call.args.get("users"))]


def test_people_and_the_mirror_do_not_fight_about_who_is_in_a_private_channel(home: Town) -> None:
    key = home.opened("Quite secret", options="--private")
    room, ann, ben = home.room(key).id, home.slack.person("ann"), home.slack.person("ben")
    for _ in range(2):
        ann.invite(room, "ben")
        wait_for(lambda: access(home, key) == {"ann", "ben"})
        home.quiet()
        ben.leave(room)
        wait_for(lambda: access(home, key) == {"ann"})
        home.quiet()
        assert home.members(key) == {"ann", "incidents"}
    home.say(f"access {key} grant <@{ben.id}>")
    home.quiet()
    assert home.members(key) == {"ann", "ben", "incidents"}
    home.say(f"access {key} revoke <@{ben.id}>")
    home.quiet()
    assert home.members(key) == {"ann", "incidents"}
    wait_for(lambda: all(each.acked is not None for each in home.slack.team.deliveries()))
    home.quiet()
    told = [
        type(each.event).__name__
        for each in home.database.reader.timeline(WORKSPACE, key, home.actor()) or ()
    ]
    assert [each for each in told if each.startswith("Access")] == ["AccessGranted", "AccessRevoked"] * 3
    assert moved(home, ben.id).count("conversations.kick") <= 3


def test_a_reaction_declares_an_incident_whose_channel_is_named_below_the_message(new_town: Founding) -> None:
    with new_town(**FIRE) as home:
        ann = home.slack.person("ann")
        ann.invite(home.general, home.slack.bot_user)
        message = home.slack.person("ben").post(home.general, "Checkout fails for everybody")
        ann.react(message, "fire")

        def replies() -> list[str]:
            seen = home.slack.person("cleo").sees(home.general)
            return [home.plain(read(each.raw)) for each in seen if each.thread_ts == message.ts != each.ts]

        wait_for(lambda: bool(replies()))
        home.quiet()
        (reply,) = replies()
        room = r"<#inc-1-message-of-20[0-9-]+-utc-marked-fire>"
        assert re.match(rf"INC-1 is declared for this message, in {room}\.\n", reply)
        incident = home.incident("INC-1")
        assert (incident.stage, incident.commander) == (Stage.INCIDENT, home.actor("ann"))
        assert home.members("INC-1") == {"ann", "incidents"}
        home.slack.person("cleo").react(message, "fire")
        assert home.mention("list").count("INC-") == 1


def test_members_of_a_group_may_do_what_others_may_not_as_soon_as_they_are_in_it(
    sandbox: Sandbox, new_town: Founding
) -> None:
    slack = founded(sandbox, {"INCIDENT_PERMISSIONS": "severity=S0123456789"})
    group = slack.team.add_group("sre", ["ben"])
    with new_town(slack=slack, INCIDENT_PERMISSIONS=f"severity={group}") as home:
        rules = home.bot.database.groups
        wait_for(lambda: rules.members(WORKSPACE, [group]).get(group) == frozenset({home.actor("ben")}))
        key = home.opened()
        assert "sev1" not in home.say(f"severity {key} sev1").partition("\n")[0]
        assert home.incident(key).severity.value == "sev4"
        slack.team.set_group("sre", ["ann"])
        wait_for(lambda: rules.members(WORKSPACE, [group]).get(group) == frozenset({home.actor("ann")}))
        home.say(f"severity {key} sev1")
        assert home.incident(key).severity.value == "sev1"
        home.say(f"severity {key} sev2 because", "ben")
        assert home.incident(key).severity.value == "sev1"
