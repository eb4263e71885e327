"""A reaction with the configured emoji opens and declares an incident, once for each message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from slack_sdk import WebClient

from adapters.sandbox import Sandbox
from adapters.sandbox.person.seen import SeenMessage
from adapters.slack.bot import reactions
from adapters.slack.bot.app import request
from adapters.slack.features import Features
from adapters.slack.words import shipped_words
from incident_core.errors import OutcomeUnknown, Unavailable
from incident_core.model.stage import Stage
from incident_core.ports.reader import Query
from incident_core.testing.memory import Memory, MemoryStore
from tests.servers.watchdog import wait_until
from tests.slack.bot.house import SOON, WORKSPACE, House, house, words
from tests.slack.bot.test_faults import Failing

ON = Features(private=True, reactions=True)
_OUTSIDE = ("is_ext_shared_channel", "team_id")
"""What stands in the envelope of an event."""


@pytest.fixture(scope="module")
def home(sandbox: Sandbox) -> Iterator[House]:
    """A house in which :fire: opens incidents; the bot is in #general."""
    with house(sandbox, features=ON, emoji="fire") as made:
        client(made).conversations_join(channel=made.general)
        yield made


def client(home: House) -> WebClient:
    return WebClient(home.slack.bot_token, base_url=home.slack.api_url)


def posted(home: House, text: str = "The API answers slowly", **more: Any) -> SeenMessage:
    return home.slack.person("ben").post(home.general, text, **more)


def keys(home: House) -> list[str]:
    """Every incident there is, the newest first."""
    return [each.key for each in home.desk.reader.list(WORKSPACE, Query(), home.actor("ann"))]


def opened(home: House, message: SeenMessage, emoji: str = "fire", by: str = "ann") -> str:
    """React to it; the key of what that opened."""
    before = keys(home)
    home.slack.person(by).react(message, emoji)
    assert wait_until(lambda: len(keys(home)) > len(before), SOON)
    return keys(home)[0]


def replies(home: House, message: SeenMessage) -> list[str]:
    """What stands in the thread below it."""
    seen = home.slack.person("cleo").sees(home.general)
    return [words(each.raw) for each in seen if each.thread_ts == message.ts != each.ts]


def event(home: House, message: SeenMessage, event_id: str, **more: Any) -> dict[str, Any]:
    """A reaction as Slack sends it."""
    envelope: dict[str, Any] = {name: more.pop(name) for name in _OUTSIDE if name in more}
    inner = {
        "type": "reaction_added",
        "user": home.slack.person("ann").id,
        "reaction": "fire",
        "item_user": home.slack.person("ben").id,
        "item": {"type": "message", "channel": home.general, "ts": message.ts},
        "event_ts": "1700000000.000100",
    }
    body = {"type": "event_callback", "event_id": event_id, "team_id": home.slack.workspace.id}
    return {**body, **envelope, "event": {**inner, **more}}


def test_an_incident_is_declared_with_the_message_as_its_evidence(home: House) -> None:
    message = posted(home)
    key = opened(home, message)
    incident = home.incident(key)
    assert incident.stage is Stage.INCIDENT
    assert incident.commander == home.actor("ann")
    assert not incident.private
    (piece,) = incident.evidence
    domain = home.slack.workspace.domain
    assert piece.url == f"https://{domain}.slack.com/archives/{home.general}/p{message.ts.replace('.', '')}"
    assert incident.title is not None
    assert incident.title.startswith("Message of 20")
    assert incident.title.endswith(" UTC, marked :fire:")
    (commit,) = {each.envelope.command_key for each in home.store.memory.events if _about(home, each, key)}
    assert commit == f"slack:reaction:{home.general}:{message.ts}"


def _about(home: House, sealed: Any, key: str) -> bool:
    return bool(sealed.envelope.incident_id == home.store.memory.find(WORKSPACE, key))


