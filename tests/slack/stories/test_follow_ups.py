"""Follow-ups: from a message, from buttons, typed; whose they are, when they are due, done, and overdue."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.person.seen import SeenMessage
from incident_core.model.times import Due
from tests.databases import sqlite_address
from tests.slack.bot.house import speaks_of
from tests.slack.stories.process import program
from tests.slack.stories.test_ending import resolution
from tests.slack.stories.town import PEOPLE, Town, founded, town, wait_for
from tests.slack.stories.using import asked, directly, fields, kept, sent

ADD = "Add a follow-up"


@pytest.fixture(scope="module")
def home(sandbox: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town that lives by Berlin's clock."""
    folder = tmp_path_factory.mktemp("followups")
    url = sqlite_address(Path(shutil.copy(sqlite_template, folder / "incidents.db")))
    with town(sandbox, url, folder, INCIDENT_TIMEZONE="Europe/Berlin") as made:
        yield made


def resolved(home: Town, title: str, options: str = "") -> str:
    """The key of an incident that is over."""
    key = home.opened(title, options=f"{options} --declare")
    home.say(f"resolve {key}")
    home.quiet()
    return key


def answer(home: Town, by: str = "ann") -> SeenMessage:
    """The newest message that only this person sees."""
    return home.alone(by, home.general)[-1]


def pressed(home: Town, message: SeenMessage, button: str, by: str = "ann") -> str:
    """Press something; what they are told."""
    before = len(home.alone(by, message.channel))
    home.slack.person(by).press(message, button)
    return home.told(by, message.channel, before)


def test_from_a_message_its_link_is_kept_with_what_was_typed(home: Town) -> None:
    key = home.opened("It came up here", options="--declare")
    message = home.slack.person("ben").post(home.general, "We should alert on this")
    form = asked(home, lambda who: who.message_shortcut(ADD, message))
    assert fields(form) == {"incident": False, "text": False, "owner": True, "due": True}
    ben = home.slack.person("ben").id
    said = sent(home, form, incident=key, text="Alert on it", owner=ben, due="2099-12-24")
    assert said == f"{key}: follow-up f1 added for <@ben>, due 2099-12-24 Europe/Berlin."
    (item,) = home.incident(key).follow_ups
    assert item.text is not None
    link = f"https://{home.slack.workspace.domain}.slack.com/archives/{message.channel}/p"
    assert item.text.startswith(f"Alert on it {link}")
    assert (item.owner, item.due) == (home.actor("ben"), Due(date(2099, 12, 24), "Europe/Berlin"))
    home.quiet()


def test_the_bot_does_nothing_itself_and_a_form_that_asks_it_to_is_held(home: Town) -> None:
    key = resolved(home, "Let the bot do it")
    form = asked(home, lambda who: who.press(home.panel(key), ADD))
    said = kept(home, form, text="Do it", owner=home.slack.bot_user)
    assert said["owner"].startswith("The bot can do nothing itself")
    assert home.incident(key).follow_ups == ()


def test_a_form_without_a_text_is_held_and_says_why(home: Town) -> None:
    key = resolved(home, "Nothing to say")
    form = asked(home, lambda who: who.press(home.panel(key), ADD))
    assert set(kept(home, form, text="  ")) == {"text"}
    assert home.incident(key).follow_ups == ()


@pytest.mark.parametrize("place", ["panel", "resolution"])
def test_the_panel_of_what_is_resolved_and_its_resolution_have_a_button_for_one(
    home: Town, place: str
) -> None:
    key = resolved(home, f"Over, in the {place}")
    message = home.panel(key) if place == "panel" else resolution(home, key)
    form = asked(home, lambda who: who.press(message, ADD))
    assert list(fields(form)) == ["text", "owner", "due"]
    assert f"{key} Over, in the {place}" in home.shown(form)
    assert sent(home, form, text="Write it down") == f"{key}: follow-up f1 added."
    home.quiet()


def test_of_what_is_closed_the_button_says_that_there_can_be_no_more(home: Town) -> None:
    key = resolved(home, "Closed since")
    message = resolution(home, key)
    home.slack.person("ann").press(message, ADD)
    form = home.form()
    home.close(key)
    assert "is closed" in "".join(kept(home, form, text="Too late").values())
    home.quiet()


def test_where_they_are_listed_each_can_be_done_and_given_to_somebody(home: Town) -> None:
    key = home.opened("Listed")
    home.say(f"followup {key} add First")
    home.say(f"followup {key} add Second")
    shown = home.say(f"followup {key}").splitlines()
    assert shown[-2:] == ["[f1 is done] [Who does f1? ▾]", "[f2 is done] [Who does f2? ▾]"]
    message = answer(home)
    before = len(home.alone("ann", home.general))
    home.slack.person("ann").choose(message, "followup:assign", "cleo", block=f"followup|{key}|f2")
    assert home.told("ann", home.general, before) == f"{key}: follow-up f2 is for <@cleo> now."
    assert pressed(home, message, "f1 is done") == f"{key}: follow-up f1 is done."
    assert pressed(home, message, "f1 is done") == f"Unchanged: {key}: follow-up f1 was done already."
    assert home.say(f"followup {key}").splitlines()[-1] == "[f2 is done] [Who does f2? ▾]"
    first, second = home.incident(key).follow_ups
    assert (first.done_by, second.owner) == (home.actor(), home.actor("cleo"))
    home.quiet()


