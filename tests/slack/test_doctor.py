"""What `incident doctor` finds out about Slack, asked of the sandbox over real connections."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import pytest
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve

from adapters.sandbox import Sandbox, Slack, new_slack
from adapters.setting_table import TABLE
from adapters.settings import Settings
from adapters.slack.doctor import SWITCHES, Check, checks, greeted
from adapters.slack.features import Features
from adapters.slack.manifest import manifest, subscribed
from adapters.slack.scopes import SCOPES, Scope, needed
from tests.servers.watchdog import wait_until

SOON = 30.0
BASE = Settings("sqlite://")
NO_BOT = (
    "warning",
    "slack socket",
    "the app token works, but no bot is connected with it: `incident slack run`",
)


EVENTS = "Slack does not tell which it sends; on the page of the app there should be: " + ", ".join(
    subscribed(Features.of(BASE))
)


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def slack(server: Sandbox) -> Slack:
    """A workspace in which the app was installed with the manifest of the settings' defaults."""
    return new_slack(server, manifest(BASE))


def settings(slack: Slack, **more: str) -> Settings:
    return Settings.read({**slack.settings, **more}, Path("/nowhere"))


def looked(slack: Slack, **more: str) -> list[Check]:
    return list(checks(settings(slack, **more)))


def about(name: str, slack: Slack, **more: str) -> list[tuple[str, str]]:
    """What was said of one thing."""
    return [(state, found) for state, what, found in looked(slack, **more) if what == f"slack {name}"]


def joined(slack: Slack, channel: str) -> None:
    WebClient(slack.bot_token, base_url=slack.api_url).conversations_join(channel=channel)


@contextmanager
def sockets(slack: Slack, count: int) -> Iterator[None]:
    """So many bots of this app, each with its socket."""
    client = WebClient(slack.app_token, base_url=slack.api_url)
    with ExitStack() as stack:
        for _ in range(count):
            url = client.apps_connections_open(app_token=slack.app_token)["url"]
            stack.enter_context(connect(url)).recv(SOON)
        yield


def test_where_all_is_well_every_line_is_ok(slack: Slack) -> None:
    team = slack.workspace
    joined(slack, slack.general)
    with sockets(slack, 2):
        found = looked(slack, INCIDENTS_DIGEST_CHANNEL="#general", ALLOWED_WORKSPACE_IDS=team.id)
    assert found == [
        ("ok", "slack token", f"Acme ({team.id}), as @incidents"),
        ("ok", "slack scopes", "all 9 that are needed are granted"),
        ("ok", "slack events", EVENTS),
        ("ok", "slack digest", f"#general ({slack.general}); the bot is in it"),
        ("ok", "slack socket",
         "the app token works; open sockets: 2, which should be one for each bot that runs"),
    ]  # fmt: skip


def test_it_leaves_no_socket_behind_and_calls_nothing_that_changes_anything(slack: Slack) -> None:
    found = looked(slack, INCIDENTS_DIGEST_CHANNEL="general", INCIDENT_RESPONSE_GROUP_ID="S012")
    assert found[-1] == NO_BOT
    assert wait_until(lambda: not slack.control.connections(slack.app.id), SOON)
    assert {call.method for call in slack.team.calls()} <= {
        "auth.test", "users.conversations", "conversations.list", "usergroups.list", "apps.connections.open",
    }  # fmt: skip


@pytest.mark.parametrize("why", ["token_revoked", "token_expired"])
def test_a_token_that_slack_refuses_is_told_and_the_other_one_still_looked_at(slack: Slack, why: str) -> None:
    slack.control.revoke(slack.bot_token, why)
    assert looked(slack) == [
        ("bad", "slack token", f"Slack refuses auth.test ({why}): take the token from the page of the app"),
        NO_BOT,
    ]
    slack.control.revoke(slack.app_token, why)
    assert [check[0] for check in looked(slack)] == ["bad", "bad"]


