"""People: what they see, what they are told, and what Slack's client would not let them do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.control import Team
from adapters.sandbox.person import CannotDo
from tests.sandbox.bots import manifest, new_bot
from tests.sandbox.forms import Hand, actions, button, by_hand, modal


@pytest.fixture
def hand(sandbox: Sandbox) -> Iterator[Hand]:
    with by_hand(new_bot(sandbox, events=())) as there:
        yield there


@pytest.fixture
def team(hand: Hand) -> Team:
    there = hand.bot.sandbox.control.team(hand.bot.workspace.id)
    there.add_user("ben")
    return there


def test_a_command_has_every_field_that_slack_sends(hand: Hand) -> None:
    sent = hand.ack(hand.person.command("/incident", "  open API ", "general", wait=False)).payload
    bot = hand.bot
    assert sent.pop("response_url").startswith(f"{bot.sandbox.url}/commands/{bot.workspace.id}/")
    assert sent.pop("trigger_id").count(".") == 2
    assert sent == {
        "token": bot.app.verification_token,
        "team_id": bot.workspace.id,
        "team_domain": bot.workspace.domain,
        "channel_id": bot.general,
        "channel_name": "general",
        "user_id": hand.person.id,
        "user_name": "owner",
        "command": "/incident",
        "text": "open API",
        "api_app_id": bot.app.id,
        "is_enterprise_install": "false",
    }


def test_names_in_a_command_come_as_ids_where_the_manifest_asks_for_it(hand: Hand, team: Team) -> None:
    ben = team.person("ben").id
    said = "assign @ben and @nobody in #general, not a@ben & <@U123|ann>"
    sent = hand.ack(hand.person.command("/incident", said, "general", wait=False)).payload
    assert sent["text"] == (
        f"assign <@{ben}|ben> and @nobody in <#{hand.bot.general}|general>, not a@ben &amp; <@U123|ann>"
    )


def test_a_command_in_a_direct_message_says_so(hand: Hand) -> None:
    direct = hand.person.direct("probe")
    sent = hand.ack(hand.person.command("/incident", "", direct, wait=False)).payload
    assert (sent["channel_id"], sent["channel_name"]) == (direct, "directmessage")


def test_a_command_that_no_app_has_or_in_a_channel_one_is_not_in_is_refused(hand: Hand, team: Team) -> None:
    team.person("ben").create_channel("room")
    with pytest.raises(CannotDo, match="not a valid command"):
        hand.person.command("/nothing", "", "general")
    with pytest.raises(CannotDo, match="is not in #room"):
        hand.person.command("/incident", "", "room")
    with pytest.raises(CannotDo, match="sees no channel"):
        hand.person.command("/incident", "", "nowhere")


def test_shortcuts_have_every_field_that_slack_sends(hand: Hand) -> None:
    bot = hand.bot
    sent = hand.ack(hand.person.shortcut("Start", wait=False)).payload
    assert sent.keys() == {
        "type",
        "token",
        "action_ts",
        "team",
        "user",
        "is_enterprise_install",
        "enterprise",
        "callback_id",
        "trigger_id",
    }
    assert (sent["type"], sent["callback_id"]) == ("shortcut", "start")
    said = hand.person.post("general", "Look at this")
    sent = hand.ack(hand.person.message_shortcut("collect", said, wait=False)).payload
    assert sent.keys() == {
        "type",
        "token",
        "action_ts",
        "team",
        "user",
        "is_enterprise_install",
        "enterprise",
        "callback_id",
        "trigger_id",
        "response_url",
        "message_ts",
        "channel",
        "message",
    }
    assert (sent["type"], sent["message_ts"], sent["message"]["text"]) == (
        "message_action",
        said.ts,
        said.text,
    )
    assert sent["channel"] == {"id": bot.general, "name": "general"}


def test_a_shortcut_of_a_message_works_where_the_bot_is_no_member(hand: Hand) -> None:
    hand.person.create_channel("elsewhere", private=True)
    said = hand.person.post("elsewhere", "Evidence")
    assert hand.ack(hand.person.message_shortcut("collect", said, wait=False)).acked


def test_a_shortcut_is_refused_where_there_is_none(hand: Hand) -> None:
    with pytest.raises(CannotDo, match="global shortcut 'collect'"):
        hand.person.shortcut("collect")
    bot = hand.bot
    bot.client.chat_postEphemeral(channel=bot.general, user=hand.person.id, text="Only you")
    with pytest.raises(CannotDo, match="has no menu"):
        hand.person.message_shortcut("collect", hand.person.sees("general")[-1])


def test_each_sees_what_is_for_them(hand: Hand, team: Team) -> None:
    bot, ben = hand.bot, team.person("ben")
    bot.client.chat_postEphemeral(channel=bot.general, user=hand.person.id, text="Only the owner")
    gone = hand.person.post("general", "Gone soon")
    hand.person.delete(gone)
    hand.person.post("general", "For all")
    assert [one.text for one in hand.person.sees("general")][-2:] == ["Only the owner", "For all"]
    assert [one.text for one in ben.sees("general") if "has joined" not in one.text] == ["For all"]
    ben.create_channel("secret", private=True)
    with pytest.raises(CannotDo, match="owner sees no channel"):
        hand.person.sees("secret")


def test_nobody_uses_a_message_that_is_for_somebody_else(hand: Hand, team: Team) -> None:
    bot = hand.bot
    bot.client.chat_postEphemeral(
        channel=bot.general, user=hand.person.id, text="Only the owner", blocks=actions(button("go"))
    )
    with pytest.raises(CannotDo, match="no such message in #general for ben"):
        team.person("ben").press(hand.person.sees("general")[-1], "go")


def test_names_in_a_command_stay_names_where_the_manifest_does_not_ask_for_ids(hand: Hand) -> None:
    bot = hand.bot
    shape = manifest(events=())
    del shape["features"]["slash_commands"][0]["should_escape"]
    bot.sandbox.control.change_app(bot.app.id, shape)
    sent = hand.ack(hand.person.command("/incident", "@owner #general", "general", wait=False)).payload
    assert sent["text"] == "@owner #general"


def test_a_guest_sees_only_the_channels_they_were_invited_to(hand: Hand, team: Team) -> None:
    team.add_user("gus", standing="guest")
    gus = team.person("gus")
    with pytest.raises(CannotDo, match="gus sees no channel"):
        gus.sees("general")
    hand.person.invite("general", "gus")
    assert gus.sees("general")[-1].text == f"<@{gus.id}> has joined the channel"


def test_nobody_acts_who_is_a_bot_gone_or_unknown(hand: Hand, team: Team) -> None:
    team.deactivate("ben")
    for name, why in (("ben", "account is closed"), ("probe", "No person"), ("nobody", "No person")):
        with pytest.raises(CannotDo, match=why):
            team.person(name)


def test_one_changes_only_what_is_ones_own(hand: Hand, team: Team) -> None:
    said = hand.person.post("general", "Mine")
    ben = team.person("ben")
    with pytest.raises(CannotDo, match="cant_update_message"):
        ben.edit(said, "Yours")
    with pytest.raises(CannotDo, match="cant_delete_message"):
        ben.delete(said)


def test_a_stranger_from_another_workspace_acts_with_their_own_team(hand: Hand, team: Team) -> None:
    team.share("general", "T0OTHER", "Globex")
    team.add_user("zoe", home="T0OTHER")
    hand.person.invite("general", "zoe")
    panel = hand.says(actions(button("go")))
    zoe = team.person("zoe")
    sent = zoe.press(panel, "go", wait=False)
    assert sent is not None
    assert sent.payload["user"]["team_id"] == "T0OTHER"
    assert sent.payload["team"]["id"] == hand.bot.workspace.id


def test_one_persons_trouble_is_told_to_nobody_else(hand: Hand, team: Team) -> None:
    bot = hand.bot
    panel = hand.says(actions(button("go")))
    with bot.sandbox.world.clock.stopped():
        pressed = hand.person.press(panel, "go", wait=False)
        bot.sandbox.world.clock.move(3)
    assert pressed is not None
    [notice] = hand.person.notices
    assert (notice.code, notice.place) == ("operation_timeout", bot.general)
    assert notice.text == "Sorry, that didn't work: Probe didn't respond (operation_timeout)."
    assert team.person("ben").notices == []


def test_two_people_have_their_own_modals(hand: Hand, team: Team) -> None:
    ben = team.person("ben")
    hand.open(modal(callback_id="owners"))
    assert ben.modal is None
