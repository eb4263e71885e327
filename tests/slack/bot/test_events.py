"""Events are acknowledged before anything is asked of Slack, whatever they carry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient

from adapters.sandbox import Sandbox
from adapters.slack.bot.app import request
from adapters.slack.bot.events import HEARD
from adapters.slack.features import Features
from incident_core.ports.reader import Query
from tests.servers.watchdog import wait_until
from tests.slack.bot.house import SOON, House, house

EVERYTHING = Features(
    private=True, history=True, files=True, names=True, groups=True, mentions=True, reactions=True
)


@pytest.fixture(scope="module")
def home(sandbox: Sandbox) -> Iterator[House]:
    """A house in which everything is on; the bot is in #general."""
    with house(sandbox, features=EVERYTHING, emoji="fire") as made:
        WebClient(made.slack.bot_token, base_url=made.slack.api_url).conversations_join(channel=made.general)
        yield made


def event(home: House, name: str, event_id: str) -> dict[str, Any]:
    """One of each kind that makes the bot do something."""
    message = home.slack.person("ben").post(home.general, "It is slow")
    of_each: dict[str, dict[str, Any]] = {
        "app_home_opened": {"tab": "home"},
        "app_mention": {"text": f"<@{home.slack.bot_user}> list", "ts": message.ts},
        "reaction_added": {
            "reaction": "fire",
            "item": {"type": "message", "channel": home.general, "ts": message.ts},
        },
    }
    inner = {"type": name, "user": home.ann.id, "channel": home.general, **of_each.get(name, {})}
    envelope = {"type": "event_callback", "event_id": event_id, "team_id": home.slack.workspace.id}
    return {**envelope, "event": inner}


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("app_home_opened", "views.publish"),
        ("app_mention", "chat.postEphemeral"),
        ("reaction_added", "chat.postMessage"),
    ],
)
def test_nothing_is_asked_of_slack_before_the_acknowledgement(home: House, name: str, method: str) -> None:
    body = event(home, name, f"Ev-{name}")
    home.slack.team.clear_calls()
    assert home.app.dispatch(request(body)).status == 200
    assert home.slack.team.calls() == [], "it is not acknowledged yet"
    home.pool.release()
    if name == "reaction_added":
        home.give_room(home.store.reader.list("default", Query(), home.actor())[0].key)
    assert wait_until(lambda: bool(home.slack.team.calls(method)), SOON)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=6,
)
_NAMES = (
    "user", "channel", "text", "ts", "thread_ts", "item", "item_user", "reaction", "tab", "inviter", "team",
    "channel_type", "edited", "bot_id", "subteam",
)  # fmt: skip


@given(
    name=st.sampled_from(sorted(HEARD)),
    broken=st.dictionaries(st.sampled_from(_NAMES), _JSON, max_size=4),
    envelope=st.dictionaries(
        st.sampled_from(("event_id", "team_id", "is_ext_shared_channel", "enterprise_id")), _JSON, max_size=2
    ),
)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
def test_whatever_an_event_carries_it_is_acknowledged(
    home: House, name: str, broken: dict[str, Any], envelope: dict[str, Any]
) -> None:
    body = event(home, name, f"Ev-{name}-{broken!r:.60}-{envelope!r:.60}")
    body["event"] |= broken
    assert home.app.dispatch(request(body | envelope)).status == 200


@pytest.mark.parametrize("kind", ["channel_created", "message", "url_nothing", ""])
def test_what_nobody_waits_for_is_acknowledged_too(home: House, kind: str) -> None:
    assert home.app.dispatch(request(event(home, kind, f"Ev-{kind}"))).status == 200


def test_an_event_without_a_name_of_its_own_is_left_alone(home: House) -> None:
    before = home.events()
    assert home.app.dispatch(request(event(home, "reaction_added", ""))).status == 200
    assert home.events() == before