def test_no_line_shows_a_secret(slack: Slack) -> None:
    shown = repr(looked(slack, SLACK_BOT_TOKEN="xoxb-KVQKVQKVQ", SLACK_APP_TOKEN="xapp-KVQKVQKVQ"))
    assert "bad" in shown
    assert "KVQ" not in shown


def test_where_nothing_listens_one_line_says_so(slack: Slack) -> None:
    (line,) = looked(slack, SLACK_API_URL="http://127.0.0.1:1/api/")
    assert line[:2] == ("bad", "slack token")
    assert line[2] == "Slack cannot take auth.test now (Connection refused) at http://127.0.0.1:1/api/"


def test_what_is_not_slack_is_told_from_it(slack: Slack) -> None:
    url = slack.api_url.replace("/api/", "/nothing/")
    (line,) = looked(slack, SLACK_API_URL=url)
    assert line == ("bad", "slack token", f"Slack refuses auth.test (HTTP 404) at {url}")


def test_a_call_that_hangs_is_given_up(slack: Slack) -> None:
    slack.team.fault("auth.test", "hang", seconds=60)
    (line,) = checks(settings(slack), patience=1)
    assert line[:2] == ("bad", "slack token")
    assert "it takes too long" in line[2]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("ratelimited", "Slack takes no more calls of conversations.list for 1 s"),
        ("status", "Slack gave no clear answer to conversations.list (HTTP 500)"),
        ("drop", "Slack gave no clear answer to conversations.list"),
        ("error", "Slack gave no clear answer to conversations.list (fatal_error)"),
    ],
)
def test_one_call_that_fails_costs_one_line(slack: Slack, kind: str, says: str) -> None:
    slack.team.fault("conversations.list", kind)  # type: ignore[arg-type]
    found = looked(slack, INCIDENTS_DIGEST_CHANNEL="general")
    (line,) = [check for check in found if check[1] == "slack digest"]
    assert line[0] == "bad"
    assert says in line[2]
    assert found[-1] == NO_BOT


def test_scopes_that_are_missing_are_named_with_their_reasons(slack: Slack) -> None:
    found = about("scopes", slack, SLACK_SEND_FILES="true", SLACK_PRIVATE_CHANNELS="false")
    assert found == [
        (
            "bad",
            "files:write is missing, which it needs for files (SLACK_SEND_FILES) to send an export, or the "
            "log of a channel, as a file",
        ),
        (
            "bad",
            "im:write is missing, which it needs for files (SLACK_SEND_FILES) to send the file in a direct "
            "message",
        ),
        ("bad", "to grant them, put `incident slack manifest` into the app's page and install it again"),
        ("warning", "granted, but nothing that is switched on needs groups:read, groups:write"),
    ]


def test_a_manifest_made_for_the_settings_grants_just_what_they_need(server: Sandbox) -> None:
    on = {"slack_history": True, "slack_files": True, "slack_names": True, "slack_emoji": "fire"}
    every = replace(BASE, slack_response_group="S0", **on)  # type: ignore[arg-type]
    slack = new_slack(server, manifest(every))
    group = slack.team.add_group("responders", ["owner"])
    found = looked(
        slack,
        INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED="1",
        INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME="fire",
        SLACK_READ_HISTORY="1",
        SLACK_SEND_FILES="1",
        SLACK_LOOK_UP_NAMES="1",
        INCIDENT_RESPONSE_GROUP_ID=group,
    )
    count = len(needed(Features.of(every)))
    assert ("ok", "slack scopes", f"all {count} that are needed are granted") in found
    assert ("ok", "slack group", "@responders; 1 person") in found


@pytest.mark.parametrize("scope", SCOPES, ids=lambda each: each.name)
def test_with_one_scope_less_than_the_manifest_asks_for_it_is_named_with_what_needs_it(
    server: Sandbox, scope: Scope
) -> None:
    on = {"slack_history": True, "slack_files": True, "slack_names": True, "slack_emoji": "fire"}
    every = manifest(replace(BASE, slack_response_group="S0", **on))  # type: ignore[arg-type]
    every["oauth_config"]["scopes"]["bot"].remove(scope.name)
    found = about("scopes", new_slack(server, every), **ALL)
    assert [state for state, _ in found] == ["bad", "bad"]
    sentence = found[0][1]
    assert sentence.startswith(f"{scope.name} is missing, which it needs ")
    assert sentence.endswith(f"to {scope.reason}")
    assert all(f"{name} ({SWITCHES[name]})" in sentence for name in scope.features)


