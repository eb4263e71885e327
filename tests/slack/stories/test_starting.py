"""Starting: shortcut, mention, the button at home and a reaction open and declare; open investigates."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.person.seen import SeenMessage
from incident_core.model.incident import Incident
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.ports.reader import Query
from tests.databases import sqlite_address
from tests.slack.bot.house import speaks_of
from tests.slack.stories.conftest import Founding
from tests.slack.stories.town import WORKSPACE, Town, town, wait_for
from tests.slack.stories.using import SHORTCUT, asked, directly, entries, fields, happened, kept, sent

REACT: dict[str, Any] = {
    "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED": "true",
    "INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME": "fire",
}


@pytest.fixture(scope="module")
def home(sandbox: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town in which :fire: starts an incident; the bot was invited to where people talk."""
    folder = tmp_path_factory.mktemp("starting")
    path = Path(shutil.copy(sqlite_template, folder / "incidents.db"))
    with town(sandbox, sqlite_address(path), folder, **REACT) as made:
        made.slack.person("ann").invite(made.general, made.slack.bot_user)
        yield made


def filled(home: Town, by: str = "ann", **values: Any) -> str:
    """Start one with the shortcut; its key, once it is in Slack."""
    return began(home, sent(home, asked(home, lambda who: who.shortcut(SHORTCUT), by), by, **values))


def began(home: Town, said: str) -> str:
    """The key of what was opened and declared, once it is in Slack."""
    found = re.match(r"(INC-[0-9]+) opened and declared: ", said)
    assert found is not None, said
    home.quiet()
    return found[1]


def by_shortcut(home: Town, title: str) -> str:
    return filled(home, title=title)


def by_mention(home: Town, title: str) -> str:
    return began(home, home.mention(f"new {title}"))


def by_home(home: Town, title: str) -> str:
    tab = home.tab()
    return began(home, sent(home, asked(home, lambda who: who.press(tab, SHORTCUT)), title=title))


def by_command(home: Town, title: str) -> str:
    return began(home, home.say(f"new {title}"))


def by_reaction(home: Town, title: str) -> str:
    message = home.slack.person("ben").post(home.general, title)
    home.slack.person("ann").react(message, "fire")
    key = below(home, message).partition(" ")[0]
    home.say(f"title {key} {title}")
    home.quiet()
    return key


WAYS = [by_shortcut, by_mention, by_home, by_command, by_reaction]


def replies(home: Town, message: SeenMessage) -> list[str]:
    """What the bot says below a message."""
    seen = home.slack.person("cleo").sees(home.general)
    return [home.shown(each) for each in seen if each.thread_ts == message.ts != each.ts]


def below(home: Town, message: SeenMessage) -> str:
    """The one thing that the bot says below a message, once it does."""
    wait_for(lambda: bool(replies(home, message)))
    home.quiet()
    (said,) = replies(home, message)
    return said


def reacted(home: Town, message: SeenMessage, by: str, emoji: str = "fire") -> None:
    """React, and wait until the bot has heard of it."""
    before = heard(home)
    home.slack.person(by).react(message, emoji)
    wait_for(lambda: heard(home) > before)


def heard(home: Town) -> int:
    """How many events about reactions the bot has dealt with."""
    sent_ = [each for each in home.slack.team.deliveries() if "reaction_added" in str(each.payload)]
    return sum(each.acked is not None for each in sent_)


def about(home: Town, url: str) -> list[Incident]:
    """The incidents that have this evidence."""
    found = home.database.reader.list(WORKSPACE, Query(), home.actor())
    all_ = [home.incident(each.key) for each in found]
    return [each for each in all_ if url in {piece.url for piece in each.evidence}]


