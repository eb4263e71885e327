"""Starts processes that end when the run ends, and folders that go with them (see watchdog.py)."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from . import watchdog
from .errors import CannotStart
from .watchdog import GONE

# The process becomes the program only when told to, once the watchdog knows it: if the run is killed in
# between, `read` meets the end of the pipe, and no program starts.
WHEN_TOLD = ["/bin/sh", "-c", 'read go && exec "$0" "$@"']
CLOSING = 15.0  # seconds the watchdog may take to end


class Guard:
    """The run's watchdog: what is launched through it, and its folders, never outlive the run."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """`folders` are removed at the end; they need not exist yet. Programs run in the first."""
        self.folders = list(folders)
        self._run = os.getpid()
        self._dog = subprocess.Popen(
            [sys.executable, "-I", "-S", watchdog.__file__, str(self._run), *map(str, folders)],
            stdin=subprocess.PIPE,
            bufsize=0,
            stdout=subprocess.DEVNULL,  # else `pytest | tee` would wait for the watchdog
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    def launch(
        self, kind: bytes, command: Sequence[str], uid: int | None, output: IO[bytes], env: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        """Start a program in a session of its own, where a Ctrl-C in the terminal does not reach it.

        `kind` is the watchdog's SERVER or ERRAND; `uid` None means oneself. Raises OSError, CannotStart.
        """
        process = subprocess.Popen(
            [*WHEN_TOLD, *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
            cwd=self.folders[0],
            env=env,
            start_new_session=True,
        )
        assert process.stdin
        try:
            self._tell(kind, process.pid)
        except BrokenPipeError as error:
            raise CannotStart("The watchdog of the test server was killed; run the tests again.") from error
        with contextlib.suppress(BrokenPipeError), process.stdin:  # whoever waits for it sees its early end
            process.stdin.write(b"go\n")
        return process

    def ended(self, process: subprocess.Popen[bytes]) -> None:
        """The process was waited for: its number may soon be somebody else's."""
        with contextlib.suppress(BrokenPipeError):
            self._tell(GONE, process.pid)

    def _tell(self, kind: bytes, pid: int) -> None:
        assert self._dog.stdin
        self._dog.stdin.write(b"%s%d\n" % (kind, pid))

    def close(self) -> None:
        """Remove the folders and let the watchdog end."""
        watchdog.remove(self.folders)
        assert self._dog.stdin
        self._dog.stdin.close()
        self._dog.wait(CLOSING)