ALL = {
    "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED": "1",
    "INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME": "fire",
    "SLACK_READ_HISTORY": "1",
    "SLACK_SEND_FILES": "1",
    "SLACK_LOOK_UP_NAMES": "1",
    "INCIDENT_RESPONSE_GROUP_ID": "S012AB3CD",
}
"""Everything that brings scopes with it."""


def test_every_feature_names_the_settings_that_switch_it_on() -> None:
    assert set(SWITCHES) == {each.name for each in fields(Features)}
    known = {name for setting in TABLE for name in setting.names}
    for named in SWITCHES.values():
        assert set(re.findall("[A-Z_]{4,}", named)) <= known


def test_another_workspace_than_the_settings_name_is_told(slack: Slack) -> None:
    name = slack.workspace.url.removeprefix("https://").partition(".")[0]
    for good in (name, slack.workspace.id):
        assert [state for state, _ in about("token", slack, SLACK_WORKSPACE_ID=good)] == ["ok"]
    assert about("token", slack, SLACK_WORKSPACE_ID="foobar", ALLOWED_WORKSPACE_IDS="T0OTHER,E0OTHER")[
        1:
    ] == [
        ("bad", f"SLACK_WORKSPACE_ID is foobar, but the token is of {name}"),
        ("bad", "ALLOWED_WORKSPACE_IDS does not name the bot's own workspace: nobody in it is served"),
    ]


def test_the_digest_is_looked_for_by_name_and_by_id(slack: Slack) -> None:
    news = slack.team.add_channel("news")
    for wanted in ("news", "#news", news):
        assert about("digest", slack, INCIDENTS_DIGEST_CHANNEL=wanted) == [
            ("ok", f"#news ({news}); it is public, so that the bot can join it")
        ]
    joined(slack, news)
    for wanted in ("news", news):
        assert about("digest", slack, ISSUES_CHANNEL_ID=wanted) == [
            ("ok", f"#news ({news}); the bot is in it")
        ]


def test_a_digest_that_is_archived_or_not_to_be_seen_is_told(slack: Slack) -> None:
    secret = slack.team.add_channel("secret", private=True)
    slack.team.add_channel("over")
    slack.person("owner").archive("over")
    assert about("digest", slack, INCIDENTS_DIGEST_CHANNEL="over") == [("bad", "#over is archived")]
    for wanted in ("secret", secret, "nothing", "C0NOTHING1"):
        assert about("digest", slack, INCIDENTS_DIGEST_CHANNEL=wanted) == [
            ("bad", f"no channel {wanted} is to be seen; if it is private, invite the bot to it")
        ]
    slack.person("owner").invite("secret", slack.bot_user)
    assert about("digest", slack, INCIDENTS_DIGEST_CHANNEL="secret") == [
        ("ok", f"#secret ({secret}); the bot is in it")
    ]


def test_among_too_many_channels_it_asks_for_the_id(slack: Slack) -> None:
    for number in range(9_990):
        slack.team.add_channel(f"other-{number}")
    (line,) = about("digest", slack, INCIDENTS_DIGEST_CHANNEL="nothing")
    assert line == ("bad", "it is not among the first 10,000 channels: give INCIDENTS_DIGEST_CHANNEL its id")
    assert len(slack.team.calls("conversations.list")) == 10


def test_a_response_group_that_is_not_there_or_empty_is_told(server: Sandbox) -> None:
    slack = new_slack(server, manifest(replace(BASE, slack_response_group="S0")))
    empty = slack.team.add_group("nobody")
    assert about("group", slack, INCIDENT_RESPONSE_GROUP_ID=empty) == [
        ("warning", "@nobody; nobody is in it")
    ]
    assert about("group", slack, INCIDENT_RESPONSE_GROUP_ID="S0NOTHING") == [
        ("bad", "there is no user group S0NOTHING")
    ]
    slack.workspace.groups[empty].deleted = 1
    assert about("group", slack, INCIDENT_RESPONSE_GROUP_ID=empty) == [("bad", "@nobody is switched off")]