@pytest.mark.parametrize("begin", WAYS)
def test_these_open_and_declare_in_one_commit(home: Town, begin: Callable[[Town, str], str]) -> None:
    key = begin(home, f"Started {begin.__name__}")
    first, *_ = there = entries(home, key)
    at_once = {type(each.event).__name__ for each in there if each.recorded_at == first.recorded_at}
    evidence = {"EvidenceAdded"} if begin is by_reaction else set()
    assert at_once == {"Opened", "Declared", "RoleAssigned", *evidence}
    incident = home.incident(key)
    assert (incident.stage, incident.status) == (Stage.INCIDENT, Status.INVESTIGATING)
    assert incident.severity is Severity.SEV4, "all incidents start as sev4"
    assert incident.commander == incident.opened_by == home.actor()


@pytest.mark.parametrize("begin", WAYS)
def test_whoever_starts_it_is_in_its_channel_which_says_that_it_is_an_incident(
    home: Town, begin: Callable[[Town, str], str]
) -> None:
    before = len(directly(home, "ann"))
    key = begin(home, f"Its channel {begin.__name__}")
    assert home.members(key) == {"ann", "incidents"}
    panel = home.shown(home.panel(key)).splitlines()
    assert panel[:2] == [f"{key} · Its channel {begin.__name__}", "sev4 · incident: investigating"]
    assert "incident commander: <@ann>" in panel
    assert len(directly(home, "ann")) == before, "nobody is told directly what they did themselves"


def test_open_starts_an_investigation(home: Town) -> None:
    key = home.opened("Perhaps it is nothing")
    incident = home.incident(key)
    assert (incident.stage, incident.commander, incident.declared_at) == (Stage.INVESTIGATION, None, None)
    assert happened(home, key) == ["Opened"]


def test_the_modal_asks_for_a_title_and_what_else_it_asks_for_is_optional(home: Town) -> None:
    form = asked(home, lambda who: who.shortcut(SHORTCUT))
    assert (form.title, fields(form)) == (
        SHORTCUT,
        {"title": False, "severity": False, "flags": True, "impact": True},
    )
    before = home.events()
    assert "title" in kept(home, form, title="   ")
    assert home.events() == before
    key = filled(home, title="Nothing but a title")
    incident = home.incident(key)
    assert (incident.severity, incident.private, incident.drill, incident.updates) == (
        Severity.SEV4, False, False, (),
    )  # fmt: skip


def test_the_severity_is_chosen_with_what_each_means(home: Town) -> None:
    form = asked(home, lambda who: who.shortcut(SHORTCUT))
    (levels,) = [each["element"]["options"] for each in form.blocks if each["block_id"] == "severity"]
    assert [each["value"] for each in levels] == ["sev1", "sev2", "sev3", "sev4"]
    assert levels[0]["description"]["text"].startswith("Critical: customers cannot use the product")
    key = began(home, sent(home, form, title="It is bad", severity="sev1"))
    assert home.incident(key).severity is Severity.SEV1
    assert home.room(key).topic == f"{key} · sev1 · incident: investigating · It is bad"
    assert home.lines(key) == ["<@ann> declared an incident."]


def test_one_that_is_private_has_a_private_channel_and_is_not_in_the_digest(home: Town) -> None:
    key = filled(home, title="Quiet matter", flags=["Private"])
    assert home.incident(key).private
    assert home.room(key).kind == "private_channel"
    assert not [each for each in home.digest() if speaks_of(key, each) or "Quiet matter" in each]


def test_a_drill_is_marked(home: Town) -> None:
    key = filled(home, title="We practise", flags=["Drill"])
    assert home.incident(key).drill
    assert home.shown(home.panel(key)).startswith(f"DRILL {key} · We practise")
    assert home.digest_of(key).startswith(f"DRILL {key} · ")
    assert f"↳ {key} was declared a drill by <@ann>: <#{home.room(key).name}>" in home.digest()


def test_an_impact_is_the_first_update(home: Town) -> None:
    key = filled(home, title="Payments fail", impact="Customers cannot pay")
    (update,) = home.incident(key).updates
    assert (update.id, update.text, update.impact) == ("u1", "Payments fail", "Customers cannot pay")
    assert len({each.recorded_at for each in entries(home, key)}) == 1
    room = home.room(key).name
    assert f"↳ {key} · <#{room}> · update by <@ann>:\n> Payments fail\nImpact:\n> Customers cannot pay" in (
        home.digest()
    )


