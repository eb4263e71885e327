"""Private incidents: only who is in their channel sees anything of them, and admins, which is recorded."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.control.facts import Place
from tests.databases import sqlite_address
from tests.integrations.standin import StandIn, standing_in
from tests.slack.bot.house import speaks_of
from tests.slack.stories.looking_around import in_channels, in_slack, on_the_command_line
from tests.slack.stories.town import DIGEST, PEOPLE, WORKSPACE, Town, founded, town, wait_for

NOBODYS = "INC-99999"
EXAMPLE = "INC-42"
"""What words of help name."""
_WORDS = count(1)
_MADE_UP = re.compile(r'"(block_id|id|hash|root_view_id|timestamp)": ("[^"]*"|[0-9]+)')
_SECONDS = re.compile(r"\b[0-9]+\.[0-9]+\b|\d{4}-\d\d-\d\dT[^\"\s]*")


@pytest.fixture(scope="module")
def hook() -> Iterator[StandIn]:
    """Whoever receives the webhook."""
    with standing_in() as made:
        yield made


@pytest.fixture(scope="module")
def home(
    sandbox: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, hook: StandIn
) -> Iterator[Town]:
    """A town with an admin, Olga, and a webhook; Ben and Cleo read the digest channel."""
    folder = tmp_path_factory.mktemp("home")
    url = sqlite_address(Path(shutil.copy(sqlite_template, folder / "incidents.db")))
    slack = founded(sandbox, people=(*PEOPLE, "olga"))
    options = {
        "ADMIN_USERS": slack.person("olga").id,
        "WEBHOOK_URL": hook.url,
        "WEBHOOK_SECRET": "sixteen letters and more",
        "WEBHOOK_ALLOW_PRIVATE": "true",
    }
    with town(sandbox, url, folder, http=False, slack=slack, **options) as made:
        for name in ("ben", "cleo"):
            slack.person(name).join(DIGEST)
            made.say("help", name)  # the bot has met them
        yield made


def word() -> str:
    """A word that nobody has used yet."""
    return f"zyx{next(_WORDS)}word"


def secret(home: Town, title: str, options: str = "--declare") -> str:
    """The key of a private incident of Ann's."""
    key = home.opened(title, options=f"--private {options}")
    home.quiet()
    return key


def access(home: Town, key: str) -> set[str]:
    """The names of those who may see it."""
    names = {each.id: each.name for each in home.slack.team.people()}
    return {names[each.id] for each in home.incident(key).access}


def sees(home: Town, key: str, by: str) -> bool:
    """Whether they are shown it; where not, it is as if it were not there."""
    said = home.say(f"status {key}", by)
    assert said.startswith(key) or said == home.say(f"status {NOBODYS}", by).replace(NOBODYS, key)
    return said.startswith(key)


def told(home: Town, key: str) -> list[str]:
    """Its timeline, with who did what."""
    return home.say(f"timeline {key}").splitlines()


def channels(home: Town, name: str) -> list[Place]:
    """Those whose names begin with this, the oldest first."""
    return [place for place in home.slack.team.channels() if place.name.startswith(name)]


def test_it_has_a_private_channel_and_no_line_in_the_digest(home: Town) -> None:
    before = home.digest()
    key = secret(home, "Quite a secret", "--sev1 --declare")
    assert home.room(key).kind == "private_channel"
    assert home.members(key) == {"ann", "incidents"}
    assert home.shown(home.panel(key)).startswith(f"PRIVATE {key} · Quite a secret")
    assert home.room(key).topic.startswith(f"{key} PRIVATE · sev1")
    home.say(f"update {key} Nobody else hears of it")
    home.say(f"resolve {key}")
    home.quiet()
    assert home.digest() == before


def test_a_colleague_invited_in_slack_sees_it_and_it_is_recorded_who_let_them(home: Town) -> None:
    key = secret(home, "Seen by two")
    assert not sees(home, key, "ben")
    home.slack.person("ann").invite(home.room(key).id, "ben")
    wait_for(lambda: access(home, key) == {"ann", "ben"})
    assert sees(home, key, "ben")
    assert not sees(home, key, "cleo")
    home.quiet()
    assert told(home, key)[-1] == "4. DATE <@ann> let <@ben> see it"
    assert home.lines(key)[-1] == "<@ann> granted access to <@ben>."
    assert key in home.say("list", "ben")


