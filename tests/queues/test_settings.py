"""REDIS_URL: understood or refused in one sentence, never shown with its password; without it, no Redis."""

from __future__ import annotations

import subprocess
import sys

import pytest

from adapters.bootstrap_queue import bell_of_commands, bell_of_workers, queue_found
from adapters.queue.shared import SharedBell
from adapters.redis_url import normalised, shown
from tests.cli.running import Program
from tests.queues.station import settings_of
from tests.servers.redis import RedisServer

SHOWN = {
    "": "",
    "redis://localhost": "redis://localhost",
    "redis://localhost:6379/3": "redis://localhost:6379/3",
    "redis://:secret@db.example:6379/0": "redis://:***@db.example:6379/0",
    "rediss://ann:secret@[::1]:6379/0?ssl_cert_reqs=required": (
        "rediss://ann:***@[::1]:6379/0?ssl_cert_reqs=required"
    ),
    "redis://db.example?password=secret": "redis://db.example?***",
    "unix:///run/redis.sock?db=1": "unix:///run/redis.sock?db=1",
    "unix://:secret@/run/redis.sock": "unix://:***@/run/redis.sock",
}
BAD = [
    "localhost:6379",
    "http://localhost",
    "redis://",
    "redis://host:port/0",
    "redis://host:0/0",
    "redis://host:99999",
    "redis://host/incidents",
    "redis://:sec@ret@host/0",
    "redis://:secret@host/0#more",
    "redis://:sec ret@host",
    "unix://",
]


@pytest.mark.parametrize(("url", "text"), SHOWN.items())
def test_an_address_is_taken_as_it_is_and_shown_without_its_password(url: str, text: str) -> None:
    assert normalised(url) == url
    assert shown(url) == text


@pytest.mark.parametrize("url", BAD)
def test_what_is_no_address_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(ValueError, match="is not the address of a Redis: write redis://") as error:
        normalised(url)
    assert "secret" not in str(error.value)
    assert shown(url) == "***"


def test_the_command_line_shows_no_password(told: Program) -> None:
    told.settings["REDIS_URL"] = "redis://:secret@127.0.0.1:1/0"
    said = told.anyhow("config") + told.anyhow("doctor") + told.anyhow("open slow") + repr(settings_of(told))
    assert "redis://:***@127.0.0.1:1/0" in said
    assert "secret@" not in said
    assert "slow" in told("list").out


def test_a_wrong_address_is_one_sentence_and_nothing_is_recorded(told: Program) -> None:
    wrong = told("open slow", code=2, REDIS_URL="redis://:secret@host/name")
    assert wrong.err.count("\n") == 1
    assert "secret" not in wrong.err
    assert told("list").out == ""


def test_the_doctor_says_who_listens_or_why_it_cannot_be_used(told: Program, fragile: RedisServer) -> None:
    told.settings["REDIS_URL"] = fragile.url
    assert "nobody listens yet" in told("doctor").out
    fragile.kill()
    (line,) = [line for line in told("doctor").out.splitlines() if line.split()[:2] == ["warning", "redis"]]
    assert "Connection refused" in line


def test_without_redis_there_is_a_bell_of_this_process_alone(told: Program) -> None:
    del told.settings["REDIS_URL"]
    settings = settings_of(told)
    assert bell_of_commands(settings, "incidents") is None
    assert not isinstance(bell_of_workers(settings, "incidents"), SharedBell)
    assert queue_found(settings, "incidents") is None


IMPORTED = """
import sys
from click.testing import CliRunner
from adapters.cli.root import cli
from adapters.cli.session import Session
from adapters.entrypoints import _app, _settings, sandbox, slack
for line in sys.argv[1:]:
    words = line.split()
    session = Session(_settings, _app, sandbox, slack())
    done = CliRunner().invoke(cli, words, obj=session)
    assert done.exit_code == 0, done
print(sorted({name.partition(".")[0] for name in sys.modules} & {"redis", "rq"}))
"""


@pytest.mark.parametrize(("with_redis", "imported"), [(False, "[]"), (True, "['redis', 'rq']")])
def test_nothing_of_redis_is_imported_where_it_is_not_set_up(
    told: Program, with_redis: bool, imported: str
) -> None:
    environ = told.environ()
    if not with_redis:
        del environ["REDIS_URL"]
    lines = ["open slow"] if with_redis else ["open slow", "list", "worker --once", "doctor"]
    command = [sys.executable, "-c", IMPORTED, *lines]
    done = subprocess.run(
        command, env=environ, cwd=told.folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stderr, done.stdout.strip()) == ("", imported)