def test_at_home_each_has_a_button_that_says_that_it_is_done(home: Town) -> None:
    key = home.opened("At home")
    home.say(f"followup {key} add --owner @cleo Tidy up")
    home.close(key)
    tab = home.tab("cleo")
    cleo = home.slack.person("cleo")
    cleo.press(tab, f"{key} f1 is done")
    wait_for(lambda: cleo.modal is not None)
    assert cleo.modal is not None
    assert home.shown(cleo.modal) == f"{key}: follow-up f1 is done."
    cleo.close(cleo.modal)
    wait_for(lambda: not speaks_of(key, _home(home, "cleo")))
    home.quiet()


def _home(home: Town, by: str) -> str:
    shown = home.slack.person(by).home(home.slack.app.id)
    assert shown is not None
    return home.shown(shown)


def test_all_open_ones_are_listed_what_is_overdue_first(home: Town) -> None:
    late, soon = home.opened("Much too late"), home.opened("Soon enough")
    home.say(f"followup {soon} add --owner @cleo --due 2099-01-15 Later")
    home.say(f"followup {late} add --owner @cleo --due 2020-01-15 At once")
    home.say(f"followup {late} add --due 2020-01-14 Nobody does this")
    home.close(late)
    shown = [line for line in home.say("followups").splitlines() if late in line or soon in line]
    room = home.room(soon).name
    assert [line.partition(" (")[0] for line in shown] == [
        f"• {late} f2: Nobody does this", f"• {late} f1: At once", f"• {soon} f1: Later",
    ]  # fmt: skip
    assert shown[2] == f"• {soon} f1: Later (<@cleo>, due 2099-01-15 Europe/Berlin) <#{room}>"
    assert "(nobody yet, due 2020-01-14 Europe/Berlin, overdue)" in shown[0]
    assert f"{late} f" not in home.say("followups mine", "ben")
    mine = home.say("followups mine overdue", "cleo")
    assert f"{late} f1" in mine
    assert f"{soon} f" not in mine
    assert f"{late} f2" not in mine
    assert "with mine or overdue" in home.say("followups yours")
    home.quiet()


def test_of_what_is_private_others_learn_nothing(home: Town) -> None:
    key = home.opened("Few know", options="--private")
    home.say(f"followup {key} add --due 2020-01-10 Tell the others")
    assert f"• {key} PRIVATE f1: Tell the others" in home.say("followups")
    assert not speaks_of(key, home.say("followups", "ben"))
    message = _press_elsewhere(home, key)
    assert "Few know" not in message
    home.quiet()


def _press_elsewhere(home: Town, key: str) -> str:
    """Ben types what a button of somebody else's would do."""
    return home.say(f"followup {key} done f1", "ben")


def reminder(home: Town, said: list[str], key: str) -> str:
    """What was said because it is overdue."""
    (found,) = [each for each in said if f"{key}: the follow-up" in each]
    return found


def test_an_overdue_one_names_whom_it_concerns_and_can_be_done_snoozed_or_stopped(home: Town) -> None:
    key = home.opened("Forgotten")
    home.say(f"followup {key} add --owner @ben --due 2020-01-15 Index it")
    wait_for(lambda: any("overdue" in line for line in home.lines(key)))
    assert reminder(home, home.lines(key), key).splitlines() == [
        f"{key}: the follow-up f1 of <@ben> is overdue since DATE: /incident followup {key} done f1",
        "[Done] [Snooze for… ▾] [Stop]",
    ]
    message = next(each for each in home.messages(key) if "is overdue since" in home.shown(each))
    assert pressed(home, message, "Done") == f"{key}: follow-up f1 is done."
    assert home.incident(key).follow_ups[0].done_by == home.actor()
    home.quiet()


def test_of_a_private_one_that_is_closed_nobody_but_its_owner_is_told(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    """All of it happened before the bot was there to say it sooner."""
    slack = founded(sandbox)
    incident = program(slack, sqlite_url, tmp_path)
    ann, ben, cleo = (slack.person(name).id for name in PEOPLE)
    for line in (
        "open 'Quite secret' --private", f"access 1 grant slack:{cleo}",
        f"followup 1 add 'Ask them' --owner slack:{cleo} --due 2020-01-15",
        f"followup 1 add 'Ask others' --owner slack:{ben} --due 2020-01-15", "close 1",
    ):  # fmt: skip
        incident(f"{line} --as slack:{ann}")
    with town(sandbox, sqlite_url, tmp_path, slack=slack) as home:
        wait_for(lambda: any("INC-1: the follow-up" in each for each in directly(home, "cleo")))
        home.quiet()
        (said,) = directly(home, "cleo")
        assert said.splitlines() == [
            "PRIVATE INC-1: the follow-up f1 of <@cleo> is overdue since DATE: "
            "/incident followup INC-1 done f1",
            "[Done] [Snooze for… ▾] [Stop]",
        ]
        assert directly(home, "ben") == []
        assert not [each for each in home.digest() if "INC-1" in each]
        message = next(
            each
            for each in home.slack.person("cleo").sees(home.slack.person("cleo").direct(home.slack.bot_user))
            if each.blocks
        )
        assert pressed(home, message, "Done", "cleo") == "INC-1: follow-up f1 is done."