def test_the_reply_names_the_incident_its_channel_and_how_to_name_it_better(home: House) -> None:
    message = posted(home)
    key = opened(home, message)
    room = home.give_room(key)
    assert wait_until(lambda: bool(replies(home, message)), SOON)
    (reply,) = replies(home, message)
    assert reply.startswith(f"{key} is declared for this message, in <#{room}>.")
    typed = reply.rpartition("Say what it is about: /incident ")[2]
    home.say(typed)
    assert home.incident(key).title == "API answers slowly"


def test_where_the_channel_takes_long_the_reply_names_the_key() -> None:
    text = words(reactions.said(shipped_words(), "/incident", "INC-7", None).message(shipped_words()))
    assert text.startswith("INC-7 is declared for this message.\n")


def test_however_many_react_and_however_often_it_is_one_incident_and_one_reply(home: House) -> None:
    message = posted(home)
    key = opened(home, message)
    home.give_room(key)
    assert wait_until(lambda: bool(replies(home, message)), SOON)
    before = home.events()
    ann, cleo = home.slack.person("ann"), home.slack.person("cleo")
    cleo.react(message, "fire")
    ann.unreact(message, "fire")
    ann.react(message, "fire")
    home.slack.person("owner").react(message, "fire")
    other = opened(home, posted(home))
    home.give_room(other)
    assert keys(home)[:2] == [other, key]
    assert home.events() - before == len(home.desk.reader.timeline(WORKSPACE, other, home.actor()) or ())
    assert len(replies(home, message)) == 1


def test_many_who_react_at_once_open_one(home: House) -> None:
    message, before = posted(home), len(keys(home))
    bodies = [
        event(home, message, f"Ev-once-{number}", user=home.slack.person(f"crowd{number}").id)
        for number in range(8)
    ]
    threads = [Thread(target=lambda body=body: home.app.dispatch(request(body))) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON)
    assert len(keys(home)) == before + 1


def test_the_same_event_again_changes_nothing(home: House) -> None:
    message = posted(home)
    key = opened(home, message)
    before = home.events()
    sent = next(
        each
        for each in reversed(home.slack.team.deliveries())
        if each.payload["event"]["type"] == "reaction_added"
    )
    home.again(sent.id)
    assert home.events() == before
    assert keys(home)[0] == key


def test_a_tone_of_skin_is_no_other_emoji(sandbox: Sandbox) -> None:
    with house(sandbox, features=ON, emoji=":wave:") as home:
        client(home).conversations_join(channel=home.general)
        body = event(home, posted(home), "Ev-tone", reaction="wave::skin-tone-4")
        assert home.app.dispatch(request(body)).status == 200
        assert len(keys(home)) == 1


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"reaction": "eyes"}, id="with another emoji"),
        pytest.param({"reaction": ""}, id="with none"),
        pytest.param({"user": "BOT"}, id="of the bot itself"),
        pytest.param({"user": "MACHINE"}, id="of another bot"),
        pytest.param({"user": "USLACKBOT"}, id="of Slackbot"),
        pytest.param({"user": 7}, id="of nobody"),
        pytest.param({"item_user": "BOT"}, id="on a message of the bot"),
        pytest.param({"item": {"type": "file", "file": "F1"}}, id="on a file"),
        pytest.param({"item": {"type": "message", "channel": "general", "ts": "1.2"}}, id="nowhere"),
        pytest.param({"item": {"type": "message", "channel": "C01", "ts": "now"}}, id="on no message"),
        pytest.param({"team": "T0OTHER"}, id="of somebody from another workspace"),
        pytest.param({"team_id": "T0OTHER"}, id="in another workspace"),
        pytest.param({"is_ext_shared_channel": True}, id="in a channel shared with others"),
    ],
)
def test_reactions_that_open_nothing(home: House, more: dict[str, Any]) -> None:
    home.desk.directory.learn_bot("U0MACHINE")
    stands_for = {"BOT": home.slack.bot_user, "MACHINE": "U0MACHINE"}
    given = {
        name: stands_for.get(value, value) if isinstance(value, str) else value
        for name, value in more.items()
    }
    before, calls = home.events(), len(home.slack.team.calls())
    body = event(home, posted(home), f"Ev-{sorted(more.items())!r:.80}", **given)
    assert home.app.dispatch(request(body)).status == 200
    home.pool.release()
    assert home.events() == before
    assert len(home.slack.team.calls()) == calls