def test_every_group_that_a_setting_names_is_looked_for_with_one_call(server: Sandbox) -> None:
    slack = new_slack(server, manifest(replace(BASE, slack_response_group="S0")))
    first, second = slack.team.add_group("responders", ["owner"]), slack.team.add_group("sre", ["owner"])
    slack.team.add_group("oncall", ["owner"])
    found = about(
        "group",
        slack,
        INCIDENT_RESPONSE_GROUP_ID=first,
        INCIDENT_AUTO_GROUP_INVITE_ENABLED="true",
        INCIDENT_AUTO_GROUP_INVITE_GROUP_NAME="@oncall",
        INCIDENT_PERMISSIONS=f"close={second}|S0NOTHERE,reopen={first}",
    )
    assert found == [
        ("ok", "@responders; 1 person"),
        ("ok", "@oncall; 1 person"),
        ("ok", "@sre; 1 person"),
        ("bad", "there is no user group S0NOTHERE"),
    ]
    assert len(slack.team.calls("usergroups.list")) == 1


def test_the_scopes_of_what_is_answered_to_are_looked_for(slack: Slack) -> None:
    emoji = {
        "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED": "1",
        "INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME": "fire",
    }
    found = about("scopes", slack, **emoji)
    assert found[0] == (
        "bad",
        "reactions:read is missing, which it needs for reactions (INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED) "
        "to open an incident where somebody reacts with its emoji",
    )
    assert (
        about("scopes", slack, SLACK_MENTIONS="false")
        == [
            ("ok", "all 8 that are needed are granted"),
            ("warning", "granted, but nothing that is switched on needs app_mentions:read"),
        ][::-1]
    )


def test_without_the_scope_the_group_cannot_be_looked_at(slack: Slack) -> None:
    assert about("group", slack, INCIDENT_RESPONSE_GROUP_ID="S012") == [
        ("bad", "Slack refuses usergroups.list: the bot has not been given the scope usergroups:read")
    ]


def test_ten_open_sockets_are_too_many(slack: Slack) -> None:
    with sockets(slack, 10):
        ((state, found),) = about("socket", slack)
    assert state == "bad"
    assert found.startswith("the app has the 10 sockets that Slack allows")


def test_without_an_app_token_it_says_how_the_bot_can_run(slack: Slack) -> None:
    assert about("socket", slack, SLACK_APP_TOKEN="") == [
        ("ok", "none, as SLACK_APP_TOKEN is not set: `incident slack run` needs --http")
    ]
    assert about("socket", slack, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="") == [
        ("warning", "neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set: no bot can run")
    ]


@dataclass
class Link:
    """A server of sockets that greets and, in the same breath, sends somebody's command."""

    frames: list[str]
    got: list[str | bytes] = field(default_factory=list)

    def __call__(self, socket: ServerConnection) -> None:
        for frame in self.frames:
            socket.protocol.send_text(frame.encode())
        socket.socket.sendall(b"".join(socket.protocol.data_to_send()))
        with suppress(ConnectionClosed):
            self.got.extend(socket)


@contextmanager
def listening(link: Link) -> Iterator[str]:
    """Where it is."""
    with serve(link, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/"
        finally:
            server.shutdown()
            thread.join(SOON)


def test_somebodys_command_that_comes_meanwhile_is_told_and_never_acknowledged() -> None:
    hello = {"type": "hello", "num_connections": 3}
    command = {"type": "slash_commands", "envelope_id": "1", "payload": {}}
    link = Link([json.dumps(hello), json.dumps(command)])
    with listening(link) as url:
        assert greeted(url) == (hello, True)
    assert link.got == []
    with listening(Link([json.dumps(hello)])) as url:
        assert greeted(url) == (hello, False)
