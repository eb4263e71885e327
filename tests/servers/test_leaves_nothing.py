"""However a run with a PostgreSQL of ours ends, it leaves no process, no folder and no shared memory."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .errors import CannotStart
from .external import OVERRIDE
from .postgres import Postgres
from .watchdog import ended, wait_until

HERE = Path(__file__).parent
LONG = 30.0  # seconds after which a condition will not come true any more
PREAMBLE = """
import os, signal, sys
from pathlib import Path
from threading import Thread
from servers.guarded import Guard
from servers.postgres import ERRAND, SERVER, Postgres, connect, wait_until
server = Postgres()
"""


@contextmanager
def run_of_its_own(script: str) -> Iterator[subprocess.Popen[str]]:
    """Another Python that runs `script` with a server object `server`, in a session of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def told(process: subprocess.Popen[str]) -> list[str]:
    """The words of the next line that the other run prints."""
    assert process.stdout
    return process.stdout.readline().split()


def at_work_on(folder: str | Path) -> dict[int, bytes]:
    """Server, initdb and watchdog: the processes whose command line names the server's folder."""
    if Path("/proc/self/cmdline").exists():
        lines = {int(path.parent.name): _line(path) for path in Path("/proc").glob("[0-9]*/cmdline")}
    else:
        listing = subprocess.run(["ps", "-A", "-o", "pid=,command="], capture_output=True, check=True).stdout
        lines = {int(pid): line for pid, line in (row.split(None, 1) for row in listing.splitlines())}
    return {pid: line for pid, line in lines.items() if str(folder).encode() in line}


def _line(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has just ended
        return b""


def leaves_nothing(folder: str | Path) -> bool:
    return not (at_work_on(folder) or Path(folder).exists())


@pytest.mark.parametrize("killed_before", [False, True], ids=["running", "killed before"])
def test_stopping_leaves_no_process_no_folder_and_no_shared_memory(killed_before: bool) -> None:
    server = Postgres()
    server.start()
    key = int((server.folder / "data" / "postmaster.pid").read_text().splitlines()[6].split()[0])
    shared_memory = ctypes.CDLL(None).shmget
    assert at_work_on(server.folder)
    assert shared_memory(key, 0, 0) != -1
    if killed_before:
        server.kill()
    server.stop()
    server.stop()
    assert leaves_nothing(server.folder)
    assert shared_memory(key, 0, 0) == -1


def test_a_server_whose_watchdog_was_killed_is_stopped_all_the_same() -> None:
    with Postgres() as server:
        (dog,) = (pid for pid, line in at_work_on(server.folder).items() if b"watchdog.py" in line)
        os.kill(dog, signal.SIGKILL)
        assert wait_until(lambda: ended(dog), LONG)
    assert leaves_nothing(server.folder)


SAY = "print(server.folder, flush=True)"
KILLED = {
    "while it runs": f"server.start(); {SAY}; sys.stdin.read()",
    "after its server was killed": f"server.start(); server.kill(); {SAY}; sys.stdin.read()",
    "while a forked child lives on": f"server.start(); os.fork() or (os.setsid(), {SAY}); sys.stdin.read()",
}


@pytest.mark.parametrize("script", KILLED.values(), ids=KILLED.keys())
def test_a_killed_run_leaves_neither_process_nor_folder(script: str) -> None:
    with run_of_its_own(script) as run:
        (folder,) = told(run)
        assert at_work_on(folder)
        assert Path(folder).exists()
        os.killpg(run.pid, signal.SIGKILL)
        assert wait_until(lambda: leaves_nothing(folder), LONG)


@pytest.mark.parametrize("sign", [".", "data", "data/postmaster.pid"])
def test_a_run_killed_while_its_server_starts_leaves_nothing(sign: str) -> None:
    script = (
        "Thread(target=server.start, daemon=True).start()\n"
        f"there = lambda: server.folder.parts and (server.folder / {sign!r}).exists()\n"
        f"wait_until(there, {LONG}, every=0); {SAY}; signal.pause()"
    )
    with run_of_its_own(script) as run:
        (folder,) = told(run)
        os.killpg(run.pid, signal.SIGKILL)
        assert wait_until(lambda: leaves_nothing(folder), LONG)


def _opened_by_a_reader(fifo: Path, writers: list[int]) -> bool:
    """Whether somebody waits for words; then the other end is open, and in `writers`."""
    try:
        writers.append(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:  # ENXIO: nobody reads yet
        return False
    return True


def test_an_errand_of_a_killed_run_may_finish(tmp_path: Path) -> None:
    """initdb does not clean up when it is killed: it leaves shared memory behind."""
    fifo, done = tmp_path / "fifo", tmp_path / "done"
    os.mkfifo(fifo)
    script = (
        f"guard = Guard([Path({str(tmp_path / 'guarded')!r})]); guard.folders[0].mkdir()\n"
        "start = lambda *what: guard.launch(*what, None, open(os.devnull, 'wb'), os.environ).pid\n"
        f"start(ERRAND, ['/bin/sh', '-c', 'read word < {fifo} && touch {done}'])\n"
        "print(start(SERVER, ['sleep', '60']), flush=True); sys.stdin.read()"
    )
    with run_of_its_own(script) as run:
        (server,) = told(run)
        writers: list[int] = []
        assert wait_until(lambda: _opened_by_a_reader(fifo, writers), LONG)
        os.killpg(run.pid, signal.SIGKILL)
        assert wait_until(lambda: ended(int(server)), LONG)
        with os.fdopen(writers[0], "wb", buffering=0) as end:
            end.write(b"go on\n")
            assert wait_until(done.exists, LONG)
    assert wait_until(lambda: leaves_nothing(tmp_path / "guarded"), LONG)


def test_a_forked_child_that_ends_does_not_take_the_server_with_it() -> None:
    script = (
        "server.start()\n"
        "if os.fork() == 0: server.stop(); os._exit(0)\n"
        "os.wait(); connect(server.maintenance_url).close(); print('answered', flush=True); server.stop()"
    )
    with run_of_its_own(script) as run:
        assert told(run) == ["answered"]


def test_ctrl_c_leaves_the_server_to_the_teardown() -> None:
    script = (
        "try:\n"
        f"    server.start(); {SAY}\n"
        "    while True: pass\n"
        "except KeyboardInterrupt:\n"
        "    connect(server.maintenance_url).close(); print('answered', flush=True)\n"
        "server.stop()"
    )
    with run_of_its_own(script) as run:
        (folder,) = told(run)
        os.killpg(run.pid, signal.SIGINT)
        assert told(run) == ["answered"]
        assert run.wait(LONG) == 0
        assert leaves_nothing(folder)


def test_a_server_that_cannot_start_says_why_shows_its_log_and_leaves_nothing() -> None:
    server = Postgres(settings={"shared_buffers": "plenty"})
    with pytest.raises(CannotStart) as error:
        server.start()
    sentence, _, log = str(error.value).partition("\n")
    assert "cannot start: it ended with code 1" in sentence
    assert OVERRIDE in sentence
    assert 'invalid value for parameter "shared_buffers": "plenty"' in log
    assert leaves_nothing(server.folder)
