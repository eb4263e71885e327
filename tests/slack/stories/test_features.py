"""Each feature alone, none, and all together: with exactly the scopes of the manifest, and with one less.

The app is always the one of the manifest for these settings, and the sandbox refuses what it may not do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox, new_slack
from adapters.settings import Settings
from adapters.slack.doctor import checks
from adapters.slack.features import Features
from adapters.slack.manifest import BOT_EVENTS, manifest
from adapters.slack.scopes import SCOPES, needed
from tests.slack.stories.conftest import Founding
from tests.slack.stories.town import Town, founded, wait_for

Story = Callable[[Town], None]
OFF = {"SLACK_PRIVATE_CHANNELS": "false", "SLACK_MENTIONS": "false"}
ON: Mapping[str, Mapping[str, str]] = {
    "private": {"SLACK_PRIVATE_CHANNELS": "true"},
    "history": {"SLACK_READ_HISTORY": "true"},
    "files": {"SLACK_SEND_FILES": "true"},
    "names": {"SLACK_LOOK_UP_NAMES": "true"},
    "groups": {"INCIDENT_RESPONSE_GROUP_ID": "S0123456789"},
    "mentions": {"SLACK_MENTIONS": "true"},
    "reactions": {
        "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED": "true",
        "INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME": "fire",
    },
}
SETS: Mapping[str, tuple[str, ...]] = {"none": (), **{name: (name,) for name in ON}, "all": tuple(ON)}


def chosen(*names: str) -> dict[str, str]:
    """The settings that switch on these, and nothing else."""
    return {**OFF, **{name: value for each in names for name, value in ON[each].items()}}


def _settings(**options: str) -> Settings:
    return Settings.read({"DATABASE_URL": "sqlite:///unused.db", **options}, Path("/nowhere"))


def usual(home: Town) -> None:
    """What works whatever is switched on: the whole life of an incident."""
    key = home.opened("The usual")
    assert "declared" in home.say(f"declare {key}")
    home.say(f"severity {key} sev1")
    home.say(f"update {key} It is the cache")
    home.say(f"resolve {key}")
    home.quiet()
    assert home.digest_of(key).startswith(f"{key} · sev1 · resolved")
    home.close(key)
    home.quiet()
    assert home.room(key).archived


def private(home: Town) -> None:
    key = home.opened("Nobody knows", options="--private")
    assert home.room(key).kind == "private_channel"
    home.say(f"access {key} grant @ben")
    home.quiet()
    assert home.members(key) == {"ann", "ben", "incidents"}


def history(home: Town) -> None:
    """A message whose answer was lost is found again, and not said twice."""
    key = home.opened("An answer gets lost")
    home.slack.team.fault("chat.postMessage", "drop", after=True, times=1)
    home.say(f"evidence {key} https://x.example/1")
    home.quiet()
    assert any(call.method == "conversations.history" for call in home.slack.team.calls())
    assert len([line for line in home.lines(key) if "added evidence e1" in line]) == 1


def files(home: Town) -> None:
    assert home.say("export") == "The export comes to you as a direct message; it has what you may see."
    wait_for(lambda: any(each.completed for each in home.slack.workspace.files.values()))


def names(home: Town) -> None:
    """A name that Slack makes no mention of."""
    key = home.opened("Who is it")
    wait_for(lambda: bool(home.slack.team.calls("users.list")))
    wait_for(lambda: "holds technical_lead" in home.say(f"assign {key} lead @Zoë"))
    home.quiet()
    assert "zed" in home.members(key)


def groups(home: Town) -> None:
    key = home.opened("All responders", options="--declare")
    home.quiet()
    assert "cleo" in home.members(key)


def mentions(home: Town) -> None:
    assert home.mention("list").startswith(("Nothing is open", "1–"))


def reactions(home: Town) -> None:
    person = home.slack.person("ben")
    if home.slack.bot_user not in home.place(home.general).members:
        person.invite(home.general, home.slack.bot_user)
    message = person.post(home.general, "It burns")
    before = home.events()
    home.slack.person("ann").react(message, "fire")
    wait_for(lambda: home.events() > before)
    home.quiet()


def chat_log(home: Town) -> None:
    """Takes two features: messages are read, and a file is sent."""
    key = home.opened("Much was said", options="--declare")
    room, ann = home.room(key).id, home.slack.person("ann")
    ann.post(room, "p99 is 4 seconds")
    home.say(f"resolve {key}")
    home.quiet()
    ann.press(home.messages(key)[-1], "Export chat log")
    sent = home.slack.workspace.files.values
    wait_for(lambda: any(b"ann: p99 is 4 seconds" in (each.content or b"") for each in sent()))


STORIES: Mapping[str, Story] = {
    each.__name__: each for each in (private, history, files, names, groups, mentions, reactions)
}


def test_there_is_a_story_and_a_switch_for_every_feature() -> None:
    known = {each.name for each in fields(Features)}
    assert set(ON) == set(STORIES) == known
    for name in sorted(known):
        on = Features.of(_settings(**chosen(name)))
        assert [each for each in sorted(known) if getattr(on, each)] == [name]


@pytest.mark.parametrize("which", SETS)
def test_the_manifest_asks_for_nothing_that_is_off(which: str) -> None:
    made = manifest(_settings(**chosen(*SETS[which])))
    scopes, events = (
        made["oauth_config"]["scopes"]["bot"],
        made["settings"]["event_subscriptions"]["bot_events"],
    )
    on = set(SETS[which])
    assert set(scopes) == {scope.name for scope in SCOPES if on >= set(scope.features)}
    assert set(events) == {name for name, feature in BOT_EVENTS.items() if not feature or feature in on}


@pytest.mark.parametrize("which", SETS)
def test_its_stories_run_with_exactly_these_scopes(new_town: Founding, sandbox: Sandbox, which: str) -> None:
    options = chosen(*SETS[which])
    slack = founded(sandbox, options)
    slack.team.add_user("zed", real_name="Zoë")
    if "groups" in SETS[which]:
        options["INCIDENT_RESPONSE_GROUP_ID"] = slack.team.add_group("responders", ["cleo"])
    with new_town(slack=slack, http=False, **options) as home:
        usual(home)
        for name in SETS[which]:
            STORIES[name](home)
        if {"history", "files"} <= set(SETS[which]):
            chat_log(home)
        refused = {call.outcome for call in home.slack.team.calls()}
    assert not refused & {"missing_scope", "not_allowed_token_type"}


@pytest.mark.parametrize("which", SETS)
def test_with_one_scope_less_the_doctor_names_it_and_what_it_is_for(sandbox: Sandbox, which: str) -> None:
    options = chosen(*SETS[which])
    settings = _settings(**options)
    for scope in needed(Features.of(settings)):
        if which not in ("none", "all") and not scope.features:
            continue  # asked for always: that is looked at with none and with all
        made = manifest(settings)
        made["oauth_config"]["scopes"]["bot"].remove(scope.name)
        found = [said for _, what, said in checks(_of(sandbox, made, options)) if what == "slack scopes"]
        named = [said for said in found if said.startswith(f"{scope.name} is missing, which it needs ")]
        assert len(named) == 1, found
        assert named[0].endswith(scope.reason)
        assert all(name in named[0] for name in scope.features)


def _of(sandbox: Sandbox, made: dict[str, object], options: Mapping[str, str]) -> Settings:
    slack = new_slack(sandbox, made, people=("ann",))
    return _settings(**{**slack.settings, **options})
