"""The bot's home: what is open, one's own roles and follow-ups, a button that starts, health for admins."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from incident_core.model.stage import Stage
from tests.databases import sqlite_address
from tests.slack.bot.house import speaks_of
from tests.slack.stories.conftest import Founding
from tests.slack.stories.town import PEOPLE, Town, founded, town
from tests.slack.stories.using import asked, sent


@pytest.fixture(scope="module")
def home(sandbox: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town with an admin, Olga."""
    folder = tmp_path_factory.mktemp("home")
    url = sqlite_address(Path(shutil.copy(sqlite_template, folder / "incidents.db")))
    slack = founded(sandbox, people=(*PEOPLE, "olga"))
    with town(sandbox, url, folder, slack=slack, ADMIN_USERS=slack.person("olga").id) as made:
        yield made


def page(home: Town, by: str = "ann") -> list[str]:
    """What somebody reads there, line by line."""
    return home.shown(home.tab(by)).splitlines()


def part(lines: list[str], heading: str) -> list[str]:
    """What stands below a heading, as far as it is a list."""
    begin = next(place for place, line in enumerate(lines) if line.startswith(heading))
    rest = lines[begin + 1 :]
    return rest[: next((place for place, line in enumerate(rest) if not line.startswith("• ")), len(rest))]


def test_it_shows_the_open_incidents_with_their_channels(home: Town) -> None:
    key = home.opened("It is open", options="--sev2 --declare")
    closed = home.opened("It was open")
    home.close(closed)
    home.quiet()
    shown = part(page(home, "ben"), "Open now")
    room = home.room(key).name
    assert f"• {key} · sev2 · incident: investigating · It is open · <@ann> · <#{room}>" in shown
    assert not speaks_of(closed, "".join(shown))


def test_it_shows_my_roles(home: Town) -> None:
    key = home.opened("Who does what", options="--declare")
    home.say(f"assign {key} lead @ben")
    home.quiet()
    line = f"of {key} · sev4 · incident · Who does what · <#{home.room(key).name}>"
    assert f"• technical lead {line}" in part(page(home, "ben"), "Your roles")
    assert f"• incident commander {line}" in part(page(home), "Your roles")
    assert not speaks_of(key, "".join(part(page(home, "cleo"), "Your roles")))
    home.say(f"release {key} lead", "ben")
    assert not speaks_of(key, "".join(part(page(home, "ben"), "Your roles")))
    home.quiet()


def test_it_shows_my_follow_ups_also_of_what_is_closed_until_they_are_done(home: Town) -> None:
    key = home.opened("Much to do", options="--declare")
    home.say(f"followup {key} add --owner @ben --due 2020-01-15 Alert on the length of the queue")
    home.say(f"resolve {key}")
    home.close(key)
    home.quiet()
    todo = f"• {key} f1: Alert on the length of the queue, due 2020-01-15 UTC overdue"
    assert f"{todo} · /incident followup {key} done f1" in part(page(home, "ben"), "Your follow-ups")
    assert not speaks_of(key, "".join(part(page(home), "Your follow-ups")))
    home.say(f"followup {key} done f1", "ben")
    assert not speaks_of(key, "".join(page(home, "ben")))
    home.quiet()


def test_its_button_starts_an_incident(home: Town) -> None:
    tab = home.tab("ben")
    form = asked(home, lambda who: who.press(tab, "Start a new incident"), "ben")
    assert form.title == "Start a new incident"
    said = sent(home, form, "ben", title="Started at home")
    key = said.partition(" ")[0]
    assert said.startswith(f"{key} opened and declared: Started at home (sev4).")
    home.quiet()
    incident = home.incident(key)
    assert (incident.stage, incident.commander) == (Stage.INCIDENT, home.actor("ben"))
    assert home.members(key) == {"ben", "incidents"}
    assert key in "".join(part(page(home, "ben"), "Your roles"))


def test_it_has_a_line_about_its_health_for_admins_only(home: Town) -> None:
    health = [line for line in page(home, "olga") if line.startswith("Health (only admins see this): ")]
    assert len(health) == 1
    assert "version" in health[0]
    assert not [line for line in page(home) if "Health" in line]


def test_what_is_private_is_there_for_those_who_see_it(home: Town) -> None:
    key = home.opened("Hush", options="--private --declare")
    home.quiet()
    assert f"• {key} PRIVATE · sev4" in "\n".join(page(home))
    assert "".join(page(home, "ben")).count("Hush") == 0
    assert not speaks_of(key, "".join(page(home, "ben")))


def test_where_nothing_is_open_it_says_so(new_town: Founding) -> None:
    with new_town() as empty:
        shown = page(empty)
        assert shown[0] == "[Start a new incident]"
        for line in ("Nothing is open.", "You have no open follow-up."):
            assert line in shown
