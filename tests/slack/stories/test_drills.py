"""Drills: marked wherever they are seen, and counted nowhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from incident_core.model.stage import Stage
from tests.databases import sqlite_address
from tests.slack.stories.test_ending import form, resolution
from tests.slack.stories.test_reminders import reminded, severe
from tests.slack.stories.town import Town, town
from tests.slack.stories.using import sent


@pytest.fixture(scope="module")
def home(sandbox: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town in which every incident gets a channel for its review."""
    folder = tmp_path_factory.mktemp("home")
    path = Path(shutil.copy(sqlite_template, folder / "incidents.db"))
    with town(sandbox, sqlite_address(path), folder, RCA_CHANNEL="always") as made:
        yield made


def test_it_is_marked_in_its_channel_and_in_the_digest(home: Town) -> None:
    key = home.opened("The database is gone", options="--drill --declare")
    home.say(f"update {key} We restore it")
    home.quiet()
    assert home.shown(home.panel(key)).startswith(f"DRILL {key} · The database is gone")
    assert home.room(key).topic.startswith(f"{key} DRILL · sev4")
    assert home.digest_of(key).startswith(f"DRILL {key} · sev4")
    below = [line for line in home.digest() if line.startswith("↳ ") and key in line]
    assert [line.split(" · ")[0] for line in below][1:] == [f"↳ DRILL {key}"]
    assert below[0].startswith(f"↳ {key} was declared a drill by <@ann>")
    assert home.lines(key)[0] == "<@ann> declared a drill."


def test_it_is_marked_to_whoever_gets_a_role(home: Town) -> None:
    key = home.opened("Practice for Ben", options="--drill --declare")
    home.say(f"assign {key} lead @ben")
    home.quiet()
    ben = home.slack.person("ben")
    direct = home.shown(ben.sees(ben.direct(home.slack.bot_user))[-1])
    assert direct.startswith(f"DRILL <@ann> made you technical lead of {key}.")


def test_it_is_marked_in_reminders(home: Town) -> None:
    key = severe(home, "Practice without news", "--severity", "sev1", "--drill")
    assert home.shown(reminded(home, key)).startswith("<!channel> DRILL No update since DATE.")


def test_it_is_marked_in_lists_on_its_page_and_in_the_home(home: Town) -> None:
    key = home.opened("Practice in lists", options="--drill --declare")
    line = f"{key} sev4 · incident · investigating · drill · Practice in lists · <@ann>"
    for text in ("list", "search Practice lists"):
        assert any(each.startswith(line) for each in home.say(text).splitlines()), text
    assert "sev4 · incident · investigating · drill" in home.say(f"status {key}")
    assert f"• {key} DRILL · sev4" in home.shown(home.tab())
    assert f"incident commander of {key} DRILL" in home.shown(home.tab())
    assert "opened a drill sev4: Practice in lists" in home.say(f"timeline {key}")


def test_it_is_marked_in_the_channel_of_its_review(home: Town) -> None:
    key = home.opened("Practice with a review", options="--drill --declare")
    assert sent(home, form(home, key, "Resolve")).startswith(f"{key} resolved")
    home.quiet()
    assert home.incident(key).stage is Stage.RESOLVED
    assert home.shown(resolution(home, key)).startswith("<@ann> resolved this")
    (first,) = home.digest(f"{home.room(key).name}-rca")
    assert first.startswith(f"DRILL The review of {key}")


def test_it_counts_in_no_figure(home: Town) -> None:
    before = home.say("stats").splitlines()
    home.opened("Practice for no figure", options="--drill --declare")
    after = home.say("stats").splitlines()
    counted = [line for line in before if " are left out of everything" not in line]
    assert [line for line in after if " are left out of everything" not in line] == counted
    assert any(" are left out of everything" in line for line in after)
