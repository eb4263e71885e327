"""A SQLite file on a disk that is really full: the bot says so, and goes on once there is room."""

from __future__ import annotations

import re
from pathlib import Path

from adapters.sandbox import Sandbox, Slack
from tests.databases import sqlite_address
from tests.gone.disk import Crowded, crowded, disk_or_skip, no_larger
from tests.gone.server import in_time
from tests.ops.asked import asked, looked_at, until
from tests.slack.stories.process import free_address, program
from tests.slack.stories.reading import read
from tests.slack.stories.town import SOON, founded

FULL = (503, ["The disk of the database is full, or will be soon: less than 1 MB is left."])
NEWS = "The cause is known"
UNKNOWN = "It is not known whether this was recorded"


def test_people_are_told_in_time_reading_goes_on_and_the_same_is_recorded_once_there_is_room(
    sandbox: Sandbox, sqlite_template: Path, tmp_path: Path
) -> None:
    slack, address, disk = founded(sandbox), free_address(), disk_or_skip(tmp_path / "disk")
    url = sqlite_address(disk / "incidents.db")
    incident = program(slack, url, tmp_path, OPS_ADDRESS=address)
    with crowded(incident, sqlite_template) as bot:
        slack.wait_for_socket(SOON)
        until(lambda: asked(address, "ready") == (200, []))
        assert _say(slack, "open It is slow").startswith("INC-1 opened")
        until(lambda: len(_rooms(slack)) == 1)
        before = bot.events()
        bot.fill()
        _while_it_is_full(slack, bot, address)
        assert bot.events() == before
        bot.make_room()
        until(lambda: asked(address, "ready") == (200, []))
        assert "update" in _say(slack, f"update INC-1 {NEWS}").lower()
        until(lambda: _told(slack) == 1)
        assert bot.events() == before + 1
        assert bot.runs()
        code, said = bot.ended()
        assert (code, said.splitlines()[-1]) == (0, "Ended.")
        assert "Traceback" not in said
    assert _told(slack) == 1


def test_a_file_that_may_not_grow_leaves_it_open_and_the_key_that_is_told_finds_out(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    """A limit on the size of files, which needs no rights: the system reports it as a failed write.

    Without a write-ahead log it fails before the commit: then it is known that nothing was recorded.
    """
    slack, address = founded(sandbox), free_address()
    incident = program(slack, sqlite_url, tmp_path, OPS_ADDRESS=address)
    with looked_at(incident, "slack", "run") as bot:
        slack.wait_for_socket(SOON)
        assert _say(slack, "open It is slow").startswith("INC-1 opened")
        until(lambda: incident("mirrors --json").json == [])
        log = incident.file.with_name(f"{incident.file.name}-wal")
        with no_larger(bot.process.pid, log.stat().st_size if log.exists() else 0), in_time():
            said = _say(slack, f"update INC-1 {NEWS}")
            assert "It is slow" in _say(slack, "show INC-1")
            assert bot.asked("live") == (200, [])
        found = re.search(r"update INC-1 .* --key \S+", said)
        assert (found is not None, said.startswith(UNKNOWN)) == (log.exists(), log.exists()), said
        again = found[0] if found else f"update INC-1 {NEWS} --key again"
        for _ in range(2):
            assert "update" in _say(slack, again).lower()
        until(lambda: _told(slack) == 1)
        assert [each["text"] for each in incident.document("INC-1")["updates"]] == [NEWS]
        assert bot.process.poll() is None


def _while_it_is_full(slack: Slack, bot: Crowded, address: str) -> None:
    for text in (f"update INC-1 {NEWS}", "open It burns", "declare INC-1"):
        with in_time():
            said = _say(slack, text)
        assert said.startswith("Nothing was recorded, because the database cannot be used now."), said
        assert "its disk is full" in said
    with in_time():
        assert "It is slow" in _say(slack, "show INC-1")
    until(lambda: asked(address, "ready") == FULL)
    assert asked(address, "live") == (200, [])
    assert bot.runs()


def _say(slack: Slack, text: str) -> str:
    came = slack.person("ann").command("/incident", text, slack.general)
    assert came.acked, came
    return read(came.answer)


def _rooms(slack: Slack) -> list[str]:
    return [each.id for each in slack.team.channels() if each.name.startswith("inc-")]


def _told(slack: Slack) -> int:
    """How often the news is in the incident's channel, below its panel."""
    (room,) = _rooms(slack)
    return sum(NEWS in read(each.raw) for each in slack.person("ann").sees(room))
