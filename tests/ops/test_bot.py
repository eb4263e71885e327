"""The bot as operators see it, through the whole long story at DEBUG: all is counted, and nothing told."""

from __future__ import annotations

import json
import re
import signal
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, text

from adapters.bootstrap_bot import made
from adapters.sandbox import Sandbox
from adapters.settings import Settings
from tests.ops.asked import Looked, looked_at, until
from tests.slack.stories.long_story import EVERYBODY, OPTIONS, SECRETS, peopled, played
from tests.slack.stories.process import free_address, health, program
from tests.slack.stories.town import SOON, Town, founded

DEBUG = {"LOG_FORMAT": "json", "LOG_LEVEL": "debug"}


def test_the_long_story_is_counted_and_can_be_followed_and_the_log_has_nothing_of_what_was_said(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    slack = peopled(sandbox)
    bot = program(slack, sqlite_url, tmp_path, **OPTIONS, **DEBUG)
    with looked_at(bot, "slack", "run") as looked:
        slack.wait_for_socket(SOON)
        until(lambda: looked.asked("ready") == (200, []))
        with closing(_beside(bot.settings, sqlite_url, tmp_path)) as beside:
            list(played(Town(slack, beside, bot)))  # type: ignore[arg-type]
        assert {each.partition("-")[0] for each in looked.loops()} == {"socket", "deliveries", "worker"}
        _counted(looked)
        looked.process.send_signal(signal.SIGTERM)
        assert looked.process.wait(60) == 0
        assert looked.lines()[-1] == "Ended."
        _follows(looked)
        _says_nothing(looked, sqlite_url, list(slack.settings.values()))


def test_over_http_and_without_workers_it_has_a_port_of_its_own_is_watched_and_notes_the_head_of_the_log(
    sandbox: Sandbox, postgresql_url: str, tmp_path: Path
) -> None:
    slack, heads, front = founded(sandbox), tmp_path / "heads", free_address()
    bot = program(slack, postgresql_url, tmp_path, AUDIT_HEAD_FILE=str(heads))
    bot("open slow")
    with looked_at(bot, "slack", "run", "--no-worker", "--http", front) as looked:
        until(lambda: looked.asked("ready") == (200, []))
        assert health(front, "readyz") == (200, "ok")
        assert health(front, "metrics")[0] == 404
        until(lambda: looked.loops().keys() == {"http", "deliveries"})
        until(lambda: heads.exists() and bool(heads.read_text()))
        looked.process.send_signal(signal.SIGTERM)
        assert looked.process.wait(60) == 0
    assert json.loads(heads.read_text())["seq"] == 1


class _beside:  # noqa: N801
    """What a town needs of a bot that is another process."""

    def __init__(self, environ: dict[str, str], url: str, folder: Path) -> None:
        given = {name: value for name, value in environ.items() if name != "OPS_ADDRESS"}
        self._bot = made(Settings.read({**given, "DATABASE_URL": url}, folder))
        self.database = self._bot.database

    def close(self) -> None:
        self._bot.pool.close()
        self._bot.bell.close()
        self.database.close()


def _counted(looked: Looked) -> None:
    found = looked.metrics()
    assert found["incident_socket_connections"] == 1
    for start in (
        'incident_commands_total{move="open",result="accepted",source="slack"}',
        'incident_commands_total{move="resolve",result="refused",source="slack"}',
        'incident_slack_calls_total{kind="done",method="conversations.create"}',
        'incident_slack_calls_total{kind="done",method="response_url"}',
        'incident_slack_calls_total{kind="done",method="views.open"}',
        'incident_mirror_calls_total{ended="done",method="conversations.create",mirror="slack"}',
        'incident_mirror_lag{mirror="slack"}',
    ):
        assert found.get(start, -1) >= 0, start
    labels = {value for name in found for value in re.findall(r'="([^"]*)"', name)}
    assert len(labels) < 150
    assert [each for each in labels if re.search(r"INC-\d|[CUT]0[A-Z0-9]{6}", each)] == []


def _follows(looked: Looked) -> None:
    """From the click over the mirror's call to the call of Slack."""
    records = looked.records()
    assert {each["logger"].partition(".")[0] for each in records} == {"incident"}, "no library speaks"
    opened = next(each for each in records if each["message"] == "open accepted")
    at = (opened["incident"], opened["version"])
    of_it = [each for each in records if (each.get("incident"), each.get("version")) == at]
    loggers = {each["logger"] for each in of_it}
    assert {"incident.command", "incident.mirror", "incident.slack.call"} <= loggers
    assert re.fullmatch("[0-9a-f]{12}", opened["correlation"])
    answers = [each for each in records if each.get("method") == "response_url"]
    assert [each for each in answers if each.get("correlation") is not None]


def _says_nothing(looked: Looked, url: str, secrets: list[str]) -> None:
    whole = looked.said.read_text(encoding="utf-8")
    log = "\n".join(line for line in looked.lines() if line.startswith("{"))
    assert len(log.splitlines()) > 200
    engine = create_engine(url)
    with engine.connect() as connection:
        texts = [str(each) for each in connection.execute(text("SELECT text FROM texts")).scalars()]
    engine.dispose()
    assert len(texts) > 20
    said = [each for each in texts if " " in each or "://" in each]
    assert [each for each in said if each in whole or json.dumps(each)[1:-1] in whole] == []
    names = "|".join((*EVERYBODY, *SECRETS))
    assert re.findall(rf"\b(?:{names})\b", log, re.IGNORECASE) == []
    tokens = [each for each in secrets if len(each) > 12 and not each.startswith("http")]
    assert tokens
    assert [each for each in tokens if each in whole] == []
    assert re.findall(r"xox.-|xapp-|/commands/|/actions/", whole) == []
