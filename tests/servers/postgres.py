"""A real PostgreSQL of our own for tests and benchmarks: no service installed, nothing left behind.

with from_environment() as server:
    template = server.make_template(migrate)  # migrate(url) runs once
    url = server.create_database(template)    # to each test a copy of its own
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType

import psycopg2

from . import binaries as programs
from . import places
from .databases import SCHEME, Server, connect
from .errors import CannotStart
from .external import OVERRIDE, ExternalPostgres
from .guarded import Guard
from .watchdog import ERRAND, SERVER, kill_family, wait_until

NOBODY = 65534  # whom root's server runs as: PostgreSQL refuses to run as root
USER = "incident"
READY = 60.0  # seconds to become ready, on a busy machine too
ENDING = 15.0  # seconds to end when told to
TAIL = 15  # lines of the log that an error shows
PORTS = 5  # free ports that are tried

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # TCP with a password, and no Unix socket: every driver, proxy and POSTGRES_HOST understands it, no long
    # TMPDIR breaks a socket's limit of 100 characters, and other users of the machine are kept out.
    "unix_socket_directories": "",
    "dynamic_shared_memory_type": "mmap",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "lc_messages": "C",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Survives a kill, not a power cut. synchronous_commit stays on: without it a killed server loses commits.
HASTY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "on", "max_wal_size": "128MB"}
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
NONE: Mapping[str, str] = MappingProxyType({})


def from_environment(environ: Mapping[str, str] = os.environ) -> Server:
    """The server that TEST_DATABASE_URL names, else one of our own; not started yet. Raises CannotStart."""
    url = environ.get(OVERRIDE)
    return ExternalPostgres(url) if url else Postgres()


class Postgres(Server):
    """A server with a data folder of its own, on a free port of 127.0.0.1."""

    def __init__(
        self, *, durable: bool = False, binaries: Path | None = None, settings: Mapping[str, str] = NONE
    ) -> None:
        """`durable` survives a power cut, for benchmarks; `settings` are PostgreSQL's, on top of ours."""
        super().__init__()
        self._durable = durable
        self._settings = {**SETTINGS, **(DURABLE if durable else HASTY), **settings}
        self._wanted = binaries
        self._uid = NOBODY if os.geteuid() == 0 else None
        self._owner = os.getpid()
        self._password = secrets.token_urlsafe(24)
        self._guard: Guard | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.binaries = Path()
        self.folder = Path()

    @staticmethod
    def external(url: str) -> ExternalPostgres:
        """The server that `url` names, instead of one of our own."""
        return ExternalPostgres(url)

    def url(self, database: str) -> str:
        """The database's URL, postgresql+psycopg2://…; the same after a restart."""
        return f"{SCHEME}{USER}:{self._password}@127.0.0.1:{self.port}/{database}"

    @property
    def maintenance_url(self) -> str:
        """The URL of the database `postgres`."""
        return self.url("postgres")

    @property
    def pid(self) -> int:
        """The server's process. Raises RuntimeError if it is not running."""
        if not self._process or self._process.poll() is not None:
            raise RuntimeError("The PostgreSQL server is not running.")
        return self._process.pid

    def log(self, since: int = 0) -> str:
        """The end of what the server wrote to its log, after the first `since` bytes."""
        path = self.folder / "log"
        if not path.exists():
            return ""
        return "\n".join(path.read_bytes()[since:].decode(errors="replace").splitlines()[-TAIL:])

    def start(self) -> None:
        """Make the data folder, start, and be ready for connections. Raises CannotStart."""
        if self._guard:
            raise RuntimeError("This PostgreSQL server was started already; restart() starts it again.")
        with ExitStack() as undo:
            undo.callback(self.stop)
            try:
                self._initialise(self._prepare())
                self._serve_on_a_free_port()
            except OSError as error:
                raise self._cannot_start(str(error)) from error
            undo.pop_all()

    def stop(self) -> None:
        """End the server and remove all its data. May be called twice; does nothing in a forked child."""
        if not self._guard or os.getpid() != self._owner:
            return
        self._end(signal.SIGQUIT)  # at once: nobody needs the data any more
        self._guard.close()
        self._guard = None

    def kill(self) -> None:
        """SIGKILL the server and its children, in the midst of whatever they do; restart() recovers."""
        kill_family(self.pid)
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start again at the same URL, after kill() or an orderly end. Raises CannotStart."""
        if not self._guard:
            raise RuntimeError("This PostgreSQL server was not started, or was stopped.")
        self._end(signal.SIGINT)  # orderly, but without waiting for clients
        # A passing connection may hold the port, or a killed child the memory, for a moment.
        if not wait_until(self._serve, READY, every=0.1):
            raise self._cannot_start("its port or memory is still in use")

    def _prepare(self) -> int:
        """Make the folders, with programs that our user may run; return PostgreSQL's major version."""
        found = self.binaries = self._wanted or programs.find_binaries()
        version = programs.major_version(found)
        reached = self._uid is None or programs.may_run(self._uid, found)
        name = f"incident-pg-{secrets.token_hex(4)}"
        self.folder = places.for_data(self._uid, self._durable) / name
        copy = None if reached else places.for_programs(self._uid) / f"{name}-bin"
        # The watchdog knows the folders before they exist: no kill comes too early for it.
        self._guard = Guard([folder for folder in (self.folder, copy) if folder])
        self.folder.mkdir(mode=0o700)
        self._give(self.folder)
        if copy:
            self.binaries = programs.copy_binaries(found, copy)
        return version

    def _initialise(self, version: int) -> None:
        """Let initdb make the data folder."""
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(self._password)
        self._give(secret)
        access = [f"--username={USER}", "--auth=scram-sha-256", f"--pwfile={secret}"]
        if version >= 16:
            # 4096 rounds against guessing cost each connection 2.5 ms; nobody guesses 192 random bits.
            access.append("--set=scram_iterations=1")
            access.append("--set=dynamic_shared_memory_type=mmap")  # inside our folder from the first moment
        process = self._launch(
            ERRAND, "initdb", "--no-sync", "--no-instructions", "--encoding=UTF8", *_locale(version), *access
        )
        try:
            in_time = wait_until(lambda: process.poll() is not None, READY)
        finally:
            self._end(None)  # killed, even by a Ctrl-C of ours, it would leave shared memory behind
        if not in_time:
            raise self._cannot_start(f"initdb did not end within {READY:.0f} s")
        if process.returncode:
            raise self._cannot_start(f"initdb ended with code {process.returncode}")
        secret.unlink()

    def _serve_on_a_free_port(self) -> None:
        for _ in range(PORTS):
            self.port = _free_port()
            if self._serve():
                return
        raise self._cannot_start(f"{PORTS} free ports were taken before the server had them")

    def _serve(self) -> bool:
        """Run the server until it answers; False if it ended because something of it is in use."""
        written = (self.folder / "log").stat().st_size
        settings = {**self._settings, "port": self.port}
        process = self._launch(SERVER, "postgres", *(f"--{name}={value}" for name, value in settings.items()))
        if not wait_until(lambda: process.poll() is not None or self._answers(process.pid), READY):
            raise self._cannot_start(f"it did not answer within {READY:.0f} s")
        if process.poll() is None:
            return True
        self._end(signal.SIGKILL)
        if "in use" in self.log(since=written):
            return False
        raise self._cannot_start(f"it ended with code {process.returncode}")

    def _answers(self, pid: int) -> bool:
        """Whether the server says that it is ready, and a connection succeeds."""
        try:
            lines = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
            # The file of a killed server says "ready" for ever: this must be the new one's.
            if (lines[0], lines[7].strip()) != (str(pid), "ready"):
                return False
            connect(self.maintenance_url).close()
        except (OSError, IndexError, psycopg2.OperationalError):
            return False
        return True

    def _launch(self, kind: bytes, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        assert self._guard
        command = [str(self.binaries / program), "-D", str(self.folder / "data"), *arguments]
        # Nothing but the way to programs and libraries: a PGDATA or somebody's locale would lead them astray.
        environ = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        environ |= {"LC_ALL": "C", "TZ": "UTC"}
        with (self.folder / "log").open("ab") as log:
            self._process = self._guard.launch(kind, command, self._uid, log, environ)
        return self._process

    def _end(self, number: signal.Signals | None) -> None:
        """Send the process a signal, if there is a process, and collect it."""
        if not (self._process and self._guard):
            return
        if number:
            self._process.send_signal(number)  # none is sent to a process that has ended
        try:
            self._process.wait(ENDING)
        except subprocess.TimeoutExpired:
            kill_family(self._process.pid)
            self._process.wait()
        self._guard.ended(self._process)
        self._process = None

    def _give(self, path: Path) -> None:
        if self._uid is not None:
            os.chown(path, self._uid, self._uid)

    def _cannot_start(self, why: str) -> CannotStart:
        sentence = (
            f"PostgreSQL from {self.binaries} cannot start: {why}; repair that, or point ${programs.VARIABLE}"
            f" to the bin folder of another PostgreSQL, or {OVERRIDE} to a running server."
        )
        return CannotStart(sentence, self.log())


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _locale(version: int) -> list[str]:
    """Code point order with Unicode's upper and lower case, from the server itself where it has them."""
    if version >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"] if sys.platform == "linux" else ["--locale=C"]
