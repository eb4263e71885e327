"""Ends what a run started when the run is gone, however it went: nothing outlives a SIGKILL of the tests.

As a script it is the watchdog: it reads on standard input which process groups the run started, `+PID` for
a server and `=PID` for an errand, and saw end, `-PID`. When the run is gone it ends the servers, lets the
errands finish, and removes the folders it was given. It is a process of its own because a signal on the
parent's death (PR_SET_PDEATHSIG) is Linux only, follows the parent's thread, and is lost when the server
changes its user. It imports the standard library alone: `python -I -S` starts it in no time.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

LOOK_AGAIN = 0.5  # seconds between two looks at whether the run still lives
SERVER, ERRAND, GONE = b"+", b"=", b"-"
GRACE = 8.0  # seconds; PostgreSQL kills its own children 5 s after SIGQUIT


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.01) -> bool:
    """Wait at most `seconds` for `condition`, asking `every` so many seconds; say whether it came true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(every)
    return True


def ended(pid: int) -> bool:
    """Whether the process runs no more, even if its parent did not notice yet."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # it runs as somebody else
        return False
    return _stat(pid)[:1] == ["Z"]


def children(pid: int) -> list[int]:
    """The processes whose parent is `pid`."""
    if _stat(os.getpid()):
        everybody = (int(folder.name) for folder in Path("/proc").glob("[0-9]*"))
        return [other for other in everybody if _stat(other)[1:2] == [str(pid)]]
    # No /proc, as on macOS; and many a container has no ps.
    listing = subprocess.run(["ps", "-A", "-o", "ppid=,pid="], capture_output=True, text=True, check=False)
    pairs = (line.split() for line in listing.stdout.splitlines())
    return [int(other) for parent, other in pairs if int(parent) == pid]


def _stat(pid: int) -> list[str]:
    """What /proc says of a process, from its state and its parent on; nothing if it says nothing."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return []
    return stat.rpartition(")")[2].split()  # "PID (NAME) STATE PARENT …", and a name may contain anything


def kill_family(pid: int) -> None:
    """SIGKILL a server and its children together, as the end of a machine would.

    Killed alone, a busy child would work on, and keep its shared memory from the server's next start.
    """
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)  # so that no child is born between the look and the kill
        for victim in (*children(pid), pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)


def end(groups: Mapping[int, bytes]) -> None:
    """End the process groups of a run that is gone; what each is, `+` or `=`, is said above.

    A server ends at once and cleans up. initdb would not clean up, and takes half a second anyway.
    """
    for group, kind in groups.items():
        if kind == SERVER:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGQUIT)
    for group in groups:
        if not wait_until(functools.partial(ended, group), GRACE):
            kill_family(group)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


def forget_shared_memory(folder: Path) -> None:
    """Remove the 56 bytes of System V memory that a killed server leaves behind; its files name them."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        key, number = map(int, (folder / "data" / "postmaster.pid").read_text().splitlines()[6].split())
        libc = ctypes.CDLL(None)
        if libc.shmget(key, 0, 0) == number:
            libc.shmctl(number, 0, None)  # 0 is IPC_RMID on every system


def remove(folders: Iterable[Path]) -> None:
    """Remove whole folders, waiting a little for a dying process that still writes there."""
    for folder in folders:
        forget_shared_memory(folder)

        def gone(folder: Path = folder) -> bool:
            shutil.rmtree(folder, ignore_errors=True)
            return not folder.exists()

        wait_until(gone, seconds=5)


def watch(run: int) -> dict[int, bytes]:
    """Wait for the process `run`, this one's parent, to go; return the groups it left, and what they are."""
    groups: dict[int, bytes] = {}
    unread = b""
    while True:
        if not select.select([0], [], [], LOOK_AGAIN)[0]:
            # A closed pipe says it at once; the parent's number says it too while a forked child of the run,
            # which inherited the pipe, lives on.
            if os.getppid() != run:
                break
            continue
        chunk = os.read(0, 4096)
        if not chunk:
            break
        *lines, unread = (unread + chunk).split(b"\n")
        for line in lines:
            groups[int(line[1:])] = line[:1]
    return {group: kind for group, kind in groups.items() if kind != GONE}


def main(run: int, folders: list[Path]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end(watch(run))
    remove(folders)


if __name__ == "__main__":
    main(int(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