def test_who_leaves_the_channel_sees_it_no_longer(home: Town) -> None:
    key = secret(home, "Seen for a while")
    room = home.room(key).id
    home.slack.person("ann").invite(room, "ben", "cleo")
    wait_for(lambda: access(home, key) == {"ann", "ben", "cleo"})
    home.slack.person("ben").leave(room)
    wait_for(lambda: access(home, key) == {"ann", "cleo"})
    assert not sees(home, key, "ben")
    home.slack.person("ann").remove(room, "cleo")
    wait_for(lambda: access(home, key) == {"ann"})
    assert not sees(home, key, "cleo")
    home.quiet()
    assert home.members(key) == {"ann", "incidents"}


def test_who_is_granted_access_comes_into_the_channel_and_who_loses_it_goes(home: Town) -> None:
    key = secret(home, "By command")
    home.say(f"access {key} grant @ben")
    home.quiet()
    assert home.members(key) == {"ann", "ben", "incidents"}
    home.say(f"access {key} revoke @ben")
    home.quiet()
    assert home.members(key) == {"ann", "incidents"}
    assert not sees(home, key, "ben")


def test_nothing_shows_anything_to_anyone_without_access_not_even_a_count(home: Town, hook: StandIn) -> None:
    """List, search, digest, export, statistics, timeline, forms, the bot's home, channels and the webhook."""
    open_to_all = [home.opened(f"Open to all {number}") for number in (1, 2)]
    hidden, typed = word(), [word()]

    def shown(key: str) -> dict[str, str]:
        slack = dict(in_slack(home, "ben", [key], typed, hidden=[key]))
        line = dict(on_the_command_line(home, "cli:zoe", [key], typed))
        either = re.compile(rf"\b({key}|{EXAMPLE})\b")
        return {either.sub("KEY", way): either.sub("KEY", text) for way, text in (slack | line).items()}

    before, digest = shown(NOBODYS), home.digest()
    key = secret(home, f"{hidden} in its title", "--sev1 --declare")
    for text in ("update {} News of {}", "evidence {} https://x.example/{}", "followup {} add Mend {}"):
        home.say(text.format(key, hidden))
    home.quiet()
    after = shown(key)
    ways = [way for way in before if _steady(home, before[way]) != _steady(home, after[way])]
    assert {way: (before[way], after[way]) for way in ways} == {}
    assert home.digest() == digest
    everywhere = [*after.values(), *dict(in_channels(home, "ben")).values(), _sent(hook)]
    assert not [text for text in everywhere if hidden in text]
    assert open_to_all[0] in after["/incident list"]
    assert (open_to_all[0] in _sent(hook), speaks_of(key, _sent(hook))) == (True, False)


def _steady(home: Town, text: str) -> str:
    """Without names that Slack makes up, and without times and durations."""
    return _SECONDS.sub("SECONDS", home.plain(_MADE_UP.sub("", text)))


def _sent(hook: StandIn) -> str:
    return "\n".join(json.dumps(each.document) for each in list(hook.received))


def test_the_figures_of_others_are_the_same_with_it_and_without(home: Town) -> None:
    before = home.say("stats all", "ben")
    key = secret(home, "Counted for some")
    assert home.say("stats all", "ben").splitlines()[0] == before.splitlines()[0]
    opened = [line for line in before.splitlines() if " opened, " in line]
    assert [line for line in home.say("stats all", "ben").splitlines() if " opened, " in line] == opened
    assert [line for line in home.say("stats all").splitlines() if " opened, " in line] != opened
    home.say(f"resolve {key}")
    home.quiet()


