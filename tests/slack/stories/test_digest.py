"""The digest channel, however it is named; and what is when there is none."""

from __future__ import annotations

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.person.seen import SeenMessage
from tests.slack.stories.conftest import Founding
from tests.slack.stories.town import DIGEST, Town, founded


@pytest.mark.parametrize("named", ["incidents", "#incidents", "the id"])
def test_it_is_found_by_its_name_with_or_without_a_hash_and_by_its_id(
    new_town: Founding, sandbox: Sandbox, named: str
) -> None:
    slack = founded(sandbox)
    channel = next(each for each in slack.team.channels() if each.name == DIGEST)
    setting = channel.id if named == "the id" else named
    with new_town(slack=slack, INCIDENTS_DIGEST_CHANNEL=setting) as home:
        key = home.opened("Told to everybody")
        home.say(f"declare {key}")
        home.quiet()
        room = home.room(key).name
        assert home.digest() == [
            f"{key} · sev4 · incident: investigating · <#{room}> · led by <@ann> · Told to everybody",
            f"↳ {key} was declared an incident by <@ann>: <#{room}>",
        ]
        (reply,) = home.slack.team.calls("chat.postMessage")[-1:]
        assert home.database.backlog.lags("default", None, 10) == ()
        assert reply.outcome == "ok"


def test_a_private_channel_to_which_the_bot_was_invited(new_town: Founding, sandbox: Sandbox) -> None:
    slack = founded(sandbox, digest=False)
    channel = slack.person("ann").create_channel("hidden", private=True)
    slack.person("ann").invite(channel, slack.bot_user)
    for setting in ("hidden", channel):
        with new_town(slack=slack, INCIDENTS_DIGEST_CHANNEL=setting) as home:
            key = home.opened(f"Told to a few as {setting}")
            assert home.digest_of(key, "hidden").endswith(home.plain(f"Told to a few as {setting}"))


@pytest.mark.parametrize("missing", ["nowhere", "C0000000000"])
def test_one_that_does_not_exist_is_named_and_everything_else_works(
    new_town: Founding, sandbox: Sandbox, missing: str
) -> None:
    slack = founded(sandbox, digest=False)
    with new_town(slack=slack, INCIDENTS_DIGEST_CHANNEL=missing) as home:
        key = home.opened("Nobody hears of it")
        home.say(f"declare {key}")
        home.quiet()
        assert home.shown(home.panel(key)).startswith(key)
        assert home.lines(key) == ["<@ann> declared an incident.", "<@ann> is incident commander now."]
        told = home.program("mirrors").out
        assert missing in told
        assert "INCIDENTS_DIGEST_CHANNEL" in told
        home.say(f"resolve {key}")
        assert home.close(key) == f"{key} closed: fixed."
        home.quiet()
        assert home.room(key).archived


def test_once_it_was_made_a_retry_brings_everything_there(new_town: Founding, sandbox: Sandbox) -> None:
    slack = founded(sandbox, digest=False)
    with new_town(slack=slack) as home:
        key = home.opened("Told in the end")
        slack.person("ann").create_channel(DIGEST)
        home.program("mirrors retry")
        home.quiet()
        assert home.digest_of(key).endswith("Told in the end")
        assert "Nothing is behind" in home.program("mirrors").err


def test_no_digest_at_all(new_town: Founding, sandbox: Sandbox) -> None:
    slack = founded(sandbox, digest=False)
    with new_town(slack=slack, INCIDENTS_DIGEST_CHANNEL="") as home:
        key = home.opened("Only in its channel")
        home.say(f"declare {key}")
        home.quiet()
        assert home.shown(home.panel(key)).startswith(key)
        assert "Nothing is behind" in home.program("mirrors").err


_MOVES = (
    ("declare {key}", "sev4 · incident: investigating", " · led by <@ann>", ""),
    ("severity {key} sev1", "sev1 · incident: investigating", " · led by <@ann>", ""),
    ("status {key} identified", "sev1 · incident: identified", " · led by <@ann>", ""),
    ("update {key} A disk is full", "sev1 · incident: identified", " · led by <@ann>", "A disk is full"),
    ("handover {key} @ben", "sev1 · incident: identified", " · led by <@ben>", "A disk is full"),
    ("resolve {key}", "sev1 · resolved", " · led by <@ben>", "A disk is full"),
    ("reopen {key} again", "sev1 · incident: investigating", " · led by <@ben>", "A disk is full"),
)


def test_one_message_per_incident_always_true_edited_in_place(home: Town) -> None:
    """It has severity, status, commander and the last update."""
    key, title = home.opened("Always true"), "Always true"
    room = home.room(key).name
    (first,) = (each.ts for each in lines(home, key))
    assert home.digest_of(key) == f"{key} · sev4 · investigation · <#{room}> · {title}"
    for text, state, led, last in _MOVES:
        home.say(text.format(key=key))
        home.quiet()
        (now,) = lines(home, key)
        update = f"\nLast update, DATE: {last}" if last else ""
        assert home.shown(now) == f"{key} · {state} · <#{room}>{led} · {title}{update}"
        assert now.ts == first


def lines(home: Town, key: str) -> list[SeenMessage]:
    """What stands in the digest channel of this incident, besides what is below it."""
    seen = home.slack.person("ann").sees(home.place(DIGEST).id)
    return [each for each in seen if home.shown(each).startswith(f"{key} · sev")]