def test_all_of_them_together(home: Town) -> None:
    form = {"severity": "sev2", "flags": ["Private", "Drill"], "impact": "Nobody"}
    incident = home.incident(filled(home, by="ben", title="All at once", **form), by="ben")
    assert (incident.severity, incident.private, incident.drill) == (Severity.SEV2, True, True)
    assert [each.impact for each in incident.updates] == ["Nobody"]
    assert incident.commander == home.actor("ben")


def test_the_digest_channel_shows_that_a_new_incident_has_been_started(home: Town) -> None:
    key = filled(home, title="Everybody hears of it")
    room = home.room(key).name
    line = f"{key} · sev4 · incident: investigating · <#{room}> · led by <@ann> · Everybody hears of it"
    assert [each for each in home.digest() if key in each] == [
        line,
        f"↳ {key} was declared an incident by <@ann>: <#{room}>",
    ]


def test_new_mentioned_without_a_title_asks_for_one(home: Town) -> None:
    before = home.events()
    assert home.mention("new").startswith("What is going on? Give it a title: @incidents new ")
    assert home.events() == before


def test_new_takes_the_same_options_as_the_form_has(home: Town) -> None:
    incident = home.incident(began(home, home.mention("new --sev2 --drill We practise again")))
    assert (incident.severity, incident.drill, incident.title) == (Severity.SEV2, True, "We practise again")


def test_a_reaction_starts_one_and_the_link_to_the_message_is_its_first_evidence(home: Town) -> None:
    message = home.slack.person("ben").post(home.general, "p99 is 9 seconds")
    reacted(home, message, "ann")
    said = below(home, message)
    key = said.partition(" ")[0]
    assert said.splitlines()[0] == f"{key} is declared for this message, in <#{home.room(key).name}>."
    assert said.splitlines()[1] == f"Say what it is about: /incident title {key} API answers slowly"
    (piece,) = home.incident(key).evidence
    url = f"https://{home.slack.workspace.domain}.slack.com/archives/{message.channel}"
    assert (piece.id, piece.url) == ("e1", f"{url}/p{message.ts.replace('.', '')}")
    assert "p99" not in str(home.program(f"show {key} --json").json), "no message is read"
    assert home.incident(key).commander == home.actor("ann")


def test_a_message_starts_one_incident_however_many_react_and_however_often(home: Town) -> None:
    message = home.slack.person("ben").post(home.general, "The API is gone")
    reacted(home, message, "ann")
    key = below(home, message).partition(" ")[0]
    before = home.events()
    for who in ("ben", "cleo"):
        reacted(home, message, who)
    for who in ("ann", "ben"):
        home.slack.person(who).unreact(message, "fire")
        reacted(home, message, who)
    assert home.events() == before
    assert len(replies(home, message)) == 1
    assert [each.key for each in about(home, str(home.incident(key).evidence[0].url))] == [key]


def test_another_message_starts_another_and_another_emoji_nothing(home: Town) -> None:
    first, second = (home.slack.person("ben").post(home.general, text) for text in ("One", "Two"))
    before = home.events()
    reacted(home, first, "ann", "eyes")
    assert home.events() == before
    for message in (first, second):
        reacted(home, message, "ann")
    assert below(home, first).partition(" ")[0] != below(home, second).partition(" ")[0]


def test_a_reaction_starts_nothing_unless_that_is_configured(new_town: Founding) -> None:
    with new_town() as home:
        home.slack.person("ann").invite(home.general, home.slack.bot_user)
        message = home.slack.person("ben").post(home.general, "Only words")
        home.slack.person("ann").react(message, "fire")
        assert home.mention("ping") == "pong", "the bot listens"
        assert home.events() == 0
        assert not heard(home)