@pytest.mark.parametrize("changes", [{"emoji": ""}, {"features": Features(private=True)}])
def test_where_it_is_off_no_emoji_opens_anything(sandbox: Sandbox, changes: dict[str, Any]) -> None:
    with house(sandbox, **{"features": ON, "emoji": "fire", **changes}) as home:
        body = event(home, posted(home), "Ev-off", reaction=home.desk.emoji or "fire")
        assert home.app.dispatch(request(body)).status == 200
        empty = event(home, posted(home), "Ev-off-2", reaction="")
        assert home.app.dispatch(request(empty)).status == 200
        assert home.events() == 0


def test_who_reacts_too_often_opens_no_more(sandbox: Sandbox) -> None:
    with house(sandbox, features=ON, emoji="fire", per_minute=2) as home:
        for number in range(4):
            home.app.dispatch(request(event(home, posted(home), f"Ev-often-{number}")))
        assert len(keys(home)) == 2


def test_while_the_record_is_away_slack_is_asked_to_send_it_again(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    made = MemoryStore.over(Memory(), ("slack",))
    log = Failing(made.log, before=Unavailable("The database is away."))
    with house(sandbox, store=replace(made, log=log), features=ON, emoji="fire") as home:
        client(home).conversations_join(channel=home.general)
        message = posted(home)
        with caplog.at_level("WARNING", "incident.slack"):
            home.slack.person("ann").react(message, "fire")
            assert wait_until(lambda: "has to be sent again (reaction_added)" in caplog.text, SOON)
        assert keys(home) == []
        log.mend()
        home.slack.control.move(4)
        assert wait_until(lambda: len(keys(home)) == 1, SOON)


def test_an_answer_that_was_lost_is_no_second_incident_and_is_said_once(sandbox: Sandbox) -> None:
    made = MemoryStore.over(Memory(), ("slack",))
    log = Failing(made.log, after=OutcomeUnknown("Nobody knows."))
    with house(sandbox, store=replace(made, log=log), features=ON, emoji="fire") as home:
        client(home).conversations_join(channel=home.general)
        message = posted(home)
        body = event(home, message, "Ev-lost")
        assert home.app.dispatch(request(body)).status == 503
        log.mend()
        for again in (body, event(home, message, "Ev-again")):
            assert home.app.dispatch(request(again)).status == 200
        home.pool.release()
        (key,) = keys(home)
        home.give_room(key)
        assert wait_until(lambda: bool(replies(home, message)), SOON)
        assert home.app.dispatch(request(event(home, message, "Ev-later"))).status == 200
        _another_is_answered(home)
        assert len(replies(home, message)) == 1


def _another_is_answered(home: House) -> None:
    """What was to be said before that was said by then; nothing is said any more."""
    control = posted(home)
    assert home.app.dispatch(request(event(home, control, "Ev-control"))).status == 200
    home.give_room(keys(home)[0])
    home.pool.release()
    assert wait_until(lambda: bool(replies(home, control)), SOON)
    home.pool.close()


def test_who_reacts_again_long_after_hears_nothing(sandbox: Sandbox) -> None:
    """Not even of a bot that has been started anew, and remembers nothing."""
    with house(sandbox, features=ON, emoji="fire") as first:
        message = posted(first)
        assert first.app.dispatch(request(event(first, message, "Ev-first"))).status == 200
    with house(sandbox, slack=first.slack, store=first.store, features=ON, emoji="fire") as home:
        client(home).conversations_join(channel=home.general)
        home.clock.move(timedelta(hours=1))
        home.give_room(keys(home)[0])
        assert home.app.dispatch(request(event(home, message, "Ev-later"))).status == 200
        assert len(keys(home)) == 1
        _another_is_answered(home)
        assert replies(home, message) == []
