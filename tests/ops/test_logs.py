"""The log: a line for each record, in UTC, with what it is about, and without what nobody may read."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from typing import Any

import pytest

from adapters.ops import about
from adapters.ops.logs import JsonLines, TextLines
from adapters.ops.mask import masked
from adapters.ops.watching import Watching, short
from incident_core import commands as c
from incident_core.testing.contracts.desk import Desk
from incident_core.testing.memory import Memory, MemoryStore

SECRETS = [
    "xoxb-1234567890-abcdefghij",
    "xoxp-1-2-3",
    "xoxe.xoxp-1-abc",
    "xapp-1-A012-345-abcdef",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "https://hooks.slack.com/services/T0/B0/xyz",
    "https://hooks.slack.com/commands/T0/1/xyz",
    "hooks.slack-gov.com/actions/T0/xyz",
    "http://127.0.0.1:8080/actions/T012/345/abc",
    "postgresql://ann:hunter2@db.example/incidents",
    "redis://:hunter2@redis.example:6379/0",
    "postgresql+psycopg2://u:p@ss:w@db/x",
]


def _record(
    message: str, *args: object, error: BaseException | None = None, **more: Any
) -> logging.LogRecord:
    info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.LogRecord("incident.test", logging.WARNING, __file__, 1, message, args, info)
    record.__dict__.update(more)
    return record


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_secret_is_masked_wherever_it_stands(secret: str) -> None:
    private = re.split(r"//|xox\w-|xapp-|whsec_|@", secret)[-2 if "@" in secret else -1].split(".com/")[-1]
    for text in (secret, f"({secret})", json.dumps({"a": secret}), f"it is {secret}, and more"):
        assert private not in masked(text), masked(text)
        assert "***" in masked(text)
    for formatter in (JsonLines(), TextLines()):
        line = formatter.format(_record("%s", secret, about={"method": secret}))
        assert private not in line


def test_what_is_no_secret_is_left_alone() -> None:
    for text in (
        "INC-1: no update since 2026-11-22T08:45:00Z.",
        "http://127.0.0.1:80/api/chat.update",
        "a: b@c",
    ):
        assert masked(text) == text


def test_a_record_is_one_json_object_with_utc_time_and_what_it_is_about() -> None:
    with about.about(incident="INC-1", version=2):
        found = json.loads(JsonLines().format(_record("two\nlines", about={"method": "chat.update"})))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found.pop("at"))
    assert found.pop("process")
    assert found == {
        "level": "warning",
        "logger": "incident.test",
        "message": "two\nlines",
        "thread": "MainThread",
        "incident": "INC-1",
        "version": 2,
        "method": "chat.update",
    }


def test_a_record_is_one_line_of_text_too() -> None:
    line = TextLines().format(_record("two\nlines", about={"method": "chat.update", "refused": None}))
    assert line.endswith("Z WARNING incident.test: two lines (method=chat.update)")


def test_of_an_exception_its_kind_and_place_are_told_and_not_its_words() -> None:
    try:
        try:
            raise ValueError("the title of the payroll incident")
        except ValueError as error:
            raise RuntimeError("about ann") from error
    except RuntimeError:
        record = _record("unexpected", error=sys.exc_info()[1])
    for formatter in (JsonLines(), TextLines()):
        line = formatter.format(record)
        assert "RuntimeError < ValueError" in line
        assert "ops/test_logs.py:" in line
        assert "payroll" not in line
        assert "ann" not in line.replace("and", "")


def test_libraries_are_heard_from_warning_on_whatever_is_asked_for() -> None:
    script = (
        "import logging; from adapters.ops.logs import configure; configure('json', 'debug');"
        "[getattr(logging.getLogger(name), level)(level) for name in ('slack_sdk', 'incident.x')"
        " for level in ('debug', 'info', 'warning')]"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in done.stderr.splitlines()]
    heard = [(each["logger"], each["message"]) for each in found]
    ours = [("incident.x", level) for level in ("debug", "info", "warning")]
    assert heard == [("slack_sdk", "warning"), *ours]


def test_in_a_process_whose_log_is_another_programs_only_our_lines_are_written_and_only_meanwhile() -> None:
    script = (
        "import logging; from adapters.ops.logs import as_guest; ours = logging.getLogger('incident.x')\n"
        "with as_guest('json', 'info'): ours.info('in'); ours.debug('low');"
        " logging.getLogger('rq').info('rq')\n"
        "ours.info('out')\n"
        "logging.basicConfig(format='theirs %(message)s')\n"
        "with as_guest('json', 'info'): ours.info('in')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    first, *others = done.stderr.splitlines()
    assert json.loads(first)["message"] == "in"
    assert others == ["theirs in"]


def test_one_click_is_known_by_what_it_was_called_for_in_all_that_follows_in_its_thread(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "incident")
    desk, watching = Desk(MemoryStore.over(Memory())), Watching(None)
    about.begin()
    command = desk.command(c.Open, title="secret title", name="click-1")
    watching.commanded(command, "slack", command.key, lambda: desk.perform(command))
    watching.slack("response_url", "done", 0.1)
    first, second = (json.loads(JsonLines().format(each)) for each in caplog.records)
    assert (first["message"], first["correlation"], first["version"]) == (
        "open accepted",
        short("click-1"),
        1,
    )
    assert second["message"] == "response_url done"
    about.begin()
    assert about.fields() == {}
    assert "secret" not in caplog.text
