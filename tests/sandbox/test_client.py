"""The typed client does over HTTP what control does in the same process."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.control import Control, SandboxClient, Team
from adapters.sandbox.control.client import PersonClient, TeamClient
from adapters.sandbox.person import CannotDo, MustConfirm, Person
from tests.sandbox.bots import Bot, manifest, new_bot
from tests.sandbox.lines import line
from tests.sandbox.serving import socket_mode


@pytest.fixture
def line_bot(sandbox: Sandbox) -> Bot:
    return new_bot(sandbox)


def public(kind: type) -> dict[str, Any]:
    """The public methods of a class with their arguments, and its properties."""
    members = ((name, one) for name, one in inspect.getmembers(kind) if not name.startswith("_"))
    return {
        name: [(each.name, each.kind, each.default) for each in inspect.signature(one).parameters.values()]
        if callable(one)
        else "property"
        for name, one in members
    }


@pytest.mark.parametrize(
    ("inside", "outside"), [(Control, SandboxClient), (Team, TeamClient), (Person, PersonClient)]
)
def test_the_client_has_the_same_methods_with_the_same_arguments(inside: type, outside: type) -> None:
    assert public(outside) == public(inside)


def test_a_bot_is_set_up_and_used_from_elsewhere(sandbox: Sandbox) -> None:
    client = SandboxClient(sandbox.url)
    team = client.found("Globex", first="hank")
    app = client.create_app(manifest())
    installed = team.install(app)
    assert installed.app_token.startswith("xapp-")
    assert (installed.team_id, installed.app_id) == (team.id, app)
    ann, private = team.add_user("ann"), team.add_channel("war-room", private=True)
    team.add_group("oncall", ["ann"])
    team.switch_group("oncall", False)
    hank = team.person("hank")
    hank.invite("war-room", "ann", installed.bot_user_id)
    [place] = [place for place in team.channels() if place.id == private]
    assert (place.kind, set(place.members)) == (
        "private_channel",
        {hank.id, ann, installed.bot_user_id},
    )
    came = team.person("ann").command("/incident", "open", "war-room")
    assert (came.failure, came.notice) == ("no_connection", "dispatch_failed")
    assert [notice.code for notice in team.person("ann").notices] == ["dispatch_failed"]


def test_a_story_is_told_through_the_client(sandbox: Sandbox) -> None:
    with socket_mode(sandbox) as bot:
        ann = SandboxClient(sandbox.url).team(bot.workspace.id).person("owner")
        assert ann.command("/incident", "open API", "general").acked
        bot.until(lambda: any(message.text == "Panel" for message in ann.sees("general")))
        panel = next(message for message in ann.sees("general") if message.text == "Panel")
        assert ann.press(panel, "more") is not None
        bot.until(lambda: ann.modal is not None)
        [form] = ann.modals
        assert ann.submit(form, {"Title": "Down"}).acked
        assert ann.modal is None
        said = ann.edit(ann.post("general", "First"), "Second")
        ann.post("general", "Reply", thread=said)
        ann.react(said, "eyes")
        assert [message.thread_ts for message in ann.sees("general")[-2:]] == [said.ts, said.ts]


def test_a_refusal_is_the_same_exception_on_both_sides(sandbox: Sandbox, line_bot: Bot) -> None:
    client = SandboxClient(sandbox.url)
    team = client.team(line_bot.workspace.id)
    ann = team.person("owner")
    ask = {"title": "Sure?", "text": "It is final.", "confirm": "Yes", "deny": "No"}
    texts = {name: {"type": "plain_text", "text": text} for name, text in ask.items()}
    button = {"type": "button", "action_id": "close", "text": texts["title"], "confirm": texts}
    blocks = [{"type": "actions", "elements": [button]}]
    line_bot.client.chat_postMessage(channel=line_bot.general, text="Panel", blocks=blocks)
    panel = ann.sees("general")[-1]
    with pytest.raises(MustConfirm, match="It is final"):
        ann.press(panel, "close")
    assert ann.press(panel, "close", accept=False) is None
    with pytest.raises(CannotDo, match="no 'open' to use"):
        ann.press(panel, "open")
    with pytest.raises(CannotDo, match="No person"):
        _ = team.person("nobody").id
    with pytest.raises(LookupError, match="no workspace"):
        client.team("T0")
    with pytest.raises(ValueError, match="unknown event"):
        client.create_app(manifest(events=("no_such_event",)))
    with pytest.raises(ValueError, match="goes forward"):
        client.move(-1)
    with pytest.raises(ValueError, match="explosion"):
        team.fault("chat.postMessage", "explosion")  # type: ignore[arg-type]


def test_what_goes_wrong_is_set_from_elsewhere_and_calls_and_deliveries_are_seen(
    sandbox: Sandbox, line_bot: Bot
) -> None:
    client = SandboxClient(sandbox.url)
    team = client.team(line_bot.workspace.id)
    team.clear_calls()
    team.fault("chat.postMessage", "error", code="internal_error", args={"text": "Unlucky"})
    web = line_bot.client
    web.chat_postMessage(channel=line_bot.general, text="Lucky")
    with pytest.raises(Exception, match="internal_error"):
        web.chat_postMessage(channel=line_bot.general, text="Unlucky")
    assert [call.outcome for call in team.calls("chat.postMessage")] == ["ok", "internal_error"]
    with line(line_bot) as one:
        assert len(client.connections(line_bot.app.id)) == 1
        sent = team.person("owner").command("/incident", "", "general", wait=False)
        while (frame := one.next())["type"] != "slash_commands":
            one.ack(frame)
        one.ack(frame, {"text": "Hello"})
        assert team.person("owner").outcome(sent).answer == {"text": "Hello"}
        assert client.drop(line_bot.app.id) == 1
    [command] = [one for one in team.deliveries() if one.kind == "slash_commands"]
    assert (command.id, command.failure, command.answer) == (sent.id, None, {"text": "Hello"})


def test_the_clock_is_moved_from_elsewhere(sandbox: Sandbox, line_bot: Bot) -> None:
    client = SandboxClient(sandbox.url)
    ann = client.team(line_bot.workspace.id).person("owner")
    with line(line_bot):
        before = client.freeze()
        try:
            sent = ann.command("/incident", "", "general", wait=False)
            assert client.move(3) == before + 3
            assert ann.outcome(sent).notice == "operation_timeout"
        finally:
            client.thaw()


def test_what_was_delivered_can_be_delivered_again(sandbox: Sandbox, line_bot: Bot) -> None:
    team = SandboxClient(sandbox.url).team(line_bot.workspace.id)
    ann = team.person("owner")
    with line(line_bot) as one:
        ann.post("general", "Hello")
        first = one.next()
        one.ack(first)
        repeated = team.deliver_again(first["envelope_id"])
        second = one.next()
        one.ack(second)
        assert second["payload"] == first["payload"]
        assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
        assert second["envelope_id"] == repeated.id
        sent = ann.command("/incident", "", "general", wait=False)
        one.ack(one.next(), {"text": "Once"})
        ann.outcome(sent)
        doubled = team.deliver_again(sent.id)
        frame = one.next()
        assert frame["payload"] == sent.payload
        one.ack(frame, {"text": "Twice"})
        line_bot.until(lambda: team.deliveries()[-1].answer == {"text": "Twice"})
        assert team.deliveries()[-1].id == doubled.id
    with pytest.raises(LookupError, match="Nothing was delivered"):
        team.deliver_again("nothing")