def test_the_form_for_evidence_offers_it_only_to_those_who_see_it(home: Town) -> None:
    public = [home.opened(f"To be found {number}") for number in (1, 2)]
    key = secret(home, "To be found by few")
    for name, offered in (("ann", True), ("ben", False)):
        person = home.slack.person(name)
        person.message_shortcut("Collect Evidence", person.post(home.general, "p99 is 4 seconds"))
        form = home.form(name)
        texts = [text.partition(" ")[0] for text in person.options(form, "incident", "To be found")]
        assert set(public) <= set(texts)
        assert (key in texts) is offered
        person.close(form)


def test_admin_users_see_it_and_that_they_looked_is_in_the_timeline(home: Town) -> None:
    key = secret(home, "For the admin as well")
    assert "olga" not in access(home, key)
    assert "For the admin as well" in home.say(f"status {key}", "olga")
    home.say("list", "olga")
    home.quiet()
    assert told(home, key)[-1] == "4. DATE <@olga> looked at it as an administrator (show)"
    home.say(f"timeline {key}", "olga")
    home.quiet()
    assert "".join(told(home, key)).count("<@olga> looked") == 1
    assert home.members(key) == {"ann", "incidents"}
    assert home.lines(key) == ["<@ann> declared an incident."]


def test_an_admin_who_lists_or_searches_has_looked_as_well(home: Town) -> None:
    listed, hidden = secret(home, "In a list"), word()
    found = secret(home, f"In a search for {hidden}")
    assert key_of(home.say(f"search {hidden}", "olga")) == found
    assert told(home, found)[-1] == "4. DATE <@olga> looked at it as an administrator (search)"
    assert listed in home.say("list", "olga")
    assert told(home, listed)[-1] == "4. DATE <@olga> looked at it as an administrator (list)"
    home.quiet()


def key_of(found: str) -> str:
    """The key in the first line below the heading."""
    return found.splitlines()[1].partition(" ")[0]


def test_an_open_incident_made_private_goes_on_in_a_private_channel_and_leaves_the_digest(
    home: Town,
) -> None:
    hidden = word()
    key = home.opened(f"Was known to all {hidden}", options="--sev2 --declare")
    home.say(f"claim {key} lead", "ben")
    home.say(f"update {key} News of {hidden}")
    home.quiet()
    old = home.room(key)
    home.slack.person("cleo").join(old.id)
    said = home.digest(old.id)
    assert hidden in "".join(home.digest())
    only = f"{key} is private now: only those who opened it, have a role or were let see it."
    assert home.say("private", channel=old.id) == only
    home.quiet()
    new = home.room(key)
    assert (new.kind, home.members(key)) == ("private_channel", {"ann", "ben", "incidents"})
    assert home.place(old.id).archived
    assert hidden not in "".join(home.digest())
    assert not speaks_of(key, "".join(home.digest()))
    assert home.digest(old.id) == said
    assert home.shown(home.panel(key)).splitlines()[:2] == [
        f"This goes on from <#{old.name}>.",
        f"PRIVATE {key} · Was known to all {hidden}",
    ]
    assert told(home, key)[-1] == "7. DATE <@ann> made it private"
    assert not sees(home, key, "cleo")
    assert hidden not in home.say("search Was known", "cleo")


def test_what_happens_after_it_was_made_private_is_told_only_there(home: Town, hook: StandIn) -> None:
    key, hidden = home.opened("Known at first", options="--declare"), word()
    home.quiet()
    old = home.room(key).id
    home.say(f"private {key}")
    home.say(f"title {key} {hidden}")
    home.say(f"update {key} {hidden}")
    home.quiet()
    assert hidden in "".join(home.lines(key))
    ben = dict(in_channels(home, "ben"))
    assert not [way for way, text in ben.items() if hidden in text]
    assert hidden not in home.place(old).name + home.place(old).topic
    assert hidden not in _sent(hook)


def test_its_own_people_find_it_everywhere(home: Town) -> None:
    hidden = word()
    key = secret(home, hidden)
    shown = dict(in_slack(home, "ann", [key], [hidden]))
    for way in ("/incident list", f"/incident show {key}", f"/incident search {hidden}", "home"):
        assert hidden in shown[way], way
    assert key in home.program(f"list --as slack:{home.slack.person('ann').id}").out
    assert home.database.reader.show(WORKSPACE, key, home.actor("ben")) is None
