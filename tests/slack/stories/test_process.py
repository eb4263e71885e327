"""The bot's process: how it ends, what it tells of its health, and what is there after it was killed."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox, Slack
from tests.databases import opened as opened_database
from tests.servers.databases import Server
from tests.slack.stories.process import ended, free_address, health, kill, program, running
from tests.slack.stories.town import DIGEST, Town, founded, town, wait_for

HISTORY = {"SLACK_READ_HISTORY": "true"}
LONG = 120.0
"""Seconds that Slack would be silent; the bot does not live so long."""


@pytest.mark.parametrize(("by", "http"), [(signal.SIGTERM, False), (signal.SIGINT, True)])
def test_it_ends_when_it_is_told_to_with_exit_0(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path, by: signal.Signals, http: bool
) -> None:
    slack, where = founded(sandbox), ("--http", free_address()) if http else ()
    with running(slack, program(slack, sqlite_url, tmp_path), *where) as process:
        came = slack.person("ann").command("/incident", "open Before it ends", slack.general)
        assert came.acked
        assert ended(process, by) == (0, "Ended.")
    assert slack.control.connections(slack.app.id) == []
    assert "Before it ends" in program(slack, sqlite_url, tmp_path)("list").out


def test_over_http_it_tells_that_it_lives_and_is_ready_and_when_it_is_not(
    sandbox: Sandbox, postgres_server: Server, postgres_template: str, tmp_path: Path
) -> None:
    slack, address = founded(sandbox), free_address()
    url = postgres_server.create_database(postgres_template)
    with running(slack, program(slack, url, tmp_path), "--http", address) as process:
        assert health(address, "healthz") == (200, "ok")
        assert health(address, "readyz") == (200, "ok")
        assert slack.person("ann").command("/incident", "open Over HTTP", slack.general).acked
        postgres_server.drop_database(url)
        wait_for(lambda: health(address, "readyz")[0] == 503)
        assert health(address, "readyz")[1] == "The database cannot be used."
        assert health(address, "healthz") == (200, "ok")
        assert ended(process) == (0, "Ended.")
    assert health(address, "healthz") == (0, "")


def test_killed_in_the_middle_of_three_opens_and_begun_again_everything_is_there_once(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    """One dies while its channel is made, one while its panel is posted, one on its way into the digest."""
    slack = founded(sandbox, HISTORY)
    incident = program(slack, sqlite_url, tmp_path, **HISTORY)
    digest = next(place.id for place in slack.team.channels() if place.name == DIGEST)
    with running(slack, incident) as process:
        for number, (method, args) in enumerate(_deaths(digest), start=1):
            slack.team.fault(method, "hang", after=True, seconds=LONG, args=args)
            came = slack.person("ann").command("/incident", f"open Number {number}", slack.general)
            assert came.acked
            wait_for(_hangs(slack, number))
        kill(process)
    slack.team.clear_faults()
    with running(slack, incident), closing(opened_database(sqlite_url)) as database:
        wait_for(lambda: not database.backlog.lags("default", None, 10))
        for number in (1, 2, 3):
            assert there_once(slack, number) == (1, 1, 1)


def _deaths(digest: str) -> list[tuple[str, dict[str, str]]]:
    return [("conversations.create", {}), ("chat.postMessage", {}), ("chat.postMessage", {"channel": digest})]


def _hangs(slack: Slack, number: int) -> Callable[[], bool]:
    """Whether so many calls are under way that are never answered."""
    return lambda: sum(call.fault == "hang after" for call in slack.team.calls()) >= number


def there_once(slack: Slack, number: int) -> tuple[int, int, int]:
    """How many channels, pinned messages and lines in the digest this incident has."""
    name = f"inc-{number}-number-{number}"
    rooms = [each for each in slack.team.channels() if each.name.startswith(name)]
    pins = sum(len(slack.workspace.channels[each.id].pins) for each in rooms)
    ann = slack.person("ann")
    lines = [each for each in ann.sees(DIGEST) if each.text.startswith(f"INC-{number} · ")]
    panels = [
        each for room in rooms for each in ann.sees(room.id) if each.text.startswith(f"INC-{number} · ")
    ]
    assert len(panels) == 1
    return len(rooms), pins, len(lines)


def test_two_processes_over_one_database_make_everything_once(
    sandbox: Sandbox, postgresql_url: str, tmp_path: Path
) -> None:
    slack = founded(sandbox)
    with (
        running(slack, program(slack, postgresql_url, tmp_path)),
        town(sandbox, postgresql_url, tmp_path, slack=slack) as home,
    ):
        wait_for(lambda: len(slack.control.connections(slack.app.id)) == 2)
        keys = [_opened(home, f"Number {number}") for number in range(1, 7)]
        home.quiet()
        for number, key in enumerate(keys, start=1):
            assert key == f"INC-{number}"
            assert there_once(slack, number) == (1, 1, 1)


def _opened(home: Town, title: str) -> str:
    return home.say(f"open {title}").partition(" ")[0]
