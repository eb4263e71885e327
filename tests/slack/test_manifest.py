"""The manifest asks for what is switched on and no more, and Slack would take it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from slack_sdk import WebClient

from adapters import setting_table
from adapters.sandbox import Sandbox, new_slack
from adapters.sandbox import manifest as manifests
from adapters.sandbox.contract import events, methods
from adapters.sandbox.person import CannotDo
from adapters.settings import Settings
from adapters.slack.bot.events import HEARD
from adapters.slack.features import Features
from adapters.slack.manifest import BOT_EVENTS, EVIDENCE, FOLLOWUP, START, UPDATE, as_yaml, manifest
from adapters.slack.scopes import SCOPES, needed
from adapters.slack.words import shipped_words

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "slack-app.md").read_text(encoding="utf-8")
CODE = {path: path.read_text(encoding="utf-8") for path in (ROOT / "adapters" / "slack").rglob("*.py")}

NONE = Settings("sqlite://", slack_private=False, slack_mentions=False)
SWITCHES: dict[str, dict[str, object]] = {
    "private": {"slack_private": True},
    "history": {"slack_history": True},
    "files": {"slack_files": True},
    "names": {"slack_names": True},
    "groups": {"slack_response_group": "S0604QSJC"},
    "mentions": {"slack_mentions": True},
    "reactions": {"slack_emoji": "fire"},
}
SETTING = {
    "private": "SLACK_PRIVATE_CHANNELS",
    "history": "SLACK_READ_HISTORY",
    "files": "SLACK_SEND_FILES",
    "names": "SLACK_LOOK_UP_NAMES",
    "groups": "INCIDENT_RESPONSE_GROUP_ID, INCIDENT_AUTO_GROUP_INVITE_ENABLED or INCIDENT_PERMISSIONS",
    "mentions": "SLACK_MENTIONS",
    "reactions": "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED",
}
ALL = {name: value for switch in SWITCHES.values() for name, value in switch.items()}
CASES = [
    pytest.param(NONE, id="nothing"),
    *(pytest.param(replace(NONE, **switch), id=name) for name, switch in SWITCHES.items()),  # type: ignore[arg-type]
    pytest.param(replace(NONE, **ALL, slack_commands=("/incident", "/case")), id="everything"),  # type: ignore[arg-type]
]
URLS = [pytest.param(None, id="sockets"), pytest.param("https://bot.example.org/", id="http")]
CONNECT_ONLY = ("apps.connections.open",)
"""Called with the app-level token, whose scope is in no manifest."""
FEATURE_OF = {
    "conversations.history": "history",
    "conversations.replies": "history",
    "conversations.open": "files",
    "files.*": "files",
    "users.info": "names",
    "users.list": "names",
    "usergroups.*": "groups",
}
"""What a method belongs to that is not called always."""


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("settings", CASES)
def test_slack_takes_it_and_grants_what_is_switched_on(
    server: Sandbox, settings: Settings, url: str | None
) -> None:
    read = yaml.safe_load(as_yaml(settings, url))
    assert read == manifest(settings, url)
    manifests.check(read)
    slack = new_slack(server, read)
    answer = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[]).auth_test()
    granted = answer.headers["x-oauth-scopes"].split(",")
    assert granted == [scope.name for scope in needed(Features.of(settings))]


def test_every_feature_has_its_switch_and_all_are_off_but_for_private_incidents_and_mentions() -> None:
    names = [field.name for field in fields(Features)]
    assert names == list(SWITCHES) == list(SETTING)
    assert Features.of(NONE) == Features()
    for name, switch in SWITCHES.items():
        assert Features.of(replace(NONE, **switch)) == Features(**{name: True})  # type: ignore[arg-type]
    assert Features.of(Settings("sqlite://")) == Features(private=True, mentions=True)
    for name in ("slack_response_group", "slack_invited_group"):
        assert Features.of(replace(NONE, **{name: "sre"})) == Features(groups=True)  # type: ignore[arg-type]
    assert Features.of(replace(NONE, permits=(("close", (), ("S1",)),))) == Features(groups=True)


@pytest.mark.parametrize("settings", CASES)
def test_messages_are_readable_only_where_history_is_switched_on(settings: Settings) -> None:
    reading = {scope.name for scope in needed(Features.of(settings)) if scope.name.endswith(":history")}
    public = {"channels:history"} if settings.slack_history else set()
    private = {"groups:history"} if settings.slack_history and settings.slack_private else set()
    assert reading == public | private


@pytest.mark.parametrize("settings", CASES)
def test_behind_every_scope_is_its_reason(settings: Settings) -> None:
    lines = as_yaml(settings).splitlines()
    for scope in needed(Features.of(settings)):
        assert f'      - "{scope.name}"  # {scope.reason}' in lines


def test_over_sockets_there_is_no_address_and_over_http_everything_comes_to_one() -> None:
    assert "https:" not in as_yaml(NONE).partition("\n")[2]
    read = manifests.read(manifest(NONE, "https://bot.example.org/below/"))
    address = "https://bot.example.org/below/slack/events"
    assert {read.interactivity_url, read.options_url} == {address}
    assert [command["url"] for command in read.commands.values()] == [address]
    assert not read.socket_mode


def test_people_can_type_the_commands_of_the_settings_and_collect_evidence(server: Sandbox) -> None:
    settings = replace(NONE, slack_commands=("/incident", "/case"))
    slack = new_slack(server, manifest(settings))
    ann = slack.person("ann")
    posted = ann.post(slack.general, "It is slow")
    for name in settings.slack_commands:
        ann.command(name, f"status <@{slack.bot_user}>", slack.general, wait=False)
    ann.message_shortcut(EVIDENCE, posted, wait=False)
    ann.message_shortcut(FOLLOWUP, posted, wait=False)
    ann.shortcut(START, wait=False)
    ann.shortcut(UPDATE, wait=False)
    ann.open_home(slack.app.id)
    with pytest.raises(CannotDo):
        ann.command("/other", "", slack.general, wait=False)
    read = manifests.read(manifest(settings))
    assert all(command["should_escape"] for command in read.commands.values())
    assert [(each["name"], each["type"], each["callback_id"]) for each in read.shortcuts] == [
        ("Collect Evidence", "message", EVIDENCE),
        ("Add a follow-up", "message", FOLLOWUP),
        ("Start a new incident", "global", START),
        ("Provide incident update", "global", UPDATE),
    ]


def test_every_scope_is_one_of_slacks_and_stands_in_the_table_once() -> None:
    known = {scope for method in methods().values() for scope in method.scopes}
    known |= {scope for scopes in events().values() for scope in scopes}
    assert {scope.name for scope in SCOPES} <= known | {"commands"}
    assert len({scope.name for scope in SCOPES}) == len(SCOPES)


def test_the_page_about_the_app_has_the_scopes_of_the_table() -> None:
    rows = re.findall(r"^\| `([a-z_:]+)` \| ([^|]+) \| ([^|]+) \|$", _section("Scopes"), re.MULTILINE)
    assert rows == [
        (scope.name, " and ".join(_switch(each) for each in scope.features) or "always", scope.reason)
        for scope in SCOPES
    ]


def _section(name: str) -> str:
    return PAGE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def _switch(feature: str) -> str:
    """What switches it on, as the page writes it."""
    return re.sub(r"[A-Z_]{3,}", r"`\g<0>`", SETTING[feature])


def test_the_page_about_the_app_has_every_setting() -> None:
    cells = re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", PAGE, re.MULTILINE)
    named = [name for cell in cells for name in re.findall("[A-Z_]+", cell)]
    assert {setting.name for setting in setting_table.SLACK} <= set(named)
    assert len(named) == len(set(named))


def test_the_page_about_the_app_has_the_events_of_the_table() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| ([^|]+) \| [^|]+ \|$", _section("Events"), re.MULTILINE)
    assert rows == [
        (event, _switch(feature) if feature else "always") for event, feature in BOT_EVENTS.items()
    ]


@pytest.mark.parametrize("settings", CASES)
def test_it_hears_of_what_is_switched_on_and_may_hear_all_of_it(settings: Settings) -> None:
    """Slack takes a manifest with an event whose scope is not there, and then never sends it."""
    features = Features.of(settings)
    heard = manifest(settings)["settings"]["event_subscriptions"]["bot_events"]
    granted = {scope.name for scope in needed(features)}
    assert heard == [
        name for name, feature in BOT_EVENTS.items() if not feature or getattr(features, feature)
    ]
    for event in heard:
        assert not events()[event] or granted & set(events()[event]), event
    assert not [event for event in heard if event.startswith("message")]


def test_of_people_in_private_channels_it_hears_with_the_scope_for_these() -> None:
    private = {scope.name for scope in needed(Features(private=True))}
    for event in ("member_joined_channel", "member_left_channel"):
        assert "groups:read" in events()[event]
    assert "groups:read" in private


@pytest.mark.parametrize("settings", CASES)
def test_the_bot_listens_to_every_event_that_it_asks_for(settings: Settings) -> None:
    assert set(manifest(settings)["settings"]["event_subscriptions"]["bot_events"]) <= set(HEARD)


def _called() -> dict[str, set[str]]:
    """The Web API methods that are named in the code, as Slack or as slack_sdk spells them, and where.

    Messages of the words have names of the same form.
    """
    families = {name.partition(".")[0] for name in methods()}
    spelt = {name.replace(".", "_"): name for name in methods()}
    found: dict[str, set[str]] = {}
    said = set(shipped_words().messages)
    for path, text in CODE.items():
        literals = re.findall(r'"([a-z]+\.[A-Za-z.]+)"', text)
        calls = re.findall(r"\.([a-z]+_[A-Za-z_]+)\(", text)
        names = {each for each in literals if each.partition(".")[0] in families} - said
        for name in names | {spelt[each] for each in calls if each in spelt}:
            found.setdefault(name, set()).add(path.name)
    return found


def test_every_method_that_the_code_names_is_one_of_slacks() -> None:
    assert "auth.test" in _called()
    assert set(_called()) <= set(methods()), {
        name: _called()[name] for name in set(_called()) - set(methods())
    }


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("method", sorted(set(_called()) & set(methods())))
def test_for_every_method_that_the_code_calls_its_feature_brings_a_scope(method: str, private: bool) -> None:
    accepted = set(methods()[method].scopes)
    feature = next((feature for name, feature in FEATURE_OF.items() if fnmatch(method, name)), None)
    on = Features(**{"private": private} | ({feature: True} if feature else {}))
    granted = {scope.name for scope in needed(on)}
    if method in CONNECT_ONLY or not accepted:
        return
    assert accepted & granted, f"{method} needs one of {sorted(accepted)}"
    in_private_channels = {scope for scope in accepted if scope.startswith("groups:")}
    if private and in_private_channels:
        assert in_private_channels & granted, f"{method} needs one of {sorted(in_private_channels)}"
